// The engine in a worker, without the page's panes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Loads the package in an empty page of the server and leaves an engine as `engine`. */
export async function engine(page, url) {
  await page.goto(`${url}blank.html`);
  await page.evaluate(async () => {
    const { Engine } = await import("./glasshull.js");
    window.engine = new Engine({ worker: () => new Worker("worker.js") });
    await window.engine.ready;
  });
}

export async function theExampleHasTheNativeEvents({ page, url, out, example }) {
  await engine(page, url);
  const native = readFileSync(join(out, "native-events.jsonl"));
  const text = readFileSync(join(example, "Dockerfile"), "utf8");
  const [exit, hash] = await page.evaluate(async (text) => {
    await engine.writeFile("Dockerfile", text);
    const reply = await engine.run("glasshull build --view rawjson .");
    return [reply.exit, await engine.sha256(reply.output.map((chunk) => chunk.text).join(""))];
  }, text);
  assert.equal(exit, 0);
  assert.equal(hash, `sha256:${createHash("sha256").update(native).digest("hex")}`);
  console.log(`web: browser events: ${hash}`);
}

export async function everyProjectAnswersAsNatively({ page, url, out }) {
  const sessions = JSON.parse(readFileSync(join(out, "native-sessions.json"), "utf8"));
  assert.ok(sessions.length >= 5, "the examples and the lessons were not found");
  let answers = 0;
  for (const session of sessions) {
    await engine(page, url);
    const seen = await page.evaluate(async ({ files, answers }) => {
      for (const [path, text] of Object.entries(files)) await engine.writeFile(path, text);
      const seen = [];
      for (const { line } of answers) seen.push({ line, sha256: await engine.sha256(await engine.runRaw(line)) });
      return seen;
    }, session);
    assert.deepEqual(seen, session.answers, session.name);
    const state = await page.evaluate((token) => engine.replay(token), session.token);
    assert.equal(state, session.state, `the state that the token of ${session.name} leads to`);
    answers += seen.length;
  }
  console.log(`web: ${answers} answers in ${sessions.length} projects are the native ones`);
}

export async function anEndlessRunIsStopped({ page, url, budget }) {
  await engine(page, url);
  const seen = await page.evaluate(async () => {
    await engine.writeFile("kept", "yes\n");
    await engine.writeFile("Dockerfile", "FROM alpine\nRUN while :; do :; done\n");
    const endless = engine.run("docker build .").catch((error) => error.name);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const began = performance.now();
    await engine.stop();
    const took = performance.now() - began;
    const reply = await engine.run("cat kept");
    return { ended: await endless, took, text: reply.output[0].text, journal: engine.journal.length };
  });
  assert.deepEqual({ ...seen, took: 0 }, { ended: "Stopped", took: 0, text: "yes\n", journal: 3 });
  budget("stop ms", seen.took, `an endless RUN is stopped, and the session restored, in ${Math.round(seen.took)} ms`);
}

export async function deepScriptsEndInABudget({ page, url }) {
  await engine(page, url);
  const limits = await page.evaluate(async () => {
    const lines = ["f() { f; }; f", "f() { eval f; }; f", "f() { (f); }; f", "f() { f | f; }; f", `${"(".repeat(5000)}`];
    const ends = [];
    for (const line of lines) {
      const reply = await engine.run(line);
      ends.push(reply.exit);
    }
    ends.push((await engine.run("echo alive")).output[0].text);
    return ends;
  });
  assert.equal(limits.at(-1), "alive\n");
  assert.ok(limits.slice(0, -1).every((exit) => exit !== 0), `exits: ${limits}`);
}

export async function theRestComesWhenItIsNeeded({ page, context, url }) {
  const asked = [];
  context.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await engine(page, url);
  const run = (line) => page.evaluate((line) => engine.run(line).then(({ output }) => output.map(({ text }) => text).join("")), line);
  assert.equal(await run("echo one >a; cat a"), "one\n");
  assert.ok(!asked.includes("/glasshull-rest.wasm"), "the rest was asked for at once");
  assert.equal(await run("echo '2^70' | bc"), "1180591620717411303424\n");
  assert.ok(asked.includes("/glasshull-rest.wasm"), "nobody asked for the rest");
  assert.equal(await run("seq 4 | awk '{ s += $1 } END { print s }'"), "10\n");
  await page.evaluate(() => engine.stop());
  assert.equal(await run("echo '3*4' | bc"), "12\n");
  assert.equal(asked.filter((path) => path === "/glasshull-rest.wasm").length, 1);
}

export async function anOlderReleaseIsFetched({ page, context, url }) {
  const asked = [];
  context.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await engine(page, url);
  const reply = await page.evaluate(() => engine.run("docker run --rm alpine:3.18 cat /etc/alpine-release"));
  assert.equal(reply.output.at(-1).text, "3.18.9\n");
  assert.deepEqual(asked.filter((path) => path.endsWith(".pack")), ["/alpine-3.18-base.pack"]);
}

export async function withoutTheRestALineFails({ page, context, url }) {
  let gone = true;
  await context.route("**/glasshull-rest.wasm", (route) => (gone ? route.fulfill({ status: 204 }) : route.continue()));
  await engine(page, url);
  const failed = await page.evaluate(async () => {
    await engine.writeFile("kept", "yes\n");
    return engine.run("echo '2^70' | bc").catch((error) => [error.message, error.fatal]);
  });
  assert.deepEqual(failed, ["a part of the engine could not be loaded (204)", true]);
  gone = false;
  const run = (line) => page.evaluate((line) => engine.run(line).then(({ output }) => output[0].text), line);
  assert.equal(await run("cat kept"), "yes\n");
  assert.equal(await run("echo '2^70' | bc"), "1180591620717411303424\n");
}

export async function aRefusalIsASentence({ page, url }) {
  await engine(page, url);
  const refused = await page.evaluate(() =>
    engine.readFile("../etc/passwd").catch((error) => [error.name, error.message, error.fatal]),
  );
  assert.deepEqual(refused, [
    "EngineError",
    '"../etc/passwd" is no path of a file in the project folder',
    false,
  ]);
}

export async function everyLessonIsSolvedByItsSolution({ page, url }) {
  await engine(page, url);
  const results = await page.evaluate(async () => {
    const results = [];
    for (const lesson of await engine.lessons()) {
      await engine.rewind([]);
      const write = async (files) => {
        for (const [path, text] of Object.entries(files)) await engine.writeFile(path, text);
      };
      await write(lesson.files);
      for (const line of lesson.setup) await engine.run(line);
      const before = await engine.grade(lesson.id);
      await write(lesson.solution);
      if (lesson.grade.live) for (const line of lesson.grade.run) await engine.run(line);
      const after = await engine.grade(lesson.id);
      const prose = await engine.lessonProse(lesson.id, lesson.locales[0]);
      results.push({ id: lesson.id, started: before.points < before.possible, solved: after.points === after.possible, prose: prose.length > 0 });
    }
    return results;
  });
  assert.ok(results.length >= 12, `only ${results.length} lessons`);
  for (const { id, ...rest } of results) assert.deepEqual(rest, { started: true, solved: true, prose: true }, id);
}
