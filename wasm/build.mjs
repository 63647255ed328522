// Puts the page and the npm package together from the built module; `cargo xtask web` calls it.
//
//   node build.mjs MODULE_DIR OUT_DIR
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { brotliCompressSync, constants } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const [moduleDir, outDir] = process.argv.slice(2).map((path) => resolve(path));
const page = join(outDir, "page");
const npm = join(outDir, "npm");

async function bundle(entry, outfile, format) {
  await build({
    entryPoints: [join(here, entry)],
    outfile,
    format,
    bundle: true,
    minify: true,
    target: "es2022",
    alias: { "glasshull-module": join(moduleDir, "wasm.js") },
    define: { "import.meta.url": '"file:///"' },
    logLevel: "warning",
    absWorkingDir: here,
  });
}

for (const dir of [page, npm]) {
  mkdirSync(dir, { recursive: true });
  cpSync(join(moduleDir, "wasm_bg.wasm"), join(dir, "glasshull.wasm"));
  await bundle("npm/worker.ts", join(dir, "worker.js"), "iife");
  await bundle("npm/index.ts", join(dir, dir === npm ? "index.js" : "glasshull.js"), "esm");
}
execFileSync(join(here, "node_modules/.bin/tsc"), ["-p", join(here, "tsconfig.npm.json"), "--outDir", npm], { stdio: "inherit" });
for (const file of readdirSync(npm).filter((name) => name.endsWith(".d.ts"))) {
  const declared = readFileSync(join(npm, file), "utf8");
  writeFileSync(join(npm, file), declared.replace(/(from "\.\/\w+)\.ts"/g, '$1.js"'));
}
for (const file of ["package.json", "README.md"]) cpSync(join(here, "npm", file), join(npm, file));
await bundle("www/src/main.ts", join(page, "lab.js"), "esm");
for (const file of readdirSync(join(here, "www"))) {
  const from = join(here, "www", file);
  if (statSync(from).isFile()) cpSync(from, join(page, file));
}

/** What the service worker keeps, under a name that is new for every build. */
const kept = ["./", ...readdirSync(page).filter((file) => !["offline.js", "blank.html"].includes(file)).sort()];
const hash = createHash("sha256");
for (const file of kept.slice(1)) hash.update(file).update(readFileSync(join(page, file)));
const offline = readFileSync(join(here, "www/offline.js"), "utf8")
  .replace("BUILD", hash.digest("hex").slice(0, 16))
  .replace("FILES = []", `FILES = ${JSON.stringify(kept)}`);
writeFileSync(join(page, "offline.js"), offline);

/** Sizes against the budget; a file that outgrows its line fails the build. */
const budget = JSON.parse(readFileSync(join(here, "budget.json"), "utf8"));
const sizes = {};
let over = false;
for (const file of readdirSync(page).sort()) {
  const bytes = readFileSync(join(page, file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  sizes[file] = { raw: bytes.length, brotli: brotliCompressSync(bytes, { params }).length };
}
sizes.total = Object.values(sizes).reduce(
  (sum, size) => ({ raw: sum.raw + size.raw, brotli: sum.brotli + size.brotli }),
  { raw: 0, brotli: 0 },
);
for (const [file, { raw, brotli }] of Object.entries(sizes)) {
  const limit = budget[file];
  const verdict = limit === undefined ? "" : brotli <= limit ? `, budget ${limit}` : `, OVER THE BUDGET of ${limit}`;
  over ||= limit !== undefined && brotli > limit;
  console.log(`web: ${file}: ${raw} bytes, ${brotli} brotli${verdict}`);
}
writeFileSync(join(outDir, "sizes.json"), JSON.stringify(sizes, null, 2));
process.exitCode = over && !process.env.SKIP_BUDGET ? 1 : 0;
