export { Engine, EngineError, Stopped } from "./engine.ts";
export type { EngineOptions, Entry } from "./engine.ts";
export * from "./types.ts";
