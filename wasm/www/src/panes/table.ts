import { h } from "../dom.ts";
import { t } from "../words/index.ts";

type Cell = HTMLElement | string | number | null;

/** A table in a box that scrolls by itself. The first cell of a row is its head; `classes` are the rows' own. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[], classes: readonly string[] = []): HTMLElement {
  const isNumber = (head: string | undefined) => head === t.head.size || head === t.head.took || head === t.head.hidden;
  /** A short id is not broken. */
  const isId = (value: Cell) => value instanceof HTMLElement && /^[0-9a-f]{12}$/.test(value.textContent ?? "");
  const cell = (value: Cell, at: number) => {
    const kind = isNumber(heads[at]) ? "number" : isId(value) ? "id" : undefined;
    return at === 0 ? h("th", { scope: "row" }, value) : h("td", { class: kind }, value);
  };
  return h(
    "div",
    { class: "table", tabindex: "0" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col", class: isNumber(head) ? "number" : undefined }, head)))),
      h("tbody", {}, rows.map((row, at) => h("tr", { class: classes[at] }, row.map(cell)))),
    ),
  );
}
