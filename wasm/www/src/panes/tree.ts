/** Files as a tree that opens and closes: folders are `details`, so that keys and readers know them. */

import { h } from "../dom.ts";

/** A file or folder that a tree shows. */
export interface Leaf {
  /** Absolute, without a slash at the end. */
  path: string;
  isFolder: boolean;
  /** What stands beside the name. */
  notes: (HTMLElement | string | null)[];
  /** The kind of change, or of file: a class. */
  kind: string;
  /** What happens when a file is chosen. */
  choose?: () => void;
}

interface Folder {
  name: string;
  leaf: Leaf | null;
  children: Map<string, Folder>;
}

/** Folders with at most this many children are open at first. */
const OPEN = 12;

/** Leaves as a tree. Folders that only lead to one other folder share its line. */
export function tree(label: string, leaves: readonly Leaf[], openAll = false): HTMLElement {
  const root: Folder = { name: "", leaf: null, children: new Map() };
  for (const leaf of leaves) {
    let folder = root;
    for (const part of leaf.path.split("/").filter((part) => part !== "")) {
      let next = folder.children.get(part);
      if (!next) folder.children.set(part, (next = { name: part, leaf: null, children: new Map() }));
      folder = next;
    }
    folder.leaf = leaf;
  }
  return h("ul", { class: "tree", "aria-label": label }, draw(root, openAll, 0));
}

function draw(folder: Folder, openAll: boolean, depth: number): HTMLElement[] {
  return [...folder.children.values()].map((child) => {
    let [name, end] = [child.name, child];
    const plainFolder = (folder: Folder) => !folder.leaf || folder.leaf.kind === "changed";
    while (end.children.size === 1 && plainFolder(end)) {
      const only = [...end.children.values()][0]!;
      if (only.children.size === 0) break;
      name = `${name}/${only.name}`;
      end = only;
    }
    const isFolder = end.children.size > 0 || end.leaf?.isFolder;
    const words = [h("span", { class: "name" }, isFolder ? `${name}/` : name), ...(end.leaf?.notes ?? [])];
    const kind = end.leaf?.kind ?? "";
    if (end.children.size === 0) {
      const { choose } = end.leaf ?? {};
      return h("li", { class: kind }, choose ? h("button", { type: "button", class: "leaf", onclick: choose }, words) : h("span", { class: "leaf" }, words));
    }
    // What is closed is drawn when it opens: an image has hundreds of files.
    const inside = h("ul", {});
    const fillIt = () => inside.childElementCount === 0 && inside.append(...draw(end, openAll, depth + 1));
    const open = openAll || (depth < 3 && end.children.size <= OPEN);
    if (open) fillIt();
    return h("li", { class: kind }, h("details", { open, ontoggle: fillIt }, h("summary", {}, words), inside));
  });
}
