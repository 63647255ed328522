// The beginning of the page in one file: its parts are scripts of plain text, packed by gzip (the module, which is most of it, by
// xz), a letter of windows-1252 for each byte. Four bytes that HTML would not leave alone are the byte 1 and a letter.
import { XzReadableStream } from "xz-decompress";

const ALL = new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
const BYTES = new Map([...ALL].map((letter, byte) => [letter.charCodeAt(0), byte]));
const ESCAPED = [0, 1, 13, 60];
/** What xz begins with. */
const XZ = 0xfd;

async function file(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`${id} is not in this file`);
  const text = element.textContent;
  const bytes = new Uint8Array(text.length);
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    const byte = BYTES.get(text.charCodeAt(at));
    bytes[end++] = byte === 1 ? ESCAPED[text.charCodeAt(++at) - 97] : byte;
  }
  const packed = new Blob([bytes.subarray(0, end)]).stream();
  const unpacked = bytes[0] === XZ ? new XzReadableStream(packed) : packed.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

globalThis.glasshull = { file };
file("lab.js").then((lab) => import(URL.createObjectURL(new Blob([lab], { type: "text/javascript" }))));
