import { Engine } from "../../npm/index.ts";
import { curriculum } from "./curriculum.ts";
import { announce, byId, fill, h } from "./dom.ts";
import { Lab, type Folder } from "./lab.ts";
import { filesPane } from "./panes/files.ts";
import { glassPane } from "./panes/glass.ts";
import { lessonPane } from "./panes/lesson.ts";
import { storePane } from "./panes/store.ts";
import { terminalPane } from "./panes/terminal.ts";
import { timePane } from "./panes/time.ts";
import { twins } from "./panes/twin.ts";
import { lessonPicker } from "./picker.ts";
import { lastLesson, remember } from "./progress.ts";
import { decode, sharing, type Shared } from "./share.ts";
import { AHEAD, options } from "./single.ts";
import { theme } from "./theme.ts";
import { views } from "./views.ts";
import { language, languages, speak, t } from "./words/index.ts";

async function boot(): Promise<void> {
  // The engine starts while the page is drawn.
  const lab = new Lab(new Engine(options()));
  speak();
  const coming = Promise.all([curriculum(lab.engine, language), folder()]);
  theme(lab);
  languagePicker(lab);
  const show = views();
  twins(lab);
  const run = terminalPane(lab);
  // What someone else shared is looked at and tried, and never takes the place of one's own work.
  let own = true;
  let open: (id: string) => void = () => {};
  lessonPane(lab, {
    run: (command) => {
      show("terminal");
      void run(command);
    },
    open: (id) => open(id),
  });
  filesPane(lab);
  glassPane(lab);
  storePane(lab);
  timePane(lab);
  byId("reset").addEventListener("click", async () => {
    if (!lab.lesson) lab.folder = await folder();
    await lab.begin(lab.lesson);
  });
  lab.on(["busy"], () => document.body.toggleAttribute("data-busy", lab.busy));

  [lab.curriculum, lab.folder] = await coming;
  const picker = lessonPicker(lab, () => (own = true));
  open = (id) => {
    own = true;
    void picker(id);
  };
  const openShared = async (shared: Shared) => {
    own = false;
    await picker(shared.lesson, shared.journal);
    announce(t.sharedHere);
  };
  sharing(lab, openShared);
  const shared = location.hash.length > 1 ? await decode(location.hash.slice(1)) : null;
  if (shared) {
    history.replaceState(null, "", location.pathname + location.search);
    await openShared(shared);
  } else {
    await picker(lab.folder ? "" : (lastLesson() ?? lab.lessons[0]?.id ?? ""), lab.folder ? [] : undefined);
  }
  document.body.dataset.usable = String(Math.round(performance.now()));
  void lab.engine.load(AHEAD);
  lab.on(["runs"], () => own && remember(lab.lesson?.id ?? "", lab.engine.journal));
  if ("serviceWorker" in navigator && location.protocol.startsWith("http")) {
    navigator.serviceWorker.register("offline.js").catch(() => {
      // Without it the page works as long as it is served.
    });
  }
}

/** The folder that `glasshull serve` was given, if there is one; it serves its own machine as a rule. */
async function folder(): Promise<Folder | null> {
  if (!["localhost", "127.0.0.1", "[::1]"].includes(location.hostname)) return null;
  const response = await fetch("project.json").catch(() => null);
  return response?.ok ? ((await response.json()) as Folder | null) : null;
}

function languagePicker(lab: Lab): void {
  const select = byId<HTMLSelectElement>("language");
  // A phone has room for two letters.
  const narrow = matchMedia("(max-width: 480px)");
  const draw = () => {
    fill(select, languages.map(([id, name]) => h("option", { value: id, lang: id }, narrow.matches ? id.toUpperCase() : name)));
    select.value = language;
  };
  narrow.addEventListener("change", draw);
  draw();
  select.addEventListener("change", async () => {
    speak(select.value);
    lab.curriculum = await curriculum(lab.engine, language);
    lab.lesson = lab.lessons.find(({ id }) => id === lab.lesson?.id) ?? null;
    lab.tell("words");
  });
}

boot().catch((error) => {
  byId("failure").hidden = false;
  byId("failure").textContent = t.notStarted((error as Error).message);
});
