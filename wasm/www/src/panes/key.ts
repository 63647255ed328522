import type { KeyPart } from "../../../npm/index.ts";
import type { Step } from "../build.ts";
import { h } from "../dom.ts";
import { short } from "../format.ts";
import type { Lab } from "../lab.ts";
import { t } from "../words/index.ts";
import { table } from "./table.ts";

/** The key of the same step of the build before, to compare with. */
export function earlierKey(lab: Lab, step: Step): KeyPart[] {
  const { builds } = lab;
  const before = builds[builds.indexOf(lab.build) - 1];
  const events = before === undefined ? [] : lab.runs[before]!.reply.events;
  let number = 0;
  for (const event of events) {
    if (event.event === "step-started") number = event.step;
    if (event.event === "cache-probed" && number === step.number) return event.key;
  }
  return [];
}

/** The key of a step, old against new, with the first difference. */
export function cacheKey(step: Step, before: readonly KeyPart[]): HTMLElement {
  if (step.vertex) return vertexKey(step);
  if (!step.verdict) return h("p", { class: "muted" }, t.fromNotCached);
  const { verdict } = step;
  const text = verdict.verdict === "hit" ? `${t.hit}: ${short(verdict.image)}` : `${t[verdict.verdict]}: ${t.reason(verdict.reason)}`;
  return h(
    "div",
    {},
    h("p", { class: `verdict ${verdict.verdict}` }, text),
    step.key.length > 0 && compared(step.key, before),
  );
}

function compared(key: readonly KeyPart[], before: readonly KeyPart[]): HTMLElement {
  const names = [...new Set([...key, ...before].map((part) => part.name))];
  const value = (parts: readonly KeyPart[], name: string) => parts.find((part) => part.name === name)?.value;
  const parts = names.map((name) => ({ name, now: value(key, name), old: value(before, name) }));
  const first = before.length > 0 ? parts.find(({ now, old }) => now !== old) : undefined;
  const rows = parts.map(({ name, now, old }) => {
    if (before.length === 0) return [name, code(now), ""];
    return [name, now === old ? code(now) : marked(now, old), now === old ? t.same : marked(old, now)];
  });
  return h(
    "div",
    {},
    before.length === 0
      ? h("p", { class: "muted" }, t.noBefore)
      : first
        ? h("p", { class: "first" }, t.firstDifference(first.name))
        : h("p", { class: "muted" }, t.noDifference),
    table([t.head.part, t.head.now, t.head.before], rows, parts.map((part) => (part === first ? "differs first" : before.length > 0 && part.now !== part.old ? "differs" : ""))),
  );
}

function code(value: string | undefined): HTMLElement | string {
  return value === undefined ? "—" : h("code", {}, value);
}

/** A value with what differs from the other marked: from the first letter that is another one to the last. */
function marked(value: string | undefined, other: string | undefined): HTMLElement | string {
  if (value === undefined || other === undefined) return code(value);
  let from = 0;
  while (from < value.length && value[from] === other[from]) from += 1;
  let end = 0;
  const room = Math.min(value.length, other.length) - from;
  while (end < room && value.at(-1 - end) === other.at(-1 - end)) end += 1;
  return h("code", {}, value.slice(0, from), h("mark", {}, value.slice(from, value.length - end)), value.slice(value.length - end));
}

/** BuildKit's key of a step is the digest of its operation and of those it needs. */
function vertexKey(step: Step): HTMLElement {
  return h(
    "div",
    {},
    step.verdict?.verdict === "hit" && h("p", { class: "verdict hit" }, t.hit),
    h("p", {}, t.vertexKey),
    h("p", {}, h("code", {}, step.vertex!.id)),
  );
}
