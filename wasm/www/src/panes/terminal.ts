import type { Reply } from "../../../npm/index.ts";
import { announce, byId, fill, h } from "../dom.ts";
import type { Lab } from "../lab.ts";

/** Lines of the transcript that stay on the page. */
const KEPT = 400;
/** A line that takes longer than this gets a button that stops it. */
const PATIENCE = 150;

/** The terminal: a transcript, and a line to type in. Gives a function that runs a command in it. */
export function terminalPane(lab: Lab): (command: string) => Promise<void> {
  const log = byId("transcript");
  const input = byId<HTMLTextAreaElement>("command");
  const stop = byId<HTMLButtonElement>("stop");
  let history: string[] = [];
  let back = 0;

  const prompt = () => `${lab.directory.replace(/^\/root/, "~")} #`;

  const write = (...nodes: Node[]) => {
    log.append(...nodes);
    while (log.childElementCount > KEPT) log.firstElementChild?.remove();
    log.scrollTop = log.scrollHeight;
  };

  const echo = (line: string, directory: string) =>
    h("p", { class: "typed" }, h("span", { class: "prompt" }, `${directory.replace(/^\/root/, "~")} # `), line);

  const show = (reply: Reply) => {
    for (const chunk of reply.output) write(h("pre", { class: chunk.stream }, coloured(chunk.text)));
    if (reply.exit !== 0) write(h("p", { class: "exit" }, `exit status ${reply.exit}`));
  };

  const draw = () => {
    log.replaceChildren(welcome());
    for (const run of lab.runs) {
      write(echo(run.line, run.directory));
      show(run.reply);
    }
  };

  const run = async (command: string) => {
    if (lab.busy || command.trim() === "") return;
    write(echo(command, lab.directory));
    const patience = setTimeout(() => (stop.hidden = false), PATIENCE);
    try {
      const before = running(lab);
      const reply = await lab.run(command);
      if (reply) {
        show(reply);
        const fresh = running(lab).filter((name) => !before.includes(name));
        for (const name of fresh) {
          write(h("p", { class: "note" }, `${name} goes on in the background: docker logs ${name}, docker stop ${name}`));
        }
      } else {
        write(h("p", { class: "exit" }, "^C stopped; the machine is as it was before this line"));
        announce("stopped");
      }
    } catch (error) {
      write(h("p", { class: "exit" }, `the engine failed: ${(error as Error).message}`));
    } finally {
      clearTimeout(patience);
      stop.hidden = true;
    }
  };

  lab.on(["replay"], draw);
  lab.on(["runs"], () => {
    history = lab.runs.map((run) => run.line);
    back = history.length;
    byId("prompt").textContent = prompt();
  });

  const grow = () => {
    input.rows = input.value.split("\n").length;
  };

  // The line leaves at once, so that what is typed meanwhile is not lost; an open one comes back to be gone on with.
  const submit = async () => {
    const line = input.value;
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
      write(h("p", { class: "candidates" }, candidates.join("  ")));
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
  return h("p", { class: "welcome" }, "A simulated machine with a shell and a Docker. Nothing leaves this page.");
}

/** What could stand in place of the last word: docker's commands, or files of the project. */
async function completions(lab: Lab, line: string): Promise<string[]> {
  const words = line.trimStart().split(/\s+/);
  const last = words.at(-1)!;
  if (words.length === 1) return ["docker", "cat", "echo", "cd", "glasshull"].filter((name) => name.startsWith(last));
  if (words.length === 2 && ["docker", "glasshull"].includes(words[0]!)) {
    const names = await lab.engine.commands([last]);
    return [...new Set(names.map((name) => name.split(" ")[0]!))].sort();
  }
  const tags = lab.state.images.flatMap((image) => image.tags);
  const files = (await lab.engine.files()).map((file) => file.path);
  return [...files, ...tags].filter((name) => name.startsWith(last));
}

function prefix(words: string[]): string {
  const [first = "", ...rest] = words;
  let end = first.length;
  for (const word of rest) while (!word.startsWith(first.slice(0, end))) end -= 1;
  return first.slice(0, end);
}

/** Text with the colours that docker uses; the carriage returns of its progress lines go. */
function coloured(raw: string): (HTMLElement | string)[] {
  const parts = raw.replace(/\r+\n/g, "\n").split(/\x1b\[([\d;]*)m/);
  let colour = "";
  return parts.flatMap((part, at) => {
    if (at % 2 === 1) {
      colour = part === "0" || part === "" ? "" : "red";
      return [];
    }
    return part === "" ? [] : [colour ? h("span", { class: colour }, part) : part];
  });
}
