import type { Reply } from "../../../npm/index.ts";
import { coloured } from "../ansi.ts";
import { announce, byId, fill, h } from "../dom.ts";
import type { Lab, Run } from "../lab.ts";
import { t } from "../words/index.ts";

/** Lines typed whose output stays on the page. */
const KEPT = 200;
/** A line that takes longer than this gets a button that stops it. */
const PATIENCE = 150;

/** The terminal: a transcript, and a line to type in. Gives a function that runs a command in it. */
export function terminalPane(lab: Lab): (command: string) => Promise<void> {
  const log = byId("transcript");
  const input = byId<HTMLTextAreaElement>("command");
  const stop = byId<HTMLButtonElement>("stop");
  let history: string[] = [];
  let back = 0;

  const prompt = () => lab.waits ? "⌨" : `${lab.directory.replace(/^\/root/, "~")} #`;

  const scroll = () => {
    log.scrollTop = log.scrollHeight;
  };

  /** What belongs to one line that was typed. */
  const turn = (line: string, directory: string, at: number) => {
    const made = h(
      "div",
      { class: "turn", "data-run": at },
      h("p", { class: "typed" }, h("span", { class: "prompt" }, `${directory.replace(/^\/root/, "~")} # `), line),
    );
    log.append(made);
    while (log.childElementCount > KEPT) log.firstElementChild?.remove();
    scroll();
    return made;
  };

  const show = (reply: Reply, into: HTMLElement) => {
    into.append(...reply.output.map((chunk) => h("pre", { class: chunk.stream }, coloured(chunk.text))));
    if (reply.exit !== 0 && !reply.waits) into.append(h("p", { class: "exit" }, t.exit(reply.exit)));
    scroll();
  };

  const draw = () => {
    log.replaceChildren(welcome());
    lab.runs.forEach((run: Run, at) => show(run.reply, turn(run.line, run.directory, at)));
  };

  /** Lines after the moment that is looked at are pale. */
  const drawMoment = () => {
    const { run } = lab.time.at;
    byId("past").hidden = lab.time.isEnd || lab.playing;
    if (run === shownRun && log.childElementCount === shownTurns) return;
    [shownRun, shownTurns] = [run, log.childElementCount];
    for (const turn of log.querySelectorAll<HTMLElement>(".turn")) {
      turn.classList.toggle("future", Number(turn.dataset.run) > run && Number(turn.dataset.run) < lab.runs.length);
    }
    if (!lab.time.isEnd) log.querySelector(`[data-run="${run}"]`)?.scrollIntoView({ block: "nearest" });
  };
  let [shownRun, shownTurns] = [-1, 0];

  const run = async (command: string) => {
    await lab.opened;
    if (lab.busy || command.trim() === "") return;
    const refusal = refused(lab, command);
    if (!lab.time.isEnd) {
      await lab.goOn();
      announce(t.wentOn);
    }
    const into = turn(command, lab.directory, lab.runs.length);
    if (refusal) {
      into.append(h("p", { class: "note" }, refusal));
      announce(refusal);
      scroll();
      return;
    }
    const patience = setTimeout(() => (stop.hidden = false), PATIENCE);
    try {
      const before = running(lab);
      const reply = await lab.run(command);
      if (reply) {
        show(reply, into);
        if (reply.waits) announce(t.typing);
        const fresh = running(lab).filter((name) => !before.includes(name));
        for (const name of reply.waits ? [] : fresh) into.append(h("p", { class: "note" }, t.background(name)));
      } else {
        into.append(h("p", { class: "exit" }, t.stopped));
        announce(t.wasStopped);
      }
    } catch (error) {
      into.append(h("p", { class: "exit" }, t.engineFailed((error as Error).message)));
    } finally {
      clearTimeout(patience);
      stop.hidden = true;
      scroll();
    }
  };

  /** Types to the program that waits; what its line wrote is drawn anew. */
  const type = async (text: string) => {
    if (lab.busy) return;
    if (!lab.time.isEnd) lab.seek(lab.time.end);
    const patience = setTimeout(() => (stop.hidden = false), PATIENCE);
    try {
      if (!(await lab.typeIn(text))) announce(t.wasStopped);
      const last = lab.runs.length - 1;
      const into = log.querySelector<HTMLElement>(`[data-run="${last}"]`);
      const reply = lab.runs[last]?.reply;
      if (!into || !reply) return;
      const before = into.textContent!.length;
      into.replaceChildren(into.firstElementChild!);
      show(reply, into);
      announce(into.textContent!.slice(before));
    } catch (error) {
      announce(t.engineFailed((error as Error).message));
    } finally {
      clearTimeout(patience);
      stop.hidden = true;
    }
  };

  const drawEntry = () => {
    byId("prompt").textContent = prompt();
    byId("typing").hidden = !lab.waits;
    input.placeholder = lab.waits ? "" : "docker build -t redis .";
    input.setAttribute("aria-label", lab.waits ? t.toProgram : t.command);
  };
  byId("interrupt").addEventListener("click", () => void type("\x03").then(() => input.focus()));
  byId("end-input").addEventListener("click", () => void type("\x04").then(() => input.focus()));
  byId("leave").addEventListener("click", () => {
    lab.leave();
    input.focus();
    announce(t.leftIt);
  });

  lab.on(["replay"], draw);
  lab.on(["runs"], () => {
    history = lab.runs.map((run) => run.line);
    back = history.length;
    drawEntry();
  });
  lab.on(["glass"], drawMoment);
  lab.on(["words"], draw);
  lab.on(["words"], drawEntry);
  byId("go-on").addEventListener("click", async () => {
    input.value = await lab.goOn();
    grow();
    input.focus();
    announce(t.wentOn);
  });
  byId("to-the-end").addEventListener("click", () => {
    lab.seek(lab.time.end);
    input.focus();
  });

  const grow = () => {
    input.rows = input.value.split("\n").length;
  };

  // The line leaves at once, so that what is typed meanwhile is not lost; an open one comes back to be gone on with.
  const submit = async () => {
    await lab.opened;
    const line = input.value;
    if (lab.waits && !lab.busy) {
      input.value = "";
      grow();
      return type(`${line}\n`);
    }
    if (line.trim() === "" || lab.busy) return;
    input.value = "";
    grow();
    if (await lab.engine.isIncomplete(line)) {
      input.value = `${line}\n${input.value}`;
      grow();
    } else {
      await run(line);
    }
  };

  const recall = (step: number, event: KeyboardEvent) => {
    const oneLine = !input.value.includes("\n") || back < history.length;
    if (!oneLine || history.length === 0) return;
    event.preventDefault();
    back = Math.max(0, Math.min(history.length, back + step));
    input.value = history[back] ?? "";
    grow();
    input.setSelectionRange(input.value.length, input.value.length);
  };

  const complete = async () => {
    const line = input.value;
    const candidates = await completions(lab, line);
    const word = line.slice(line.lastIndexOf(" ") + 1);
    const common = prefix(candidates);
    if (common.length > word.length) {
      input.value = line.slice(0, line.length - word.length) + common + (candidates.length === 1 ? " " : "");
    } else if (candidates.length > 1) {
      log.append(h("p", { class: "candidates" }, candidates.join("  ")));
      scroll();
      announce(`${t.completed(candidates.length)}: ${candidates.join(" ")}`);
    }
  };

  input.addEventListener("input", grow);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void submit();
    } else if (event.key === "ArrowUp") recall(-1, event);
    else if (event.key === "ArrowDown") recall(1, event);
    else if (event.key === "Tab" && !event.shiftKey && input.value.trim() !== "") {
      event.preventDefault();
      void complete();
    } else if (lab.waits && event.ctrlKey && (event.key === "d" || event.key === "c") && input.selectionStart === input.selectionEnd) {
      event.preventDefault();
      void type(event.key === "c" ? "\x03" : `${input.value}\x04`);
      input.value = "";
    } else if (event.key === "Escape") {
      input.value = "";
      grow();
    } else if (event.key === "l" && event.ctrlKey) {
      event.preventDefault();
      log.replaceChildren();
    }
  });
  byId("terminal").addEventListener("keydown", (event) => {
    const selecting = input.selectionStart !== input.selectionEnd || String(getSelection()) !== "";
    if (event.key === "c" && event.ctrlKey && lab.busy && !selecting) void lab.stop();
  });
  stop.addEventListener("click", () => void lab.stop());
  lab.on(["busy"], () => byId("terminal").toggleAttribute("data-busy", lab.busy));
  fill(log, welcome());
  return run;
}

/** Names of the containers that run now. */
function running(lab: Lab): string[] {
  return lab.state.containers.filter(({ status }) => status === "running").map(({ name }) => name);
}

function welcome(): HTMLElement {
  return h("p", { class: "welcome" }, t.welcome, h("br"), t.keys);
}

/** What a lesson keeps out: a sentence for people, if it keeps this line out. */
function refused(lab: Lab, line: string): string | null {
  const { allow, deny } = lab.lesson?.ui ?? { allow: [], deny: [] };
  const words = line.trim().split(/\s+/);
  const begins = (command: string) => command.split(/\s+/).every((word, at) => words[at] === word);
  const denied = deny.find(({ command }) => begins(command));
  if (denied) return denied.message;
  return allow.length > 0 && !allow.some(begins) ? t.only(allow.join(", ")) : null;
}

/** Commands whose second word is a name of an image or a container. */
const NAMING = /^(run|create|rmi|tag|history|inspect|save|image|rm|start|stop|kill|logs|exec|diff|commit|export|top|wait|attach|tree)$/;

/** What could stand in place of the last word: programs, docker's commands, names, files below the directory. */
async function completions(lab: Lab, line: string): Promise<string[]> {
  const words = line.replace(/^.*(?:[;|]|&&)\s*/, "").trimStart().split(/\s+/);
  const last = words.at(-1)!;
  if (words.length === 1) {
    return ["cat", "cd", "docker", "echo", "export", "glasshull", "grep", "ls", "mkdir", "pwd", "rm", "touch"].filter((name) => name.startsWith(last));
  }
  const isDocker = ["docker", "glasshull"].includes(words[0]!);
  if (words.length === 2 && isDocker) {
    const names = await lab.engine.commands([last]);
    return [...new Set(names.map((name) => name.split(" ")[0]!))].sort();
  }
  const here = lab.directory.replace(/^\/root\/project\/?/, "");
  const below = here === "" ? "" : `${here}/`;
  const files = (await lab.engine.files()).map((file) => file.path).filter((path) => path.startsWith(below));
  const names = isDocker && NAMING.test(words[1]!)
    ? [...lab.state.images.flatMap((image) => image.tags.map((tag) => tag.replace(/:latest$/, ""))), ...lab.state.containers.map((container) => container.name)]
    : [];
  return [...names, ...files.map((path) => path.slice(below.length))].filter((name) => name.startsWith(last));
}

function prefix(words: string[]): string {
  const [first = "", ...rest] = words;
  let end = first.length;
  for (const word of rest) while (!word.startsWith(first.slice(0, end))) end -= 1;
  return first.slice(0, end);
}
