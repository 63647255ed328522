// Pictures of the page, to be looked at: node screenshots.mjs DIST_DIR OUT_DIR. The same page gives the same pictures.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

const [dist, out] = process.argv.slice(2).map((path) => resolve(path));
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const FILES = {
  Dockerfile: 'FROM alpine:3.20 AS Cache\nRUN apk add --update redis\nCOPY redis.conf /etc/redis.conf\nCMD ["redis-server", "/etc/redis.conf"]\n',
};
mkdirSync(out, { recursive: true });
const server = await serve(join(dist, "page"));
const browser = await launch();

for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport: SIZES[size], colorScheme: scheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    page.on("pageerror", (error) => console.log(`page error: ${error}`));
    await take(page, size, `${size}-${scheme}`);
    await context.close();
  }
}
await browser.close();
server.close();

async function take(page, size, suffix) {
  const shot = async (name) => {
    await page.waitForTimeout(200);
    await page.screenshot({ path: join(out, `${name}-${suffix}.png`) });
    console.log(`web: ${name}-${suffix}.png`);
  };
  const view = async (name) => size === "phone" && (await page.click(`#views [data-view=${name}]`));
  const calm = () => page.waitForFunction(() => document.body.dataset.usable && !document.body.hasAttribute("data-busy"));
  const type = async (line) => {
    await page.fill("#command", line);
    await page.press("#command", "Enter");
    await page.waitForFunction((line) => [...document.querySelectorAll(".typed")].at(-1)?.textContent.endsWith(line), line);
    await calm();
  };
  await page.goto(server.url);
  await calm();
  await page.selectOption("#lesson-picker", "redis-on-alpine");
  await page.getByRole("heading", { name: "Redis on Alpine" }).waitFor();
  await calm();
  await shot("1-lesson");
  await view("terminal");
  await type("echo 'maxmemory 32mb' >redis.conf");
  await view("files");
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill(FILES.Dockerfile);
  await view("terminal");
  await type("docker build -t redis .");
  await type("echo 'maxmemory 64mb' >redis.conf");
  await type("docker build -t redis:2 .");
  if (size === "phone") await shot("2-terminal");
  await view("files");
  await page.locator(".cm-lint-marker").first().waitFor();
  if (size === "phone") await shot("3-files");
  await view("glass");
  await page.locator(".step").nth(2).click();
  await shot("4-glass");
  await page.getByRole("tab").getByText("Cache key").click();
  await page.locator("#step-tabs").evaluate((tabs) => tabs.scrollIntoView());
  await shot("5-cache-key");
  await page.getByRole("slider").evaluate((slider) => {
    slider.value = 26;
    slider.dispatchEvent(new Event("input"));
  });
  await page.locator(".step").nth(1).click();
  await page.locator("#steps").evaluate((steps) => steps.parentElement.parentElement.scrollTo(0, 0));
  await shot("6-past");
  if (size === "phone") return;
  await page.click("#to-the-end");
  await page.locator(".step").nth(1).click();
  await page.click("#as-tables");
  await shot("7-tables");
  await page.click("#as-pictures");
  await page.click("#all-lessons");
  await shot("8-lessons");
}
