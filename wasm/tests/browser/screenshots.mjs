// Pictures of the lab for people to look at: node screenshots.mjs PAGE_DIR PICTURE_DIR
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

const [pageDir, out] = process.argv.slice(2).map((path) => resolve(path));
mkdirSync(out, { recursive: true });
const server = await serve(pageDir);
const browser = await launch();

const SIZES = { desktop: { width: 1440, height: 900 }, narrow: { width: 1024, height: 768 }, phone: { width: 390, height: 844 } };

async function lab(size, colorScheme) {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.log(`page error: ${error}`));
  page.on("console", (message) => message.type() === "error" && console.log(`console: ${message.text()}`));
  await page.goto(server.url);
  await page.getByRole("button", { name: /^Run: docker build/ }).waitFor();
  return page;
}

async function solve(page, size) {
  const view = (name) => (size === "phone" ? page.locator("#views").getByText(name).click() : null);
  await view("Files");
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill('FROM alpine\nRUN apk add --update redis\nCMD ["redis-server"]\n');
  await view("Terminal");
  await page.getByRole("textbox", { name: "Command" }).fill("docker build -t redis .");
  await page.keyboard.press("Enter");
  await page.getByText("Successfully tagged redis:latest").waitFor();
  return view;
}

for (const [size, scheme] of [["desktop", "light"], ["desktop", "dark"], ["narrow", "light"], ["phone", "dark"], ["phone", "light"]]) {
  const page = await lab(size, scheme);
  const shot = (name) => page.screenshot({ path: join(out, `${name}-${size}-${scheme}.png`) });
  await shot("1-start");
  const view = await solve(page, size);
  if (size === "phone") await shot("2-terminal");
  await view("Glass");
  await page.getByRole("button", { name: /RUN apk add/ }).click();
  await shot("3-glass");
  await page.getByRole("tab", { name: "Changes" }).click();
  await page.locator(".detail").scrollIntoViewIfNeeded();
  await shot("4-changes");
  await view("Lesson");
  await page.getByRole("button", { name: "Check my work" }).click();
  await page.getByText("Solved.").waitFor();
  if (size === "desktop") {
    await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill('FROM alpine\nRUN apk add --update redis\nRUN nosuch\n');
    await page.getByRole("textbox", { name: "Command" }).fill("docker build -t redis .; docker run --rm redis cat /etc/apk/world; docker create redis");
    await page.keyboard.press("Enter");
    await page.getByText("exit status").or(page.locator("#build-end.failed")).first().waitFor();
    await page.waitForTimeout(200);
    await page.getByRole("tab", { name: "Cache key" }).click();
    await shot("5-failed");
    await page.locator("#containers").scrollIntoViewIfNeeded();
  }
  await shot("6-end");
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("button", { name: "Copy" }).waitFor();
  await shot("7-share");
  await page.getByRole("button", { name: "Close" }).click();
  if (size === "desktop") {
    await page.getByRole("textbox", { name: "Command" }).fill("docker rmi -f redis; DOCKER_BUILDKIT=1 docker build -t redis .");
    await page.keyboard.press("Enter");
    await page.getByText("by BuildKit").or(page.locator("#build-end.failed")).first().waitFor();
    await page.locator(".scrub").scrollIntoViewIfNeeded();
    await shot("8-buildkit");
  }
  await page.context().close();
}
await browser.close();
server.close();
