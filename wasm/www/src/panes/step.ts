import { text, type TreeEntry } from "../../../npm/index.ts";
import type { Step } from "../build.ts";
import { byId, fill, h, tabs } from "../dom.ts";
import { count, permissions, short, size } from "../format.ts";
import type { Lab } from "../lab.ts";
import { compare } from "./config.ts";

const TABS: [string, string][] = [
  ["story", "What happened"],
  ["changes", "Changes"],
  ["cache", "Cache key"],
  ["config", "Config"],
  ["tree", "Files"],
];
/** Rows of a table that are drawn; more would only be slow to look at. */
const ROWS = 500;

/** The details of the chosen step. Gives a function that draws them. */
export function stepDetail(lab: Lab): (step: Step | null) => void {
  let tab = "story";
  let current: Step | null = null;
  let drawn = "";

  const draw = (step: Step | null) => {
    current = step;
    const panel = byId("step-panel");
    const key = JSON.stringify([tab, lab.build, lab.step, step]);
    if (key === drawn) return;
    drawn = key;
    const choose = (id: string) => {
      tab = id;
      draw(current);
    };
    fill(byId("step-tabs"), tabs("Step details", TABS, tab, choose));
    panel.setAttribute("aria-label", TABS.find(([id]) => id === tab)![1]);
    if (!step) {
      fill(panel, h("p", { class: "muted" }, "This step has not begun at this moment."));
      return;
    }
    const contents: Record<string, () => void> = {
      story: () => fill(panel, story(step)),
      changes: () => fill(panel, changes(step)),
      cache: () => fill(panel, step.vertex ? vertexKey(step) : cache(step, earlier(lab, step))),
      config: () => void config(lab, step, panel, () => current === step && tab === "config"),
      tree: () => void tree(lab, step, panel, () => current === step && tab === "tree"),
    };
    contents[tab]!();
  };
  return draw;
}

function story(step: Step): HTMLElement {
  const lines: (string | HTMLElement)[] = [];
  if (step.base) {
    lines.push(
      step.base.reference === "scratch"
        ? "scratch is no image: the build begins with nothing."
        : step.base.found
          ? `The local store was asked for ${step.base.reference}: it is there.`
          : `The local store was asked for ${step.base.reference}: it is not there, so it is pulled.`,
    );
  }
  if (step.pulled) lines.push(`${count(step.pulled.layers.size, "layer")} came over. ${step.pulled.status ?? ""}`);
  if (step.base && step.image) lines.push("FROM makes no container: it only names the image that the next step starts from.");
  if (step.vertex) lines.push(...vertexStory(step));
  else if (step.verdict?.verdict === "hit") {
    lines.push(`An image made from the same parent by the same instruction is in the store: ${short(step.verdict.image)} is taken. Nothing runs.`);
  }
  if (step.verdict?.verdict === "miss") lines.push(`The cache has nothing: ${step.verdict.reason}.`);
  if (step.verdict?.verdict === "unused") lines.push(`The cache is not asked: ${step.verdict.reason}.`);
  if (step.container) lines.push(...containerStory(step));
  if (step.changes) lines.push(`Compared with the image before, ${count(step.changes.length, "path")} changed.`);
  if (step.layer) {
    const hidden = step.layer.hidden > 0 ? `; it hides ${size(step.layer.hidden)} of lower layers` : "";
    lines.push(`They became the layer ${short(step.layer.diffId)} of ${size(step.layer.size)}${hidden}.`);
  } else if (step.container && step.image && step.emptyLayer) {
    lines.push("No file changed hands: the new image has the same layers and another configuration.");
  }
  if (step.container?.removed) lines.push("The temporary container was removed; its image stays.");
  if (step.notes.length > 0) lines.push(...step.notes);
  if (step.failed) lines.push(h("span", { class: "bad" }, step.failed));
  const output = step.output.map((part) => h("span", { class: part.stream }, part.text));
  return h(
    "div",
    { class: "story" },
    h("ol", {}, lines.map((line) => h("li", {}, line))),
    output.length > 0 && h("h4", {}, "What it printed"),
    output.length > 0 && h("pre", { tabindex: 0, "aria-label": "Output of the step" }, output),
  );
}

function vertexStory(step: Step): string[] {
  const vertex = step.vertex!;
  const needs = vertex.inputs.length === 0 ? "It needs no other step." : `It needs ${vertex.inputs.join(" and ")}.`;
  const parts = [...vertex.parts].map(([id, part]) => `${id.replace(/:$/, "")}: ${part.bytes > 0 ? size(part.bytes) : ""} ${part.done ? "done" : "begun"}`);
  const end =
    step.verdict?.verdict === "hit"
      ? "The same operation on the same inputs was done before: its result is taken from the cache."
      : vertex.canceled
        ? "It was given up since the build had failed."
        : step.ended
          ? "It ran."
          : "It runs now.";
  return [needs, ...parts, end];
}

function containerStory(step: Step): string[] {
  const { container } = step;
  if (!container) return [];
  const made = `A temporary container ${short(container.id)} was created from ${step.parent ? short(step.parent) : "nothing"}.`;
  if (!container.executes) return [made, "Nothing was executed in it; it carries a changed configuration."];
  const ended = container.status === null ? [] : [`It ended with status ${container.status}.`];
  return [made, `It ran ${container.command.join(" ")}`, ...ended];
}

/** BuildKit's key of a step is the digest of its operation and of those it needs. */
function vertexKey(step: Step): HTMLElement {
  const vertex = step.vertex!;
  return h(
    "div",
    {},
    step.verdict?.verdict === "hit" && h("p", { class: "verdict hit" }, "hit"),
    h("p", {}, "The vertex: the operation with everything that it needs, as one digest."),
    h("p", {}, h("code", {}, vertex.id)),
  );
}

function noImage(step: Step): HTMLElement {
  const text = step.vertex
    ? "BuildKit keeps no image of a single step. See the finished image below."
    : "There is no image of this step yet.";
  return h("p", { class: "muted" }, text);
}

const LETTERS = { Added: "A", Changed: "C", Deleted: "D" } as const;

function changes(step: Step): HTMLElement {
  if (!step.changes) {
    const why = step.vertex ? noImage(step).textContent : step.verdict?.verdict === "hit" ? "The step came from the cache; look at Files." : "No files were compared in this step.";
    return h("p", { class: "muted" }, why);
  }
  const rows = step.changes.slice(0, ROWS).map((change) => {
    const path = text(change.path);
    const slash = path.lastIndexOf("/") + 1;
    return h(
      "tr",
      { class: change.kind.toLowerCase() },
      h("td", {}, h("abbr", { title: change.kind.toLowerCase() }, LETTERS[change.kind])),
      h("th", { scope: "row" }, h("span", { class: "dim" }, path.slice(0, slash)), path.slice(slash)),
      h("td", { class: "number" }, change.size > 0 ? size(change.size) : ""),
    );
  });
  return table(["", "Path", "Size"], rows, step.changes.length, "paths changed");
}

/** The same step of the build before, to compare keys with. */
function earlier(lab: Lab, step: Step): { name: string; value: string }[] {
  const builds = lab.builds;
  const before = builds[builds.indexOf(lab.build) - 1];
  const events = before === undefined ? [] : lab.runs[before]!.reply.events;
  let number = 0;
  for (const event of events) {
    if (event.event === "step-started") number = event.step;
    if (event.event === "cache-probed" && number === step.number) return event.key;
  }
  return [];
}

function cache(step: Step, before: { name: string; value: string }[]): HTMLElement {
  if (!step.verdict) {
    return h("p", { class: "muted" }, "FROM is not cached: the image is there, or it is pulled.");
  }
  const verdict = step.verdict.verdict === "hit" ? `hit: ${short(step.verdict.image)}` : `${step.verdict.verdict}: ${step.verdict.reason}`;
  const rows = step.key.map((part) => {
    const old = before.find((other) => other.name === part.name)?.value;
    const differs = old !== undefined && old !== part.value;
    return h(
      "tr",
      { class: differs ? "differs" : "" },
      h("th", { scope: "row" }, part.name),
      h("td", {}, h("code", {}, part.value)),
      h("td", {}, old === undefined ? "" : differs ? h("code", {}, old) : "the same"),
    );
  });
  return h(
    "div",
    {},
    h("p", { class: `verdict ${step.verdict.verdict}` }, verdict),
    table(["Part of the key", "Now", "In the build before"], rows, rows.length, ""),
  );
}

async function config(lab: Lab, step: Step, panel: HTMLElement, current: () => boolean): Promise<void> {
  if (!step.image) {
    fill(panel, noImage(step));
    return;
  }
  try {
    const after = await lab.engine.imageConfig(step.image);
    const before = step.parent ? await lab.engine.imageConfig(step.parent) : {};
    if (current()) fill(panel, compare(before, after));
  } catch (error) {
    if (current()) fill(panel, gone(error));
  }
}

async function tree(lab: Lab, step: Step, panel: HTMLElement, current: () => boolean): Promise<void> {
  if (!step.image) {
    fill(panel, noImage(step));
    return;
  }
  try {
    const entries = await lab.engine.imageTree(step.image);
    if (current()) fill(panel, files(entries));
  } catch (error) {
    if (current()) fill(panel, gone(error));
  }
}

function gone(error: unknown): HTMLElement {
  return h("p", { class: "muted" }, `The image is not in the store any more (${(error as Error).message}).`);
}

/** The files of an image; those of the topmost layer first to be seen, others on demand. */
function files(entries: TreeEntry[]): HTMLElement {
  const top = Math.max(0, ...entries.map((entry) => entry.layer));
  const filter = h("input", { type: "search", placeholder: "Find a path", "aria-label": "Find a path", spellcheck: "false" });
  const holder = h("div", {});
  const draw = () => {
    const wanted = filter.value.trim();
    const found = entries.filter((entry) => entry.path.includes(wanted));
    const rows = found.slice(0, ROWS).map((entry) => row(entry, top));
    fill(holder, table(["Mode", "Path", "Size", "Layer"], rows, found.length, "paths"));
  };
  filter.addEventListener("input", draw);
  draw();
  return h("div", {}, filter, holder);
}

function row(entry: TreeEntry, top: number): HTMLElement {
  return h(
    "tr",
    { class: entry.layer === top ? "top" : "" },
    h("td", {}, h("code", {}, permissions(entry.kind, entry.mode))),
    h("th", { scope: "row" }, entry.path, entry.target && h("span", { class: "dim" }, ` → ${entry.target}`)),
    h("td", { class: "number" }, entry.kind === "-" ? size(entry.size) : ""),
    h("td", {}, h("span", { class: `origin layer-${entry.layer % 6}` }, String(entry.layer + 1))),
  );
}

/** A table in a box that scrolls by itself and can be reached with the keyboard. */
function table(heads: string[], rows: HTMLElement[], total: number, noun: string): HTMLElement {
  const more = total > rows.length ? `, the first ${rows.length} shown` : "";
  return h(
    "div",
    { class: "table" },
    noun !== "" && h("p", { class: "muted" }, `${total} ${noun}${more}`),
    h("table", {}, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col", class: head === "Size" ? "number" : undefined }, head)))), h("tbody", {}, rows)),
  );
}
