/** The worker: one session, asked by messages. A trap of the module is answered as an error, and is the worker's end. */

import init, * as module from "glasshull-module";
import type { Answer, Call, Join, Method, Part, Start, Supply } from "./protocol.ts";

const scope = self as unknown as {
  postMessage(answer: Answer, transfer?: Transferable[]): void;
  onmessage: ((message: MessageEvent<Call | Join | Start | Supply>) => void) | null;
  location: Location;
  name: string;
};

let session: module.Session | undefined;
/** What the first part of the module exports. */
let first: WebAssembly.Exports;
let rest: WebAssembly.Module | undefined;
let isWhole = false;
/** Where the rest of the module is, if it is not given. */
const REST = "./glasshull-rest.wasm";

/** A worker of this name is made before anybody asks it to start: it loads the module meanwhile. */
const ahead = scope.name === "ahead" ? load() : undefined;
// Whether it failed is told when it is asked.
ahead?.catch(() => {});

async function load(compiled?: WebAssembly.Module): Promise<WebAssembly.Module> {
  const ready = compiled ?? (await compile("./glasshull.wasm"));
  first = (await init({ module_or_path: ready })) as unknown as WebAssembly.Exports;
  return ready;
}

async function start({ module: compiled, parts, ...given }: Start): Promise<void> {
  ({ rest, isWhole } = given);
  const ready = await (ahead ?? load(compiled));
  supply(parts);
  session = new module.Session();
  scope.postMessage({ ready: true, module: ready });
}

function supply(parts: Part[]): void {
  for (const { name, bytes } of parts) module.supply(name, bytes);
}

async function compile(path: string): Promise<WebAssembly.Module> {
  const response = await fetch(new URL(path, scope.location.href));
  if (!response.ok) throw new Error(`the engine could not be loaded (${response.status})`);
  const typed = response.headers.get("content-type") === "application/wasm";
  return typed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** The module calls this, in the middle of whatever it does, when it needs a function of the rest. It fills the table that both share. */
(globalThis as { glasshullMore?: () => void }).glasshullMore = () => {
  if (isWhole) return;
  rest ??= loaded(REST);
  new WebAssembly.Instance(rest, { first });
  isWhole = true;
  scope.postMessage({ joined: true, rest });
};

/** Loads the rest while the module waits. */
function loaded(path: string): WebAssembly.Module {
  const request = new XMLHttpRequest();
  let status = 0;
  try {
    request.open("GET", new URL(path, scope.location.href), false);
    request.responseType = "arraybuffer";
    request.send();
    status = request.status;
  } catch {
    // It is told below.
  }
  // Like a trap: the module is in the middle of something, and cannot be used any more.
  if (status !== 200) throw new WebAssembly.RuntimeError(`a part of the engine could not be loaded (${status || "no connection"})`);
  return new WebAssembly.Module(request.response);
}

/** Has the rest there before it is needed. */
async function join(): Promise<void> {
  rest ??= await compile(REST);
  module.wholly();
}

const methods: Record<Method, (session: module.Session, ...args: any[]) => unknown> = {
  run: (session, line: string, typed?: string) => JSON.parse(session.run(line, typed)),
  runRaw: (session, line: string, typed?: string) => session.run(line, typed),
  typeIn: (session, text: string) => JSON.parse(session.typeIn(text)),
  files: (session) => JSON.parse(session.files()),
  readFile: (session, path: string) => session.readFile(path),
  writeFile: (session, path: string, bytes: Uint8Array) => session.writeFile(path, bytes),
  removeFile: (session, path: string) => session.removeFile(path),
  put: (session, entry: string) => session.put(entry),
  replay: (_, text: string) => module.replay(text),
  state: (session) => JSON.parse(session.state()),
  imageConfig: (session, name: string) => JSON.parse(session.imageConfig(name)),
  imageTree: (session, name: string) => JSON.parse(session.imageTree(name)),
  imageFile: (session, name: string, path: string, limit: number) => session.imageFile(name, path, limit),
  imageArchive: (session, name: string) => session.imageArchive(name),
  nextEdits: (session, line: string, directory: string, isBuildkit: boolean) => JSON.parse(session.nextEdits(line, directory, isBuildkit)),
  stateHash: (session) => session.stateHash(),
  lint: (_, text: string) => JSON.parse(module.lint(text)),
  grade: (session, lesson: string, locale: string) => JSON.parse(session.grade(lesson, locale)),
  lessons: (_, locale: string) => JSON.parse(module.lessons(locale)),
  lessonProse: (_, lesson: string, locale: string) => JSON.parse(module.lessonProse(lesson, locale)),
  answer: (session, lesson: string, question: string) => session.answer(lesson, question),
  hints: (session, lesson: string, locale: string) => JSON.parse(session.hints(lesson, locale)),
  commands: (_, words: string[]) => JSON.parse(module.commands(words)),
  isIncomplete: (_, line: string) => module.isIncomplete(line),
  sha256: (_, text: string) => module.sha256(text),
};

function answer({ id, method, args }: Call): Answer {
  try {
    if (!session) throw new Error("the session has not started");
    const value = methods[method](session, ...args);
    const wanted = JSON.parse(module.takeWanted()) as string[];
    return wanted.length > 0 ? { id, value, wanted } : { id, value };
  } catch (error) {
    // A sentence from the border is a plain Error; anything else is a trap, after which the module is not to be used.
    const fatal = !(error instanceof Error) || error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    return { id, error: fatal ? told(error) : (error as Error).message, fatal };
  }
}

function told(error: unknown): string {
  if (error instanceof WebAssembly.RuntimeError && error.message.startsWith("a part of the engine")) return error.message;
  let message = "";
  try {
    message = module.lastPanic();
  } catch {
    // The module cannot even say what happened.
  }
  return message || String(error);
}

scope.onmessage = ({ data }) => {
  if ("start" in data) {
    start(data).catch((error) => scope.postMessage({ id: 0, error: told(error), fatal: true }));
  } else if ("join" in data) {
    join().catch(() => scope.postMessage({ joined: false }));
  } else if ("supply" in data) {
    supply(data.supply);
  } else {
    scope.postMessage(answer(data));
  }
};
