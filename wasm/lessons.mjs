// Lessons made ready for the page: what the module says of them, and their prose with the transcripts that running them gives.
// The page has them before the engine is there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The lessons in each language that some of them are in, as texts of JSON by language. */
export async function readyLessons(moduleDir, facts) {
  globalThis.glasshullMore = () => {};
  const border = await import(pathToFileURL(join(moduleDir, "wasm.js")).href);
  border.initSync({ module: readFileSync(join(moduleDir, "wasm_bg.wasm")) });
  const locales = new Set(JSON.parse(border.lessons("en")).flatMap((lesson) => lesson.locales));
  return new Map([...locales].sort().map((locale) => [locale, ready(border, facts, locale)]));
}

function ready(border, facts, locale) {
  const lessons = JSON.parse(border.lessons(locale));
  const prose = lessons.map(({ id, locales }) => [id, proseOf(border, facts, id, locales.includes(locale) ? locale : "en")]);
  // The page has no use for the whole text of a lesson: it is in the parts.
  for (const lesson of lessons) delete lesson.content;
  return JSON.stringify({ lessons, prose: Object.fromEntries(prose) });
}

/** The prose of a lesson; facts that were missed on the way are brought. */
function proseOf(border, facts, id, locale) {
  for (;;) {
    const prose = border.lessonProse(id, locale);
    const wanted = JSON.parse(border.takeWanted());
    if (wanted.length === 0) return JSON.parse(prose);
    for (const name of wanted) border.supply(name, readFileSync(join(facts, `${name}.pack`)));
  }
}
