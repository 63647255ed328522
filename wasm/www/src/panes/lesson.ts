import type { CheckResult, Grade, LessonPart, LessonPiece, LessonStep } from "../../../npm/index.ts";
import { announce, byId, fill, h } from "../dom.ts";
import type { Lab } from "../lab.ts";
import { markdown } from "../markdown.ts";
import { exportProgress, importProgress, note, progressOf } from "../progress.ts";
import { language, t } from "../words/index.ts";
import { lessonList } from "./lessons.ts";
import { question } from "./predict.ts";

export interface LessonActions {
  /** Runs a command in the terminal. */
  run: (command: string) => void;
  /** Opens a lesson, or the sandbox. */
  open: (id: string) => void;
}

/** The lesson: its prose in parts, commands to run, questions, help, checks; or the list of all. */
export function lessonPane(lab: Lab, actions: LessonActions): void {
  let grade: Grade | null = null;
  let parts: LessonPart[] = [];
  let help: { levels: string[]; shown: number } = { levels: [], shown: 0 };
  let listed = false;

  const draw = () => {
    const body = byId("lesson-body");
    if (listed) fill(body, lessonList(lab, choose), keeping(lab, draw));
    else if (!lab.lesson) fill(body, sandbox(lab), back());
    else fill(body, ...lessonText());
  };

  const choose = (id: string) => {
    listed = false;
    actions.open(id);
  };

  const back = () =>
    h("button", { type: "button", class: "link", onclick: list, id: "all-lessons" }, t.allLessons);

  const list = () => {
    listed = true;
    draw();
    byId("lesson-body").scrollTop = 0;
    byId("lesson-body").focus();
  };

  const lessonText = (): HTMLElement[] => {
    const lesson = lab.lesson!;
    const at = lab.lessons.findIndex(({ id }) => id === lesson.id);
    const steps = lesson.steps.filter((step) => step.checks.length > 0 || step.predict.length > 0 || step.commands.length > 0);
    return [
      h("div", { class: "row eyebrow" }, h("p", {}, t.eyebrow(at + 1, lab.lessons.length, lesson.minutes)), back()),
      h("h2", {}, parts[0]?.title || lesson.title),
      h("p", { class: "insight" }, lesson.insight),
      ...parts.flatMap((part) => drawPart(part, lesson.steps.find((step) => step.id === part.step))),
      // Steps without prose of their own still have something to do.
      ...steps.filter((step) => !parts.some((part) => part.step === step.id)).flatMap((step) => todo(step)),
      ending(),
    ];
  };

  const drawPart = (part: LessonPart, step: LessonStep | undefined): HTMLElement[] => {
    const first = part.pieces.findIndex((piece) => piece.kind === "command");
    const asked = (step?.predict ?? []).map((ask) => question(lab, step!, ask));
    const pieces = part.pieces.flatMap((piece, at) => (at === first ? [...asked, ...drawPiece(piece)] : drawPiece(piece)));
    return [
      ...(part.step === null ? [] : [h("h3", {}, part.title)]),
      ...pieces,
      ...(first < 0 ? asked : []),
      ...(step && step.checks.length > 0 ? [checks(step)] : []),
    ];
  };

  const todo = (step: LessonStep): HTMLElement[] => [
    ...step.predict.map((ask) => question(lab, step, ask)),
    ...(step.checks.length > 0 ? [h("h3", {}, t.toBeDone), checks(step)] : []),
  ];

  const drawPiece = (piece: LessonPiece): HTMLElement[] => {
    switch (piece.kind) {
      case "text":
        return markdown(piece.markdown);
      case "command":
        return [command(piece.run, () => actions.run(piece.run))];
      case "output":
        return piece.text ? [h("pre", { class: "transcript", tabindex: 0, role: "region", "aria-label": t.output }, piece.text)] : [];
    }
  };

  const checks = (step: LessonStep) => {
    const result = (id: string) => grade?.checks.find((check) => check.id === id);
    return h("ul", { class: "checks" }, step.checks.map((entry) => row(entry.message, entry.points, result(entry.id))));
  };

  const ending = () => {
    const lesson = lab.lesson!;
    const solved = grade !== null && grade.points === grade.possible;
    const next = lab.lessons[lab.lessons.findIndex(({ id }) => id === lesson.id) + 1];
    return h(
      "div",
      { class: "ending" },
      h(
        "div",
        { class: "row" },
        h("button", { type: "button", class: "primary", id: "check", onclick: check }, t.check),
        h("p", { class: "score", id: "score" }, grade ? t.points(grade.points, grade.possible) : t.checks(lesson.checks.length)),
        lesson.hints.length > 0 &&
          h("button", { type: "button", class: "quiet", id: "hint", onclick: hint, disabled: help.shown > 0 && help.shown >= help.levels.length }, help.shown === 0 ? t.moreHelp : t.nextHint),
      ),
      grade?.build_error && h("p", { class: "evidence bad" }, grade.build_error),
      help.shown > 0 && h("ol", { class: "hints" }, help.levels.slice(0, help.shown).map((level) => h("li", { class: "hint" }, markdown(level)))),
      solved &&
        h(
          "div",
          { class: "solved" },
          h("p", {}, t.solved),
          next && h("button", { type: "button", class: "quiet", onclick: () => choose(next.id) }, t.nextLesson(next.title)),
        ),
    );
  };

  const check = async () => {
    await lab.flush();
    grade = await lab.engine.grade(lab.lesson!.id, language);
    note(lab.lesson!.id, { points: grade.points, possible: grade.possible });
    draw();
    lab.tell("progress");
    byId("check").focus();
    announce(`${t.points(grade.points, grade.possible)}${grade.points === grade.possible ? `. ${t.solved}` : ""}`);
  };

  const hint = async () => {
    await lab.flush();
    const levels = await lab.engine.hints(lab.lesson!.id, language);
    // Another state has other help, from its first level on.
    const same = levels.join("\n") === help.levels.join("\n");
    help = { levels, shown: Math.min(levels.length, same ? help.shown + 1 : 1) };
    draw();
    document.getElementById("hint")?.focus();
    announce(t.hint(levels[help.shown - 1] ?? ""));
  };

  const load = async () => {
    const { lesson } = lab;
    if (!lesson) {
      draw();
      return;
    }
    const found = await lab.curriculum.prose(lesson);
    if (lab.lesson !== lesson) return;
    parts = found;
    draw();
  };

  lab.on(["lesson"], () => {
    grade = null;
    parts = [];
    help = { levels: [], shown: 0 };
    listed = false;
    void load();
  });
  lab.on(["words"], () => {
    draw();
    void load();
  });
}

function command(run: string, go: () => void): HTMLElement {
  return h(
    "div",
    { class: "snippet" },
    h("pre", { tabindex: 0 }, h("code", {}, run)),
    h("button", { type: "button", class: "run", "aria-label": t.runIt(run), onclick: go }, t.run),
  );
}

function sandbox(lab: Lab): HTMLElement[] {
  const { folder } = lab;
  return [
    h("p", { class: "eyebrow" }, t.noLesson),
    h("h2", {}, t.sandbox),
    ...t.sandboxText.map((text) => h("p", {}, text)),
    ...(folder ? [h("p", {}, t.fromFolder(folder.name))] : []),
    ...(folder && folder.left_out.length > 0 ? [h("p", { class: "muted" }, t.leftOut(folder.left_out.join(", ")))] : []),
  ];
}

/** A check with its verdict; one that fails shows what was found and a hint. */
function row(message: string, points: number, result: CheckResult | undefined): HTMLElement {
  const verdict = result ? (result.evidence.passed ? "passed" : "failed") : "open";
  const mark = { passed: "✓", failed: "✗", open: "○" }[verdict];
  const failed = result && !result.evidence.passed;
  return h(
    "li",
    { class: `check ${verdict}` },
    h("span", { class: "mark", "aria-hidden": "true" }, mark),
    h(
      "div",
      {},
      h("span", { class: "visually-hidden" }, `${t.verdicts[verdict]}: `),
      message,
      h("span", { class: "points" }, ` ${points} ${t.point}`),
      failed && h("p", { class: "evidence" }, t.evidence(result.evidence.expected, result.evidence.found), result.evidence.from && ` (${result.evidence.from})`),
      failed && result.hint && h("p", { class: "hint" }, t.hint(result.hint)),
    ),
  );
}

/** Progress as a file: to take it along, and to bring it back. */
function keeping(lab: Lab, draw: () => void): HTMLElement {
  const status = h("p", { class: "muted", role: "status" });
  const file = h("input", { type: "file", accept: "application/json,.json", hidden: true, "aria-label": t.import });
  file.addEventListener("change", async () => {
    const taken = file.files?.[0] ? importProgress(await file.files[0].text()) : null;
    file.value = "";
    draw();
    announce(taken === null ? t.badImport : t.imported(taken));
    lab.tell("progress");
  });
  const solved = lab.lessons.filter((lesson) => progressOf(lesson.id)?.solved).length;
  status.textContent = t.solvedOf(solved, lab.lessons.length);
  return h(
    "div",
    { class: "keeping" },
    h("h3", {}, t.keep),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "quiet", onclick: () => exportProgress(lab.lessons.map(({ id }) => id)) }, t.export),
      h("button", { type: "button", class: "quiet", onclick: () => file.click() }, t.import),
      file,
      status,
    ),
  );
}
