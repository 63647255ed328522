/** The Markdown that lessons are written in: headings, paragraphs, lists, code. Commands get a button that runs them. */

import { h } from "./dom.ts";

export function markdown(source: string, run: (command: string) => void): HTMLElement[] {
  const blocks = source.replace(/\r/g, "").split(/\n{2,}/);
  return blocks.filter((block) => block.trim() !== "").map((block) => draw(block, run));
}

function draw(block: string, run: (command: string) => void): HTMLElement {
  const heading = /^(#{1,4})\s+(.*)$/.exec(block.trim());
  if (heading) return h(`h${Math.min(heading[1]!.length + 1, 5)}` as "h2", {}, inline(heading[2]!));
  const fence = /^```(\w*)\n([\s\S]*?)\n?```$/.exec(block.trim());
  if (fence) return code(fence[2]!, fence[1] !== "" && fence[1] !== "sh", run);
  if (/^( {4}|\t)/.test(block)) return code(block.replace(/^( {4}|\t)/gm, "").trimEnd(), false, run);
  if (/^[-*] /.test(block)) return list("ul", block.split(/\n(?=[-*] )/).map((item) => item.slice(2)));
  if (/^\d+\. /.test(block)) {
    return list("ol", block.split(/\n(?=\d+\. )/).map((item) => item.replace(/^\d+\. /, "")));
  }
  return h("p", {}, inline(block));
}

function list(tag: "ul" | "ol", items: string[]): HTMLElement {
  return h(tag, {}, items.map((item) => h("li", {}, inline(item))));
}

/** A block of code; one that begins like a command can be run. */
function code(text: string, shown: boolean, run: (command: string) => void): HTMLElement {
  const commands = !shown && /^(docker|cat|ls|echo|glasshull|apk|sh|cd)\b/.test(text);
  const button = h(
    "button",
    { type: "button", class: "run", "aria-label": `Run: ${text}`, onclick: () => run(text) },
    "Run",
  );
  return h("div", { class: "snippet" }, h("pre", {}, h("code", {}, text)), commands && button);
}

function inline(text: string): (HTMLElement | string)[] {
  const parts = text.replace(/\n/g, " ").split(/(`[^`]+`|\*\*[^*]+\*\*)/);
  return parts.map((part) => {
    if (part.startsWith("`")) return h("code", {}, part.slice(1, -1));
    if (part.startsWith("**")) return h("strong", {}, part.slice(2, -2));
    return part;
  });
}
