import { h } from "../dom.ts";
import { t } from "../words/index.ts";
import { table } from "./table.ts";

type Json = Record<string, any>;

/** Fields of the configuration that people look for; the rest of the document is bookkeeping. */
const FIELDS: [name: string, of: (image: Json) => unknown][] = [
  ["Cmd", (image) => image.config?.Cmd],
  ["Entrypoint", (image) => image.config?.Entrypoint],
  ["Env", (image) => image.config?.Env],
  ["User", (image) => image.config?.User],
  ["WorkingDir", (image) => image.config?.WorkingDir],
  ["ExposedPorts", (image) => image.config?.ExposedPorts],
  ["Volumes", (image) => image.config?.Volumes],
  ["Labels", (image) => image.config?.Labels],
  ["Healthcheck", (image) => image.config?.Healthcheck],
  ["StopSignal", (image) => image.config?.StopSignal],
  ["Shell", (image) => image.config?.Shell],
  ["OnBuild", (image) => image.config?.OnBuild],
  ["layers", (image) => image.rootfs?.diff_ids?.length],
];

/** Two configurations beside one another: what the step changed, and what stayed. */
export function compare(before: Json, after: Json): HTMLElement {
  const rows = FIELDS.map(([name, of]) => ({ name, old: shown(of(before)), now: shown(of(after)) })).filter(
    ({ old, now }) => old !== "" || now !== "",
  );
  const changed = rows.filter(({ old, now }) => old !== now).length;
  return h(
    "div",
    {},
    h("p", { class: "muted" }, changed === 0 ? t.configSame : t.configChanged(changed)),
    table(
      [t.head.field, t.head.old, t.head.after],
      rows.map(({ name, old, now }) => [name, old === now ? h("span", { class: "dim" }, t.same) : h("code", {}, old || "—"), h("code", {}, now || "—")]),
      rows.map(({ old, now }) => (old === now ? "" : "differs")),
    ),
    h("details", {}, h("summary", {}, t.document), h("pre", { tabindex: 0 }, JSON.stringify(after, null, 2))),
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
