/** Numbers and ids for people, as docker writes them. */

/** Twelve digits of an id. */
export function short(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/** Decimal units, three significant digits: `7.79 MB`. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}

/** Nanoseconds between two events. */
export function duration(nanos: number): string {
  const ms = nanos / 1e6;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The permission bits as `ls -l` shows them, with the letter of the kind. */
export function permissions(kind: string, mode: number): string {
  const letters = "rwxrwxrwx".split("").map((letter, at) => (mode & (1 << (8 - at)) ? letter : "-"));
  const special: [number, number, string][] = [
    [0o4000, 2, "s"],
    [0o2000, 5, "s"],
    [0o1000, 8, "t"],
  ];
  for (const [bit, at, letter] of special) {
    if (mode & bit) letters[at] = letters[at] === "x" ? letter : letter.toUpperCase();
  }
  return kind + letters.join("");
}
