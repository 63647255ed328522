import type { Entry } from "../../npm/index.ts";
import { byId, fill, h } from "./dom.ts";
import type { Lab } from "./lab.ts";
import { restore } from "./progress.ts";

/** The choice of a lesson, or of none; `chosen` is called when someone chooses. Gives a function that opens one, with a journal or where it was left. */
export function lessonPicker(lab: Lab, chosen: () => void): (id: string, journal?: readonly Entry[]) => Promise<void> {
  const select = byId<HTMLSelectElement>("lesson-picker");
  fill(
    select,
    lab.lessons.map((lesson, at) => h("option", { value: lesson.id }, `${at + 1}. ${lesson.title}`)),
    h("option", { value: "" }, "Sandbox"),
  );
  const open = async (id: string, journal?: readonly Entry[]) => {
    const lesson = lab.lessons.find((lesson) => lesson.id === id) ?? null;
    select.value = lesson?.id ?? "";
    const kept = journal ?? restore(select.value);
    try {
      if (kept) await lab.open(lesson, kept);
      else await lab.begin(lesson);
    } catch {
      // A journal of another version of the engine may not replay.
      await lab.begin(lesson);
    }
  };
  select.addEventListener("change", () => {
    chosen();
    void open(select.value);
  });
  return open;
}
