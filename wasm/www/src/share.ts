/** A session as a link or a file: what was done, from which the same state follows anywhere. */

import type { Entry } from "../../npm/index.ts";
import { announce, byId } from "./dom.ts";
import { save } from "./download.ts";
import { short } from "./format.ts";
import type { Lab } from "./lab.ts";
import { t } from "./words/index.ts";

/** What a link or a file holds. */
export interface Shared {
  version: 1;
  lesson: string;
  journal: Entry[];
}

/** Characters of a link or file that are read; a hostile one is refused before it costs anything. */
const MAX = 1_000_000;

/** The part of a link after `#`. */
export async function encode(shared: Shared): Promise<string> {
  const stream = new Blob([JSON.stringify(shared)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** What such a part holds; null if it is none. */
export async function decode(hash: string): Promise<Shared | null> {
  try {
    const raw = atob(hash.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      if (text.length > MAX) return null;
    }
    return read(text);
  } catch {
    return null;
  }
}

/** A shared session from its JSON; null if it is none. */
export function read(text: string): Shared | null {
  if (text.length > MAX) return null;
  try {
    const shared = JSON.parse(text) as Shared;
    const known = shared.version === 1 && typeof shared.lesson === "string" && Array.isArray(shared.journal);
    return known && shared.journal.every(isEntry) ? shared : null;
  } catch {
    return null;
  }
}

export function isEntry(entry: any): entry is Entry {
  const text = (value: unknown) => typeof value === "string";
  const maybe = (value: unknown) => value === undefined || text(value);
  if (entry?.method === "run") return text(entry.line) && maybe(entry.typed);
  if (!text(entry?.path) || !maybe(entry.time)) return false;
  if (entry.method === "writeFile") return maybe(entry.text) && maybe(entry.base64);
  if (entry.method === "link") return text(entry.target);
  return entry.method === "removeFile" || entry.method === "makeFolder";
}

/** The dialog behind the Share button. */
export function sharing(lab: Lab, open: (shared: Shared) => Promise<void>): void {
  const dialog = byId<HTMLDialogElement>("share-dialog");
  const link = byId<HTMLInputElement>("share-link");
  const file = byId<HTMLInputElement>("share-file");
  const note = byId("share-note");

  const shared = (): Shared => ({ version: 1, lesson: lab.lesson?.id ?? "", journal: [...lab.engine.journal] });

  byId("share").addEventListener("click", async () => {
    await lab.flush();
    link.value = `${location.href.replace(/#.*/, "")}#${await encode(shared())}`;
    const { length } = link.value;
    note.textContent = length > 8000 ? t.tooLong(length) : t.shareNote(length, short(await lab.engine.stateHash()));
    dialog.showModal();
    link.select();
  });
  byId("share-copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.value);
    } catch {
      link.select();
      document.execCommand("copy");
    }
    note.textContent = t.copied;
    announce(t.linkCopied);
  });
  byId("share-save").addEventListener("click", () => {
    save(`glasshull-${lab.lesson?.id || "sandbox"}.json`, new Blob([JSON.stringify(shared(), null, 1)], { type: "application/json" }));
  });
  byId("share-open").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const found = file.files?.[0] && read(await file.files[0].text());
    file.value = "";
    if (!found) {
      note.textContent = t.badFile;
      return;
    }
    dialog.close();
    await open(found);
  });
  byId("share-close").addEventListener("click", () => dialog.close());
}
