import { Engine } from "../../npm/index.ts";
import { announce, byId } from "./dom.ts";
import { Lab } from "./lab.ts";
import { filesPane } from "./panes/files.ts";
import { glassPane } from "./panes/glass.ts";
import { lessonPane } from "./panes/lesson.ts";
import { storePane } from "./panes/store.ts";
import { terminalPane } from "./panes/terminal.ts";
import { lessonPicker } from "./picker.ts";
import { lastLesson, remember } from "./progress.ts";
import { decode, sharing, type Shared } from "./share.ts";
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
  byId("reset").addEventListener("click", () => void lab.begin(lab.lesson));
  lab.on(["busy"], () => document.body.toggleAttribute("data-busy", lab.busy));
  lab.on(["runs", "busy"], () => {
    byId<HTMLButtonElement>("undo").disabled = lab.busy || lab.runs.length === 0;
  });

  await lab.engine.ready;
  document.body.dataset.ready = String(Math.round(performance.now()));
  lab.lessons = await lab.engine.lessons();
  // What someone else shared is looked at and tried, and never takes the place of one's own work.
  let own = true;
  const picker = lessonPicker(lab, () => (own = true));
  const open = async (shared: Shared) => {
    own = false;
    await picker(shared.lesson, shared.journal);
    announce("the shared session is here");
  };
  sharing(lab, open);
  const shared = location.hash.length > 1 ? await decode(location.hash.slice(1)) : null;
  if (shared) {
    history.replaceState(null, "", location.pathname + location.search);
    await open(shared);
  } else {
    await picker(lastLesson() ?? lab.lessons[0]?.id ?? "");
  }
  lab.on(["runs"], () => own && remember(lab.lesson?.id ?? "", lab.engine.journal));
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
