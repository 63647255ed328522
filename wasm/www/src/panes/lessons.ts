import { h } from "../dom.ts";
import type { Lab } from "../lab.ts";
import { progressOf } from "../progress.ts";
import { t } from "../words/index.ts";

/** All lessons, with what was done of each. */
export function lessonList(lab: Lab, choose: (id: string) => void): HTMLElement {
  const item = (id: string, number: string, title: string, text: string, minutes: number | null) => {
    const progress = progressOf(id);
    const state = progress?.solved ? t.solvedMark : progress ? t.begun : null;
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "lesson-row", "aria-current": (lab.lesson?.id ?? "") === id ? "true" : undefined, onclick: () => choose(id) },
        h("span", { class: "number", "aria-hidden": "true" }, progress?.solved ? "✓" : number),
        h("span", { class: "title" }, title),
        h("span", { class: "text" }, text),
        h("span", { class: "facts" }, [minutes === null ? null : t.minutes(minutes), state].filter(Boolean).join(" · ")),
      ),
    );
  };
  return h(
    "div",
    {},
    h("h2", {}, t.allLessons),
    h(
      "ol",
      { class: "lessons" },
      lab.lessons.map((lesson, at) => item(lesson.id, String(at + 1), lesson.title, lesson.insight, lesson.minutes)),
      item("", "·", t.sandbox, t.sandboxText[0]!, null),
    ),
  );
}
