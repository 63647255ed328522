import { fold, sentence, type Build, type Step } from "../build.ts";
import { announce, byId, fill, h } from "../dom.ts";
import { count, duration, short, size } from "../format.ts";
import type { Lab } from "../lab.ts";
import { stepDetail } from "./step.ts";

/** The glass: the steps of a build as they happened, up to the event that the scrubber stands at. */
export function glassPane(lab: Lab): void {
  const range = byId<HTMLInputElement>("scrubber");
  const detail = stepDetail(lab);

  const draw = () => {
    const { events, cursor } = lab;
    byId("glass-empty").hidden = events.length > 0;
    byId("glass-build").hidden = events.length === 0;
    if (events.length === 0) return;
    const build = fold(events.slice(0, cursor));
    const all = fold(events);
    if (lab.playing) lab.step = Math.max(0, build.steps.length - 1);
    else if (lab.step < 0) lab.step = interesting(all);
    drawPicker();
    range.max = String(events.length);
    range.value = String(cursor);
    const moment = cursor === 0 ? "before the build" : sentence(events[cursor - 1]!);
    range.setAttribute("aria-valuetext", `event ${cursor} of ${events.length}: ${moment}`);
    fill(byId("moment"), h("b", {}, `${cursor}/${events.length}`), ` ${moment}`);
    byId("play").textContent = lab.playing ? "Pause" : "Play";
    drawSteps(build, all);
    drawEnd(build);
    detail(build.steps[lab.step] ?? null);
    if (cursor === events.length && drawnEnd !== lab.build) {
      drawnEnd = lab.build;
      announce(summary(build));
    }
  };
  let drawnEnd = -1;

  const drawPicker = () => {
    const select = byId<HTMLSelectElement>("build-picker");
    const builds = lab.builds;
    fill(
      select,
      builds.map((run, at) =>
        h("option", { value: String(run), selected: run === lab.build }, `Build ${at + 1}: ${lab.runs[run]!.line}`),
      ),
    );
    byId("build-picker-row").hidden = builds.length < 2;
  };

  const drawSteps = (build: Build, all: Build) => {
    const list = byId("steps");
    const focused = list.contains(document.activeElement) ? lab.step : -1;
    fill(
      list,
      all.steps.map((planned, at) => card(lab, build.steps[at] ?? null, planned, at)),
    );
    if (focused >= 0) list.querySelectorAll<HTMLElement>(".step")[focused]?.focus();
  };

  const drawEnd = (build: Build) => {
    const end = byId("build-end");
    const done = build.buildkit && lab.cursor === lab.events.length;
    end.hidden = !build.image && !build.failed && !done;
    end.className = build.failed ? "end failed" : "end";
    fill(
      end,
      build.failed
        ? [h("b", {}, "Failed. "), build.failed]
        : [
            h("b", {}, "Built "),
            build.image && h("code", {}, short(build.image)),
            build.buildkit && "by BuildKit",
            build.tags.length > 0 && [" tagged ", h("code", {}, build.tags.join(", "))],
          ].flat(),
    );
  };

  range.addEventListener("input", () => lab.seek(Number(range.value)));
  byId("earlier").addEventListener("click", () => lab.seek(lab.cursor - 1));
  byId("later").addEventListener("click", () => lab.seek(lab.cursor + 1));
  byId("play").addEventListener("click", () => {
    if (lab.playing) {
      lab.pause();
      lab.tell("glass");
    } else {
      lab.play();
    }
  });
  byId<HTMLSelectElement>("build-picker").addEventListener("change", (event) =>
    lab.show(Number((event.target as HTMLSelectElement).value), false),
  );
  lab.on(["glass"], draw);
}

/** The step to look at first: the one that failed, else the first that the cache did not have, else the last. */
function interesting(build: Build): number {
  const failed = build.steps.findIndex((step) => step.failed);
  const missed = build.steps.findIndex((step) => step.verdict && step.verdict.verdict !== "hit");
  return failed >= 0 ? failed : missed >= 0 ? missed : build.steps.length - 1;
}

/** `3 steps: 1 cache hit, 1 miss; step 2: no earlier build ran ...` */
function summary(build: Build): string {
  const hits = build.steps.filter((step) => step.verdict?.verdict === "hit").length;
  const miss = build.steps.find((step) => step.verdict?.verdict === "miss");
  const missed = miss?.verdict?.verdict === "miss" ? `, step ${miss.number} cache miss: ${miss.verdict.reason}` : "";
  const result = build.failed ? `build failed: ${build.failed}` : "build done";
  return `${result}; ${count(build.steps.length, "step")}, ${count(hits, "cache hit")}${missed}`;
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
          if (!step) lab.seek(lab.events.length);
          else lab.tell("glass");
        },
      },
      h(
        "span",
        { class: "head" },
        h("span", { class: "number" }, String(planned.number)),
        h("code", {}, planned.text),
        chip(step),
      ),
      step && track(step),
    ),
  );
}

function chip(step: Step | null): HTMLElement | null {
  if (!step) return null;
  if (step.failed) return h("span", { class: "chip failed" }, "failed");
  switch (step.verdict?.verdict) {
    case "hit":
      return h("span", { class: "chip hit" }, "cached");
    case "miss":
      return h("span", { class: "chip miss" }, "cache miss");
    case "unused":
      return h("span", { class: "chip unused" }, "cache not asked");
    default:
      return step.base ? h("span", { class: "chip base" }, step.base.found ? "local" : "pulled") : null;
  }
}

/** The way of a step: temporary container, layer, image. What did not happen yet, or never, is not there. */
function track(step: Step): HTMLElement {
  const nodes: (HTMLElement | null)[] = [
    step.vertex && !step.ended ? node("image", "", "running") : null,
    ...(step.vertex ? parts(step) : []),
    step.pulled ? node("layer", "pulled", count(step.pulled.layers.size, "layer")) : null,
    container(step),
    step.layer ? slab(step.layer.size) : null,
    step.image && !step.layer && step.emptyLayer && step.container
      ? node("thin", "no layer", "configuration only")
      : null,
    step.image ? node(step.ended ? "image done" : "image", "image", short(step.image)) : null,
  ];
  const shown = nodes.filter((part) => part !== null);
  const time = step.ended ? h("span", { class: "time" }, duration(step.ended - step.began)) : null;
  return h("span", { class: "track" }, shown.map((part, at) => (at === 0 ? part : hop(part))), time);
}

/** What a vertex of BuildKit moved: the parts that have bytes to tell. */
function parts(step: Step): HTMLElement[] {
  const moved = [...(step.vertex?.parts ?? [])].filter(([, part]) => part.bytes > 0);
  return moved.map(([id, part]) => node("layer", id.startsWith("sha256:") ? "layer" : id.replace(/:$/, ""), size(part.bytes)));
}

function hop(part: HTMLElement): HTMLElement {
  return h("span", { class: "hop" }, h("span", { "aria-hidden": "true" }, "→"), part);
}

function node(kind: string, label: string, value: string): HTMLElement {
  return h("span", { class: `node ${kind}` }, h("i", { "aria-hidden": "true" }), h("small", {}, `${label} `), value);
}

function container(step: Step): HTMLElement | null {
  const { container } = step;
  if (!container) return null;
  const life = container.removed
    ? "removed"
    : container.status !== null
      ? `exit ${container.status}`
      : container.executes
        ? "running"
        : "created";
  return node(`container ${container.removed ? "gone" : ""}`, "container", `${short(container.id)} ${life}`);
}

/** A layer as a slab, longer for more bytes. */
function slab(bytes: number): HTMLElement {
  const drawn = node("layer", "layer", size(bytes));
  const width = Math.min(64, 8 + Math.log10(Math.max(1, bytes)) * 8);
  drawn.querySelector("i")!.style.setProperty("inline-size", `${width}px`);
  return drawn;
}
