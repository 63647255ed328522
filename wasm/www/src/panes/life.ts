import type { Container, Step } from "../build.ts";
import { h } from "../dom.ts";
import { short } from "../format.ts";
import { t } from "../words/index.ts";

type Station = [name: string, state: "done" | "open" | "none" | "bad"];

/** The five stations of a temporary container, as far as it came. */
export function stations(container: Container): Station[] {
  const { life } = t;
  const ran = container.executes;
  const ended = container.status !== null;
  return [
    [life.created, "done"],
    [!ran ? life.idle : ended ? life.running : life.runs, ran ? "done" : "none"],
    [ran ? life.exited(container.status) : life.exited(null), !ran ? "none" : !ended ? "open" : container.status === 0 ? "done" : "bad"],
    [life.committed, container.committed ? "done" : "open"],
    [life.removed, container.removed ? "done" : "open"],
  ];
}

/** A container's life as a line with stations; those not reached are hollow, those it has not are left out of the line. */
export function life(step: Step): HTMLElement | null {
  const { container } = step;
  if (!container) return null;
  const all = stations(container);
  const said = all.map(([name, state]) => (state === "open" ? `${name}: ${t.life.notYet}` : name)).join(", ");
  return h(
    "span",
    { class: `life${container.removed ? " gone" : ""}` },
    h("span", { class: "visually-hidden" }, `${t.life.container} ${short(container.id)}: ${said}`),
    h("span", { class: "who", "aria-hidden": "true" }, t.life.container, " ", h("code", {}, short(container.id))),
    h(
      "span",
      { class: "stations", "aria-hidden": "true" },
      all.map(([name, state]) => h("span", { class: `station ${state}` }, h("i"), h("small", {}, name))),
    ),
  );
}
