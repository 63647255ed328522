// Starts the installed Chromium, without anything that would call out.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launch() {
  const folders = process.env.PATH.split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  const executablePath = process.env.CHROMIUM ?? found;
  if (!executablePath) throw new Error("no Chromium on the PATH (set CHROMIUM to its path)");
  return chromium.launch({ executablePath, args: ARGS });
}
