import type { Step } from "../build.ts";
import { byId, fill, h, tabs } from "../dom.ts";
import { short, size } from "../format.ts";
import type { Lab } from "../lab.ts";
import { t } from "../words/index.ts";
import { changes, files } from "./changes.ts";
import { compare } from "./config.ts";
import { cacheKey, earlierKey } from "./key.ts";
import { nextEdits } from "./next.ts";
import { asTables } from "./twin.ts";

const TABS = ["story", "changes", "cache", "next", "config", "tree"] as const;
type Tab = (typeof TABS)[number];

/** The details of the chosen step. Gives a function that draws them. */
export function stepDetail(lab: Lab): (step: Step | null) => void {
  let tab: Tab = "story";
  let current: Step | null = null;
  let drawn = "";

  const draw = (step: Step | null) => {
    current = step;
    const key = JSON.stringify([tab, lab.build, lab.step, asTables(), t.language, step?.number, step?.seen]);
    if (key === drawn) return;
    drawn = key;
    const panel = byId("step-panel");
    const choose = (id: string) => {
      tab = id as Tab;
      draw(current);
    };
    fill(byId("step-tabs"), tabs(t.details, TABS.map((id) => [id, t.tabs[id]]), tab, choose));
    panel.setAttribute("aria-label", t.tabs[tab]);
    if (!step) {
      fill(panel, h("p", { class: "muted" }, t.notBegun));
      return;
    }
    const made = content(lab, step, tab);
    if (made instanceof HTMLElement) fill(panel, made);
    else {
      const wanted = key;
      const put = (element: HTMLElement) => drawn === wanted && fill(panel, element);
      made.then(put, (error) => put(h("p", { class: "muted" }, (tab === "next" ? t.next.unknown : t.gone)((error as Error).message))));
    }
  };
  return draw;
}

function content(lab: Lab, step: Step, tab: Tab): HTMLElement | Promise<HTMLElement> {
  switch (tab) {
    case "story":
      return story(step);
    case "changes":
      return step.changes ? changes(lab, step, step.changes) : h("p", { class: "muted" }, whyNoChanges(step));
    case "cache":
      return cacheKey(step, earlierKey(lab, step));
    case "next":
      return nextEdits(lab, step);
    case "config":
      return step.image ? config(lab, step.image, step.parent) : noImage(step);
    case "tree":
      return step.image ? files(lab, step.image) : noImage(step);
  }
}

async function config(lab: Lab, image: string, parent: string | null): Promise<HTMLElement> {
  const after = await lab.engine.imageConfig(image);
  return compare(parent ? await lab.engine.imageConfig(parent) : {}, after);
}

function whyNoChanges(step: Step): string {
  if (step.vertex) return t.noVertexImage;
  return step.verdict?.verdict === "hit" ? t.cachedNoChanges : t.noChanges;
}

function noImage(step: Step): HTMLElement {
  return h("p", { class: "muted" }, step.vertex ? t.noVertexImage : t.noStepImage);
}

function story(step: Step): HTMLElement {
  const words = t.story;
  const lines: (string | HTMLElement)[] = [...baseStory(step)];
  if (step.vertex) lines.push(...vertexStory(step));
  else if (step.verdict?.verdict === "hit") lines.push(words.hit(short(step.verdict.image)));
  else if (step.verdict) lines.push(words[step.verdict.verdict](t.reason(step.verdict.reason)));
  if (step.container) lines.push(...containerStory(step));
  if (step.changes) lines.push(words.compared(step.changes.length));
  if (step.layer) {
    lines.push(words.layer(short(step.layer.diffId), size(step.layer.size), step.layer.hidden > 0 ? size(step.layer.hidden) : ""));
  } else if (step.container && step.image && step.emptyLayer) lines.push(words.sameLayers);
  if (step.container?.removed) lines.push(words.removed);
  lines.push(...step.notes);
  if (step.failed) lines.push(h("span", { class: "bad" }, step.failed));
  const output = step.output.map((part) => h("span", { class: part.stream }, part.text));
  return h(
    "div",
    { class: "story" },
    h("ol", {}, lines.map((line) => h("li", {}, line))),
    output.length > 0 && h("h4", {}, t.printed),
    output.length > 0 && h("pre", { tabindex: 0, role: "region", "aria-label": t.printedLabel }, output),
  );
}

function baseStory(step: Step): string[] {
  const words = t.story;
  const { base, pulled } = step;
  return [
    base && (base.reference === "scratch" ? words.scratch : base.found ? words.local(base.reference) : words.missing(base.reference)),
    pulled && words.came(pulled.layers.size, pulled.status ?? ""),
    base && step.image && words.from,
  ].filter((line): line is string => typeof line === "string");
}

function vertexStory(step: Step): string[] {
  const words = t.story;
  const vertex = step.vertex!;
  const needs = vertex.inputs.length === 0 ? words.needsNothing : words.needs(vertex.inputs.join(words.and));
  const parts = [...vertex.parts].map(([id, part]) => words.part(id.replace(/:$/, ""), part.bytes > 0 ? size(part.bytes) : "", part.done));
  const end =
    step.verdict?.verdict === "hit" ? words.vertexHit : vertex.canceled ? words.canceled : step.ended ? words.done : words.runs;
  return [needs, ...parts, end];
}

function containerStory(step: Step): string[] {
  const words = t.story;
  const { container } = step;
  if (!container) return [];
  const made = words.created(short(container.id), step.parent ? short(step.parent) : "");
  if (!container.executes) return [made, words.idle];
  return [made, words.ran(container.command.join(" ")), ...(container.status === null ? [] : [words.ended(container.status)])];
}
