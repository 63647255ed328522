// The browser tests: node run.mjs OUT_DIR EXAMPLE_DIR. Each file *.test.mjs beside this one exports tests by name.
import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [out, example] = process.argv.slice(2).map((path) => resolve(path));
const only = process.argv[4];
const server = await serve(join(out, "page"));
const browser = await launch();
let failed = 0;
let passed = 0;

for (const file of readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort()) {
  const tests = Object.entries(await import(join(here, file)));
  for (const [name, test] of tests.filter(([name]) => !only || name.includes(only))) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    const began = Date.now();
    try {
      await test({ page, context, browser, url: server.url, out, example });
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
process.exitCode = failed > 0 ? 1 : 0;
