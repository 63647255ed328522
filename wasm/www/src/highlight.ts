/** Colours for a Dockerfile: a list of pieces with a class each. Pure; the editor draws them. */

export type Kind = "" | "word" | "string" | "variable" | "comment" | "flag";

export interface Piece {
  text: string;
  kind: Kind;
}

const INSTRUCTION = /^(\s*)(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?=\s|$)/i;
const REST = /("(?:[^"\\]|\\.)*"?|'[^']*'?)|(\$\{[^}]*\}?|\$\w+)|(?<=\s)(--?[\w-]+)|(\bAS\b)/gi;

/** The pieces of one line; `continued` when the instruction began on a line above. */
export function pieces(line: string, continued: boolean): Piece[] {
  if (/^\s*#/.test(line)) return [{ text: line, kind: "comment" }];
  const found: Piece[] = [];
  let rest = line;
  const instruction = continued ? null : INSTRUCTION.exec(line);
  if (instruction) {
    found.push({ text: instruction[1]!, kind: "" }, { text: instruction[2]!, kind: "word" });
    rest = line.slice(instruction[0].length);
  }
  const isFrom = instruction?.[2]?.toUpperCase() === "FROM";
  let end = 0;
  for (const match of rest.matchAll(REST)) {
    if (match[4] && !isFrom) continue;
    const kind = match[1] ? "string" : match[2] ? "variable" : match[3] ? "flag" : "word";
    found.push({ text: rest.slice(end, match.index), kind: "" }, { text: match[0], kind });
    end = match.index + match[0].length;
  }
  found.push({ text: rest.slice(end), kind: "" });
  return found.filter((piece) => piece.text !== "");
}
