import type { HistoryView, ImageView } from "../../../npm/index.ts";
import { byId, fill, h } from "../dom.ts";
import { count, short, size } from "../format.ts";
import type { Lab } from "../lab.ts";

/** What the daemon has: images with their layers as stacks, containers with their states. */
export function storePane(lab: Lab): void {
  const draw = () => {
    const { images, containers } = lab.state;
    const named = images.filter((image) => image.tags.length > 0);
    const unnamed = images.length - named.length;
    fill(
      byId("images"),
      named.length === 0 ? h("p", { class: "muted" }, "No image has a name yet.") : named.map(card),
      unnamed > 0 && h("p", { class: "muted" }, `and ${count(unnamed, "image")} without a name (docker images -a)`),
    );
    fill(
      byId("containers"),
      containers.length === 0
        ? h("p", { class: "muted" }, "No container is kept. Those of a build are removed when their step ends.")
        : h(
            "table",
            {},
            h("thead", {}, h("tr", {}, ["Name", "Image", "Command", "State"].map((head) => h("th", { scope: "col" }, head)))),
            h(
              "tbody",
              {},
              containers.map((container) =>
                h(
                  "tr",
                  {},
                  h("th", { scope: "row" }, container.name),
                  h("td", {}, h("code", {}, container.image.startsWith("sha256:") ? short(container.image) : container.image)),
                  h("td", {}, h("code", {}, container.command)),
                  h(
                    "td",
                    {},
                    h(
                      "span",
                      { class: `chip ${container.status}` },
                      container.status === "exited" ? `exited ${container.exit_code}` : container.status,
                    ),
                  ),
                ),
              ),
            ),
          ),
    );
  };
  lab.on(["runs"], draw);
}

/** An image: its names, and its history as a stack, newest on top; a step without a layer is a thin line. */
function card(image: ImageView): HTMLElement {
  const rows = [...image.history].reverse();
  let layer = image.history.filter((row) => row.diff_id).length;
  return h(
    "article",
    { class: "image-card" },
    h(
      "header",
      {},
      h("h4", {}, image.tags.join(", ")),
      h("code", {}, short(image.id)),
      h("span", { class: "number" }, size(image.size)),
    ),
    h(
      "ol",
      { class: "stack", "aria-label": `Layers of ${image.tags[0]}, newest first` },
      rows.map((row) => slab(row, row.diff_id ? layer-- : 0)),
    ),
  );
}

function slab(row: HistoryView, number: number): HTMLElement {
  const made = row.created_by.replace(/^\/bin\/sh -c (#\(nop\) +)?/, "");
  if (!row.diff_id) return h("li", { class: "meta", title: made }, h("code", {}, made), h("span", {}, "no layer"));
  const item = h("li", { class: `slab layer-${(number - 1) % 6}`, title: made }, h("code", {}, made), h("span", {}, size(row.size)));
  item.style.setProperty("--bulk", String(Math.log10(Math.max(10, row.size))));
  return item;
}
