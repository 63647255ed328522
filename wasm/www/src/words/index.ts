/** The language of the page. `t` is what it says; elements of the page itself carry `data-t`, with the name of a word. */

import { de } from "./de.ts";
import { en, type Words } from "./en.ts";

const LANGUAGES: Record<string, Words> = { en, de };

/** The words of the chosen language. */
export let t: Words = en;
export let language = "en";

/** The languages that there are, with their own names. */
export const languages = Object.entries(LANGUAGES).map(([id, words]) => [id, words.language] as const);

/** Chooses a language: one that was named, or kept, or the browser's. */
export function speak(wanted?: string): void {
  let kept: string | null = null;
  try {
    if (wanted) localStorage.setItem("glasshull:language", wanted);
    kept = localStorage.getItem("glasshull:language");
  } catch {
    // No storage: the language holds for this visit.
  }
  const found = [wanted, kept, ...navigator.languages.map((tag) => tag.split("-")[0])].find((tag) => tag && LANGUAGES[tag]);
  language = found ?? "en";
  t = LANGUAGES[language]!;
  document.documentElement.lang = language;
  document.title = t.title;
  for (const element of document.querySelectorAll<HTMLElement>("[data-t]")) element.textContent = word(element.dataset.t!);
  for (const element of document.querySelectorAll<HTMLElement>("[data-t-label]")) {
    element.setAttribute("aria-label", word(element.dataset.tLabel!));
  }
}

function word(name: string): string {
  const found = (t as Record<string, unknown>)[name];
  if (typeof found !== "string") throw new Error(`there is no word ${name}`);
  return found;
}
