/** The editor: CodeMirror with colours, findings and the cache's verdicts for a Dockerfile. */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting, type StreamParser } from "@codemirror/language";
import { forceLinting, lintGutter, linter, lintKeymap, nextDiagnostic, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, RangeSet, StateEffect, StateField, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, gutter, GutterMarker, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Mark } from "../../npm/index.ts";
import { pieces, type Kind } from "./highlight.ts";

/** What stands beside a line. */
export interface Verdict {
  /** 1-based. */
  line: number;
  kind: "hit" | "miss" | "unused" | "base" | "failed";
  title: string;
}

export interface Editor {
  readonly text: string;
  /** Puts another file there, with a history of its own. */
  open(text: string, isDockerfile: boolean, label: string): void;
  /** Puts another text there, as an edit of the same file. */
  replace(text: string): void;
  mark(verdicts: readonly Verdict[]): void;
  disable(disabled: boolean): void;
  focus(): void;
}

const SIGNS = { hit: "●", miss: "○", unused: "○", base: "◆", failed: "✗" };

class VerdictMarker extends GutterMarker {
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super();
    this.verdict = verdict;
  }

  override eq(other: GutterMarker): boolean {
    return other instanceof VerdictMarker && other.verdict.kind === this.verdict.kind && other.verdict.title === this.verdict.title;
  }

  override toDOM(): HTMLElement {
    const sign = document.createElement("span");
    sign.className = `verdict-${this.verdict.kind}`;
    sign.textContent = SIGNS[this.verdict.kind];
    sign.title = this.verdict.title;
    return sign;
  }
}

const setVerdicts = StateEffect.define<readonly Verdict[]>();

const verdicts = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    const effect = transaction.effects.find((effect) => effect.is(setVerdicts));
    if (!effect) return marks.map(transaction.changes);
    const { doc } = transaction.state;
    const placed = effect.value.filter(({ line }) => line >= 1 && line <= doc.lines);
    return RangeSet.of(placed.map((verdict) => new VerdictMarker(verdict).range(doc.line(verdict.line).from)), true);
  },
});

/** The tokens of a Dockerfile, line by line. */
const dockerfile: StreamParser<{ continued: boolean }> = {
  startState: () => ({ continued: false }),
  token(stream, state) {
    if (stream.sol()) queued = pieces(stream.string, state.continued);
    let at = 0;
    for (const piece of queued) {
      at += piece.text.length;
      if (stream.pos < at) {
        stream.pos = at;
        if (stream.eol()) state.continued = goesOn(stream.string, state.continued);
        return TOKENS[piece.kind];
      }
    }
    stream.skipToEnd();
    state.continued = goesOn(stream.string, state.continued);
    return null;
  },
  blankLine() {
    // An empty line ends nothing: the instruction above it goes on.
  },
  copyState: (state) => ({ ...state }),
};
let queued: ReturnType<typeof pieces> = [];
const TOKENS: Record<Kind, string | null> = { "": null, word: "keyword", string: "string", variable: "variableName", comment: "comment", flag: "meta" };

function goesOn(line: string, continued: boolean): boolean {
  return /\\\s*$/.test(line) || (continued && /^\s*(#.*)?$/.test(line));
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: tags.string, color: "var(--hit)" },
  { tag: tags.variableName, color: "var(--l3)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.meta, color: "var(--miss)" },
]);

const look = EditorView.theme({
  "&": { blockSize: "100%", color: "var(--ink)", background: "var(--raised)", fontSize: "var(--editor-size, .9rem)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { padding: ".6rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 .8rem" },
  ".cm-cursor": { borderInlineStartColor: "var(--ink)", borderInlineStartWidth: "2px" },
  ".cm-activeLine": { background: "color-mix(in srgb, var(--glow) 28%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--glow)" },
  ".cm-gutters": { background: "var(--pane)", color: "var(--soft)", borderInlineEnd: "1px solid var(--line)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 .3rem 0 .7rem" },
  ".cm-verdicts": { inlineSize: "1.5rem" },
  ".cm-verdicts .cm-gutterElement": { textAlign: "center", cursor: "default" },
  ".verdict-hit": { color: "var(--hit)" },
  ".verdict-miss": { color: "var(--miss)" },
  ".verdict-failed": { color: "var(--bad)", fontWeight: "700" },
  ".verdict-base": { color: "var(--accent)" },
  ".cm-gutter-lint": { inlineSize: "1rem" },
  ".cm-lint-marker": { inlineSize: ".7rem", blockSize: ".7rem", padding: "0", margin: ".35rem 0 0 .1rem" },
  ".cm-tooltip": { background: "var(--raised)", color: "var(--ink)", border: "1px solid var(--strong)", borderRadius: "8px", maxInlineSize: "26rem", font: ".86rem/1.45 var(--sans)", overflow: "hidden" },
  ".cm-diagnostic": { padding: ".45rem .7rem", borderInlineStart: "4px solid var(--amber)" },
  ".cm-diagnostic-error": { borderInlineStartColor: "var(--bad)" },
  ".cm-panels": { background: "var(--sunken)", color: "var(--ink)", borderBlockStart: "1px solid var(--line)", font: ".86rem/1.45 var(--sans)" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { background: "var(--glow)", color: "var(--ink)" },
  ".cm-panel.cm-panel-lint button[name=close]": { color: "var(--ink)" },
});

/** An editor in a box of its own: its styles are in a shadow root, which the page's policy allows. */
export function editor(holder: HTMLElement, changed: () => void, lint: (text: string) => Promise<Mark[]>): Editor {
  const root = holder.attachShadow({ mode: "open" });
  const language = new Compartment();
  const label = new Compartment();
  const locked = new Compartment();
  let silent = false;

  const findings = linter(async (view) => (await lint(view.state.doc.toString())).map((mark) => diagnostic(view, mark)), { delay: 350 });
  const ofLanguage = (isDockerfile: boolean): Extension =>
    isDockerfile ? [StreamLanguage.define(dockerfile), findings, lintGutter()] : [];
  const ofLabel = (text: string) => EditorView.contentAttributes.of({ "aria-label": text });
  const ofLock = (disabled: boolean) => [EditorState.readOnly.of(disabled), EditorView.editable.of(!disabled)];

  const base: Extension = [
    lineNumbers(),
    verdicts,
    gutter({ class: "cm-verdicts", markers: (view) => view.state.field(verdicts), initialSpacer: () => new VerdictMarker({ line: 1, kind: "hit", title: "" }) }),
    history(),
    drawSelection(),
    highlightActiveLine(),
    syntaxHighlighting(colours),
    look,
    EditorView.contentAttributes.of({ spellcheck: "false", autocapitalize: "off", autocorrect: "off", translate: "no" }),
    // Tab indents; Escape before it lets it leave, as CodeMirror's own keys do.
    keymap.of([...historyKeymap, ...lintKeymap, { key: "F8", run: nextDiagnostic }, ...defaultKeymap, indentWithTab]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !silent) changed();
    }),
  ];
  const fresh = (text: string, isDockerfile: boolean, name: string) =>
    EditorState.create({
      doc: text,
      extensions: [base, language.of(ofLanguage(isDockerfile)), label.of(ofLabel(name)), locked.of(ofLock(false))],
    });
  const view = new EditorView({ state: fresh("", false, ""), parent: root, root });

  const quietly = (action: () => void) => {
    silent = true;
    action();
    silent = false;
  };
  return {
    get text() {
      return view.state.doc.toString();
    },
    open: (text, isDockerfile, name) => quietly(() => view.setState(fresh(text, isDockerfile, name))),
    replace: (text) =>
      quietly(() => {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
        forceLinting(view);
      }),
    mark: (found) => view.dispatch({ effects: setVerdicts.of(found) }),
    disable: (disabled) => view.dispatch({ effects: locked.reconfigure(ofLock(disabled)) }),
    focus: () => view.focus(),
  };
}

/** A finding as CodeMirror has it: under the lines that it is about, or under the first. */
function diagnostic(view: EditorView, mark: Mark): Diagnostic {
  const { doc } = view.state;
  const first = doc.line(Math.max(1, Math.min(mark.first, doc.lines)));
  const last = doc.line(Math.max(first.number, Math.min(mark.last, doc.lines)));
  const message = mark.rule ? `${mark.rule}: ${mark.message}\n${mark.advice}` : mark.message;
  return { from: first.from, to: last.to, severity: mark.severity, message };
}
