import { h } from "./dom.ts";

/** Hands a file to whoever sits before the page. */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const anchor = h("a", { href: url, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
