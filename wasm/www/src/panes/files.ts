import { text, type FileView } from "../../../npm/index.ts";
import type { Step } from "../build.ts";
import { announce, byId, fill, h, tabs } from "../dom.ts";
import type { Editor, Verdict } from "../editor.ts";
import type { Lab } from "../lab.ts";
import { t } from "../words/index.ts";

/** How long the editor waits before it hands a change over. */
const PAUSE = 300;

/** The project's files and their editor. */
export function filesPane(lab: Lab): void {
  let files: FileView[] = [];
  let open = "";
  let dirty = false;
  let timer = 0;
  let marked = "";

  const changed = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), PAUSE);
  };
  // The editor is the largest part of the page, and comes while the engine starts.
  let area: Editor;
  const coming = import("../editor.ts").then(({ editor }) => {
    area = editor(byId("editor"), changed, (source) => lab.engine.lint(source).catch(() => []));
  });
  const isDockerfile = () => /(^|\/|\.)Dockerfile($|\.)/i.test(open);
  const isLocked = () => {
    const editable = lab.lesson?.ui.edit ?? [];
    return open === "" || (editable.length > 0 && !editable.some((pattern) => matches(pattern, open)));
  };

  const flush = async () => {
    clearTimeout(timer);
    if (!dirty) return;
    dirty = false;
    await lab.engine.writeFile(open, area.text);
  };
  lab.beforeRun(flush);

  const choose = async (path: string) => {
    await flush();
    await show(path);
    drawTabs();
  };

  /** A file that is gone meanwhile is empty until the list of files says so. */
  const read = async (path: string) => (path === "" ? "" : lab.engine.readFile(path).then((bytes) => text(Array.from(bytes)), () => ""));

  const show = async (path: string) => {
    const content = await read(path);
    await coming;
    open = path;
    marked = "";
    area.open(content, isDockerfile(), path === "" ? t.noFile : t.editor(path));
    area.disable(isLocked());
    drawVerdicts();
  };

  const load = async () => {
    [files] = await Promise.all([lab.engine.files(), coming]);
    if (!files.some((file) => file.path === open)) {
      await show(files.find((file) => file.path === "Dockerfile")?.path ?? files[0]?.path ?? "");
    } else if (!dirty) {
      const content = await read(open);
      if (content !== area.text) area.replace(content);
      area.disable(isLocked());
    }
    drawTabs();
    drawVerdicts();
  };

  const drawTabs = () => {
    const names = files.map((file): [string, string] => [file.path, file.path]);
    fill(
      byId("file-tabs"),
      tabs(t.projectFiles, names, open, choose),
      h("button", { type: "button", class: "quiet", "aria-label": t.newFile, title: t.newFile, onclick: create }, "+"),
      open !== "" &&
        open !== "Dockerfile" &&
        h("button", { type: "button", class: "quiet", "aria-label": t.remove(open), onclick: remove }, t.delete),
    );
  };

  const drawVerdicts = () => {
    // Nothing is open before the editor is there.
    if (!isDockerfile()) return;
    const lines = area.text.split("\n");
    const found = lab.folded.steps.flatMap((step) => verdict(step, lines) ?? []);
    // Marks that stay need no drawing; the editor moves them with their lines by itself.
    const key = `${open} ${lines.length} ${JSON.stringify(found)}`;
    if (key !== marked) area.mark(found);
    marked = key;
  };

  const create = () => {
    const input = h("input", {
      type: "text",
      "aria-label": t.fileName,
      placeholder: t.fileHint,
      autocomplete: "off",
      spellcheck: "false",
    });
    const done = async (event: Event) => {
      event.preventDefault();
      const path = input.value.trim();
      if (path === "") return;
      try {
        await flush();
        if (!files.some((file) => file.path === path)) await lab.engine.writeFile(path, "");
        await show(path);
        await load();
        area.focus();
      } catch (error) {
        input.setCustomValidity((error as Error).message);
        input.reportValidity();
      }
    };
    const cancel = (event: KeyboardEvent) => {
      input.setCustomValidity("");
      if (event.key === "Escape") drawTabs();
    };
    fill(byId("file-tabs"), h("form", { class: "new-file", onsubmit: done, onkeydown: cancel }, input, h("button", { type: "submit" }, t.create)));
    input.focus();
  };

  const remove = async () => {
    dirty = false;
    await lab.engine.removeFile(open);
    announce(t.removed(open));
    await load();
  };

  lab.on(["files"], () => void load());
  lab.on(["glass"], drawVerdicts);
  lab.on(["words"], () => {
    drawTabs();
    drawVerdicts();
  });
}

/** The mark beside a line: what the cache said of its step. None where the line is another one by now. */
function verdict(step: Step, lines: readonly string[]): Verdict | null {
  const line = place(step, lines);
  if (line === 0) return null;
  if (step.failed) return { line, kind: "failed", title: step.failed };
  switch (step.verdict?.verdict) {
    case "hit":
      return { line, kind: "hit", title: t.cacheHit };
    case "miss":
      return { line, kind: "miss", title: t.cacheMiss(t.reason(step.verdict.reason)) };
    case "unused":
      return { line, kind: "unused", title: t.cacheUnused(t.reason(step.verdict.reason)) };
    default:
      return step.base ? { line, kind: "base", title: t.base } : null;
  }
}

/** Whether a path fits a pattern: `*` stands for anything within a folder, `**` for anything. */
function matches(pattern: string, path: string): boolean {
  const parts = pattern.split(/(\*\*|\*|\?)/).map((part) =>
    part === "**" ? ".*" : part === "*" ? "[^/]*" : part === "?" ? "[^/]" : part.replace(/[.+^${}()|[\]\\]/g, "\\$&"),
  );
  return new RegExp(`^${parts.join("")}$`).test(path);
}

/** Where a step's instruction stands now: at its line, or where else the same words begin a line. */
function place(step: Step, lines: readonly string[]): number {
  const wanted = step.text.replace(/^\[[^\]]*\] /, "").replace(/\s+/g, " ").toLowerCase();
  const begins = (line: string | undefined) => {
    const words = (line ?? "").replace(/\\\s*$/, "").replace(/\s+/g, " ").trim().toLowerCase();
    return words.length > 3 && wanted.startsWith(words);
  };
  if (begins(lines[step.line - 1])) return step.line;
  return lines.findIndex(begins) + 1;
}
