/** Where the engine comes from: files beside the page, or, where the page is one file, parts of the page itself. */

import type { EngineOptions } from "../../npm/index.ts";

/** The files of facts that lessons and most projects need, in the order in which they are of use. */
export const AHEAD = ["alpine-3.20-main", "alpine-3.20-contents", "alpine-3.20-community"];

interface Left {
  /** Where the page is one file, `boot.js` has left a way to its parts. */
  glasshull?: { file: (id: string) => Promise<Uint8Array<ArrayBuffer>> };
  /** Elsewhere, `start.js` has left a worker that loads the module already. */
  glasshullAhead?: Worker;
}

const left = globalThis as Left;
const { glasshull } = left;

export const isOneFile = glasshull !== undefined;

function worker(): Worker {
  const ahead = left.glasshullAhead;
  delete left.glasshullAhead;
  return ahead ?? new Worker("worker.js");
}

/** How the engine is started. */
export function options(): EngineOptions {
  if (!glasshull) return { worker };
  let url = "";
  // The worker is there when the module is, which is asked for first.
  const module = Promise.all([glasshull.file("glasshull.wasm"), glasshull.file("worker.js")]).then(([wasm, worker]) => {
    url = URL.createObjectURL(new Blob([worker], { type: "text/javascript" }));
    return WebAssembly.compile(wasm);
  });
  const part = (name: string) => glasshull.file(`${name}.pack`);
  return { worker: () => new Worker(url), ready: module, module: () => module, isWhole: true, part };
}
