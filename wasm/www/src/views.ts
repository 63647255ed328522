import { byId } from "./dom.ts";

/** On a narrow screen one pane is seen at a time. Gives a function that shows one. */
export function views(): (view: string) => void {
  const buttons = [...byId("views").querySelectorAll<HTMLButtonElement>("button")];
  const show = (view: string) => {
    document.body.dataset.view = view;
    for (const button of buttons) {
      if (button.dataset.view === view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.view!));
  show("lesson");
  return show;
}
