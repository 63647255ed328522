/** The Markdown that lessons are written in: headings, paragraphs, lists, quotes, code. */

import { h } from "./dom.ts";

export function markdown(source: string): HTMLElement[] {
  const blocks = source.replace(/\r/g, "").split(/\n{2,}(?!\s*```)/);
  return whole(blocks).filter((block) => block.trim() !== "").map(draw);
}

/** A fence may hold empty lines. */
function whole(blocks: string[]): string[] {
  const found: string[] = [];
  for (const block of blocks) {
    const open = found.at(-1);
    if (open !== undefined && (open.match(/^```/gm)?.length ?? 0) % 2 === 1) found[found.length - 1] = `${open}\n\n${block}`;
    else found.push(block);
  }
  return found;
}

function draw(block: string): HTMLElement {
  const heading = /^(#{1,4})\s+(.*)$/.exec(block.trim());
  if (heading) return h(`h${Math.min(heading[1]!.length + 1, 5)}` as "h2", {}, inline(heading[2]!));
  const fence = /^```\w*\n([\s\S]*?)\n?```$/.exec(block.trim());
  if (fence) return code(fence[1]!);
  if (/^( {4}|\t)/.test(block)) return code(block.replace(/^( {4}|\t)/gm, "").trimEnd());
  if (/^> /.test(block)) return h("blockquote", {}, inline(block.replace(/^> ?/gm, "")));
  if (/^[-*] /.test(block)) return list("ul", block.split(/\n(?=[-*] )/).map((item) => item.slice(2)));
  if (/^\d+\. /.test(block)) {
    return list("ol", block.split(/\n(?=\d+\. )/).map((item) => item.replace(/^\d+\. /, "")));
  }
  return h("p", {}, inline(block));
}

function list(tag: "ul" | "ol", items: string[]): HTMLElement {
  return h(tag, {}, items.map((item) => h("li", {}, inline(item))));
}

function code(text: string): HTMLElement {
  return h("div", { class: "snippet" }, h("pre", { tabindex: 0 }, h("code", {}, text)));
}

function inline(text: string): (HTMLElement | string)[] {
  const parts = text.replace(/\n\s*/g, " ").split(/(`[^`]+`|\*\*[^*]+\*\*|(?<![\w*])[*_][^*_]+[*_](?![\w*]))/);
  return parts.map((part) => {
    if (part.startsWith("`")) return h("code", {}, part.slice(1, -1));
    if (part.startsWith("**")) return h("strong", {}, part.slice(2, -2));
    if (/^[*_].+[*_]$/.test(part)) return h("em", {}, part.slice(1, -1));
    return part;
  });
}
