/** What programs write to a terminal, as the page shows it: colours, and lines that are written over. */

import { h } from "./dom.ts";

/** Classes for the foreground colours 30 to 37, in their order (bright ones are 60 more); black and white are the page's own. */
const COLOURS = ["", "red", "green", "yellow", "blue", "magenta", "cyan", ""];

/** Text with its colours. Of what moves the cursor, only a return to the line's beginning shows. */
export function coloured(raw: string): (HTMLElement | string)[] {
  const shown: (HTMLElement | string)[] = [];
  let colour = "";
  let end = 0;
  const add = (text: string) => {
    if (text !== "") shown.push(colour ? h("span", { class: colour }, text) : text);
  };
  const text = raw.replace(/\r+\n/g, "\n").replace(/[^\n]*\r(?=[^\n])/g, "");
  for (const found of text.matchAll(/\x1b\[([\d;?]*)([@-~])/g)) {
    add(text.slice(end, found.index));
    end = found.index + found[0].length;
    if (found[2] === "m") colour = found[1]!.split(";").reduce(select, colour);
  }
  add(text.slice(end));
  return shown;
}

function select(colour: string, code: string): string {
  const number = Number(code);
  if (number === 0 || number === 39) return "";
  const plain = number >= 90 ? number - 60 : number;
  return plain >= 30 && plain <= 37 ? COLOURS[plain - 30]! : colour;
}
