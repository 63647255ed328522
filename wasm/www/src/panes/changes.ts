import { text, type FileChange, type TreeEntry } from "../../../npm/index.ts";
import type { Step } from "../build.ts";
import { fill, h } from "../dom.ts";
import { permissions, size } from "../format.ts";
import type { Lab } from "../lab.ts";
import { t } from "../words/index.ts";
import { originHues } from "./stack.ts";
import { table } from "./table.ts";
import { tree, type Leaf } from "./tree.ts";
import { asTables } from "./twin.ts";

const LETTERS = { Added: "A", Changed: "C", Deleted: "D" } as const;
/** Rows of a table that are drawn; more would only be slow to look at. */
const ROWS = 500;

/** The files of images, asked for once each: an image does not change. */
const known = new Map<string, Promise<TreeEntry[]>>();

function filesOf(lab: Lab, image: string): Promise<TreeEntry[]> {
  let found = known.get(image);
  if (!found) {
    found = lab.engine.imageTree(image);
    found.catch(() => known.delete(image));
    known.set(image, found);
    if (known.size > 40) known.delete(known.keys().next().value!);
  }
  return found;
}

/** What a step changed: a tree, with the layer that each file was in before. */
export async function changes(lab: Lab, step: Step, list: readonly FileChange[]): Promise<HTMLElement> {
  const before = step.parent ? await filesOf(lab, step.parent).catch(() => []) : [];
  const origins = new Map(before.map((entry) => [entry.path, entry]));
  const origin = (path: string, kind: FileChange["kind"]) => (kind === "Added" ? undefined : origins.get(path));
  const rows = list.slice(0, ROWS).map((change) => ({ ...change, path: text(change.path) }));
  const head = h("p", { class: "muted" }, t.changed(list.length));
  if (asTables()) {
    return h(
      "div",
      {},
      head,
      table(
        [t.head.path, t.head.change, t.head.size, t.head.from],
        rows.map((row) => [row.path, t.kinds[row.kind], row.size > 0 ? size(row.size) : "", layer(origin(row.path, row.kind))]),
        rows.map((row) => row.kind.toLowerCase()),
      ),
    );
  }
  const hue = originHues(lab, step.parent);
  const leaves = rows.map((row): Leaf => {
    const old = origin(row.path, row.kind);
    return {
      path: row.path,
      isFolder: (old ?? origins.get(row.path))?.kind === "d",
      kind: row.kind.toLowerCase(),
      notes: [
        h("abbr", { title: t.kinds[row.kind] }, LETTERS[row.kind]),
        row.size > 0 ? h("span", { class: "bytes" }, size(row.size)) : null,
        old && old.kind !== "d" ? h("span", { class: `origin layer-${hue(old.layer)}`, title: t.was(old.layer + 1) }, t.was(old.layer + 1)) : null,
      ],
    };
  });
  return h("div", {}, head, tree(t.tabs.changes, leaves));
}

function layer(entry: TreeEntry | undefined): string {
  return entry ? String(entry.layer + 1) : "";
}

/** The files of a step's image as a tree or a table; a file of text can be looked into. */
export async function files(lab: Lab, image: string): Promise<HTMLElement> {
  const entries = await filesOf(lab, image);
  const hue = originHues(lab, image);
  const filter = h("input", { type: "search", placeholder: t.find, "aria-label": t.find, spellcheck: "false" });
  const holder = h("div", {});
  const content = h("div", { class: "content", "aria-live": "polite" });
  const draw = () => {
    const wanted = filter.value.trim();
    const found = entries.filter((entry) => entry.path.includes(wanted));
    const shown = found.slice(0, asTables() || wanted !== "" ? ROWS : found.length);
    fill(
      holder,
      h("p", { class: "muted" }, t.found(found.length, shown.length)),
      asTables() ? fileTable(shown) : tree(t.tabs.tree, shown.map((entry) => leaf(entry, hue, () => void look(lab, image, entry, content))), wanted !== ""),
    );
  };
  filter.addEventListener("input", draw);
  draw();
  return h("div", {}, filter, holder, content);
}

function leaf(entry: TreeEntry, hue: (layer: number) => number, choose: () => void): Leaf {
  return {
    path: entry.path,
    isFolder: entry.kind === "d",
    kind: "file",
    notes: [
      entry.target ? h("span", { class: "dim" }, ` → ${entry.target}`) : null,
      h("code", { class: "mode" }, permissions(entry.kind, entry.mode)),
      entry.kind === "-" ? h("span", { class: "bytes" }, size(entry.size)) : null,
      h("span", { class: `origin layer-${hue(entry.layer)}`, title: t.inLayer(entry.layer + 1) }, String(entry.layer + 1)),
    ],
    ...(entry.kind === "-" ? { choose } : {}),
  };
}

function fileTable(entries: readonly TreeEntry[]): HTMLElement {
  return table(
    [t.head.path, t.head.mode, t.head.size, t.head.layer],
    entries.map((entry) => [
      entry.target ? `${entry.path} → ${entry.target}` : entry.path,
      h("code", {}, permissions(entry.kind, entry.mode)),
      entry.kind === "-" ? size(entry.size) : "",
      String(entry.layer + 1),
    ]),
  );
}

async function look(lab: Lab, image: string, entry: TreeEntry, into: HTMLElement): Promise<void> {
  const found = await lab.engine.imageFile(image, entry.path).catch(() => undefined);
  fill(
    into,
    h("h4", {}, h("code", {}, entry.path)),
    found === undefined
      ? h("p", { class: "muted" }, t.noText)
      : found === ""
        ? h("p", { class: "muted" }, t.emptyFile)
        : h("pre", { tabindex: 0, role: "region", "aria-label": entry.path }, found),
  );
  into.scrollIntoView({ block: "nearest" });
}
