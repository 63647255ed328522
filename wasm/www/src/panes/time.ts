import { isBuild } from "../build.ts";
import { announce, byId, fill, h } from "../dom.ts";
import type { Lab, Run } from "../lab.ts";
import { moment } from "../sentence.ts";
import { t } from "../words/index.ts";

/** The line of time: every event of the session, to go back and forth. */
export function timePane(lab: Lab): void {
  const range = byId<HTMLInputElement>("scrubber");

  const drawTrack = () => {
    fill(byId("track"), lab.runs.map((run, at) => segment(run, lab.time.length(at))));
  };

  const draw = () => {
    const { time } = lab;
    range.max = String(time.end);
    range.value = String(time.position);
    range.disabled = time.end === 0;
    const text = sentenceAt(lab);
    range.setAttribute("aria-valuetext", `${time.position}/${time.end}: ${text}`);
    fill(byId("moment"), h("b", {}, `${time.position}/${time.end}`), ` ${text}`);
    byId("play").textContent = lab.playing ? t.pause : t.play;
    byId<HTMLButtonElement>("play").disabled = time.end === 0;
    byId<HTMLButtonElement>("earlier").disabled = time.position === 0;
    byId<HTMLButtonElement>("later").disabled = time.isEnd;
  };

  const drawButtons = () => {
    byId<HTMLButtonElement>("undo").disabled = lab.busy || !lab.canUndo;
    byId<HTMLButtonElement>("redo").disabled = lab.busy || !lab.canRedo;
  };

  range.addEventListener("input", () => lab.seek(Number(range.value)));
  byId("earlier").addEventListener("click", () => lab.seek(lab.time.position - 1));
  byId("later").addEventListener("click", () => lab.seek(lab.time.position + 1));
  byId("play").addEventListener("click", () => {
    if (!lab.playing) lab.play();
    else {
      lab.pause();
      lab.tell("glass");
    }
  });
  byId("undo").addEventListener("click", () => void lab.undo().then(() => announce(t.undone)));
  byId("redo").addEventListener("click", () => void lab.redo().then(() => announce(t.redone)));
  lab.on(["runs", "replay"], drawTrack);
  lab.on(["glass", "words"], draw);
  lab.on(["runs", "busy"], drawButtons);
  drawButtons();
  draw();
}

/** A line of the session on the track: as long as its events, with the colours of what the cache said. */
function segment(run: Run, length: number): HTMLElement {
  const { events, exit } = run.reply;
  const made = h("span", { class: `segment${exit === 0 || run.reply.waits ? "" : " failed"}${isBuild(events) ? " build" : ""}`, title: run.line });
  made.style.setProperty("--events", String(length + 1));
  if (!isBuild(events)) return made;
  let from = 0;
  let kind = "";
  const parts: HTMLElement[] = [];
  const close = (to: number) => {
    if (to <= from) return;
    const part = h("i", { class: kind });
    part.style.setProperty("--events", String(to - from));
    parts.push(part);
    from = to;
  };
  events.forEach((event, at) => {
    if (event.event === "step-started" || (event.event === "vertex" && event.change === "started")) {
      close(at);
      kind = "";
    } else if (event.event === "cache-probed") kind = event.verdict.verdict;
    else if (event.event === "vertex" && event.change === "completed") kind = event.error ? "failed" : event.cached ? "hit" : "miss";
    else if (event.event === "failed" || event.event === "solve-failed") kind = "failed";
  });
  close(events.length + 1);
  fill(made, parts);
  return made;
}

function sentenceAt(lab: Lab): string {
  const { run, cursor } = lab.time.at;
  const done = lab.runs[run];
  if (!done) return t.atStart;
  if (lab.time.length(run) === 0) return t.lineDone(done.line, done.reply.waits ? 0 : done.reply.exit);
  return cursor === 0 ? t.atLine(done.line) : moment(done.reply.events.slice(0, cursor));
}
