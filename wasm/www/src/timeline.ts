/**
 * The session as one line of moments: the beginning, then for each line that was run the moment it was typed and one after
 * each of its events. A line without events is one moment.
 */
export class Timeline {
  #lengths: number[] = [];
  /** The first position of each run. */
  #starts: number[] = [];
  #end = 0;
  #position = 0;
  #at = { run: -1, cursor: 0 };

  /** The runs' numbers of events; the moment is then the end. */
  reset(lengths: readonly number[]): void {
    this.#lengths = [];
    this.#starts = [];
    this.#end = 0;
    for (const length of lengths) this.push(length);
    this.seek(this.#end);
  }

  /** Another run at the end. */
  push(events: number): void {
    this.#lengths.push(events);
    this.#starts.push(this.#end + 1);
    this.#end += events + 1;
  }

  get position(): number {
    return this.#position;
  }

  get end(): number {
    return this.#end;
  }

  get isEnd(): boolean {
    return this.#position === this.#end;
  }

  /** The run of the moment (-1 for the beginning), and how many of its events had happened. */
  get at(): { readonly run: number; readonly cursor: number } {
    return this.#at;
  }

  get runs(): number {
    return this.#lengths.length;
  }

  /** How many events a run has. */
  length(run: number): number {
    return this.#lengths[run] ?? 0;
  }

  startOf(run: number): number {
    return this.#starts[run] ?? 0;
  }

  endOf(run: number): number {
    return this.startOf(run) + this.length(run);
  }

  seek(position: number): void {
    this.#position = Math.max(0, Math.min(position, this.#end));
    const run = this.#starts.findLastIndex((start) => start <= this.#position);
    this.#at = { run, cursor: run < 0 ? 0 : this.#position - this.#starts[run]! };
  }
}
