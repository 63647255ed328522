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
  step.seen += 1;
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
