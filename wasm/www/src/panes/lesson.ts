import type { CheckResult, Grade } from "../../../npm/index.ts";
import { announce, byId, fill, h } from "../dom.ts";
import { count } from "../format.ts";
import type { Lab } from "../lab.ts";
import { markdown } from "../markdown.ts";

/** The lesson's prose and its checks. */
export function lessonPane(lab: Lab, run: (command: string) => void): void {
  let grade: Grade | null = null;

  const draw = () => {
    const { lesson } = lab;
    if (!lesson) {
      fill(byId("lesson-body"), sandbox());
      return;
    }
    const prose = markdown(lesson.content.replace(/^# .*\n/, ""), run);
    fill(
      byId("lesson-body"),
      h("p", { class: "eyebrow" }, `Lesson · ${lesson.minutes} minutes`),
      h("h2", {}, lesson.title),
      h("p", { class: "insight" }, lesson.insight),
      ...prose,
      h("h3", {}, "To be done"),
      checks(),
    );
  };

  const checks = () => {
    const lesson = lab.lesson!;
    const result = (id: string) => grade?.checks.find((check) => check.id === id);
    return h(
      "div",
      { class: "checks" },
      h("ul", {}, lesson.checks.map((entry) => row(entry.message, entry.points, result(entry.id)))),
      h(
        "div",
        { class: "row" },
        h("button", { type: "button", class: "primary", onclick: check }, "Check my work"),
        h(
          "p",
          { class: "score", id: "score" },
          grade ? `${grade.points} of ${grade.possible} points` : count(lesson.checks.length, "check"),
        ),
      ),
      grade?.points === grade?.possible && grade && h("p", { class: "solved" }, "Solved. Well done."),
    );
  };

  const check = async () => {
    await lab.flush();
    grade = await lab.engine.grade(lab.lesson!.id);
    draw();
    byId("lesson-body").querySelector<HTMLElement>(".checks .primary")?.focus();
    announce(`${grade.points} of ${grade.possible} points`);
  };

  lab.on(["lesson"], () => {
    grade = null;
    draw();
  });
}

function sandbox(): HTMLElement[] {
  return [
    h("p", { class: "eyebrow" }, "No lesson"),
    h("h2", {}, "Sandbox"),
    h("p", {}, "A machine of your own. Edit files, type commands, build what you like; every build shows in the glass."),
    h("p", {}, "What can be pulled, installed and run is what the simulation holds; what it does not hold, it says."),
  ];
}

/** A check with its verdict; one that fails shows what was found and a hint. */
function row(message: string, points: number, result: CheckResult | undefined): HTMLElement {
  const verdict = result ? (result.evidence.passed ? "passed" : "failed") : "open";
  const mark = { passed: "✓", failed: "✗", open: "○" }[verdict];
  return h(
    "li",
    { class: `check ${verdict}` },
    h("span", { class: "mark", "aria-hidden": "true" }, mark),
    h(
      "div",
      {},
      h("span", { class: "visually-hidden" }, `${verdict}: `),
      message,
      h("span", { class: "points" }, ` ${points} p`),
      result &&
        !result.evidence.passed &&
        h("p", { class: "evidence" }, `Expected ${result.evidence.expected}; found ${result.evidence.found}.`),
      result && !result.evidence.passed && result.hint && h("p", { class: "hint" }, `Hint: ${result.hint}`),
    ),
  );
}
