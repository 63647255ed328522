import type { LessonStep, Predict } from "../../../npm/index.ts";
import { announce, h } from "../dom.ts";
import type { Lab } from "../lab.ts";
import { answerOf, keepAnswer } from "../progress.ts";
import { t } from "../words/index.ts";

/** A question that is asked before its commands run; the state after them answers it. */
export function question(lab: Lab, step: LessonStep, ask: Predict): HTMLElement {
  const id = `${lab.lesson!.id}:${ask.id}`;
  const given = answerOf(id);
  const result = h("div", { class: "answer", role: "status" });
  const choices = ask.choices.length > 0;
  const input = h("input", { type: "text", value: given ?? "", "aria-label": ask.ask, autocomplete: "off", spellcheck: "false" });
  const form = h(
    "form",
    { class: "predict" },
    h(
      "fieldset",
      {},
      h("legend", {}, h("small", {}, t.predict), ask.ask),
      choices
        ? ask.choices.map((choice) =>
            h("label", {}, h("input", { type: "radio", name: id, value: choice, checked: choice === given, required: true }), h("span", {}, choice)),
          )
        : input,
    ),
    h("button", { type: "submit", class: "quiet" }, t.answer),
    result,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const guess = choices ? String(new FormData(form).get(id) ?? "") : input.value.trim();
    keepAnswer(id, guess);
    const ran = step.commands.length === 0 || lab.runs.some((run) => step.commands.some((command) => run.line.trim() === command.run));
    const answer = ran ? await lab.engine.answer(lab.lesson!.id, ask.id).catch(() => null) : null;
    const right = answer !== null && guess.toLowerCase() === answer.toLowerCase();
    const text = answer === null ? t.notBuilt : right ? t.right : t.wrong(answer);
    result.className = `answer ${answer === null ? "open" : right ? "right" : "wrong"}`;
    result.replaceChildren(h("p", {}, h("b", {}, text)), ...(answer !== null && ask.explain ? [h("p", {}, ask.explain)] : []));
    announce(text);
  });
  return form;
}
