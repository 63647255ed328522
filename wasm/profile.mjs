// Notes which functions of the module the page needs until somebody builds: `cargo xtask web` keeps them in the part that is loaded
// first. The rest comes while the first lesson is read.
//
//   node profile.mjs MODULE_DIR FACTS_DIR      reads watched.wasm, writes seen.txt: their indices
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [moduleDir, facts] = process.argv.slice(2).map((path) => resolve(path));
/** Lessons that a first visit opens: the first of all, and the one that builds. */
const OPENED = ["image-and-container", "redis-on-alpine"];
/** What somebody types who looks around. */
const LINES = [
  "ls; ls -l", "cat Dockerfile", "pwd; cd /etc; cd -", "echo one >a; cat a; rm a", "x=$((6 * 7)); echo $x | wc -c", "nosuch",
  "docker", "docker images", "docker ps -a",
];
const seen = new Set();
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  return new Instance(module, { ...imports, profile: { seen: (index) => seen.add(index) } });
};
globalThis.glasshullMore = () => {};
const lessons = JSON.parse((await fresh("lessons")).lessons("en"));
// The page has the lessons beside the module, not from it: what was seen until here does not count.
seen.clear();
const border = await fresh("page");

/** A module that has done nothing yet. */
async function fresh(name) {
  const border = await import(`${pathToFileURL(join(moduleDir, "wasm.js")).href}?${name}`);
  border.initSync({ module: readFileSync(join(moduleDir, "watched.wasm")) });
  return border;
}

/** What the page asks for all the time. */
function look(session, lesson) {
  session.files();
  session.state();
  for (const path of Object.keys(lesson.files)) session.readFile(path);
  border.lint(lesson.files.Dockerfile ?? "");
  border.takeWanted();
}

/** A line as the page runs it: typed by somebody, or out of a journal. */
function run(session, lesson, line, typed) {
  border.isIncomplete(line);
  border.commands(line.split(" ").slice(1));
  session.run(line, typed);
  for (const name of JSON.parse(border.takeWanted())) {
    border.supply(name, readFileSync(join(facts, `${name}.pack`)));
    session.run(line, typed);
  }
  look(session, lesson);
}

/** Files as an editor writes them, and as a journal does: such that are there and such that are not. */
function write(session, files) {
  for (const [path, text] of Object.entries(files)) {
    const asEditor = () => session.writeFile(path, new TextEncoder().encode(text));
    const asJournal = () => session.put(JSON.stringify({ method: "writeFile", path, text }));
    for (const write of [asEditor, asJournal, asEditor]) write();
    session.removeFile(path);
    for (const write of [asJournal, asJournal]) write();
  }
}

/** A lesson as it is when it is opened. */
function begin(lesson) {
  const session = new border.Session();
  write(session, lesson.files);
  for (const line of lesson.setup) run(session, lesson, line);
  look(session, lesson);
  return session;
}

const [first, seed] = OPENED.map((id) => lessons.find((lesson) => lesson.id === id));
const reading = begin(first);
for (const { run: line } of first.steps.flatMap((step) => step.commands)) run(reading, first, line, "");
for (const line of LINES) run(reading, first, line, "");
const looking = begin(seed);
for (const line of LINES) for (const typed of ["", undefined]) run(looking, seed, line, typed);
writeFileSync(join(moduleDir, "seen.txt"), [...seen].sort((a, b) => a - b).join("\n"));
