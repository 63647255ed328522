/** One sentence for an event, for the line of time and for who listens. */

import { text, type Event } from "../../npm/index.ts";
import { short } from "./format.ts";
import { t } from "./words/index.ts";

type VertexEvent = Event & { event: "vertex" };

/** The sentence of the last of `events`, with the step that it belongs to. */
export function moment(events: readonly Event[]): string {
  const event = events.at(-1)!;
  const step = events.findLast((earlier) => earlier.event === "step-started");
  const inside = ["cache-probed", "container-created", "container-exited", "changes-snapshotted", "layer-made", "container-removed", "image-committed"];
  const where = step?.event === "step-started" && inside.includes(event.event) ? t.event.within(step.step, step.total) : "";
  return where + sentence(event);
}

export function sentence(event: Event): string {
  const words = t.event;
  switch (event.event) {
    case "context-sent":
      return words.context(event.bytes);
    case "parser-warned":
      return event.text.trim();
    case "step-started":
      return words.step(event.step, event.total, event.text);
    case "triggers-started":
      return words.triggers(event.count);
    case "base-looked-up":
      return event.found ? words.local(event.reference) : words.notLocal(event.reference);
    case "pull":
      if (event.pull === "started") return words.pulling(`${event.repository}:${event.tag}`);
      return event.pull === "finished" ? event.status : words.layerStatus(short(event.digest), event.status);
    case "cache-probed":
      if (event.verdict.verdict === "hit") return words.hit;
      return words[event.verdict.verdict](t.reason(event.verdict.reason));
    case "container-created":
      return words.created(short(event.id), event.executes);
    case "output":
      return words.output(lastLine(text(event.bytes)));
    case "container-exited":
      return words.exited(short(event.id), event.status);
    case "changes-snapshotted":
      return words.snapshot(event.changes.length);
    case "layer-made":
      return words.layer(short(event.diff_id));
    case "container-removed":
      return words.removed(short(event.id));
    case "image-committed":
      return words.committed(short(event.id), event.empty_layer);
    case "noted":
      return event.text;
    case "step-finished":
      return words.ends(event.image ? short(event.image) : "");
    case "vertex":
      return vertexSentence(event);
    case "build-args-unconsumed":
      return words.unconsumed(event.names.join(", "));
    case "built":
      return words.built(short(event.id));
    case "tagged":
      return words.tagged(event.reference);
    case "solve-failed":
    case "failed":
      return words.failed(event.message);
  }
}

function vertexSentence(event: VertexEvent): string {
  const words = t.event;
  switch (event.change) {
    case "started":
      return event.name;
    case "status": {
      const name = event.id.replace(/:$/, "");
      return event.completed === null ? name : words.partDone(name);
    }
    case "log":
      return words.output(lastLine(text(event.bytes)));
    case "warned":
      return `${event.rule}: ${event.detail}`;
    case "completed":
      return event.error ?? (event.cached ? words.wasCached : event.canceled ? words.givenUp : words.stepDone);
  }
}

function lastLine(output: string): string {
  return output.trim().split("\n").at(-1) ?? "";
}
