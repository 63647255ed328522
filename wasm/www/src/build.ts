/** The fold of events into what the glass shows. A prefix of the events gives the state at that moment. */

import { text, type Event, type FileChange, type KeyPart, type Verdict } from "../../npm/index.ts";
import { vertex, type Vertex } from "./vertex.ts";

export interface Container {
  id: string;
  command: string[];
  executes: boolean;
  status: number | null;
  /** What it changed was kept, as a layer or as a configuration. */
  committed: boolean;
  removed: boolean;
}

export interface Step {
  /** 1-based. */
  number: number;
  /** How many events told of it: it looks the same as long as this does. */
  seen: number;
  /** What BuildKit says of the step; none for a step of the classic builder. */
  vertex: Vertex | null;
  text: string;
  line: number;
  stage: number | null;
  began: number;
  ended: number | null;
  /** The image looked for by FROM, and whether it was there. */
  base: { reference: string; found: string | null } | null;
  pulled: { layers: Map<string, string>; status: string | null } | null;
  key: KeyPart[];
  verdict: Verdict | null;
  container: Container | null;
  output: { stream: string; text: string }[];
  changes: FileChange[] | null;
  layer: { diffId: string; size: number; hidden: number } | null;
  /** The image that the step ended with. */
  image: string | null;
  /** The image that it began with. */
  parent: string | null;
  emptyLayer: boolean;
  notes: string[];
  failed: string | null;
}

export interface Build {
  context: { bytes: number; entries: number } | null;
  steps: Step[];
  image: string | null;
  tags: string[];
  failed: string | null;
  /** Whether BuildKit built it. */
  buildkit: boolean;
  warnings: string[];
}

/** What `events` tell. */
export function fold(events: readonly Event[]): Build {
  const build: Build = { context: null, steps: [], image: null, tags: [], failed: null, buildkit: false, warnings: [] };
  for (const event of events) {
    const step = build.steps.at(-1);
    if (!whole(build, event) && step) within(step, event);
  }
  return build;
}

/** Events of the whole build; false for those of a step. */
function whole(build: Build, event: Event): boolean {
  switch (event.event) {
    case "context-sent":
      build.context = { bytes: event.bytes, entries: event.entries };
      return true;
    case "step-started":
      build.steps.push({ ...begin(event.step, event.text, event.at), line: event.line, stage: event.stage });
      follow(build);
      return true;
    case "vertex":
      vertex(build, event, (name) => begin(build.steps.length + 1, name, event.at));
      return true;
    case "solve-failed":
      build.failed = event.message;
      return true;
    case "built":
      build.image = event.id;
      return true;
    case "tagged":
      build.tags.push(event.reference);
      return true;
    case "parser-warned":
      build.warnings.push(event.text.trim());
      return true;
    case "build-args-unconsumed":
      build.warnings.push(`[Warning] One or more build-args [${event.names.join(" ")}] were not consumed`);
      return true;
    case "failed": {
      build.failed = event.message;
      const step = build.steps.at(-1);
      if (step) {
        step.failed = event.message;
        step.seen += 1;
      }
      return true;
    }
    default:
      return false;
  }
}

/** A step starts from the image that the one before it in its stage ended with. */
function follow(build: Build): void {
  const [before, step] = build.steps.slice(-2);
  if (before && step && before.stage === step.stage) step.parent = before.image;
}

function begin(number: number, text: string, began: number): Step {
  return {
    number,
    seen: 1,
    vertex: null,
    text,
    line: 0,
    stage: null,
    began,
    ended: null,
    base: null,
    pulled: null,
    key: [],
    verdict: null,
    container: null,
    output: [],
    changes: null,
    layer: null,
    image: null,
    parent: null,
    emptyLayer: true,
    notes: [],
    failed: null,
  };
}

function within(step: Step, event: Event): void {
  step.seen += 1;
  switch (event.event) {
    case "base-looked-up":
      step.base = { reference: event.reference, found: event.found };
      break;
    case "pull":
      pull(step, event);
      break;
    case "cache-probed":
      step.key = event.key;
      step.verdict = event.verdict;
      break;
    case "container-created": {
      const { id, command, executes } = event;
      step.container = { id, command, executes, status: null, committed: false, removed: false };
      break;
    }
    case "output":
      step.output.push({ stream: event.stream, text: text(event.bytes) });
      break;
    case "container-exited":
      if (step.container) step.container.status = event.status;
      break;
    case "container-removed":
      if (step.container) step.container.removed = true;
      break;
    case "changes-snapshotted":
      step.changes = event.changes;
      break;
    case "layer-made":
      if (step.container) step.container.committed = true;
      step.layer = { diffId: event.diff_id, size: event.size, hidden: event.hidden };
      break;
    case "image-committed":
      step.image = event.id;
      if (step.container) step.container.committed = true;
      step.parent = event.parent ?? step.parent;
      step.emptyLayer = event.empty_layer;
      break;
    case "noted":
      step.notes.push(event.text);
      break;
    case "step-finished":
      step.image = event.image ?? step.image;
      step.ended = event.at;
      break;
  }
}

function pull(step: Step, event: Event & { event: "pull" }): void {
  step.pulled ??= { layers: new Map(), status: null };
  if (event.pull === "layer" || event.pull === "layer-progress") step.pulled.layers.set(event.digest, event.status);
  if (event.pull === "finished") step.pulled.status = event.status;
}

/** Whether events tell of a build. */
export function isBuild(events: readonly Event[]): boolean {
  return events.some(({ event }) => event === "step-started" || event === "vertex");
}
