import type { Answer, Call, Join, Method, Part, Start, Supply } from "./protocol.ts";
import type { FileView, Grade, Lesson, LessonPart, Mark, NextEdit, Reply, State, TreeEntry } from "./types.ts";

/** Something that changed the session; replaying all of them in a fresh one leads to the same state. */
export type Entry =
  | { method: "run"; line: string; typed?: string }
  | { method: "writeFile"; path: string; text?: string; base64?: string; mode?: number; time?: string }
  | { method: "removeFile"; path: string }
  | { method: "makeFolder"; path: string; mode?: number; time?: string }
  | { method: "link"; path: string; target: string; time?: string };

/** The engine refuses or has failed; `fatal` when the simulation itself broke (a bug) and was started anew. */
export class EngineError extends Error {
  readonly fatal: boolean;

  constructor(message: string, fatal = false) {
    super(message);
    this.name = "EngineError";
    this.fatal = fatal;
  }
}

/** A line was stopped from outside. */
export class Stopped extends EngineError {
  constructor() {
    super("stopped");
    this.name = "Stopped";
  }
}

export interface EngineOptions {
  /** Makes a worker that runs `worker.js`. */
  worker: () => Worker;
  /** Something to wait for before the first worker is made. */
  ready?: Promise<unknown>;
  /** Gives the compiled module; without it the worker loads `glasshull.wasm` from beside itself. */
  module?: () => Promise<WebAssembly.Module>;
  /** The module is not split; otherwise the worker loads `glasshull-rest.wasm` from beside itself when it is needed. */
  isWhole?: boolean;
  /** Gives a file of facts about packages; without it `NAME.pack` is fetched from beside the page. */
  part?: (name: string) => Promise<Uint8Array>;
}

/** What changes the session. */
const CHANGING: readonly Method[] = ["run", "runRaw", "typeIn", "writeFile", "removeFile", "put"];

interface Waiting {
  call: Call;
  resolve: (value: any) => void;
  reject: (error: EngineError) => void;
}

/**
 * A session in a worker. Calls are answered in order. What changes the session is kept in a journal, from which
 * `stop` and `rewind` lead to an earlier state: the simulation is deterministic, and a replay takes milliseconds.
 */
export class Engine {
  #options: EngineOptions;
  #worker: Worker | undefined;
  #module: WebAssembly.Module | undefined;
  #rest: WebAssembly.Module | undefined;
  /** Waits for the worker to have the rest, or to have failed. */
  #joining: (() => void)[] = [];
  #waiting: Waiting[] = [];
  #next = 1;
  #journal: Entry[] = [];
  #ready: Promise<void>;
  /** Files of facts, kept for the workers to come; null for one that could not be had. */
  #parts = new Map<string, Promise<Part | null>>();
  #supplied: Part[] = [];
  /** Whether the worker was asked for a change. */
  #touched = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    // At once where nothing is waited for: the worker starts while the page does other things.
    this.#ready = options.ready ? options.ready.then(() => this.#start()) : this.#start();
  }

  /** Resolves when the first line can be run. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** What was done so far, oldest first. */
  get journal(): readonly Entry[] {
    return this.#journal;
  }

  /**
   * Runs a line in the shell of the simulated machine. With `typed` (a text, maybe an empty one) somebody sits at a
   * keyboard: a reply with `waits` says that a program waits for more, which `typeIn` gives.
   */
  async run(line: string, typed?: string): Promise<Reply> {
    const reply = await this.#call<Reply>("run", line, typed);
    this.#journal.push(entryOf(line, typed));
    return reply;
  }

  /** Types into the program that waits; "\x03" and "\x04" are Ctrl-C and Ctrl-D. The reply is that of the whole line. */
  async typeIn(text: string): Promise<Reply> {
    const reply = await this.#call<Reply>("typeIn", text);
    const last = this.#journal.pop();
    if (last?.method === "run") this.#journal.push(entryOf(last.line, (last.typed ?? "") + text));
    return reply;
  }

  /** The same, with the reply as the JSON text that the module gave. */
  async runRaw(line: string, typed?: string): Promise<string> {
    const reply = await this.#call<string>("runRaw", line, typed);
    this.#journal.push(entryOf(line, typed));
    return reply;
  }

  async writeFile(path: string, text: string): Promise<void> {
    await this.#call("writeFile", path, new TextEncoder().encode(text));
    // Writing a file twice in a row leaves what the second time wrote.
    const last = this.#journal.at(-1);
    if (last?.method === "writeFile" && last.path === path) this.#journal.pop();
    this.#journal.push({ method: "writeFile", path, text });
  }

  /** Does what an entry of a journal says of files, with modes, times and links. */
  async put(entry: Exclude<Entry, { method: "run" }>): Promise<void> {
    await this.#call("put", JSON.stringify(entry));
    this.#journal.push(entry);
  }

  /** The digest of the state that a token, a link or the JSON of a session leads to. */
  replay(text: string): Promise<string> {
    return this.#call("replay", text);
  }

  async removeFile(path: string): Promise<void> {
    await this.#call("removeFile", path);
    this.#journal.push({ method: "removeFile", path });
  }

  files(): Promise<FileView[]> {
    return this.#call("files");
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.#call("readFile", path);
  }

  state(): Promise<State> {
    return this.#call("state");
  }

  imageConfig(name: string): Promise<any> {
    return this.#call("imageConfig", name);
  }

  imageTree(name: string): Promise<TreeEntry[]> {
    return this.#call("imageTree", name);
  }

  imageFile(name: string, path: string, limit = 65536): Promise<string | undefined> {
    return this.#call("imageFile", name, path, limit);
  }

  /** An image as a tar of an OCI image layout. */
  imageArchive(name: string): Promise<Uint8Array> {
    return this.#call("imageArchive", name);
  }

  /** What the next edit of each line and file would do anew, of what a line built in a directory; nothing changes by it. */
  nextEdits(line: string, directory: string, isBuildkit: boolean): Promise<NextEdit[]> {
    return this.#call("nextEdits", line, directory, isBuildkit);
  }

  /** A digest of everything that the session holds. */
  stateHash(): Promise<string> {
    return this.#call("stateHash");
  }

  /** What the build checks say of a Dockerfile. */
  lint(text: string): Promise<Mark[]> {
    return this.#call("lint", text);
  }

  grade(lesson: string, locale = "en"): Promise<Grade> {
    return this.#call("grade", lesson, locale);
  }

  /** The lessons, with their texts in a language where they have them. */
  lessons(locale = "en"): Promise<Lesson[]> {
    return this.#call("lessons", locale);
  }

  /** The prose of a lesson, with the transcripts that running it gives. */
  lessonProse(lesson: string, locale = "en"): Promise<LessonPart[]> {
    return this.#call("lessonProse", lesson, locale);
  }

  /** The answer to a question of a lesson, in the state as it is. */
  answer(lesson: string, question: string): Promise<string> {
    return this.#call("answer", lesson, question);
  }

  /** The levels of help of a lesson for the state as it is. */
  hints(lesson: string, locale = "en"): Promise<string[]> {
    return this.#call("hints", lesson, locale);
  }

  commands(words: string[]): Promise<string[]> {
    return this.#call("commands", words);
  }

  isIncomplete(line: string): Promise<boolean> {
    return this.#call("isIncomplete", line);
  }

  sha256(text: string): Promise<string> {
    return this.#call("sha256", text);
  }

  /**
   * Loads what the first moments do not need, so that no line has to wait for it: the rest of the module, then files of facts.
   * What cannot be had is asked for again when it is needed.
   */
  async load(names: readonly string[]): Promise<void> {
    await this.#ready;
    if (!this.#rest && !this.#options.isWhole) {
      const joined = new Promise<void>((resolve) => this.#joining.push(resolve));
      this.#worker?.postMessage({ join: true } satisfies Join);
      await joined;
      // Facts are kept by functions of the rest.
      if (!this.#rest) return;
    }
    for (const name of names) await this.#supply([name]);
  }

  /** Ends what runs now, whatever it does; the session is then as it was before. */
  async stop(): Promise<void> {
    await this.rewind(this.#journal);
  }

  /** Goes to the state that a journal leads to; gives the replies of its lines, and calls `after` with each. */
  async rewind(journal: readonly Entry[], after?: (reply: Reply) => Promise<void>): Promise<Reply[]> {
    const entries = [...journal];
    // Who only wants to know something gets an answer from the state that is gone to, if the worker that was asked goes.
    const questions = this.#waiting.filter(({ call }) => this.#touched && !CHANGING.includes(call.method));
    this.#waiting = this.#waiting.filter((waiting) => !questions.includes(waiting));
    if (this.#touched) {
      this.#abandon(new Stopped());
      this.#ready = this.#start();
    }
    this.#journal = [];
    const replies: Reply[] = [];
    for (const entry of entries) {
      if (entry.method === "run") {
        const reply = await this.run(entry.line, entry.typed);
        replies.push(reply);
        await after?.(reply);
      } else await this.put(entry);
    }
    await this.#ready;
    this.#ask(questions);
    return replies;
  }

  /** Ends the worker for good. */
  dispose(): void {
    this.#abandon(new Stopped());
  }

  #abandon(error: EngineError): void {
    this.#worker?.terminate();
    for (const done of this.#joining.splice(0)) done();
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #start(): Promise<void> {
    const worker = this.#options.worker();
    this.#worker = worker;
    this.#touched = false;
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if ("ready" in data) {
          this.#module = data.module;
          resolve();
        } else if ("joined" in data) {
          if (data.joined) this.#rest = data.rest;
          for (const done of this.#joining.splice(0)) done();
        } else if (data.id === 0 && "error" in data) {
          reject(new EngineError(data.error, true));
        } else {
          this.#answered(data);
        }
      };
      worker.onerror = (event) => reject(new EngineError(event.message || "the engine's worker failed", true));
      const { module, isWhole = false } = this.#options;
      const send = (module?: WebAssembly.Module) =>
        worker.postMessage({ start: true, module, rest: this.#rest, isWhole, parts: this.#supplied } satisfies Start);
      if (this.#module || !module) send(this.#module);
      else module().then(send, (error) => reject(new EngineError(String(error), true)));
    });
  }

  async #call<T>(method: Method, ...args: unknown[]): Promise<T> {
    await this.#ready;
    return new Promise<T>((resolve, reject) => {
      const call: Call = { id: this.#next++, method, args };
      this.#touched ||= CHANGING.includes(method);
      this.#waiting.push({ call, resolve, reject });
      this.#worker?.postMessage(call);
    });
  }

  #answered(answer: Extract<Answer, { id: number }>): void {
    const at = this.#waiting.findIndex((waiting) => waiting.call.id === answer.id);
    const waiting = this.#waiting[at];
    if (!waiting) return;
    if (!("error" in answer) && answer.wanted) {
      void this.#again(waiting, answer.wanted, answer.value);
      return;
    }
    this.#waiting.splice(at, 1);
    if (!("error" in answer)) {
      waiting.resolve(answer.value);
      return;
    }
    waiting.reject(new EngineError(answer.error, answer.fatal));
    this.#touched ||= answer.fatal;
    // After a trap the module is not to be used: start again from the journal.
    if (answer.fatal) void this.rewind(this.#journal);
  }

  /** Brings what a call has missed, and makes it again; what it changed meanwhile is undone by a replay. */
  async #again(waiting: Waiting, names: readonly string[], value: unknown): Promise<void> {
    const worker = this.#worker;
    const all = await this.#supply(names);
    if (this.#worker !== worker) return;
    if (!all) {
      // Without the files, what came of it holds: apk says what it misses.
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      waiting.resolve(value);
    } else if (["run", "runRaw", "typeIn"].includes(waiting.call.method)) {
      const asked = this.#waiting.splice(0);
      await this.rewind(this.#journal);
      this.#ask(asked);
    } else {
      this.#worker?.postMessage(waiting.call);
    }
  }

  #ask(waiting: readonly Waiting[]): void {
    this.#waiting.push(...waiting);
    for (const { call } of waiting) this.#worker?.postMessage(call);
  }

  /** Whether all of these files are supplied now. */
  async #supply(names: readonly string[]): Promise<boolean> {
    const found = await Promise.all(names.map((name) => this.#part(name)));
    const fresh = found.filter((part) => part !== null && !this.#supplied.includes(part)) as Part[];
    this.#supplied.push(...fresh);
    if (fresh.length > 0) this.#worker?.postMessage({ supply: fresh } satisfies Supply);
    return found.every((part) => part !== null);
  }

  #part(name: string): Promise<Part | null> {
    let part = this.#parts.get(name);
    if (!part) {
      const bytes = this.#options.part?.(name) ?? fetched(`${name}.pack`);
      part = bytes.then((bytes) => ({ name, bytes })).catch(() => null);
      this.#parts.set(name, part);
      void part.then((found) => found ?? this.#parts.delete(name));
    }
    return part;
  }
}

function entryOf(line: string, typed: string | undefined): Entry {
  return typed === undefined ? { method: "run", line } : { method: "run", line, typed };
}

async function fetched(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
