/** The page's state: one engine, what was run, which moment is looked at. Panes subscribe and draw themselves. */

import { Engine, Stopped, type Entry, type Event, type Lesson, type Reply, type State } from "../../npm/index.ts";
import { fold, isBuild, type Build } from "./build.ts";
import type { Curriculum } from "./curriculum.ts";
import { Timeline } from "./timeline.ts";

/** A project folder as `glasshull serve` gives it. */
export interface Folder {
  name: string;
  files: Record<string, string>;
  left_out: string[];
}

/** A line that was run. */
export interface Run {
  line: string;
  /** The directory it ran in. */
  directory: string;
  reply: Reply;
  /** What there was after it. */
  state: State;
}

export type Topic = "files" | "runs" | "glass" | "busy" | "lesson" | "replay" | "words" | "progress";

const EMPTY: State = { images: [], containers: [], directory: "/root/project" };
/** Journals that undo remembers. */
const MAX_UNDO = 200;

export class Lab {
  readonly engine: Engine;
  readonly time = new Timeline();
  runs: Run[] = [];
  curriculum: Curriculum = { lessons: [], prose: async () => [] };
  lesson: Lesson | null = null;
  /** The folder that the page was served with: the sandbox begins with its files. */
  folder: Folder | null = null;
  /** The step that is looked at; -1 for the one that the glass finds worth it. */
  step = -1;
  busy = false;
  /** Resolves when the lesson that was opened last can be worked on; its text is there before. */
  opened: Promise<void> = Promise.resolve();
  /** Whether the program that waits was left, and the shell is typed to. */
  left = false;
  #listeners: [Topic, () => void][] = [];
  #before: (() => Promise<void>)[] = [];
  #playing = 0;
  #folded = { events: [] as Event[], cursor: -1, build: fold([]) };
  #builds: { of: Run[] | null; count: number; found: number[] } = { of: null, count: 0, found: [] };
  #undo: (readonly Entry[])[] = [];
  #redo: (readonly Entry[])[] = [];

  constructor(engine: Engine) {
    this.engine = engine;
  }

  get lessons(): readonly Lesson[] {
    return this.curriculum.lessons;
  }

  on(topics: Topic[], draw: () => void): void {
    for (const topic of topics) this.#listeners.push([topic, draw]);
  }

  /** Something to do before a line runs: an editor hands over what it holds. */
  beforeRun(action: () => Promise<void>): void {
    this.#before.push(action);
  }

  /** Has the editor hand over what it holds, when there is something to work on. */
  async flush(): Promise<void> {
    await this.opened;
    for (const action of this.#before) await action();
  }

  tell(...topics: Topic[]): void {
    const draws = this.#listeners.filter(([topic]) => topics.includes(topic)).map(([, draw]) => draw);
    for (const draw of new Set(draws)) draw();
  }

  /** What there is at the end of the session. */
  get state(): State {
    return this.runs.at(-1)?.state ?? EMPTY;
  }

  /** What there was at the moment that is looked at: a line counts when it is done. */
  get stateThen(): State {
    const { run, cursor } = this.time.at;
    const done = cursor === this.time.length(run) ? run : run - 1;
    return this.runs[done]?.state ?? EMPTY;
  }

  get directory(): string {
    return this.runs.at(-1)?.reply.directory ?? EMPTY.directory;
  }

  /** The build that the glass shows, as an index of `runs`: the last one that had begun at the moment; -1 for none. */
  get build(): number {
    return this.builds.findLast((build) => build <= this.time.at.run) ?? -1;
  }

  /** How many of its events had happened. */
  get cursor(): number {
    const { run, cursor } = this.time.at;
    return this.build === run ? cursor : this.events.length;
  }

  get events(): Event[] {
    return this.runs[this.build]?.reply.events ?? [];
  }

  /** The build that the glass shows, as it was at the moment. */
  get folded(): Build {
    const { events, cursor } = this;
    if (this.#folded.events !== events || this.#folded.cursor !== cursor) {
      this.#folded = { events, cursor, build: fold(cursor === events.length ? events : events.slice(0, cursor)) };
    }
    return this.#folded.build;
  }

  /** The runs that built something, as indices. */
  get builds(): readonly number[] {
    if (this.#builds.of !== this.runs || this.#builds.count !== this.runs.length) {
      const found = this.runs.flatMap((run, at) => (isBuild(run.reply.events) ? [at] : []));
      this.#builds = { of: this.runs, count: this.runs.length, found };
    }
    return this.#builds.found;
  }

  /** Runs a line; a stopped one leaves no trace. In the past, the session goes on from there. */
  async run(line: string): Promise<Reply | null> {
    if (!this.time.isEnd) await this.goOn();
    this.#setBusy(true);
    try {
      await this.flush();
      const before = [...this.engine.journal];
      const directory = this.directory;
      const reply = await this.engine.run(line, "");
      const state = await this.engine.state();
      this.#remember(before);
      this.runs.push({ line, directory, reply, state });
      this.time.push(reply.events.length);
      this.left = false;
      this.tell("files", "runs");
      this.#show(isBuild(reply.events));
      return reply;
    } catch (error) {
      if (error instanceof Stopped) return null;
      throw error;
    } finally {
      this.#setBusy(false);
    }
  }

  /** Whether what is typed goes to a program of the last line, which waits for it. */
  get waits(): boolean {
    return !this.left && (this.runs.at(-1)?.reply.waits ?? false);
  }

  /** Types into the program that waits; the last line's reply is a longer one then. */
  async typeIn(text: string): Promise<boolean> {
    const last = this.runs.at(-1);
    if (!last || !this.waits) return false;
    const before = [...this.engine.journal];
    this.#setBusy(true);
    try {
      const reply = await this.engine.typeIn(text);
      this.#remember(before);
      this.runs[this.runs.length - 1] = { ...last, reply, state: await this.engine.state() };
      this.runs = [...this.runs];
      this.time.reset(this.runs.map((run) => run.reply.events.length));
      this.tell("files", "runs");
      this.#show(false);
      return true;
    } catch (error) {
      if (error instanceof Stopped) return false;
      throw error;
    } finally {
      this.#setBusy(false);
    }
  }

  /** Turns from the program that waits to the shell. */
  leave(): void {
    this.left = true;
    this.tell("runs");
  }

  async stop(): Promise<void> {
    await this.engine.stop();
  }

  /** Goes to what a journal leads to. */
  async rewind(journal: readonly Entry[]): Promise<void> {
    this.#setBusy(true);
    try {
      const lines = journal.flatMap((entry) => (entry.method === "run" ? [entry.line] : []));
      const runs: Run[] = [];
      await this.engine.rewind(journal, async (reply) => {
        const directory = runs.at(-1)?.reply.directory ?? EMPTY.directory;
        runs.push({ line: lines[runs.length]!, directory, reply, state: await this.engine.state() });
      });
      this.runs = runs;
      this.left = false;
      this.time.reset(runs.map((run) => run.reply.events.length));
      this.tell("files", "runs", "replay");
      this.#show(false);
    } finally {
      this.#setBusy(false);
    }
  }

  get canUndo(): boolean {
    return this.#undo.length > 0 || this.runs.length > 0;
  }

  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  /** Takes the last line back, with what was written since; or brings back what a branch from the past had left. */
  async undo(): Promise<void> {
    await this.flush();
    const now = [...this.engine.journal];
    const before = this.#undo.pop() ?? now.slice(0, now.findLastIndex((entry) => entry.method === "run"));
    this.#redo.push(now);
    await this.rewind(before);
  }

  async redo(): Promise<void> {
    const next = this.#redo.pop();
    if (!next) return;
    this.#undo.push([...this.engine.journal]);
    await this.rewind(next);
  }

  /**
   * Makes the moment that is looked at the end of the session. In the middle of a line this is the moment before it; the
   * line is given back, to be changed and run.
   */
  async goOn(): Promise<string> {
    await this.flush();
    const { run, cursor } = this.time.at;
    const isDone = cursor === this.time.length(run);
    const kept = isDone ? run + 1 : Math.max(0, run);
    const journal = this.engine.journal;
    this.#remember([...journal]);
    const line = isDone ? "" : (this.runs[run]?.line ?? "");
    await this.rewind(upTo(journal, kept));
    return line;
  }

  #remember(journal: readonly Entry[]): void {
    this.#redo = [];
    this.#undo.push(journal);
    if (this.#undo.length > MAX_UNDO) this.#undo.shift();
  }

  /** Begins a lesson afresh, or the sandbox: its files, then the lines that lead to where it begins. */
  async begin(lesson: Lesson | null): Promise<void> {
    const files = lesson?.files ?? this.folder?.files ?? { Dockerfile: "FROM alpine\n" };
    const written = Object.entries(files).map(([path, text]): Entry => ({ method: "writeFile", path, text }));
    const setup = (lesson?.setup ?? []).map((line): Entry => ({ method: "run", line }));
    await this.open(lesson, [...written, ...setup]);
  }

  /** Goes on with a lesson where a journal leads to. */
  open(lesson: Lesson | null, journal: readonly Entry[]): Promise<void> {
    this.lesson = lesson;
    this.#undo = [];
    this.#redo = [];
    this.tell("lesson");
    const opening = this.rewind(journal);
    this.opened = opening.catch(() => {});
    return opening;
  }

  /** Goes to the end of a run. */
  showRun(run: number): void {
    this.step = -1;
    this.seek(this.time.endOf(run));
  }

  /** The end of the session; a build plays from its beginning, unless motion is unwelcome. */
  #show(isBuild: boolean): void {
    this.step = -1;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (isBuild && !calm) this.play();
    else this.seek(this.time.end);
  }

  /** Lets the events of the shown build happen one after the other, in about two seconds. */
  play(): void {
    this.pause();
    const run = this.build >= 0 ? this.build : this.time.at.run;
    const end = this.time.endOf(run);
    this.seek(this.time.startOf(run), true);
    const pace = Math.max(25, Math.min(140, 2000 / Math.max(1, this.events.length)));
    this.#playing = setInterval(() => {
      if (this.time.position >= end) this.pause();
      else this.seek(this.time.position + 1, true);
      if (this.time.position >= end) {
        this.step = -1;
        this.pause();
        this.tell("glass");
      }
    }, pace);
  }

  pause(): void {
    clearInterval(this.#playing);
    this.#playing = 0;
  }

  get playing(): boolean {
    return this.#playing !== 0;
  }

  /** Moves to a position on the line of time. */
  seek(position: number, playing = false): void {
    if (!playing) this.pause();
    const build = this.build;
    this.time.seek(position);
    if (this.build !== build) this.step = -1;
    this.tell("glass");
  }

  #setBusy(busy: boolean): void {
    this.busy = busy;
    this.tell("busy");
  }
}

/** The beginning of a journal that has `runs` lines; what was written after the last of them is left out. */
function upTo(journal: readonly Entry[], runs: number): Entry[] {
  let seen = 0;
  const written = journal.findIndex((entry) => entry.method === "run");
  if (runs === 0) return journal.slice(0, written < 0 ? journal.length : written);
  const last = journal.findIndex((entry) => entry.method === "run" && ++seen === runs);
  return journal.slice(0, last + 1);
}
