/** Elements without a framework: `h("button", { onclick }, "Run")`. */

type Child = Node | string | number | null | undefined | false;
type Props = Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, props);
  append(element, children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for SVG. */
export function s(tag: string, props: Props = {}, ...children: (Child | Child[])[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  set(element, props);
  append(element, children);
  return element;
}

function set(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else if (name === "value" || name === "checked") (element as any)[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(element: Element, children: (Child | Child[])[]): void {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Puts these children in the place of all others. */
export function fill(element: Element, ...children: (Child | Child[])[]): void {
  element.replaceChildren();
  append(element, children);
}

/** The element with an id, which the page has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** Says something to who listens instead of looking. */
export function announce(text: string): void {
  byId("status").textContent = text;
}

/**
 * A row of tabs as the ARIA practices describe it: one stop of the Tab key, arrows between the tabs.
 */
export function tabs(label: string, names: [id: string, text: string][], chosen: string, choose: (id: string) => void) {
  const move = (event: KeyboardEvent) => {
    const at = names.findIndex(([id]) => id === chosen);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: names.length - 1 - at }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = names[(at + step + names.length) % names.length]!;
    choose(next[0]);
  };
  const list = h(
    "div",
    { role: "tablist", "aria-label": label, class: "tabs", onkeydown: move },
    names.map(([id, text]) =>
      h(
        "button",
        {
          role: "tab",
          type: "button",
          "aria-selected": String(id === chosen),
          tabindex: id === chosen ? 0 : -1,
          onclick: () => choose(id),
        },
        text,
      ),
    ),
  );
  // A row that is drawn anew keeps the focus of the one before.
  const before = document.activeElement?.closest("[role=tablist]");
  if (before?.getAttribute("aria-label") === label) {
    queueMicrotask(() => list.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
  }
  return list;
}
