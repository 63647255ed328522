import type { HistoryView } from "../../../npm/index.ts";
import type { Build, Step } from "../build.ts";
import { h } from "../dom.ts";
import { short, size } from "../format.ts";
import type { Lab } from "../lab.ts";
import { t } from "../words/index.ts";
import { table } from "./table.ts";

/** A row of a stack: a layer, or a step that only changed the configuration. */
export interface Row {
  made: string;
  diffId: string | null;
  size: number;
  hidden: number;
  /** Whether it came with the base. */
  base: boolean;
}

/** Colours of layers: one for each layer of the session, by the order in which the store got to know it. */
export function hues(lab: Lab): (diffId: string) => number {
  const order = new Map<string, number>();
  for (const image of lab.state.images.toReversed()) {
    for (const row of image.history) if (row.diff_id && !order.has(row.diff_id)) order.set(row.diff_id, order.size);
  }
  return (diffId) => (order.get(diffId) ?? order.size) % 6;
}

/** Colours of an image's layers by their number from the bottom, as origins of files are given. */
export function originHues(lab: Lab, image: string | null): (layer: number) => number {
  const hue = hues(lab);
  const known = lab.runs.flatMap((run) => run.state.images).find(({ id }) => id === image);
  const layers = known?.history.flatMap((row) => row.diff_id ?? []) ?? [];
  return (layer) => (layers[layer] ? hue(layers[layer]) : layer % 6);
}

export function rowsOf(history: readonly HistoryView[], base = false): Row[] {
  return history.map((row) => ({ made: plain(row.created_by), diffId: row.diff_id, size: row.size, hidden: 0, base }));
}

/** What docker wrote down, without the shell that it is wrapped in. */
export function plain(createdBy: string): string {
  return createdBy.replace(/^(RUN )?\/bin\/sh -c (#\(nop\) +)?/, "").replace(/ # buildkit$/, "");
}

/** The image that each stage of a classic build has come to. */
export function stages(lab: Lab, build: Build): { stage: number; rows: Row[] }[] {
  const found: { stage: number; rows: Row[] }[] = [];
  for (const step of build.steps) {
    if (step.vertex) return [];
    if (step.base) found.push({ stage: step.stage ?? found.length, rows: beginning(lab, build, step) });
    else if (step.image && found.length > 0) found.at(-1)!.rows.push(added(lab, step));
  }
  return found;
}

function beginning(lab: Lab, build: Build, step: Step): Row[] {
  if (!step.image) return [];
  const earlier = build.steps.find((other) => other !== step && other.image === step.image && other.number < step.number);
  const image = [lab.state, ...lab.runs.map((run) => run.state)].flatMap((state) => state.images).find((image) => image.id === step.image);
  return rowsOf(image?.history ?? [], !earlier);
}

function added(lab: Lab, step: Step): Row {
  const made = step.text;
  if (step.layer) return { made, diffId: step.layer.diffId, size: step.layer.size, hidden: step.layer.hidden, base: false };
  // A step from the cache says nothing of its layer; its image does.
  const image = lab.runs[lab.build]?.state.images.find((image) => image.id === step.image);
  const top = image?.history.at(-1);
  return { made, diffId: top?.diff_id ?? null, size: top?.size ?? 0, hidden: 0, base: false };
}

/** The picture: newest on top, a layer as thick as it has digits, a step without a layer as a thin line. */
export function stack(name: string, rows: readonly Row[], hue: (diffId: string) => number): HTMLElement {
  return h(
    "ol",
    { class: "stack", "aria-label": t.stackOf(name) },
    rows.toReversed().map((row) => {
      if (!row.diffId) return h("li", { class: "meta", title: row.made }, h("code", {}, row.made), h("span", { class: "visually-hidden" }, t.noLayer));
      const item = h(
        "li",
        { class: `slab layer-${hue(row.diffId)}`, title: `${row.made}\n${row.diffId}` },
        h("code", {}, row.made),
        row.hidden > 0 && h("span", { class: "dim" }, t.hides(size(row.hidden))),
        h("span", {}, size(row.size)),
      );
      item.style.setProperty("--bulk", String(Math.log10(Math.max(10, row.size))));
      return item;
    }),
  );
}

/** Its twin in words. */
export function stackTable(rows: readonly Row[]): HTMLElement {
  const { head } = t;
  return table(
    [head.madeBy, head.layer, head.size, head.hidden],
    rows.toReversed().map((row) => [
      h("code", {}, row.made),
      row.diffId ? h("code", {}, short(row.diffId)) : t.noLayer,
      row.diffId ? size(row.size) : "",
      row.hidden > 0 ? size(row.hidden) : "",
    ]),
  );
}
