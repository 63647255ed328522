import { byId } from "../dom.ts";
import type { Lab } from "../lab.ts";

let tables = false;

/** Whether pictures are shown as their twins, tables. */
export function asTables(): boolean {
  return tables;
}

/** The choice between pictures and tables. */
export function twins(lab: Lab): void {
  const buttons = [byId("as-pictures"), byId("as-tables")];
  try {
    tables = localStorage.getItem("glasshull:tables") === "yes";
  } catch {
    // No storage: pictures.
  }
  const draw = () => buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(tables === (at === 1))));
  buttons.forEach((button, at) =>
    button.addEventListener("click", () => {
      tables = at === 1;
      try {
        localStorage.setItem("glasshull:tables", tables ? "yes" : "no");
      } catch {
        // It holds for this visit.
      }
      draw();
      lab.tell("glass", "words");
    }),
  );
  draw();
}
