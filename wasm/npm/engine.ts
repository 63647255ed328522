import type { Answer, Call, Method, Start } from "./protocol.ts";
import type { FileView, Grade, Lesson, Reply, State, TreeEntry } from "./types.ts";

/** Something that changed the session; replaying all of them in a fresh one leads to the same state. */
export type Entry =
  | { method: "run"; line: string }
  | { method: "writeFile"; path: string; text: string }
  | { method: "removeFile"; path: string };

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
}

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
  #worker!: Worker;
  #module: WebAssembly.Module | undefined;
  #waiting: Waiting[] = [];
  #next = 1;
  #journal: Entry[] = [];
  #ready: Promise<void>;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#ready = this.#start();
  }

  /** Resolves when the first line can be run. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** What was done so far, oldest first. */
  get journal(): readonly Entry[] {
    return this.#journal;
  }

  /** Runs a line in the shell of the simulated machine. */
  async run(line: string): Promise<Reply> {
    const reply = await this.#call<Reply>("run", line);
    this.#journal.push({ method: "run", line });
    return reply;
  }

  /** The same, with the reply as the JSON text that the module gave. */
  async runRaw(line: string): Promise<string> {
    const reply = await this.#call<string>("runRaw", line);
    this.#journal.push({ method: "run", line });
    return reply;
  }

  async writeFile(path: string, text: string): Promise<void> {
    await this.#call("writeFile", path, new TextEncoder().encode(text));
    // Writing a file twice in a row leaves what the second time wrote.
    const last = this.#journal.at(-1);
    if (last?.method === "writeFile" && last.path === path) this.#journal.pop();
    this.#journal.push({ method: "writeFile", path, text });
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

  grade(lesson: string): Promise<Grade> {
    return this.#call("grade", lesson);
  }

  lessons(): Promise<Lesson[]> {
    return this.#call("lessons");
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

  /** Ends what runs now, whatever it does; the session is then as it was before. */
  async stop(): Promise<void> {
    await this.rewind(this.#journal);
  }

  /** Goes to the state that a journal leads to; gives the replies of its lines. */
  async rewind(journal: readonly Entry[]): Promise<Reply[]> {
    const entries = [...journal];
    this.#abandon(new Stopped());
    this.#journal = [];
    this.#ready = this.#start();
    const replies: Reply[] = [];
    for (const entry of entries) {
      if (entry.method === "run") replies.push(await this.run(entry.line));
      else if (entry.method === "writeFile") await this.writeFile(entry.path, entry.text);
      else await this.removeFile(entry.path);
    }
    return replies;
  }

  /** Ends the worker for good. */
  dispose(): void {
    this.#abandon(new Stopped());
  }

  #abandon(error: EngineError): void {
    this.#worker.terminate();
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #start(): Promise<void> {
    const worker = this.#options.worker();
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if ("ready" in data) {
          this.#module = data.module;
          resolve();
        } else if (data.id === 0 && "error" in data) {
          reject(new EngineError(data.error, true));
        } else {
          this.#answered(data);
        }
      };
      worker.onerror = (event) => reject(new EngineError(event.message || "the engine's worker failed", true));
      worker.postMessage({ start: true, module: this.#module } satisfies Start);
    });
  }

  async #call<T>(method: Method, ...args: unknown[]): Promise<T> {
    await this.#ready;
    return new Promise<T>((resolve, reject) => {
      const call: Call = { id: this.#next++, method, args };
      this.#waiting.push({ call, resolve, reject });
      this.#worker.postMessage(call);
    });
  }

  #answered(answer: Exclude<Answer, { ready: true }>): void {
    const at = this.#waiting.findIndex((waiting) => waiting.call.id === answer.id);
    const [waiting] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (!waiting) return;
    if (!("error" in answer)) {
      waiting.resolve(answer.value);
      return;
    }
    waiting.reject(new EngineError(answer.error, answer.fatal));
    // After a trap the module is not to be used: start again from the journal.
    if (answer.fatal) void this.rewind(this.#journal);
  }
}
