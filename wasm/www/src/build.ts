/** The fold of events into what the glass shows. A prefix of the events gives the state at that moment. */

import { text, type Event, type FileChange, type KeyPart, type Verdict } from "../../npm/index.ts";
import { vertex, vertexSentence, type Vertex } from "./vertex.ts";

export interface Container {
  id: string;
  command: string[];
  executes: boolean;
  status: number | null;
  removed: boolean;
}

export interface Step {
  /** 1-based. */
  number: number;
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
      if (step) step.failed = event.message;
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
      step.container = { id, command, executes, status: null, removed: false };
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
      step.layer = { diffId: event.diff_id, size: event.size, hidden: event.hidden };
      break;
    case "image-committed":
      step.image = event.id;
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

/** One sentence for an event, for the scrubber and for who listens. */
export function sentence(event: Event): string {
  switch (event.event) {
    case "context-sent":
      return `the client sends the build context, ${event.bytes} bytes`;
    case "parser-warned":
      return event.text.trim();
    case "step-started":
      return `step ${event.step} of ${event.total}: ${event.text}`;
    case "triggers-started":
      return `${event.count} build triggers of the base image run`;
    case "base-looked-up":
      return event.found ? `${event.reference} is in the local store` : `${event.reference} is not in the local store`;
    case "pull":
      return event.pull === "started"
        ? `pulling ${event.repository}:${event.tag}`
        : event.pull === "finished"
          ? event.status
          : `layer ${event.digest.slice(7, 19)}: ${event.status}`;
    case "cache-probed":
      return event.verdict.verdict === "hit"
        ? "cache hit: an image with this parent and this instruction exists"
        : event.verdict.verdict === "miss"
          ? `cache miss: ${event.verdict.reason}`
          : `the cache is not asked: ${event.verdict.reason}`;
    case "container-created":
      return `container ${event.id.slice(0, 12)} created${event.executes ? "" : "; nothing will run in it"}`;
    case "output":
      return `output: ${text(event.bytes).trim().split("\n").at(-1)}`;
    case "container-exited":
      return `container ${event.id.slice(0, 12)} exited with status ${event.status}`;
    case "changes-snapshotted":
      return `snapshot: ${event.changes.length} paths changed`;
    case "layer-made":
      return `layer ${event.diff_id.slice(7, 19)} made`;
    case "container-removed":
      return `container ${event.id.slice(0, 12)} removed`;
    case "image-committed":
      return `image ${event.id.slice(7, 19)} committed${event.empty_layer ? ", without a layer of its own" : ""}`;
    case "noted":
      return event.text;
    case "step-finished":
      return event.image ? `the step ends with image ${event.image.slice(7, 19)}` : "the step ends";
    case "vertex":
      return vertexSentence(event);
    case "solve-failed":
      return `failed: ${event.message}`;
    case "build-args-unconsumed":
      return `build arguments that no ARG declares: ${event.names.join(", ")}`;
    case "built":
      return `built ${event.id.slice(7, 19)}`;
    case "tagged":
      return `tagged ${event.reference}`;
    case "failed":
      return `failed: ${event.message}`;
  }
}
