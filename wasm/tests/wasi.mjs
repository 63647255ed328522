#!/usr/bin/env -S node --no-warnings --single-threaded
// Runs a program of wasm32-wasip1, as cargo runs tests: wasi.mjs PROGRAM [ARGUMENT]... It sees the files of this machine.
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const args = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args, env: process.env, preopens: { "/": "/" } });
const { instance } = await WebAssembly.instantiate(await readFile(args[0]), wasi.getImportObject());
// Node 20 crashes now and then when it ends with threads of its own still at work: it has none here, and nothing to tidy up.
process.exit(wasi.start(instance));
