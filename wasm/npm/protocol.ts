/** Messages between the engine and its worker. */

export interface Start {
  start: true;
  /** The module, compiled once and shared by all workers of a page. */
  module?: WebAssembly.Module;
}

export interface Call {
  id: number;
  method: Method;
  args: unknown[];
}

export type Answer =
  | { ready: true; module: WebAssembly.Module }
  | { id: number; value: unknown }
  | { id: number; error: string; fatal: boolean };

export type Method =
  | "run"
  | "runRaw"
  | "files"
  | "readFile"
  | "writeFile"
  | "removeFile"
  | "state"
  | "imageConfig"
  | "imageTree"
  | "imageFile"
  | "grade"
  | "lessons"
  | "commands"
  | "isIncomplete"
  | "sha256";
