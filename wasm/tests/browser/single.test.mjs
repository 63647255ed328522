// The page in one file, opened from a folder without any server.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export async function theSingleFileWorksFromAFolder({ browser, dist }) {
  const context = await browser.newContext({ reducedMotion: "reduce", offline: true });
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url().slice(0, 40)));
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && !message.text().startsWith("Applying inline style") && complaints.push(message.text()));
  await page.goto(pathToFileURL(join(dist, "glasshull.html")).href);
  await page.waitForFunction(() => document.body.dataset.usable);
  await page.getByRole("combobox", { name: "Lesson" }).selectOption("redis-on-alpine");
  await page.getByRole("textbox", { name: "Editor: Dockerfile" }).fill('FROM alpine\nRUN apk add --update redis\nCMD ["redis-server"]\n');
  await page.getByRole("textbox", { name: "Command" }).fill("docker build -t redis .");
  await page.keyboard.press("Enter");
  await page.getByText("Successfully tagged redis:latest").first().waitFor();
  await page.getByRole("button", { name: "Check my work" }).click();
  await page.getByText("Solved. Well done.", { exact: true }).waitFor();
  assert.deepEqual(complaints, []);
  assert.deepEqual(asked.filter((url) => !/^(file|data|blob):/.test(url)), []);
  await context.close();
}
