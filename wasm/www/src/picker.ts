import type { Entry } from "../../npm/index.ts";
import { byId, fill, h } from "./dom.ts";
import type { Lab } from "./lab.ts";
import { progressOf, restore } from "./progress.ts";
import { t } from "./words/index.ts";

/** The choice of a lesson, or of none; `chosen` is called when someone chooses. Gives a function that opens one, with a journal or where it was left. */
export function lessonPicker(lab: Lab, chosen: () => void): (id: string, journal?: readonly Entry[]) => Promise<void> {
  const select = byId<HTMLSelectElement>("lesson-picker");
  const draw = () => {
    fill(
      select,
      lab.lessons.map((lesson, at) =>
        h("option", { value: lesson.id }, `${at + 1}. ${lesson.title}${progressOf(lesson.id)?.solved ? " ✓" : ""}`),
      ),
      h("option", { value: "" }, t.sandbox),
    );
    select.value = lab.lesson?.id ?? "";
  };
  const open = async (id: string, journal?: readonly Entry[]) => {
    const lesson = lab.lessons.find((lesson) => lesson.id === id) ?? null;
    const kept = journal ?? restore(lesson?.id ?? "");
    try {
      if (kept && kept.length > 0) await lab.open(lesson, kept);
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
  lab.on(["words", "lesson", "progress"], draw);
  draw();
  return open;
}
