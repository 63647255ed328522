/** What a learner did, kept in this browser: for each lesson the journal, which leads to the same state again, and the points. */

import type { Entry } from "../../npm/index.ts";
import { save } from "./download.ts";
import { isEntry } from "./share.ts";

/** Longest journal that is kept, in characters. */
const MAX = 200_000;

interface Kept {
  version: 1;
  journal: Entry[];
  points?: number;
  possible?: number;
}

const key = (lesson: string) => `glasshull:lesson:${lesson}`;

function get(name: string): any {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

function put(name: string, value: unknown): void {
  try {
    const text = JSON.stringify(value);
    if (text.length <= MAX) localStorage.setItem(name, text);
  } catch {
    // No storage, no memory: the lab works all the same.
  }
}

function kept(lesson: string): Kept | null {
  const found = get(key(lesson));
  return isKept(found) ? found : null;
}

function isKept(value: any): value is Kept {
  return value?.version === 1 && Array.isArray(value.journal) && value.journal.every(isEntry);
}

export function remember(lesson: string, journal: readonly Entry[]): void {
  put(key(lesson), { ...kept(lesson), version: 1, journal });
  put("glasshull:last", lesson);
}

export function restore(lesson: string): Entry[] | null {
  return kept(lesson)?.journal ?? null;
}

/** Keeps the best result of a lesson. */
export function note(lesson: string, result: { points: number; possible: number }): void {
  const before = kept(lesson);
  if ((before?.points ?? -1) < result.points) put(key(lesson), { journal: [], ...before, version: 1, ...result });
}

export function progressOf(lesson: string): { solved: boolean } | null {
  const found = kept(lesson);
  return found && { solved: found.points !== undefined && found.points === found.possible };
}

/** The lesson that was open last; the empty text for the sandbox. */
export function lastLesson(): string | null {
  const found = get("glasshull:last");
  return typeof found === "string" ? found : null;
}

/** What was answered to a question. */
export function answerOf(question: string): string | null {
  const found = get("glasshull:answers")?.[question];
  return typeof found === "string" ? found : null;
}

export function keepAnswer(question: string, answer: string): void {
  put("glasshull:answers", { ...get("glasshull:answers"), [question]: answer });
}

const FORMAT = "glasshull-progress";

/** All that is kept, as a file. */
export function exportProgress(lessons: readonly string[]): void {
  const found = [...lessons, ""].flatMap((lesson) => {
    const progress = kept(lesson);
    return progress ? [[lesson, progress]] : [];
  });
  const content = { format: FORMAT, version: 1, lessons: Object.fromEntries(found), answers: get("glasshull:answers") ?? {} };
  save("glasshull-progress.json", new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
}

/** Takes such a file over; the number of lessons, or null if it is none. */
export function importProgress(text: string): number | null {
  try {
    const content = JSON.parse(text);
    const lessons = Object.entries(content.lessons ?? {});
    if (content.format !== FORMAT || content.version !== 1 || !lessons.every(([, progress]) => isKept(progress))) return null;
    for (const [lesson, progress] of lessons) put(key(lesson), progress);
    const answers = Object.entries(content.answers ?? {}).filter(([, answer]) => typeof answer === "string");
    put("glasshull:answers", { ...get("glasshull:answers"), ...Object.fromEntries(answers) });
    return lessons.length;
  } catch {
    return null;
  }
}
