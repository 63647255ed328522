use std::rc::Rc;

use bstr::ByteSlice;
use kernel::{Exit, LocalBoxFuture, Process, Program};
use vfs::Mode;

use crate::{
    command::{Command, Given},
    commands::COMMANDS,
    console::{Console, DEFAULT_WIDTH, Stream},
    database::Database,
    engine::Engine,
    help,
    mirror::Mirror,
    options::{self, GLOBAL, Spec},
    protect::ProtectedPaths,
    session::{Cache, Session},
    settings::{Settings, Verdict},
    universe::Walk,
};

/// Exit status where the simulation ends.
const NOT_SIMULATED: u8 = 126;

/// The program `/sbin/apk`.
pub struct Apk {
    mirror: Rc<dyn Mirror>,
    engine: Engine,
}

impl Apk {
    /// An apk that behaves like `engine` and downloads from `mirror`.
    pub fn new(mirror: Rc<dyn Mirror>, engine: Engine) -> Self {
        Apk { mirror, engine }
    }
}

impl Program for Apk {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(async move {
            let mut session = self.session(process);
            let status = run(&mut session).await;
            session.flush().await;
            Exit(status)
        })
    }
}

impl Apk {
    fn session<'p>(&self, process: &'p mut Process) -> Session<'p> {
        process.set_umask(Mode::new(0));
        let terminal = [0, 1, 2].into_iter().all(|fd| process.isatty(fd));
        let columns = process.term_size(1).map(|(columns, _)| usize::from(columns)).ok();
        let dumb = process.env().get("TERM").is_some_and(|term| term == "dumb");
        let settings = Settings {
            progress: terminal && !dumb,
            interactive: terminal && process.stat("/etc/apk/interactive").is_ok(),
            ..Settings::default()
        };
        let width = columns.filter(|columns| *columns > 25).unwrap_or(DEFAULT_WIDTH);
        let warns_from = if self.engine.is_third() { 0 } else { 1 };
        Session {
            process,
            mirror: Rc::clone(&self.mirror),
            engine: self.engine,
            settings,
            console: Console::new(width).warning_from(warns_from),
            db: Database::new(Walk::NameTable, self.engine),
            sources: Vec::new(),
            unavailable: 0,
            stale: 0,
            arch: String::new(),
            cache: Cache { dir: Default::default(), active: false, updated: false },
            protected: ProtectedPaths::default(),
            protected_given: false,
            no_chown: false,
            follow_all_directories: false,
            self_upgrading: false,
            given_files: Default::default(),
            progress: Default::default(),
            log: None,
        }
    }
}

/// The command that a command line means: by the program's name, or the first word that is one.
fn deduce(words: &[String]) -> Option<&'static Command> {
    let (program, rest) = words.split_first()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    match program.strip_prefix("apk_") {
        Some(name) => Command::find(name),
        None => rest.iter().filter(|word| !word.starts_with('-')).find_map(|word| Command::find(word)),
    }
}

async fn run(session: &mut Session<'_>) -> u8 {
    let words: Vec<String> =
        session.process.args().iter().map(|word| word.to_str_lossy().into_owned()).collect();
    let command = deduce(&words);
    let global: Vec<Spec> = GLOBAL.options.iter().chain([&crate::command::HELP]).copied().collect();
    let specs = command.map_or(global, Command::specs);
    let mut parsed = options::parse(words.get(1..).unwrap_or_default(), &specs);
    for complaint in &parsed.complaints {
        let program = words.first().map_or("apk", String::as_str);
        session.console.write(Stream::Err, format!("{program}: {complaint}\n"));
    }
    let console = &mut session.console;
    let is_wrong = match session.engine.is_third() {
        true => !parsed.complaints.is_empty(),
        false => parsed.ends_wrong,
    };
    match session.settings.take(&mut parsed, console) {
        Verdict::Run if !is_wrong => {}
        Verdict::Run | Verdict::Usage => {
            console.write(Stream::Out, help::usage(session.engine, command));
            return 1;
        }
        Verdict::Version => {
            console.line(help::version_line(session.engine));
            return 0;
        }
        Verdict::PrintArch => {
            console.line("x86_64");
            return 0;
        }
        Verdict::NotSimulated(option) => {
            let text = format!("glasshull: {}: the option '--{option}' is not simulated\n", words[0]);
            console.write(Stream::Err, text);
            return NOT_SIMULATED;
        }
    }
    let Some(command) = command else {
        match words.get(1) {
            Some(word) => console.error(format!("'{word}' is not an apk command. See 'apk --help'.")),
            None => console.write(Stream::Out, help::usage(session.engine, None)),
        }
        return 1;
    };
    let mut given = Given { options: parsed.options, args: parsed.operands };
    if given.args.first().is_some_and(|word| word == command.name) {
        given.args.remove(0);
    }
    if command.drops_empty {
        given.args.retain(|arg| !arg.is_empty());
    }
    execute(session, command, given).await
}

async fn execute(session: &mut Session<'_>, command: &Command, given: Given) -> u8 {
    session.settings.create = given.has("initdb");
    let needs = (command.needs)(&given, session.engine);
    if session.engine.is_third()
        && needs.write
        && !session.settings.simulate
        && let Err(errno) = session.open_log().await
    {
        session.console.error(format!("Unable to open log: {errno}"));
        return exit_status(-1);
    }
    if let Err(error) = session.open(needs).await {
        session.console.error(format!("Failed to open apk database: {}", error.0));
        return exit_status(-1);
    }
    exit_status((command.run)(session, given).await)
}

/// apk's way from numbers to exit statuses.
fn exit_status(outcome: i64) -> u8 {
    u8::try_from(outcome).map_or(99, |status| status.min(99))
}

/// The names of all commands, for completion and tests.
pub fn command_names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.name)
}
