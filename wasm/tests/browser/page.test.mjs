// The lab page as a learner uses it: by accessible names, with the keyboard, in both themes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { serve } from "./serve.mjs";
import { join } from "node:path";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SOLUTION = 'FROM alpine\nRUN apk add --update redis\nCMD ["redis-server"]\n';

async function open(page, url) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(url);
  await usable(page);
  await choose(page, "redis-on-alpine");
  await page.getByRole("button", { name: "Run: docker build -t redis ." }).first().waitFor();
  await editor(page).waitFor();
}

/** Chooses a lesson, whose text is there before its files and images are. */
async function choose(page, lesson) {
  await page.getByRole("combobox", { name: "Lesson" }).selectOption(lesson);
  await usable(page);
}

const usable = (page) => page.waitForFunction(() => document.body.dataset.usable && !document.body.hasAttribute("data-busy"));
const editor = (page, path = "Dockerfile") => page.getByRole("textbox", { name: `Editor: ${path}` });
const steps = (page) => page.getByRole("list", { name: "Steps of the build" }).getByRole("button");

async function type(page, line) {
  const typed = await transcript(page).locator(".typed").count();
  await page.getByRole("textbox", { name: "Command" }).fill(line);
  await page.keyboard.press("Enter");
  await transcript(page).locator(".typed").nth(typed).waitFor();
  await page.locator("#terminal:not([data-busy])").waitFor();
}

const transcript = (page) => page.getByRole("log", { name: "Terminal output" });
const lastOutput = (page) => transcript(page).locator("pre").last().innerText();

export async function theLessonIsReadWhileTheEngineComes({ page, context, url }) {
  let come;
  const coming = new Promise((resolve) => (come = resolve));
  await context.route("**/glasshull.wasm", (route) => coming.then(() => route.continue()));
  // The first step of the first lesson needs the first part of the module alone.
  await context.route("**/glasshull-rest.wasm", (route) => route.fulfill({ status: 204 }));
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(url);
  const run = page.getByRole("button", { name: /^Run: docker run --name first/ });
  await run.waitFor();
  assert.equal(await page.locator("body").getAttribute("data-usable"), null);
  await run.click();
  come();
  await transcript(page).locator(".typed", { hasText: "docker run --name first" }).waitFor();
  await usable(page);
  await type(page, "docker diff first");
  assert.equal(await lastOutput(page), "A /note\n");
  await type(page, "ls");
  assert.equal(await lastOutput(page), "session.sh\n");
}

export async function theLessonIsPlayedToItsEnd({ page, url }) {
  await open(page, url);
  await page.getByRole("button", { name: "Check my work" }).click();
  await page.getByText("0 of 5 points").first().waitFor();
  assert.equal(await page.locator(".check .hint").count(), 3);
  await editor(page).fill(SOLUTION);
  await page.getByRole("button", { name: "Run: docker build -t redis ." }).first().click();
  await transcript(page).getByText("Successfully tagged redis:latest").waitFor();
  assert.deepEqual(
    await steps(page).locator(".head").allInnerTexts().then((heads) => heads.map((head) => head.replace(/\s+/g, " ").trim())),
    ["1 FROM alpine pulled", "2 RUN apk add --update redis cache miss", '3 CMD ["redis-server"] cache not asked'],
  );
  assert.match(await page.getByRole("status").innerText(), /^build done; 3 steps, 0 cache hits, step 2 cache miss: /);
  await page.getByRole("button", { name: "Check my work" }).click();
  await page.getByText("Solved. Well done.", { exact: true }).waitFor();
  await type(page, "docker build -t redis .");
  assert.equal(await page.getByText("cached", { exact: true }).count(), 2);
  assert.match(await page.getByRole("status").innerText(), /^build done; 3 steps, 2 cache hits$/);
}

export async function aContainerIsTypedInto({ page, url }) {
  await open(page, url);
  await choose(page, "Sandbox");
  await type(page, "docker run -it --name box alpine");
  const program = page.getByRole("textbox", { name: "To the program" });
  for (const line of ["cd /etc", "echo $((6 * 7)) > /answer", "cat /answer; pwd"]) {
    await program.fill(line);
    await page.keyboard.press("Enter");
    await page.locator("#terminal:not([data-busy])").waitFor();
  }
  assert.match(await lastOutput(page), /\/etc # cat \/answer; pwd\n42\n\/etc\n\/etc # $/);
  await page.getByRole("button", { name: "Undo" }).click();
  await usable(page);
  assert.match(await lastOutput(page), /> \/answer\n\/etc # $/);
  await program.press("Control+d");
  await page.getByRole("textbox", { name: "Command" }).waitFor();
  await type(page, "docker diff box");
  assert.match(await lastOutput(page), /A \/answer/);
  await type(page, "docker run alpine sleep 1d; docker run -i alpine cat");
  await page.getByRole("button", { name: "Leave it" }).click();
  await type(page, "docker ps -q | wc -l");
  assert.equal((await lastOutput(page)).trim(), "1");
}

export async function theShellAndTheEditorSeeTheSameFiles({ page, url }) {
  await open(page, url);
  await choose(page, "Sandbox");
  await page.getByRole("heading", { name: "Sandbox" }).waitFor();
  const command = page.getByRole("textbox", { name: "Command" });
  for (const line of ["cat <<E >Dockerfile", "FROM scratch", "E"]) {
    await page.waitForFunction((open) => !open || document.getElementById("command").value.endsWith("\n"), line !== "cat <<E >Dockerfile");
    await command.pressSequentially(line);
    await page.keyboard.press("Enter");
  }
  await editor(page).getByText("scratch").waitFor();
  assert.equal((await editor(page).innerText()).trim(), "FROM scratch");
  await page.getByRole("button", { name: "New file" }).click();
  await page.getByRole("textbox", { name: "Name of the new file" }).fill("../escape");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Name of the new file" }).fill("app/notes.txt");
  await page.keyboard.press("Enter");
  await editor(page, "app/notes.txt").fill("from the editor\n");
  await type(page, "cat app/notes.txt; cd app; pwd");
  assert.equal(await lastOutput(page), "from the editor\n/root/project/app\n");
  assert.equal(await page.locator("#prompt").innerText(), "~/project/app #");
  await page.getByRole("button", { name: "Delete app/notes.txt" }).click();
  await editor(page).waitFor();
  await type(page, "cat notes.txt");
  assert.match(await lastOutput(page), /No such file or directory/);
}

export async function theScrubberGoesBackAndForthOverTheSession({ page, url, budget }) {
  await open(page, url);
  await editor(page).fill(SOLUTION);
  await type(page, "docker build -t redis .");
  await type(page, "docker build -t again . && docker run --name one again true");
  const range = page.getByRole("slider", { name: "Moment of the session" });
  const last = Number(await range.getAttribute("max"));
  const now = () => page.evaluate(() => [
    document.getElementById("scrubber").getAttribute("aria-valuetext"),
    document.getElementById("steps").innerText,
    document.getElementById("images").innerText,
    document.getElementById("containers").innerText,
  ].join("|"));
  const moments = [];
  await range.focus();
  for (let at = last; at > 0; at -= 1) {
    moments[at] = await now();
    await page.keyboard.press("ArrowLeft");
  }
  assert.equal(await range.getAttribute("aria-valuetext"), `0/${last}: before the first line`);
  await page.getByRole("heading", { name: "Nothing was built yet" }).waitFor();
  for (let at = 1; at <= last; at += 1) {
    await page.keyboard.press("ArrowRight");
    assert.equal(await now(), moments[at]);
  }
  assert.ok(moments.some((moment) => /step 2 of 3, cache miss: /.test(moment)));
  const [mean, worst] = await page.evaluate(() => {
    const slider = document.getElementById("scrubber");
    const took = [];
    for (let round = 0; round < 3; round += 1) {
      for (let at = 0; at <= Number(slider.max); at += 1) {
        slider.value = at;
        const began = performance.now();
        slider.dispatchEvent(new Event("input"));
        took.push(performance.now() - began);
      }
    }
    took.sort((a, b) => a - b);
    return [took[took.length >> 1], took[Math.floor(took.length * 0.95)]];
  });
  budget("scrub step ms", mean, `a scrub step takes ${mean.toFixed(2)} ms (median; ${worst.toFixed(2)} at the 95th percentile)`);
}

export async function fromThePastOneGoesOn({ page, url }) {
  await open(page, url);
  for (const line of ["echo one >a", "echo two >b", "echo three >c"]) await type(page, line);
  await page.getByRole("slider", { name: "Moment of the session" }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.getByText("You look at a moment of the past").waitFor();
  assert.equal(await transcript(page).locator(".turn.future").count(), 2);
  await page.getByRole("textbox", { name: "Command" }).fill("ls");
  await page.keyboard.press("Enter");
  await transcript(page).locator(".turn", { hasText: "# ls" }).locator("pre").waitFor();
  assert.equal(await lastOutput(page), "Dockerfile\na\n");
  assert.equal(await transcript(page).locator(".typed").count(), 2);
  await page.getByRole("button", { name: "Undo" }).click();
  await transcript(page).locator(".turn", { hasText: "# ls" }).waitFor({ state: "detached" });
  await page.locator("#undo:enabled").click();
  await page.getByRole("tab", { name: "c", exact: true }).waitFor();
  await page.getByRole("button", { name: "Redo" }).click();
  await page.locator("#redo:enabled").click();
  await transcript(page).locator(".turn", { hasText: "# ls" }).locator("pre").waitFor();
  assert.equal(await lastOutput(page), "Dockerfile\na\n");
}

export async function inTheMiddleOfABuildItsLineIsGivenBack({ page, url }) {
  await open(page, url);
  await editor(page).fill(SOLUTION);
  await type(page, "docker build -t redis .");
  await page.getByRole("slider", { name: "Moment of the session" }).press("ArrowLeft");
  await page.getByRole("button", { name: "Go on from here" }).click();
  await page.waitForFunction(() => document.getElementById("command").value === "docker build -t redis .");
  assert.equal(await transcript(page).locator(".typed").count(), 0);
}

export async function aStepShowsItsDetails({ page, url }) {
  await open(page, url);
  await editor(page).fill(SOLUTION);
  await type(page, "docker build -t redis .");
  await page.getByRole("button", { name: /RUN apk add/ }).click();
  await page.getByRole("tab", { name: "Changes" }).click();
  const changes = page.getByRole("list", { name: "Changes" });
  await changes.getByText("redis-server").first().waitFor();
  assert.match(await changes.getByRole("listitem").filter({ hasText: /^\S*\s*world/ }).last().innerText(), /was in layer 1/);
  await page.getByRole("tab", { name: "Changes" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getByRole("tab", { name: "Cache key" }).getAttribute("aria-selected"), "true");
  await page.getByRole("row", { name: "instruction RUN apk add --update redis" }).waitFor();
  await page.keyboard.press("End");
  await page.getByRole("searchbox", { name: "Find a path" }).fill("/etc/apk/world");
  await page.getByRole("button", { name: /^world -rw-r--r-- .* 2$/ }).click();
  await page.getByRole("region", { name: "/etc/apk/world" }).getByText("redis").waitFor();
  await page.getByRole("button", { name: "Tables" }).click();
  await page.getByRole("searchbox", { name: "Find a path" }).fill("/etc/apk/world");
  await page.getByRole("row", { name: /^\/etc\/apk\/world -rw-r--r-- .* 2$/ }).waitFor();
  await page.getByRole("row", { name: /^2 RUN apk add --update redis cache miss .*: created, ran, exit 0, committed, removed / }).waitFor();
  await page.getByRole("row", { name: /^RUN apk add --update redis [0-9a-f]{12} .* MB 24.3 kB$/ }).waitFor();
  await page.getByRole("button", { name: "Pictures" }).click();
  await page.getByRole("button", { name: /CMD/ }).last().click();
  await page.getByRole("tab", { name: "Config" }).click();
  await page.getByRole("row", { name: 'Cmd ["/bin/sh"] ["redis-server"]' }).waitFor();
}

export async function aStepShowsWhatTheNextEditWouldCost({ page, url }) {
  await open(page, url);
  await page.getByRole("combobox", { name: "Lesson" }).selectOption("Sandbox");
  await type(page, "echo n >notes.txt; echo o >other.txt");
  await editor(page).fill("FROM alpine\nENV A=1\nCOPY notes.txt /\nRUN echo one\n");
  await type(page, "docker build -t x .");
  await page.getByRole("button", { name: /COPY notes.txt/ }).click();
  await page.getByRole("tab", { name: "Next edit" }).click();
  await page.getByText("Edit line 3, and the next build does 2 of 3 lines anew.").waitFor();
  const fates = "line 2 comes from the cache line 3 is done anew line 4 is done anew";
  await page.getByRole("row", { name: `3 COPY notes.txt / ${fates}` }).waitFor();
  await page.getByRole("row", { name: `notes.txt ${fates}`, exact: true }).waitFor();
  await page.getByRole("row", { name: /^Dockerfile other.txt line 2 comes from the cache .* line 4 comes from the cache$/ }).waitFor();
  await page.getByRole("button", { name: "Tables" }).click();
  await page.getByRole("row", { name: "3 COPY notes.txt / 3 4" }).waitFor();
  await page.getByRole("button", { name: "Pictures" }).click();
  await type(page, "docker images -q | wc -l");
  assert.equal((await lastOutput(page)).trim(), "2");
}

export async function anEndlessLineIsStoppedByItsButton({ page, url }) {
  await open(page, url);
  await type(page, "x=kept");
  await page.getByRole("textbox", { name: "Command" }).fill("while :; do :; done");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await transcript(page).getByText("stopped; the machine is as it was").waitFor();
  await type(page, "echo $x");
  assert.equal(await lastOutput(page), "kept\n");
}

export async function undoTakesTheLastLineBack({ page, url }) {
  await open(page, url);
  await type(page, "echo one >a");
  await type(page, "rm a");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("tab", { name: "a", exact: true }).waitFor();
  await type(page, "cat a");
  assert.equal(await lastOutput(page), "one\n");
}

export async function buildKitShowsItsGraph({ page, url }) {
  await open(page, url);
  await editor(page).fill(SOLUTION);
  await type(page, "export DOCKER_BUILDKIT=1");
  await type(page, "docker build -t redis .");
  await type(page, "docker build -t redis .");
  const step = page.getByRole("list", { name: "Steps of the build" }).getByRole("button", { name: "RUN apk add --update redis cached" });
  await step.click();
  await step.click();
  await page.getByText("its result is taken from the cache").waitFor();
  await page.getByRole("combobox", { name: "Shown" }).selectOption({ index: 0 });
  await page.getByRole("list", { name: "Steps of the build" }).getByRole("button", { name: /RUN apk add/ }).click();
  await page.getByText("(1/1) Installing redis").last().waitFor();
  await page.getByText("Built by BuildKit").waitFor();
}

export async function aSharedLinkLeadsToTheSameState({ page, browser, url }) {
  await open(page, url);
  await editor(page).fill(SOLUTION);
  await type(page, "docker build -t redis .");
  await type(page, "docker images --no-trunc; docker run -d --name kept redis; docker logs kept; docker ps -a | sha256sum");
  await transcript(page).getByText("kept goes on in the background").waitFor();
  const here = await transcript(page).innerText();
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("status").getByText("characters").waitFor();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  const hash = /same state, ([0-9a-f]{12})/.exec(await page.locator("#share-note").innerText())[1];
  assert.ok(link.length < 2000, `the link has ${link.length} characters`);
  const fresh = await browser.newContext({ reducedMotion: "reduce" });
  const other = await fresh.newPage();
  await other.goto(link);
  await transcript(other).getByText("Ready to accept connections").waitFor();
  assert.equal((await transcript(other).innerText()).trimEnd(), here.replace(/\n+kept goes on.*/, "").trimEnd());
  await usable(other);
  await other.getByRole("button", { name: "Share" }).click();
  await other.locator("#share-note").getByText(`same state, ${hash}`).waitFor();
  console.log(`web: the shared link has ${link.length} characters and leads to the state ${hash}`);
  assert.equal(new URL(other.url()).hash, "");
  for (const hash of ["#nonsense", "#AAAA", "#%00"]) {
    await other.goto("about:blank");
    await other.goto(url + hash);
    await usable(other);
  }
  // Opening a link leaves the work of whoever opens it alone.
  await page.getByRole("button", { name: "Close" }).click();
  await type(page, "echo mine >own");
  await page.goto("about:blank");
  await page.goto(link);
  await transcript(page).getByText("Ready to accept connections").waitFor();
  await type(page, "echo theirs >other");
  await page.goto(url);
  await page.getByRole("tab", { name: "own" }).waitFor();
  assert.equal(await page.getByRole("tab", { name: "other" }).count(), 0);
  await fresh.close();
}

export async function theSandboxIsAMachineOfItsOwn({ page, url }) {
  await open(page, url);
  await type(page, "echo lesson >mine");
  await choose(page, "Sandbox");
  await page.getByRole("heading", { name: "Sandbox" }).waitFor();
  await type(page, "cat mine");
  assert.match(await lastOutput(page), /No such file/);
  await choose(page, "redis-on-alpine");
  await page.getByRole("tab", { name: "mine", exact: true }).waitFor();
}

export async function workIsKeptAndTheServerMayGo({ page, dist }) {
  const server = await serve(join(dist, "page"));
  await open(page, server.url);
  await type(page, "echo kept >a");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async () => (await caches.keys()).length > 0 && (await (await caches.open((await caches.keys())[0])).keys()).length > 5);
  server.close();
  await page.reload();
  await page.getByRole("tab", { name: "a", exact: true }).waitFor();
  await type(page, "cat a");
  assert.equal(await lastOutput(page), "kept\n");
  await type(page, "echo '6*7' | bc");
  assert.equal(await lastOutput(page), "42\n");
}

export async function noViolationsInEitherTheme({ page, url }) {
  await open(page, url);
  await editor(page).fill("FROM alpine AS Base\nRUN apk add --update redis\nRUN nosuch\n");
  await type(page, "docker build -t redis .; docker create alpine");
  await page.getByRole("button", { name: "Check my work" }).click();
  await page.getByText("0 of 5 points").first().waitFor();
  // Through the debugger: the page's own policy lets no foreign script in.
  await page.evaluate(axe);
  const look = async (what) => {
    await page.waitForTimeout(150);
    const { violations, passed } = await page.evaluate(async () => {
      const { violations, passes } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
      const where = (nodes) => nodes.map((node) => node.html.slice(0, 160)).join(" | ");
      return { violations: violations.map(({ id, nodes }) => `${id}: ${where(nodes)}`), passed: passes.length };
    });
    assert.ok(passed > 15, `only ${passed} rules had something to look at`);
    assert.deepEqual(violations, [], what);
  };
  for (const theme of ["light", "dark"]) {
    if ((await page.locator("html").getAttribute("data-theme")) !== theme) {
      await page.getByRole("button", { name: `Switch to the ${theme} theme` }).click();
    }
    await page.getByRole("button", { name: "Pictures" }).click();
    for (const tab of ["What happened", "Changes", "Cache key", "Config", "Files"]) {
      await steps(page).nth(tab === "Cache key" ? 2 : 1).click();
      await page.getByRole("tab", { name: tab, exact: true }).click();
      await look(`${theme}, ${tab}`);
    }
    await page.getByRole("button", { name: "Tables" }).click();
    await look(`${theme}, tables`);
    await page.getByRole("slider", { name: "Moment of the session" }).press("ArrowLeft");
    await look(`${theme}, the past`);
    await page.getByRole("button", { name: "Back to the end" }).click();
    await page.getByRole("button", { name: "All lessons" }).click();
    await look(`${theme}, all lessons`);
    await page.locator(".lesson-row[aria-current]").click();
    await page.getByRole("button", { name: "Check my work" }).waitFor();
    await page.getByRole("button", { name: "Share" }).click();
    await look(`${theme}, share`);
    await page.getByRole("button", { name: "Close" }).click();
  }
}

export async function aPhoneShowsOnePaneAtATime({ page, url }) {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(url);
  await usable(page);
  const panes = page.getByRole("navigation", { name: "Panes" });
  for (const name of ["Lesson", "Files", "Terminal", "Glass"]) {
    await panes.getByRole("button", { name }).click();
    assert.equal(await page.locator(".pane:visible").count(), 1);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, `${name} is too wide`);
  }
}

export async function thePageSpeaksGerman({ page, url }) {
  await open(page, url);
  await page.getByRole("combobox", { name: "Language" }).selectOption("de");
  await page.getByRole("button", { name: "Prüfen" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await editor(page).fill(SOLUTION);
  await page.getByRole("textbox", { name: "Befehl" }).fill("docker build -t redis .");
  await page.keyboard.press("Enter");
  await page.getByText("kein früherer Build hat hier eine solche Anweisung ausgeführt").first().waitFor();
  const english = await page.evaluate(() => document.body.innerText.match(/\b(Undo|Share|Start over|Loading|Images so far|What happened|Check my work)\b/g));
  assert.equal(english, null);
  await page.reload();
  await page.getByRole("button", { name: "Prüfen" }).waitFor();
}

export async function anImageIsTakenAway({ page, url }) {
  await open(page, url);
  await editor(page).fill("FROM alpine\nRUN echo hi >/greeting\n");
  await type(page, "docker build -t g .");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download g:latest as an OCI archive" }).click();
  const download = await coming;
  assert.equal(download.suggestedFilename(), "g-latest.oci.tar");
  const bytes = readFileSync(await download.path());
  const names = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    names.push(bytes.subarray(at, at + 100).toString().replace(/\0.*/s, ""));
    const length = parseInt(bytes.subarray(at + 124, at + 136).toString(), 8);
    at += 512 + Math.ceil(length / 512) * 512;
  }
  assert.deepEqual(names.slice(0, 4), ["blobs/", "blobs/sha256/", "oci-layout", "index.json"]);
  // Manifest, configuration, two layers.
  assert.equal(names.length, 8);
}

export async function theEditorMarksFindingsAndVerdicts({ page, url }) {
  await open(page, url);
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("FROM alpine AS Base\nRUN echo hi\nCMD echo bye\n");
  await page.locator(".cm-lint-marker-warning").nth(1).waitFor();
  await type(page, "docker build -t x .");
  const signs = () => page.locator(".cm-verdicts .cm-gutterElement span").evaluateAll((all) => all.map((one) => one.className).filter((name) => name !== "" ).slice(1));
  assert.deepEqual(await signs(), ["verdict-base", "verdict-miss", "verdict-unused"]);
  await type(page, "docker build -t x .");
  assert.deepEqual(await signs(), ["verdict-base", "verdict-hit", "verdict-hit"]);
  // The marks go with their lines, and editing leaves by Escape and Tab.
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# first\n");
  assert.deepEqual(await signs(), ["verdict-base", "verdict-hit", "verdict-hit"]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id === "editor"), false);
}

export async function progressIsTakenAlong({ page, browser, url }) {
  await open(page, url);
  await editor(page).fill(SOLUTION);
  await page.getByRole("button", { name: "Check my work" }).click();
  await page.getByText("Solved. Well done.", { exact: true }).waitFor();
  await type(page, "echo mine >own");
  await page.getByRole("button", { name: "All lessons" }).click();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const path = await (await coming).path();
  const fresh = await browser.newContext({ reducedMotion: "reduce" });
  const other = await fresh.newPage();
  await open(other, url);
  await other.getByRole("button", { name: "All lessons" }).click();
  await other.locator(".keeping input[type=file]").setInputFiles(path);
  await other.locator(".lesson-row", { hasText: "Redis on Alpine" }).getByText("solved").waitFor();
  await other.locator(".lesson-row", { hasText: "Redis on Alpine" }).click();
  await other.getByRole("tab", { name: "own" }).waitFor();
  await fresh.close();
}
