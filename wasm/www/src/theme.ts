import { byId } from "./dom.ts";
import type { Lab } from "./lab.ts";
import { t } from "./words/index.ts";

/** Dark or light: as the system has it until someone chooses. */
export function theme(lab: Lab): void {
  const button = byId("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem("glasshull:theme");
  } catch {
    // No storage: the system's choice.
  }
  const draw = () => {
    const now = chosen ?? (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = now;
    button.textContent = now === "dark" ? t.light : t.dark;
    button.setAttribute("aria-label", now === "dark" ? t.toLight : t.toDark);
  };
  button.addEventListener("click", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("glasshull:theme", chosen);
    } catch {
      // It holds for this visit.
    }
    draw();
  });
  dark.addEventListener("change", draw);
  lab.on(["words"], draw);
  draw();
}
