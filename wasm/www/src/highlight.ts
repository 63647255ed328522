/** Colours for a Dockerfile: a list of pieces with a class each. Pure; the editor draws them. */

export interface Piece {
  text: string;
  kind: "" | "word" | "string" | "variable" | "comment" | "flag";
}

const INSTRUCTION = /^(\s*)(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?=\s|$)/i;
const REST = /("(?:[^"\\]|\\.)*"?|'[^']*'?)|(\$\{[^}]*\}?|\$\w+)|(?<=\s)(--?[\w-]+)|(\bAS\b)/g;

/** The pieces of one line. */
export function dockerfileLine(line: string, continued: boolean): Piece[] {
  if (/^\s*#/.test(line)) return [{ text: line, kind: "comment" }];
  const pieces: Piece[] = [];
  let rest = line;
  const found = continued ? null : INSTRUCTION.exec(line);
  if (found) {
    pieces.push({ text: found[1]!, kind: "" }, { text: found[2]!, kind: "word" });
    rest = line.slice(found[0].length);
  }
  let end = 0;
  for (const match of rest.matchAll(REST)) {
    const kind = match[1] ? "string" : match[2] ? "variable" : match[3] ? "flag" : "word";
    pieces.push({ text: rest.slice(end, match.index), kind: "" }, { text: match[0], kind });
    end = match.index + match[0].length;
  }
  pieces.push({ text: rest.slice(end), kind: "" });
  return pieces.filter((piece) => piece.text !== "");
}
