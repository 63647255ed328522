/** What crosses the border of the module, as the Rust types serialise. */

export type Stream = "stdout" | "stderr";

export interface Chunk {
  stream: Stream;
  text: string;
}

export interface Reply {
  exit: number;
  output: Chunk[];
  events: Event[];
  directory: string;
  /** Whether a program waits for somebody to type; the line was left where it is. */
  waits: boolean;
  limit: string | null;
}

/** UTF-8 bytes, as JSON has no byte strings. See `text()`. */
export type Bytes = number[];

export interface KeyPart {
  name: string;
  value: string;
}

export type Verdict =
  | { verdict: "hit"; image: string }
  | { verdict: "miss"; reason: string }
  | { verdict: "unused"; reason: string };

export interface FileChange {
  path: Bytes;
  kind: "Added" | "Changed" | "Deleted";
  size: number;
}

/** Lines of a Dockerfile that something is about; `text` is the whole file. */
export interface SourcePlace {
  name: string;
  text: string;
  first: number;
  last: number;
}

/** What happened to a vertex of BuildKit's graph. */
export type VertexChange =
  | { change: "started"; name: string; inputs: string[] }
  | { change: "status"; id: string; current: number; total: number; started: number; completed: number | null }
  | { change: "log"; stream: Stream; bytes: Bytes }
  | { change: "warned"; rule: string; description: string; url: string; detail: string; place: SourcePlace | null }
  | { change: "completed"; cached: boolean; error: string | null; canceled: boolean };

/** Something that happened; `at` is nanoseconds since 1970 on the virtual clock. */
export type Event = { at: number } & (
  | { event: "context-sent"; bytes: number; entries: number }
  | { event: "parser-warned"; text: string }
  | { event: "step-started"; step: number; total: number; text: string; line: number; stage: number | null }
  | { event: "triggers-started"; count: number }
  | { event: "base-looked-up"; reference: string; found: string | null }
  | { event: "pull"; pull: "started"; tag: string; repository: string }
  | { event: "pull"; pull: "layer"; digest: string; status: string }
  | { event: "pull"; pull: "layer-progress"; digest: string; status: string; current: number; total: number }
  | { event: "pull"; pull: "finished"; digest: string; status: string }
  | { event: "cache-probed"; key: KeyPart[]; verdict: Verdict }
  | { event: "container-created"; id: string; image: string | null; command: string[]; executes: boolean }
  | { event: "output"; stream: Stream; bytes: Bytes }
  | { event: "container-exited"; id: string; status: number }
  | { event: "changes-snapshotted"; changes: FileChange[] }
  | { event: "layer-made"; diff_id: string; size: number; hidden: number }
  | { event: "container-removed"; id: string }
  | { event: "image-committed"; id: string; parent: string | null; empty_layer: boolean }
  | { event: "noted"; text: string }
  | { event: "step-finished"; image: string | null; shown: boolean }
  | ({ event: "vertex"; vertex: string } & VertexChange)
  | { event: "solve-failed"; message: string; place: SourcePlace | null }
  | { event: "build-args-unconsumed"; names: string[] }
  | { event: "built"; id: string }
  | { event: "tagged"; reference: string }
  | { event: "failed"; message: string; code: number | null }
);

export interface FileView {
  path: string;
  size: number;
}

export interface HistoryView {
  created_by: string;
  diff_id: string | null;
  size: number;
}

export interface ImageView {
  id: string;
  tags: string[];
  parent: string | null;
  created: number;
  size: number;
  history: HistoryView[];
}

export interface ContainerView {
  id: string;
  name: string;
  image: string;
  command: string;
  status: "created" | "running" | "paused" | "exited";
  exit_code: number;
}

export interface State {
  images: ImageView[];
  containers: ContainerView[];
  directory: string;
}

export interface TreeEntry {
  path: string;
  kind: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  target: string | null;
  layer: number;
}

/** An edit that may come next, and what it would cost. */
export interface NextEdit {
  /** First line of the instruction that is edited; null for files. */
  line: number | null;
  /** The instruction; empty for files. */
  text: string;
  /** The files of which one is edited; empty for a line. */
  files: string[];
  /** First lines of the instructions that are done anew. */
  invalidates: number[];
  /** Those that are, if what they copy from another stage comes out otherwise. */
  may_invalidate: number[];
}

/** A finding in a Dockerfile; `first` is 1-based, 0 where it is about the whole file. */
export interface Mark {
  first: number;
  last: number;
  severity: "error" | "warning";
  rule: string;
  message: string;
  advice: string;
}

export interface Evidence {
  passed: boolean;
  expected: string;
  found: string;
  /** Where what was found comes from. */
  from?: string;
}

export interface CheckResult {
  id: string;
  message: string;
  hint: string;
  points: number;
  evidence: Evidence;
}

export interface Grade {
  lesson: string;
  points: number;
  possible: number;
  build_error: string | null;
  checks: CheckResult[];
}

export interface CheckEntry {
  id: string;
  points: number;
  message: string;
  hint: string;
}

/** A question that is asked before the commands of its step run. */
export interface Predict {
  id: string;
  ask: string;
  /** None asks for free text. */
  choices: string[];
  explain: string;
}

export interface LessonStep {
  id: string;
  commands: { id: string; run: string; exit: number }[];
  predict: Predict[];
  checks: CheckEntry[];
}

export interface Lesson {
  id: string;
  title: string;
  insight: string;
  minutes: number;
  requires: string[];
  tags: string[];
  ui: { panes: string[]; edit: string[]; allow: string[]; deny: { command: string; message: string }[] };
  /** How the state that is checked comes to be: by these lines, or, if it is live, by what was typed. */
  grade: { run: string[]; image: string; live: boolean };
  steps: LessonStep[];
  hints: { levels: string[] }[];
  /** The checks of all steps, in order. */
  checks: CheckEntry[];
  /** The languages that its prose is in. */
  locales: string[];
  /** The files to start with, by path. */
  files: Record<string, string>;
  /** The lines to run after these files are written. */
  setup: string[];
  /** The files of its first solution, by path. */
  solution: Record<string, string>;
}

/** A piece of a lesson's prose. */
export type LessonPiece =
  | { kind: "text"; markdown: string }
  | { kind: "command"; id: string; run: string }
  | { kind: "output"; id: string; text: string | null };

/** A part of a lesson's prose: the introduction, or that of a step. */
export interface LessonPart {
  step: string | null;
  title: string;
  pieces: LessonPiece[];
}

const decoder = new TextDecoder();

/** The text of bytes. */
export function text(bytes: Bytes): string {
  return decoder.decode(new Uint8Array(bytes));
}
