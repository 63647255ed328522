// Puts the page, the one-file page and the npm package together from the built module; `cargo xtask web` calls it.
//
//   node build.mjs MODULE_DIR DIST_DIR
import { build, buildSync } from "esbuild";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { readyLessons } from "./lessons.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [moduleDir, dist] = process.argv.slice(2).map((path) => resolve(path));
const facts = join(here, "../core/catalog/data");
/** Files of facts, but for the base image that the module has. */
const packs = readdirSync(facts).filter((file) => file.endsWith(".pack") && file !== "alpine-3.20-base.pack");
/** Those that come with the page into one file, and are kept for when there is no server: of one release all, of others the base. */
const ahead = packs.filter((file) => file.startsWith("alpine-3.20-") || file.endsWith("-base.pack"));
/** What the first moments do not need of the module. */
const REST = "glasshull-rest.wasm";
const page = join(dist, "page");
const npm = join(dist, "npm");

/** Bundles files, by the names that they get. */
async function bundle(entries, outdir, options) {
  await build({
    entryPoints: Object.entries(entries).map(([out, path]) => ({ in: join(here, path), out })),
    outdir,
    bundle: true,
    minify: true,
    target: "es2022",
    alias: { "glasshull-module": join(moduleDir, "wasm.js") },
    define: { "import.meta.url": '"file:///"' },
    logLevel: "warning",
    absWorkingDir: here,
    ...options,
  });
}

for (const dir of [page, npm]) {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  for (const part of ["glasshull.wasm", REST]) cpSync(join(moduleDir, part), join(dir, part));
  for (const pack of packs) cpSync(join(facts, pack), join(dir, pack));
  await bundle({ worker: "npm/worker.ts" }, dir, { format: "iife" });
  await bundle({ [dir === npm ? "index" : "glasshull"]: "npm/index.ts" }, dir, { format: "esm" });
}
execFileSync(join(here, "node_modules/.bin/tsc"), ["-p", join(here, "tsconfig.npm.json"), "--outDir", npm], { stdio: "inherit" });
for (const file of readdirSync(npm).filter((name) => name.endsWith(".d.ts"))) {
  const declared = readFileSync(join(npm, file), "utf8");
  writeFileSync(join(npm, file), declared.replace(/(from "\.\/\w+)\.ts"/g, '$1.js"'));
}
for (const file of ["package.json", "README.md"]) cpSync(join(here, "npm", file), join(npm, file));
// The editor is a file of its own, which comes while the engine starts; the page in one file has both in one.
await bundle({ lab: "www/src/main.ts", editor: "www/src/editor.ts" }, page, { format: "esm", splitting: true, chunkNames: "shared" });
await bundle({ "lab-whole": "www/src/main.ts" }, moduleDir, { format: "esm" });
for (const [locale, lessons] of await readyLessons(moduleDir, facts)) writeFileSync(join(page, `lessons-${locale}.json`), lessons);
for (const file of readdirSync(join(here, "www"))) {
  const from = join(here, "www", file);
  if (statSync(from).isFile()) cpSync(from, join(page, file));
}

/** What the service worker keeps, under a name that is new for every build. */
const own = readdirSync(page).filter((file) => !["offline.js", "blank.html", "glasshull.js"].includes(file));
/** A visit has one language; what the others need is as large at most. */
const other = own.filter((file) => /^lessons-(?!en)/.test(file));
const first = own.filter((file) => file !== REST && !packs.includes(file) && !other.includes(file)).sort();
const kept = ["./", ...first, ...other, REST, ...ahead];
const hash = createHash("sha256");
for (const file of [...first, ...other, REST, ...packs]) hash.update(file).update(readFileSync(join(page, file)));
const offline = readFileSync(join(here, "www/offline.js"), "utf8")
  .replace("BUILD", hash.digest("hex").slice(0, 16))
  .replace("FILES = []", `FILES = ${JSON.stringify(kept)}`);
writeFileSync(join(page, "offline.js"), offline);
const single = join(dist, "glasshull.html");
writeFileSync(single, inOneFile(), "latin1");

/** The page with everything that it needs inside: it opens from a folder, without a server. */
function inOneFile() {
  const [{ text: boot }] = buildSync({ entryPoints: [join(here, "boot.js")], bundle: true, minify: true, format: "esm", write: false }).outputFiles;
  // The file is windows-1252: everything but the packed parts is ASCII.
  const ascii = (text, spell) => text.replace(/[^\0-\x7f]/gu, (letter) => spell(letter.codePointAt(0).toString(16)));
  const style = ascii(readFileSync(join(page, "style.css"), "utf8"), (code) => `\\${code} `);
  const digest = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${digest(boot)} blob: 'wasm-unsafe-eval'`,
    `style-src ${digest(style)}`,
    "img-src data:",
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const icon = `data:image/svg+xml;base64,${readFileSync(join(page, "icon.svg")).toString("base64")}`;
  const put = (text, from, to) => {
    if (!text.includes(from)) throw new Error(`index.html has no ${from}`);
    return text.replaceAll(from, () => to);
  };
  const zipped = (path) => gzipSync(readFileSync(path), { level: 9 });
  const inside = ["worker.js", ...ahead].map((file) => [file, zipped(join(page, file))]);
  inside.push(["lab.js", zipped(join(moduleDir, "lab-whole.js"))]);
  inside.push(["glasshull.wasm", readFileSync(join(moduleDir, "glasshull-whole.wasm.xz"))]);
  const parts = inside.map(([id, packed]) => `<script type="text/plain" id="${id}">${asText(packed)}</script>\n  `);
  let html = ascii(readFileSync(join(page, "index.html"), "utf8"), (code) => `&#x${code};`);
  html = put(html, '<meta charset="utf-8">', '<meta charset="windows-1252">');
  html = html.replace(/(http-equiv="Content-Security-Policy" content=")[^"]*/, (_, before) => before + policy);
  html = put(html, '  <script src="start.js"></script>\n', "");
  html = html.replace(/  <link rel="modulepreload" href="[^"]*">\n/g, "");
  html = put(html, '<link rel="stylesheet" href="style.css">', `<style>${style}</style>`);
  html = put(html, 'href="icon.svg"', `href="${icon}"`);
  html = put(html, 'src="icon.svg"', `src="${icon}"`);
  return put(html, '<script type="module" src="lab.js"></script>', `${parts.join("")}<script type="module">${boot}</script>`);
}

/** Packed bytes as text for `boot.js`: a letter for each byte, four of them escaped (`<` only where it could begin a tag). */
function asText(packed) {
  const text = packed.toString("latin1");
  return text.replace(/[\0\x01\r]|<(?=[/!])/g, (letter) => `\x01${String.fromCharCode(97 + "\0\x01\r<".indexOf(letter))}`);
}

/** Sizes against the budget; a file that outgrows its line fails the build. */
const budget = JSON.parse(readFileSync(join(here, "budget.json"), "utf8"));
const sizes = {};
let over = false;
for (const file of readdirSync(page).sort()) {
  const bytes = readFileSync(join(page, file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  sizes[file] = { raw: bytes.length, brotli: brotliCompressSync(bytes, { params }).length };
}
sizes["first load"] = Object.entries(sizes).filter(([file]) => first.includes(file) || file === "offline.js").reduce(
  (sum, [, size]) => ({ raw: sum.raw + size.raw, brotli: sum.brotli + size.brotli }),
  { raw: 0, brotli: 0 },
);
for (const [file, { raw, brotli }] of Object.entries(sizes)) check(file, brotli, `${raw} bytes, ${brotli} brotli`);
const length = statSync(single).size;
check("single file", length, `${length} bytes`);
writeFileSync(join(dist, "sizes.json"), JSON.stringify(sizes, null, 2));
process.exitCode = over && !process.env.SKIP_BUDGET ? 1 : 0;

function check(name, measured, said) {
  const limit = budget[name];
  const verdict = limit === undefined ? "" : measured <= limit ? `, budget ${limit}` : `, OVER THE BUDGET of ${limit}`;
  over ||= limit !== undefined && measured > limit;
  console.log(`web: ${name}: ${said}${verdict}`);
}
