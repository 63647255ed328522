/** The part of the fold that BuildKit's graph needs: vertices run side by side, each is a step of its own. */

import { text, type Event } from "../../npm/index.ts";
import type { Build, Step } from "./build.ts";

export interface Vertex {
  id: string;
  /** Names of the vertices that it needs. */
  inputs: string[];
  /** Its parts: `transferring context:`, a layer that comes, ... */
  parts: Map<string, { bytes: number; done: boolean }>;
  canceled: boolean;
}

type VertexEvent = Event & { event: "vertex" };

export function vertex(build: Build, event: VertexEvent, begin: (name: string) => Step): void {
  build.buildkit = true;
  let step = build.steps.find((step) => step.vertex?.id === event.vertex);
  if (!step) {
    if (event.change !== "started") return;
    const names = event.inputs.map((id) => build.steps.find((step) => step.vertex?.id === id)?.text ?? "");
    step = begin(event.name);
    const inputs = names.filter((name) => name !== "");
    step.vertex = { id: event.vertex, inputs, parts: new Map(), canceled: false };
    build.steps.push(step);
    return;
  }
  change(build, step, event);
}

function change(build: Build, step: Step, event: VertexEvent): void {
  switch (event.change) {
    case "status":
      step.vertex?.parts.set(event.id, { bytes: event.current, done: event.completed !== null });
      break;
    case "log":
      step.output.push({ stream: event.stream, text: text(event.bytes) });
      break;
    case "warned":
      build.warnings.push(`${event.rule}: ${event.detail}`);
      break;
    case "completed":
      step.ended = event.at;
      step.failed = event.error;
      if (step.vertex) step.vertex.canceled = event.canceled;
      if (event.cached) step.verdict = { verdict: "hit", image: "" };
      break;
  }
}

/** One sentence for an event of a vertex. */
export function vertexSentence(event: VertexEvent): string {
  switch (event.change) {
    case "started":
      return event.name;
    case "status":
      return `${event.id.replace(/:$/, "")}${event.completed === null ? "" : ": done"}`;
    case "log":
      return `output: ${text(event.bytes).trim().split("\n").at(-1)}`;
    case "warned":
      return `${event.rule}: ${event.detail}`;
    case "completed":
      return event.error ?? (event.cached ? "a step was in the cache" : event.canceled ? "a step was given up" : "a step is done");
  }
}
