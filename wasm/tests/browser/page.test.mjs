// The lab page as a learner uses it: by accessible names, with the keyboard, in both themes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { serve } from "./serve.mjs";
import { join } from "node:path";

const SOLUTION = 'FROM alpine\nRUN apk add --update redis\nCMD ["redis-server"]\n';
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function open(page, url) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(url);
  await page.getByRole("button", { name: "Run: docker build -t redis ." }).waitFor();
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).waitFor();
}

async function type(page, line) {
  const typed = await transcript(page).locator(".typed").count();
  await page.getByRole("textbox", { name: "Command" }).fill(line);
  await page.keyboard.press("Enter");
  await transcript(page).locator(".typed").nth(typed).waitFor();
  await page.locator("#terminal:not([data-busy])").waitFor();
}

const transcript = (page) => page.getByRole("log", { name: "Terminal output" });
const lastOutput = (page) => transcript(page).locator("pre").last().innerText();

export async function theLessonIsPlayedToItsEnd({ page, url }) {
  await open(page, url);
  await page.getByRole("button", { name: "Check my work" }).click();
  await page.getByText("0 of 5 points").first().waitFor();
  assert.equal(await page.getByText("Hint:").count(), 3);
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill(SOLUTION);
  await page.getByRole("button", { name: "Run: docker build -t redis ." }).click();
  await transcript(page).getByText("Successfully tagged redis:latest").waitFor();
  const steps = page.getByRole("list", { name: "Steps of the build" }).getByRole("button");
  assert.deepEqual(
    await steps.locator(".head").allInnerTexts().then((heads) => heads.map((head) => head.replace(/\s+/g, " ").trim())),
    ["1 FROM alpine pulled", "2 RUN apk add --update redis cache miss", '3 CMD ["redis-server"] cache not asked'],
  );
  assert.match(await page.getByRole("status").innerText(), /^build done; 3 steps, 0 cache hits, step 2 cache miss: /);
  await page.getByRole("button", { name: "Check my work" }).click();
  await page.getByText("Solved.").waitFor();
  await type(page, "docker build -t redis .");
  assert.equal(await page.getByText("cached", { exact: true }).count(), 2);
  assert.match(await page.getByRole("status").innerText(), /^build done; 3 steps, 2 cache hits$/);
}

export async function theShellAndTheEditorSeeTheSameFiles({ page, url }) {
  await open(page, url);
  const command = page.getByRole("textbox", { name: "Command" });
  for (const line of ["cat <<E >Dockerfile", "FROM scratch", "E"]) {
    await page.waitForFunction((open) => !open || document.getElementById("command").value.endsWith("\n"), line !== "cat <<E >Dockerfile");
    await command.pressSequentially(line);
    await page.keyboard.press("Enter");
  }
  await page.locator("#editor-copy").getByText("scratch").waitFor();
  assert.equal(await page.getByRole("textbox", { name: "Editor: Dockerfile" }).inputValue(), "FROM scratch\n");
  await page.getByRole("button", { name: "New file" }).click();
  await page.getByRole("textbox", { name: "Name of the new file" }).fill("../escape");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Name of the new file" }).fill("app/notes.txt");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Editor: app/notes.txt" }).fill("from the editor\n");
  await type(page, "cat app/notes.txt; cd app; pwd");
  assert.equal(await lastOutput(page), "from the editor\n/root/project/app\n");
  assert.equal(await page.locator("#prompt").innerText(), "~/project/app #");
  await page.getByRole("button", { name: "Delete app/notes.txt" }).click();
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).waitFor();
  await type(page, "cat notes.txt");
  assert.match(await lastOutput(page), /No such file or directory/);
}

export async function theScrubberGoesBackAndForth({ page, url }) {
  await open(page, url);
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill(SOLUTION);
  await type(page, "docker build -t redis .");
  const range = page.getByRole("slider", { name: "Moment of the build" });
  const last = Number(await range.getAttribute("max"));
  const moments = [];
  await range.focus();
  for (let at = last; at > 0; at -= 1) {
    moments.push(await range.getAttribute("aria-valuetext"));
    await page.keyboard.press("ArrowLeft");
  }
  assert.equal(await range.getAttribute("aria-valuetext"), `event 0 of ${last}: before the build`);
  assert.equal(await page.locator(".step.future").count(), 3);
  for (let at = last - 1; at >= 0; at -= 1) {
    await page.keyboard.press("ArrowRight");
    assert.equal(await range.getAttribute("aria-valuetext"), moments[at]);
  }
  const took = await page.evaluate(() => {
    const slider = document.getElementById("scrubber");
    const began = performance.now();
    for (let at = 0; at <= Number(slider.max); at += 1) {
      slider.value = at;
      slider.dispatchEvent(new Event("input"));
    }
    return (performance.now() - began) / (Number(slider.max) + 1);
  });
  console.log(`web: a scrub step takes ${took.toFixed(2)} ms`);
}

export async function aStepShowsItsDetails({ page, url }) {
  await open(page, url);
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill(SOLUTION);
  await type(page, "docker build -t redis .");
  await page.getByRole("button", { name: /RUN apk add/ }).click();
  await page.getByRole("tab", { name: "Changes" }).click();
  await page.getByRole("row", { name: "A /usr/bin/redis-server" }).waitFor();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getByRole("tab", { name: "Cache key" }).getAttribute("aria-selected"), "true");
  await page.getByRole("row", { name: "instruction RUN apk add --update redis" }).waitFor();
  await page.keyboard.press("End");
  await page.getByRole("searchbox", { name: "Find a path" }).fill("/etc/apk/world");
  await page.getByRole("row", { name: /^-rw-r--r-- \/etc\/apk\/world .* 2$/ }).waitFor();
  await page.getByRole("button", { name: /CMD/ }).last().click();
  await page.getByRole("tab", { name: "Config" }).click();
  await page.getByRole("row", { name: 'Cmd ["/bin/sh"] ["redis-server"]' }).waitFor();
}

export async function anEndlessLineIsStoppedByItsButton({ page, url }) {
  await open(page, url);
  await type(page, "x=kept");
  await page.getByRole("textbox", { name: "Command" }).fill("while :; do :; done");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Stop" }).click();
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
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill(SOLUTION);
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
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill(SOLUTION);
  await type(page, "docker build -t redis .");
  await type(page, "docker images --no-trunc; docker run --name kept redis; docker ps -a | sha256sum");
  await transcript(page).getByText("kept goes on in the background").waitFor();
  const here = await transcript(page).innerText();
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  assert.ok(link.length < 2000, `the link has ${link.length} characters`);
  const fresh = await browser.newContext({ reducedMotion: "reduce" });
  const other = await fresh.newPage();
  await other.goto(link);
  await transcript(other).getByText("Ready to accept connections").waitFor();
  assert.equal((await transcript(other).innerText()).trimEnd(), here.replace(/\n+kept goes on.*/, "").trimEnd());
  assert.equal(new URL(other.url()).hash, "");
  for (const hash of ["#nonsense", "#AAAA", "#%00"]) {
    await other.goto("about:blank");
    await other.goto(url + hash);
    await other.getByRole("textbox", { name: "Editor: Dockerfile" }).waitFor();
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
  await page.getByRole("combobox", { name: "Lesson" }).selectOption("Sandbox");
  await page.getByRole("heading", { name: "Sandbox" }).waitFor();
  await type(page, "cat mine");
  assert.match(await lastOutput(page), /No such file/);
  await page.getByRole("combobox", { name: "Lesson" }).selectOption({ index: 0 });
  await page.getByRole("tab", { name: "mine", exact: true }).waitFor();
}

export async function workIsKeptAndTheServerMayGo({ page, out }) {
  const server = await serve(join(out, "page"));
  await open(page, server.url);
  await type(page, "echo kept >a");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async () => (await caches.keys()).length > 0 && (await (await caches.open((await caches.keys())[0])).keys()).length > 5);
  server.close();
  await page.reload();
  await page.getByRole("tab", { name: "a", exact: true }).waitFor();
  await type(page, "cat a");
  assert.equal(await lastOutput(page), "kept\n");
}

export async function noViolationsInEitherTheme({ page, url }) {
  await open(page, url);
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill("FROM alpine\nRUN apk add --update redis\nRUN nosuch\n");
  await type(page, "docker build -t redis .; docker create alpine");
  await page.getByRole("button", { name: "Check my work" }).click();
  await page.getByText("0 of 5 points").first().waitFor();
  // Through the debugger: the page's own policy lets no foreign script in.
  await page.evaluate(axe);
  for (const theme of ["light", "dark"]) {
    if ((await page.locator("html").getAttribute("data-theme")) !== theme) {
      await page.getByRole("button", { name: `Switch to the ${theme} theme` }).click();
    }
    for (const tab of ["What happened", "Changes", "Cache key", "Config", "Files"]) {
      await page.getByRole("tab", { name: tab, exact: true }).click();
      await page.waitForTimeout(250);
      const { violations, passed } = await page.evaluate(async () => {
        const { violations, passes } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] });
        const where = (nodes) => nodes.map((node) => node.html.slice(0, 120)).join(" | ");
        return { violations: violations.map(({ id, nodes }) => `${id}: ${where(nodes)}`), passed: passes.length };
      });
      assert.ok(passed > 15, `only ${passed} rules had something to look at`);
      assert.deepEqual(violations, [], `${theme}, ${tab}`);
    }
  }
}

export async function aPhoneShowsOnePaneAtATime({ page, url }) {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(url);
  await page.getByRole("button", { name: "Run: docker build -t redis ." }).waitFor();
  const panes = page.getByRole("navigation", { name: "Panes" });
  for (const name of ["Lesson", "Files", "Terminal", "Glass"]) {
    await panes.getByRole("button", { name }).click();
    assert.equal(await page.locator(".pane:visible").count(), 1);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, `${name} is too wide`);
  }
}
