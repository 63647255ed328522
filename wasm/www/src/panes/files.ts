import { text, type FileView } from "../../../npm/index.ts";
import { fold, type Step } from "../build.ts";
import { announce, byId, fill, h, tabs } from "../dom.ts";
import { dockerfileLine } from "../highlight.ts";
import type { Lab } from "../lab.ts";

/** How long the editor waits before it hands a change over. */
const PAUSE = 300;

/** The project's files and their editor: a text area over a coloured copy, with the cache's verdicts beside the lines. */
export function filesPane(lab: Lab): void {
  const area = byId<HTMLTextAreaElement>("editor");
  const copy = byId("editor-copy");
  const gutter = byId("editor-gutter");
  let files: FileView[] = [];
  let open = "Dockerfile";
  let dirty = false;
  let timer = 0;

  const isDockerfile = () => /(^|\/|\.)Dockerfile($|\.)/i.test(open);

  const flush = async () => {
    clearTimeout(timer);
    if (!dirty) return;
    dirty = false;
    await lab.engine.writeFile(open, area.value);
  };
  lab.beforeRun(flush);

  const choose = async (path: string) => {
    await flush();
    open = path;
    await load();
  };

  const load = async () => {
    files = await lab.engine.files();
    if (!files.some((file) => file.path === open)) {
      open = files.find((file) => file.path === "Dockerfile")?.path ?? files[0]?.path ?? "";
    }
    if (!dirty) {
      const content = open === "" ? "" : text(Array.from(await lab.engine.readFile(open)));
      if (area.value !== content) area.value = content;
    }
    area.disabled = open === "";
    drawTabs();
    drawText();
  };

  const drawTabs = () => {
    const names = files.map((file): [string, string] => [file.path, file.path]);
    fill(
      byId("file-tabs"),
      tabs("Project files", names, open, choose),
      h("button", { type: "button", class: "quiet", "aria-label": "New file", title: "New file", onclick: create }, "+"),
      open !== "" &&
        open !== "Dockerfile" &&
        h("button", { type: "button", class: "quiet", "aria-label": `Delete ${open}`, onclick: remove }, "Delete"),
    );
    area.setAttribute("aria-label", open === "" ? "No file is open" : `Editor: ${open}`);
  };

  const drawText = () => {
    const lines = area.value.split("\n");
    let continued = false;
    const drawn = lines.map((line) => {
      const pieces = isDockerfile() ? dockerfileLine(line, continued) : [{ text: line, kind: "" }];
      continued = /\\\s*$/.test(line) || (continued && /^\s*(#.*)?$/.test(line));
      return h(
        "span",
        {},
        pieces.map((piece) => (piece.kind ? h("span", { class: `hl-${piece.kind}` }, piece.text) : piece.text)),
        "\n",
      );
    });
    fill(copy, drawn);
    drawGutter(lines.length);
  };

  const drawGutter = (lines: number) => {
    const steps = isDockerfile() ? fold(lab.events.slice(0, lab.cursor)).steps : [];
    const byLine = new Map(steps.filter((step) => step.line > 0).map((step) => [step.line, step]));
    fill(
      gutter,
      Array.from({ length: lines }, (_, at) => {
        const mark = byLine.has(at + 1) ? verdict(byLine.get(at + 1)!) : null;
        return h(
          "span",
          { class: mark ? `line ${mark.kind}` : "line", title: mark?.title },
          String(at + 1),
          h("i", {}, mark?.sign ?? ""),
        );
      }),
    );
  };

  const create = () => {
    const input = h("input", {
      type: "text",
      "aria-label": "Name of the new file",
      placeholder: "name, e.g. app/main.py",
      autocomplete: "off",
      spellcheck: "false",
    });
    const done = async (event: Event) => {
      event.preventDefault();
      const path = input.value.trim();
      try {
        if (path !== "" && !files.some((file) => file.path === path)) await lab.engine.writeFile(path, "");
        if (path !== "") await choose(path);
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
    fill(byId("file-tabs"), h("form", { class: "new-file", onsubmit: done, onkeydown: cancel }, input, h("button", { type: "submit" }, "Create")));
    input.focus();
  };

  const remove = async () => {
    dirty = false;
    await lab.engine.removeFile(open);
    announce(`${open} deleted`);
    await load();
  };

  area.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), PAUSE);
    drawText();
  });
  area.addEventListener("scroll", () => {
    copy.scrollTop = area.scrollTop;
    copy.scrollLeft = area.scrollLeft;
    gutter.scrollTop = area.scrollTop;
  });
  lab.on(["files"], () => void load());
  lab.on(["glass"], () => drawGutter(area.value.split("\n").length));
}

/** The mark beside a line: what the cache said of its step. */
function verdict(step: Step): { kind: string; sign: string; title: string } {
  if (step.failed) return { kind: "failed", sign: "✗", title: step.failed };
  switch (step.verdict?.verdict) {
    case "hit":
      return { kind: "hit", sign: "●", title: "cache hit" };
    case "miss":
      return { kind: "miss", sign: "○", title: `cache miss: ${step.verdict.reason}` };
    case "unused":
      return { kind: "unused", sign: "○", title: `cache not asked: ${step.verdict.reason}` };
    default:
      return { kind: "base", sign: "◆", title: "the base image" };
  }
}
