/** The lessons in a language: made ready beside the page, so that they can be read before the engine is there; else it is asked. */

import type { Engine, Lesson, LessonPart } from "../../npm/index.ts";
import { isOneFile } from "./single.ts";

export interface Curriculum {
  lessons: Lesson[];
  /** The text of a lesson, with the transcripts that running it gives. */
  prose: (lesson: Lesson) => Promise<LessonPart[]>;
}

export async function curriculum(engine: Engine, language: string): Promise<Curriculum> {
  const response = isOneFile ? null : await fetch(`lessons-${language}.json`).catch(() => null);
  if (response?.ok) {
    const ready = (await response.json()) as { lessons: Lesson[]; prose: Record<string, LessonPart[]> };
    return { lessons: ready.lessons, prose: async ({ id }) => ready.prose[id] ?? [] };
  }
  const lessons = await engine.lessons(language);
  return { lessons, prose: ({ id, locales }) => engine.lessonProse(id, locales.includes(language) ? language : "en") };
}
