/** Messages between the engine and its worker. */

export interface Start {
  start: true;
  /** The module, compiled once and shared by all workers of a page. */
  module?: WebAssembly.Module;
  /** The rest of it, if it is there: code that the first moments do not need. */
  rest?: WebAssembly.Module;
  /** There is no rest. */
  isWhole: boolean;
  /** Files of facts that were supplied to the worker before. */
  parts: Part[];
}

/** A file of facts about packages: `NAME.pack`. */
export interface Part {
  name: string;
  bytes: Uint8Array;
}

export interface Supply {
  supply: Part[];
}

/** Asks for the rest of the module ahead of its first use. */
export interface Join {
  join: true;
}

export interface Call {
  id: number;
  method: Method;
  args: unknown[];
}

export type Answer =
  | { ready: true; module: WebAssembly.Module }
  | { joined: true; rest: WebAssembly.Module }
  | { joined: false }
  /** `wanted` names files of facts that were missed: supply them, and ask again from the state before. */
  | { id: number; value: unknown; wanted?: string[] }
  | { id: number; error: string; fatal: boolean };

export type Method =
  | "run"
  | "runRaw"
  | "typeIn"
  | "files"
  | "readFile"
  | "writeFile"
  | "removeFile"
  | "put"
  | "replay"
  | "state"
  | "imageConfig"
  | "imageTree"
  | "imageFile"
  | "imageArchive"
  | "nextEdits"
  | "stateHash"
  | "lint"
  | "grade"
  | "lessons"
  | "lessonProse"
  | "answer"
  | "hints"
  | "commands"
  | "isIncomplete"
  | "sha256";
