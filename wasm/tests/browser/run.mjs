// The browser tests: node run.mjs DIST_DIR OUT_DIR EXAMPLE_DIR. Each file *.test.mjs beside this one exports tests by name.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [dist, out, example] = process.argv.slice(2, 5).map((path) => resolve(path));
const only = process.argv[5];
const server = await serve(join(dist, "page"));
const browser = await launch();
const limits = JSON.parse(readFileSync(join(here, "../../budget.json"), "utf8"));
/** Says what was measured, and fails when it is beyond the budget. */
const budget = (name, measured, said) => {
  console.log(`web: ${said}, budget ${limits[name]}`);
  if (measured > limits[name] && !process.env.SKIP_BUDGET) throw new Error(`${name}: ${measured} is over the budget of ${limits[name]}`);
};
let failed = 0;
let passed = 0;

for (const file of readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort()) {
  const tests = Object.entries(await import(join(here, file)));
  for (const [name, test] of tests.filter(([name]) => name !== "engine" && (!only || name.includes(only)))) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    // Chromium's own editing tries to style the lines that it merges; the policy stops it, and CodeMirror draws them anew.
    const isOwn = (text) => text.startsWith("Applying inline style violates");
    page.on("console", (message) => message.type() === "error" && !isOwn(message.text()) && complaints.push(message.text()));
    const began = Date.now();
    try {
      await test({ page, context, browser, url: server.url, dist, out, example, budget });
      if (complaints.length > 0) throw new Error(`the page complains: ${complaints.join("; ")}`);
      passed += 1;
      console.log(`ok   ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}: ${error.stack ?? error}`);
      if (complaints.length > 0) console.log(`     ${complaints.join("\n     ")}`);
    }
    await context.close();
  }
}
await browser.close();
server.close();
console.log(`web: ${passed} browser tests passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
