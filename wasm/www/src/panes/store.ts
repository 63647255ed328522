import type { ContainerView, ImageView } from "../../../npm/index.ts";
import { announce, byId, fill, h } from "../dom.ts";
import { save } from "../download.ts";
import { short, size } from "../format.ts";
import type { Lab } from "../lab.ts";
import { t } from "../words/index.ts";
import { hues, rowsOf, stack, stackTable } from "./stack.ts";
import { table } from "./table.ts";
import { asTables } from "./twin.ts";

/** What the daemon has at the moment that is looked at: images with their layers as stacks, containers with their states. */
export function storePane(lab: Lab): void {
  let drawn: unknown;
  const draw = () => {
    const state = lab.stateThen;
    const key = [state, lab.state, asTables(), t];
    if (Array.isArray(drawn) && key.every((part, at) => part === (drawn as unknown[])[at])) return;
    drawn = key;
    const named = state.images.filter((image) => image.tags.length > 0);
    const unnamed = state.images.length - named.length;
    const hue = hues(lab);
    fill(
      byId("images"),
      named.length === 0 ? h("p", { class: "muted" }, t.noImage) : named.map((image) => card(lab, image, hue)),
      unnamed > 0 && h("p", { class: "muted" }, t.unnamed(unnamed)),
      named.length > 1 && !asTables() && h("p", { class: "muted" }, t.sharedLayers),
    );
    fill(byId("containers"), containers(state.containers));
  };
  lab.on(["runs", "glass", "words"], draw);
}

function containers(all: readonly ContainerView[]): HTMLElement {
  if (all.length === 0) return h("p", { class: "muted" }, t.noContainer);
  const { head } = t;
  return table(
    [head.name, head.image, head.commandLine, head.state],
    all.map((container) => [
      container.name,
      h("code", {}, container.image.startsWith("sha256:") ? short(container.image) : container.image),
      h("code", {}, container.command),
      h("span", { class: `chip ${container.status}` }, t.status(container.status, container.exit_code)),
    ]),
  );
}

/** An image: its names, and its history as a stack, newest on top; a step without a layer is a thin line. */
function card(lab: Lab, image: ImageView, hue: (diffId: string) => number): HTMLElement {
  const name = image.tags[0]!;
  const rows = rowsOf(image.history);
  return h(
    "article",
    { class: "image-card" },
    h(
      "header",
      {},
      h("h4", {}, image.tags.join(", ")),
      h("code", {}, short(image.id)),
      h("span", { class: "number" }, size(image.size)),
      h("button", { type: "button", class: "quiet", "aria-label": t.downloadOf(name), onclick: () => void download(lab, image) }, t.download),
    ),
    asTables() ? stackTable(rows) : stack(name, rows, hue),
  );
}

async function download(lab: Lab, image: ImageView): Promise<void> {
  const name = image.tags[0]!;
  const bytes = await lab.engine.imageArchive(image.id);
  save(`${name.replace(/[^\w.-]+/g, "-")}.oci.tar`, new Blob([bytes as BlobPart], { type: "application/x-tar" }));
  announce(t.downloaded(name));
}
