// The engine's worker starts before the page's script is there; `single.ts` takes it from here.
globalThis.glasshullAhead = new Worker("worker.js", { name: "ahead" });
globalThis.glasshullAhead.onerror = () => delete globalThis.glasshullAhead;
