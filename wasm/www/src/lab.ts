/** The page's state: one engine, what was run, what is looked at. Panes subscribe and draw themselves. */

import { Engine, Stopped, type Entry, type Event, type Lesson, type Reply, type State } from "../../npm/index.ts";
import { isBuild } from "./build.ts";

/** A line that was run. */
export interface Run {
  line: string;
  /** The directory it ran in. */
  directory: string;
  reply: Reply;
}

export type Topic = "files" | "runs" | "glass" | "busy" | "lesson" | "replay";

const EMPTY: State = { images: [], containers: [], directory: "/root/project" };

export class Lab {
  readonly engine: Engine;
  state: State = EMPTY;
  runs: Run[] = [];
  lessons: Lesson[] = [];
  lesson: Lesson | null = null;
  /** The build that the glass shows, as an index of `runs`; the events of it that count as having happened. */
  build = -1;
  cursor = 0;
  /** The step that is looked at; -1 for the one that the glass finds worth it. */
  step = -1;
  busy = false;
  #listeners: [Topic, () => void][] = [];
  #before: (() => Promise<void>)[] = [];
  #playing = 0;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  on(topics: Topic[], draw: () => void): void {
    for (const topic of topics) this.#listeners.push([topic, draw]);
  }

  /** Something to do before a line runs: an editor hands over what it holds. */
  beforeRun(action: () => Promise<void>): void {
    this.#before.push(action);
  }

  /** Has the editor hand over what it holds. */
  async flush(): Promise<void> {
    for (const action of this.#before) await action();
  }

  tell(...topics: Topic[]): void {
    const draws = this.#listeners.filter(([topic]) => topics.includes(topic)).map(([, draw]) => draw);
    for (const draw of new Set(draws)) draw();
  }

  get directory(): string {
    return this.runs.at(-1)?.reply.directory ?? EMPTY.directory;
  }

  get events(): Event[] {
    return this.runs[this.build]?.reply.events ?? [];
  }

  /** The runs that built something, as indices. */
  get builds(): number[] {
    return this.runs.flatMap((run, at) => (isBuild(run.reply.events) ? [at] : []));
  }

  /** Runs a line; a stopped one leaves no trace. */
  async run(line: string): Promise<Reply | null> {
    await this.flush();
    const directory = this.directory;
    this.#setBusy(true);
    try {
      const reply = await this.engine.run(line);
      this.runs.push({ line, directory, reply });
      await this.#refresh();
      if (isBuild(reply.events)) this.show(this.runs.length - 1, true);
      return reply;
    } catch (error) {
      if (error instanceof Stopped) return null;
      throw error;
    } finally {
      this.#setBusy(false);
    }
  }

  async stop(): Promise<void> {
    await this.engine.stop();
  }

  /** Goes back to what a journal leads to. */
  async rewind(journal: readonly Entry[]): Promise<void> {
    this.#setBusy(true);
    try {
      const lines = journal.flatMap((entry) => (entry.method === "run" ? [entry.line] : []));
      const replies = await this.engine.rewind(journal);
      let directory = EMPTY.directory;
      this.runs = replies.map((reply, at) => {
        const run = { line: lines[at]!, directory, reply };
        directory = reply.directory;
        return run;
      });
      await this.#refresh();
      this.tell("replay");
      this.show(this.builds.at(-1) ?? -1, false);
    } finally {
      this.#setBusy(false);
    }
  }

  /** Takes the last line back, with what was written since. */
  async undo(): Promise<void> {
    const last = this.engine.journal.findLastIndex((entry) => entry.method === "run");
    if (last >= 0) await this.rewind(this.engine.journal.slice(0, last));
  }

  /** Begins a lesson afresh, or the sandbox. */
  async begin(lesson: Lesson | null): Promise<void> {
    const start = Object.entries(lesson?.files ?? { Dockerfile: "FROM alpine\n" });
    await this.open(lesson, start.map(([path, text]) => ({ method: "writeFile", path, text })));
  }

  /** Goes on with a lesson where a journal leads to. */
  async open(lesson: Lesson | null, journal: readonly Entry[]): Promise<void> {
    this.lesson = lesson;
    await this.rewind(journal);
    this.tell("lesson");
  }

  /** Shows a build, whole or playing from its beginning. */
  show(build: number, play: boolean): void {
    this.build = build;
    this.step = -1;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (play && !calm) this.play();
    else this.seek(this.events.length);
  }

  /** Lets the events of the build happen one after the other, in about two seconds. */
  play(): void {
    this.pause();
    this.seek(0, true);
    const pace = Math.max(25, Math.min(140, 2000 / this.events.length));
    this.#playing = setInterval(() => {
      if (this.cursor >= this.events.length) this.pause();
      else this.seek(this.cursor + 1, true);
    }, pace);
  }

  pause(): void {
    clearInterval(this.#playing);
    this.#playing = 0;
  }

  get playing(): boolean {
    return this.#playing !== 0;
  }

  /** Moves to after the `cursor`th event. */
  seek(cursor: number, playing = false): void {
    if (!playing) this.pause();
    this.cursor = Math.max(0, Math.min(cursor, this.events.length));
    if (this.cursor === this.events.length) {
      if (this.playing) this.step = -1;
      this.pause();
    }
    this.tell("glass");
  }

  async #refresh(): Promise<void> {
    this.state = await this.engine.state();
    this.tell("files", "runs");
  }

  #setBusy(busy: boolean): void {
    this.busy = busy;
    this.tell("busy");
  }
}
