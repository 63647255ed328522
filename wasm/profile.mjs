// Notes which functions of the module the first lesson needs: `cargo xtask web` keeps them in the part that is loaded first.
//
//   node profile.mjs MODULE_DIR FACTS_DIR      reads watched.wasm, writes seen.txt: their indices
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [moduleDir, facts] = process.argv.slice(2).map((path) => resolve(path));
/** The lesson that a first visit is measured by; the page opens with the first one of all. */
const SEED = "redis-on-alpine";
const seen = new Set();
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  return new Instance(module, { ...imports, profile: { seen: (index) => seen.add(index) } });
};
globalThis.glasshullMore = () => {};
const border = await import(pathToFileURL(join(moduleDir, "wasm.js")).href);
border.initSync({ module: readFileSync(join(moduleDir, "watched.wasm")) });

/** What the page asks for all the time. */
function look(session, lesson) {
  session.files();
  session.state();
  session.hints(lesson.id, "en");
  for (const path of Object.keys(lesson.files)) session.readFile(path);
  border.lint(lesson.files.Dockerfile ?? "");
  border.takeWanted();
}

/** A line as the page runs it. */
function run(session, lesson, line) {
  border.isIncomplete(line);
  border.commands(line.split(" ").slice(1));
  session.run(line);
  for (const name of JSON.parse(border.takeWanted())) {
    border.supply(name, readFileSync(join(facts, `${name}.pack`)));
    session.run(line);
  }
  look(session, lesson);
}

/** Files as an editor writes them, and as a journal does. */
function write(session, files) {
  for (const [path, text] of Object.entries(files)) {
    session.writeFile(path, new TextEncoder().encode(text));
    session.put(JSON.stringify({ method: "writeFile", path, text }));
  }
}

/** A lesson as it is when it is opened. */
function begin(lesson) {
  const session = new border.Session();
  write(session, lesson.files);
  for (const line of lesson.setup) run(session, lesson, line);
  look(session, lesson);
  border.lessonProse(lesson.id, "en");
  return session;
}

/** The lesson from its start to its end, looking at everything on the way. */
function play(lesson) {
  const session = begin(lesson);
  session.grade(lesson.id, "en");
  for (const line of ["ls", "cat Dockerfile", "echo one >a; cat a; rm a", "docker"]) run(session, lesson, line);
  const commands = lesson.steps.flatMap((step) => step.commands.map((command) => command.run));
  for (const line of commands) run(session, lesson, line);
  write(session, lesson.solution);
  for (const line of [...lesson.grade.run, ...commands, ...commands]) run(session, lesson, line);
  for (const step of lesson.steps) for (const question of step.predict) session.answer(lesson.id, question.id);
  session.grade(lesson.id, "en");
  for (const { id, tags } of JSON.parse(session.state()).images) {
    session.imageConfig(tags[0] ?? id);
    session.imageTree(id);
  }
  session.imageFile("redis", "/etc/alpine-release", 100);
  session.stateHash();
}

const lessons = JSON.parse(border.lessons("en"));
begin(lessons[0]);
play(lessons.find(({ id }) => id === SEED));
writeFileSync(join(moduleDir, "seen.txt"), [...seen].sort((a, b) => a - b).join("\n"));
