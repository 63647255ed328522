// What a user of the package writes; it is checked against the built package, and never run.
import { Engine, Stopped, text, type Event, type Reply } from "../../dist/npm/index.js";

const engine = new Engine({ worker: () => new Worker("worker.js") });

export async function build(): Promise<string[]> {
  await engine.writeFile("Dockerfile", "FROM alpine\n");
  const reply: Reply = await engine.run("docker build .").catch((error) => {
    throw error instanceof Stopped ? new Error("stopped") : error;
  });
  const outputs = reply.events.flatMap((event: Event) => (event.event === "output" ? [text(event.bytes)] : []));
  // @ts-expect-error: there is no such event
  reply.events.some((event) => event.event === "nothing");
  return outputs;
}
