import { Engine } from "../../npm/index.ts";
import { announce, byId } from "./dom.ts";
import { Lab } from "./lab.ts";
import { filesPane } from "./panes/files.ts";
import { glassPane } from "./panes/glass.ts";
import { lessonPane } from "./panes/lesson.ts";
import { storePane } from "./panes/store.ts";
import { terminalPane } from "./panes/terminal.ts";
import { restore, remember } from "./progress.ts";
import { theme } from "./theme.ts";
import { views } from "./views.ts";

async function boot(): Promise<void> {
  theme();
  const lab = new Lab(new Engine({ worker: () => new Worker("worker.js") }));
  const show = views();
  const run = terminalPane(lab);
  lessonPane(lab, (command) => {
    show("terminal");
    void run(command);
  });
  filesPane(lab);
  glassPane(lab);
  storePane(lab);
  byId("undo").addEventListener("click", () => void lab.undo().then(() => announce("the last line is undone")));
  byId("reset").addEventListener("click", () => lab.lesson && void lab.begin(lab.lesson));
  lab.on(["busy"], () => document.body.toggleAttribute("data-busy", lab.busy));
  lab.on(["runs", "busy"], () => {
    byId<HTMLButtonElement>("undo").disabled = lab.busy || lab.runs.length === 0;
  });

  await lab.engine.ready;
  document.body.dataset.ready = String(Math.round(performance.now()));
  lab.lessons = await lab.engine.lessons();
  lab.lesson = lab.lessons[0] ?? null;
  lab.tell("lesson");
  const kept = lab.lesson && restore(lab.lesson.id);
  if (kept) await lab.rewind(kept);
  else if (lab.lesson) await lab.begin(lab.lesson);
  lab.on(["runs"], () => lab.lesson && remember(lab.lesson.id, lab.engine.journal));
  if ("serviceWorker" in navigator && location.protocol.startsWith("http")) {
    navigator.serviceWorker.register("offline.js").catch(() => {
      // Without it the page works as long as it is served.
    });
  }
}

boot().catch((error) => {
  byId("failure").hidden = false;
  byId("failure").textContent = `The lab could not start: ${(error as Error).message}`;
});
