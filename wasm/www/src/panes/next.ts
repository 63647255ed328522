import type { NextEdit } from "../../../npm/index.ts";
import type { Step } from "../build.ts";
import { h } from "../dom.ts";
import type { Lab } from "../lab.ts";
import { t } from "../words/index.ts";
import { table } from "./table.ts";
import { asTables } from "./twin.ts";

type Fate = "anew" | "perhaps" | "kept";

/** Names of files that are shown before the rest is counted. */
const SHOWN = 3;

/** What the next edit of each line and file would do anew: a row for each edit, a dot for each line that is done. */
export async function nextEdits(lab: Lab, step: Step): Promise<HTMLElement> {
  const run = lab.runs[lab.build]!;
  const edits = await lab.engine.nextEdits(run.line, run.directory, lab.folded.buildkit);
  const lines = [...new Set(edits.flatMap((edit) => [...edit.invalidates, ...edit.may_invalidate]))].sort((a, b) => a - b);
  const own = edits.find((edit) => edit.line !== null && (edit.line === step.line || step.text.endsWith(edit.text)));
  return h(
    "div",
    {},
    h("p", { class: own ? "first" : "muted" }, own ? t.next.costs(own.line!, own.invalidates.length, lines.length) : t.next.intro),
    asTables() ? asTable(edits, own) : picture(edits, lines, own),
  );
}

function picture(edits: readonly NextEdit[], lines: readonly number[], own: NextEdit | undefined): HTMLElement {
  const { next } = t;
  const dot = (edit: NextEdit, line: number) => {
    const kind = fate(edit, line);
    return h("td", { class: kind }, h("i", { title: next.fate[kind](line) }, h("span", { class: "visually-hidden" }, next.fate[kind](line))));
  };
  return h(
    "div",
    { class: "table next", tabindex: "0" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, next.edit), lines.map((line) => h("th", { scope: "col" }, String(line))))),
      h(
        "tbody",
        {},
        edits.map((edit) => h("tr", { class: edit === own ? "own" : undefined }, h("th", { scope: "row" }, what(edit)), lines.map((line) => dot(edit, line)))),
      ),
    ),
    h("p", { class: "legend" }, (["anew", "perhaps", "kept"] as const).map((kind) => h("span", { class: kind }, h("i", { "aria-hidden": "true" }), next.legend[kind]))),
  );
}

function asTable(edits: readonly NextEdit[], own: NextEdit | undefined): HTMLElement {
  const { next } = t;
  const rows = edits.map((edit) => [what(edit), edit.invalidates.join(" ") || "—", edit.may_invalidate.join(" ")]);
  return table([next.edit, next.lines, next.linesPerhaps], rows, edits.map((edit) => (edit === own ? "own" : "")));
}

function fate(edit: NextEdit, line: number): Fate {
  return edit.invalidates.includes(line) ? "anew" : edit.may_invalidate.includes(line) ? "perhaps" : "kept";
}

/** The line with its instruction, or the files. */
function what(edit: NextEdit): HTMLElement {
  if (edit.line !== null) return h("span", {}, h("span", { class: "number" }, `${edit.line} `), h("code", {}, edit.text));
  const rest = edit.files.length - SHOWN;
  return h("span", { title: edit.files.join("\n") }, h("code", {}, edit.files.slice(0, SHOWN).join(" ")), rest > 0 && ` ${t.next.more(rest)}`);
}
