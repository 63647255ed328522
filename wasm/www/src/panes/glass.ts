import { fold, type Build, type Step } from "../build.ts";
import { announce, byId, fill, h } from "../dom.ts";
import { duration, short, size } from "../format.ts";
import type { Lab } from "../lab.ts";
import { t } from "../words/index.ts";
import { life, stations } from "./life.ts";
import { hues, stack, stackTable, stages } from "./stack.ts";
import { stepDetail } from "./step.ts";
import { table } from "./table.ts";
import { asTables } from "./twin.ts";

/** The glass: the steps of a build as they happened, up to the moment that is looked at. */
export function glassPane(lab: Lab): void {
  const detail = stepDetail(lab);
  let announced: unknown = null;
  /** The whole build, folded once. */
  let whole: { events: unknown; build: Build } = { events: null, build: fold([]) };

  const draw = () => {
    const { events, cursor } = lab;
    byId("glass-empty").hidden = events.length > 0;
    byId("glass-build").hidden = events.length === 0;
    if (events.length === 0) {
      drawEmpty();
      return;
    }
    if (whole.events !== events) whole = { events, build: fold(events) };
    const all = whole.build;
    const build = lab.folded;
    if (lab.playing) lab.step = Math.max(0, build.steps.length - 1);
    else if (lab.step < 0) lab.step = interesting(all);
    drawPicker();
    drawSteps(build, all);
    drawEnd(build);
    drawStack(build);
    detail(build.steps[lab.step] ?? null);
    if (cursor === events.length && !lab.playing && announced !== events) {
      announced = events;
      announce(summary(build));
    }
  };

  const drawEmpty = () => {
    fill(byId("empty-title"), t.nothingBuilt);
    const [before, code, after] = t.nothingBuiltText("docker build");
    fill(byId("empty-text"), before, h("code", {}, code), after);
  };

  const drawPicker = () => {
    const select = byId<HTMLSelectElement>("build-picker");
    const { builds, build } = lab;
    const key = `${builds.join()} ${lab.runs.length} ${document.documentElement.lang}`;
    if (select.dataset.key !== key) {
      select.dataset.key = key;
      fill(select, builds.map((run, at) => h("option", { value: String(run) }, t.buildNumber(at + 1, lab.runs[run]!.line))));
    }
    select.value = String(build);
    select.disabled = builds.length < 2;
  };

  /** The cards that are there, with what each was drawn from: only those that change are drawn anew. */
  let cards: { key: string; element: HTMLElement }[] = [];

  const drawSteps = (build: Build, all: Build) => {
    const holder = byId("steps");
    if (asTables()) {
      cards = [];
      fill(holder, stepTable(build));
      return;
    }
    let list = holder.querySelector<HTMLElement>(".cards");
    if (!list || cards.length !== all.steps.length) {
      cards = [];
      list = h("ol", { class: "cards" });
      fill(holder, list);
    }
    list.setAttribute("aria-label", t.steps);
    all.steps.forEach((planned, at) => {
      const step = build.steps[at] ?? null;
      const key = `${lab.build} ${step?.seen} ${at === lab.step} ${t.language} ${planned.text}`;
      const old = cards[at];
      if (old?.key === key) return;
      const element = card(lab, step, planned, at);
      const focused = old?.element.contains(document.activeElement);
      if (old) old.element.replaceWith(element);
      else list.append(element);
      if (focused) element.querySelector<HTMLElement>(".step")?.focus();
      cards[at] = { key, element };
    });
  };

  const drawEnd = (build: Build) => {
    const end = byId("build-end");
    const done = build.buildkit && lab.cursor === lab.events.length;
    end.hidden = !build.image && !build.failed && !done;
    end.className = build.failed ? "end failed" : "end";
    if (build.failed) fill(end, h("b", {}, t.failedWord), build.failed);
    else {
      fill(
        end,
        h("b", {}, t.built),
        build.image && h("code", {}, short(build.image)),
        build.buildkit && t.byBuildKit,
        build.tags.length > 0 && [t.taggedAs, h("code", {}, build.tags.join(", "))],
      );
    }
  };

  let stacked = "";

  const drawStack = (build: Build) => {
    const found = stages(lab, build).filter(({ rows }) => rows.length > 0);
    const key = JSON.stringify([found, asTables(), t.language, lab.state.images.length]);
    if (key === stacked) return;
    stacked = key;
    byId("so-far").hidden = found.length === 0;
    const hue = hues(lab);
    const name = (at: number) => (found.length > 1 ? t.stage(at + 1) : t.theImage);
    const picture = (rows: (typeof found)[0]["rows"], at: number) => (asTables() ? stackTable(rows) : stack(name(at), rows, hue));
    fill(
      byId("so-far"),
      h("h3", {}, t.theImage),
      h(
        "div",
        { class: "stages" },
        found.map(({ rows }, at) => h("div", {}, found.length > 1 && h("h4", {}, t.stage(at + 1)), picture(rows, at))),
      ),
    );
  };

  byId<HTMLSelectElement>("build-picker").addEventListener("change", (event) =>
    lab.showRun(Number((event.target as HTMLSelectElement).value)),
  );
  lab.on(["glass", "words"], draw);
}

/** The step to look at first: the one that failed, else the first that the cache did not have, else the last. */
function interesting(build: Build): number {
  const failed = build.steps.findIndex((step) => step.failed);
  const missed = build.steps.findIndex((step) => step.verdict && step.verdict.verdict !== "hit");
  return failed >= 0 ? failed : missed >= 0 ? missed : build.steps.length - 1;
}

/** `build done; 3 steps, 1 cache hit, step 2 cache miss: package.json has changed ...` */
function summary(build: Build): string {
  const hits = build.steps.filter((step) => step.verdict?.verdict === "hit").length;
  const miss = build.steps.find((step) => step.verdict?.verdict === "miss");
  const missed = miss?.verdict?.verdict === "miss" ? `, ${t.summaryMiss(miss.number, t.reason(miss.verdict.reason))}` : "";
  return `${build.failed ? t.buildFailed(build.failed) : t.buildDone}; ${t.summary(build.steps.length, hits)}${missed}`;
}

function card(lab: Lab, step: Step | null, planned: Step, at: number): HTMLElement {
  const chosen = at === lab.step;
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: `step ${step ? "" : "future"} ${step?.failed ? "failed" : ""}`,
        "aria-pressed": String(chosen),
        onclick: () => {
          lab.step = at;
          if (!step) lab.showRun(lab.build);
          lab.step = at;
          lab.tell("glass");
        },
      },
      h(
        "span",
        { class: "head" },
        h("span", { class: "number" }, String(planned.number)),
        h("code", {}, planned.text),
        chip(step),
      ),
      step && life(step),
      step && track(step),
    ),
  );
}

/** What the cache said, in a word. */
function verdict(step: Step): [kind: string, text: string] | null {
  if (step.failed) return ["failed", t.chips.failed];
  if (step.verdict) return [step.verdict.verdict, t.chips[step.verdict.verdict]];
  return step.base ? ["base", step.base.found ? t.chips.local : t.chips.pulled] : null;
}

function chip(step: Step | null): HTMLElement | null {
  const found = step && verdict(step);
  return found && h("span", { class: `chip ${found[0]}` }, found[1]);
}

/** What came of a step: layer and image. What did not happen yet, or never, is not there. */
function track(step: Step): HTMLElement {
  const words = t.track;
  const nodes: (HTMLElement | null)[] = [
    step.vertex && !step.ended ? node("image", "", words.running) : null,
    ...(step.vertex ? parts(step) : []),
    step.pulled ? node("layer", words.pulled, t.layers(step.pulled.layers.size)) : null,
    step.layer ? slab(step.layer.size) : null,
    step.image && !step.layer && step.emptyLayer && step.container ? node("thin", words.noLayer, words.configOnly) : null,
    step.image ? node(step.ended ? "image done" : "image", words.image, short(step.image)) : null,
  ];
  const shown = nodes.filter((part) => part !== null);
  const time = step.ended ? h("span", { class: "time" }, duration(step.ended - step.began)) : null;
  return h("span", { class: "track" }, shown.map((part, at) => (at === 0 ? part : hop(part))), time);
}

/** What a vertex of BuildKit moved: the parts that have bytes to tell. */
function parts(step: Step): HTMLElement[] {
  const moved = [...(step.vertex?.parts ?? [])].filter(([, part]) => part.bytes > 0);
  return moved.map(([id, part]) => node("layer", id.startsWith("sha256:") ? t.track.layer : id.replace(/:$/, ""), size(part.bytes)));
}

function hop(part: HTMLElement): HTMLElement {
  return h("span", { class: "hop" }, h("span", { "aria-hidden": "true" }, "→"), part);
}

function node(kind: string, label: string, value: string): HTMLElement {
  return h("span", { class: `node ${kind}` }, h("i", { "aria-hidden": "true" }), h("small", {}, `${label} `), value);
}

/** A layer as a slab, longer for more bytes. */
function slab(bytes: number): HTMLElement {
  const drawn = node("layer", t.track.layer, size(bytes));
  const width = Math.min(64, 8 + Math.log10(Math.max(1, bytes)) * 8);
  drawn.querySelector("i")!.style.setProperty("inline-size", `${width}px`);
  return drawn;
}

/** The twin of the cards. */
function stepTable(build: Build): HTMLElement {
  const { head } = t;
  const rows = build.steps.map((step) => [
    String(step.number),
    h("code", {}, step.text),
    verdict(step)?.[1] ?? "",
    step.container ? `${short(step.container.id)}: ${stations(step.container).filter(([, state]) => state !== "open").map(([name]) => name).join(", ")}` : "",
    step.changes ? String(step.changes.length) : "",
    step.layer ? size(step.layer.size) : "",
    step.image ? h("code", {}, short(step.image)) : "",
    step.ended ? duration(step.ended - step.began) : "",
  ]);
  return table([head.step, head.instruction, head.cache, head.container, head.changed, head.size, head.image, head.took], rows);
}
