/** What a learner did, kept in this browser: the journal, which leads to the same state again. */

import type { Entry } from "../../npm/index.ts";

/** Longest journal that is kept, in characters. */
const MAX = 200_000;

export function remember(lesson: string, journal: readonly Entry[]): void {
  const kept = JSON.stringify({ version: 1, journal });
  try {
    if (kept.length <= MAX) localStorage.setItem(`glasshull:lesson:${lesson}`, kept);
    localStorage.setItem("glasshull:last", lesson);
  } catch {
    // No storage, no memory: the lab works all the same.
  }
}

export function restore(lesson: string): Entry[] | null {
  try {
    const kept = JSON.parse(localStorage.getItem(`glasshull:lesson:${lesson}`) ?? "null");
    return kept?.version === 1 && Array.isArray(kept.journal) ? kept.journal : null;
  } catch {
    return null;
  }
}

/** The lesson that was open last; the empty text for the sandbox. */
export function lastLesson(): string | null {
  try {
    return localStorage.getItem("glasshull:last");
  } catch {
    return null;
  }
}
