//! How a shell begins: its arguments, its environment, where its commands come from.

use std::borrow::Cow;
use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::{Action, Exit, Fd, OpenFlags, Process, Signal};
use vfs::{Mode, Stat};

use crate::exec::{FIRST_SAVED, Flags, Frame, Input, InputKind, Machine, Raise};
use crate::parse::is_name;
use crate::state::{Opt, State, Vars};

/// What Alpine's ash calls its version.
const VERSION: &str = "1.36.1";

/// Runs a shell from its arguments.
pub(crate) async fn run(p: &mut Process) -> Exit {
    let args = p.args().to_vec();
    let mut machine = Machine::new(initial_state(p, &args));
    match machine.begin(p, &args).await {
        Ok(()) => Exit(machine.run(p).await),
        Err(message) => {
            p.eprint(&message).await;
            Exit(2)
        }
    }
}

fn initial_state(p: &mut Process, args: &[BString]) -> State {
    let vars = initial_variables(p);
    let directory = vars.get(b"PWD").map(BString::from).unwrap_or_default();
    State {
        vars,
        functions: Default::default(),
        aliases: Default::default(),
        options: Default::default(),
        params: Rc::default(),
        arg0: args.first().cloned().unwrap_or_else(|| "sh".into()),
        applet: applet_name(args),
        command_name: None,
        line: 0,
        read_line: 0,
        status: 0,
        trap_entry: None,
        root_pid: p.pid(),
        last_background: None,
        traps: Default::default(),
        hard_ignored: ignored_signals(p),
        exit_warning: 0,
        in_err_trap: false,
        exiting: false,
        jobs: Default::default(),
        hashed: Default::default(),
        getopts: Default::default(),
        directory,
        call_depth: 0,
        is_funcname_unset: false,
        function_name: Default::default(),
        function_depth: 0,
        is_subshell: false,
        has_terminal: p.isatty(2),
        substitution_status: None,
        random: p.random(),
    }
}

/// The signals that this process ignores, by bits of their numbers.
fn ignored_signals(p: &Process) -> u64 {
    let signals = (1..64).filter_map(Signal::from_number);
    let ignored = signals.filter(|signal| p.get_signal_action(*signal) == Action::Ignore);
    ignored.fold(0, |bits, signal| bits | 1 << signal.number())
}

/// The last component of the name that the shell was called by, without the dash of a login shell.
fn applet_name(args: &[BString]) -> BString {
    let name = args.first().map_or(b"sh".as_slice(), |name| name.as_slice());
    let name = name.rsplit_str("/").next().unwrap_or(name);
    name.strip_prefix(b"-").unwrap_or(name).into()
}

/// The variables of a new shell: its own, then those of the environment.
fn initial_variables(p: &mut Process) -> Vars {
    let mut vars = Vars::default();
    let own: [(&[u8], BString); 7] = [
        (b"IFS", " \t\n".into()),
        (b"PATH", "/sbin:/usr/sbin:/bin:/usr/bin".into()),
        (b"PS1", "\\w \\$ ".into()),
        (b"PS2", "> ".into()),
        (b"PS4", "+ ".into()),
        (b"OPTIND", "1".into()),
        (b"BB_ASH_VERSION", VERSION.into()),
    ];
    let env: Vec<(BString, BString)> =
        p.env().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let level = p.env().get("SHLVL").and_then(|level| level.to_str().ok()?.parse::<i64>().ok()).unwrap_or(0);
    let directory = initial_directory(p);
    let computed: [(&[u8], BString); 2] =
        [(b"PPID", p.ppid().to_string().into()), (b"PWD", directory.clone())];
    // None of these can be read-only yet.
    for (name, value) in own {
        let _ = vars.set(name.into(), &value);
    }
    for (name, value) in
        env.into_iter().filter(|(name, _)| is_name(name) && name != "IFS" && name != "OPTIND")
    {
        let _ = vars.set_exported(name.as_slice().into(), &value);
    }
    let _ = vars.set(computed[0].0.into(), &computed[0].1);
    let _ = vars.set_exported(b"SHLVL".as_slice().into(), (level + 1).to_string().as_bytes());
    let _ = vars.set_exported(b"PWD".as_slice().into(), &directory);
    vars
}

/// `PWD` of the environment if it names the working directory, else what the kernel says.
fn initial_directory(p: &mut Process) -> BString {
    let cwd = p.cwd();
    let Some(pwd) = p.env().get("PWD").map(BString::from).filter(|pwd| pwd.starts_with(b"/")) else {
        return cwd;
    };
    let same = |a: &Stat, b: &Stat| a.ino == b.ino && a.rdev == b.rdev;
    match (p.stat(&pwd), p.stat(&cwd)) {
        (Ok(a), Ok(b)) if same(&a, &b) && pwd != cwd => pwd,
        _ => cwd,
    }
}

impl Machine {
    /// Reads the arguments and pushes the first input.
    async fn begin(&mut self, p: &mut Process, args: &[BString]) -> Result<(), BString> {
        let mut rest: Vec<BString> = args.iter().skip(1).cloned().collect();
        let login = args.first().is_some_and(|name| name.starts_with(b"-"));
        let flags = self.startup_options(&mut rest)?;
        for complaint in &flags.complaints {
            p.eprint(complaint).await;
        }
        let login = login || flags.login;
        if flags.command {
            if rest.is_empty() {
                return Err(line(&self.message("-c requires an argument")));
            }
            let script = rest.remove(0);
            if !rest.is_empty() {
                self.state.arg0 = rest.remove(0);
                self.state.command_name = Some(Cow::Owned(self.state.arg0.clone()));
            }
            self.state.options.set(Opt::Command, true);
            self.push_script(script, 0, InputKind::Command, Flags { tested: false, last: !flags.stdin });
            self.read_after_command(flags.stdin);
        } else if !flags.stdin && !rest.is_empty() {
            let script = rest.remove(0);
            self.open_script(p, &script).await?;
        } else {
            self.read_standard_input(p);
        }
        self.state.params = Rc::new(rest.into());
        if self.state.options.is_on(Opt::Interactive) {
            self.become_interactive(p).await;
        } else if self.state.options.is_on(Opt::Monitor) {
            self.set_job_control(p, true);
        }
        if login {
            self.push_profiles(p).await;
        }
        Ok(())
    }

    /// What comes below the text of `-c`: standard input with `-s`, and a prompt that errors lead to with `-i`.
    fn read_after_command(&mut self, stdin: bool) {
        let interactive = self.state.options.is_on(Opt::Interactive);
        if interactive && !stdin {
            self.frames.insert(0, Frame::Exit);
        }
        if interactive || stdin {
            let kind = if interactive { InputKind::Interactive } else { InputKind::Stdin };
            self.frames.insert(0, Frame::Input(Box::new(Input::stream(0, kind))));
        }
    }

    fn push_script(&mut self, text: BString, first_line: u32, kind: InputKind, flags: Flags) {
        self.frames.push(Frame::Input(Box::new(Input::text(Rc::new(text), first_line, kind, flags))));
    }

    async fn open_script(&mut self, p: &mut Process, path: &BString) -> Result<(), BString> {
        let opened = p.open(path, OpenFlags::RDONLY, Mode::new(0)).await;
        let text = match opened {
            Ok(fd) => {
                let text = p.read_to_end(fd).await;
                self.keep_script_open(p, fd);
                text
            }
            Err(errno) => {
                return Err(line(&self.message(format!("can't open '{}': {errno}", path.as_bstr()))));
            }
        };
        self.state.arg0 = path.clone();
        self.state.command_name = Some(Cow::Owned(path.clone()));
        // A directory reads as an empty script.
        self.push_script(text.unwrap_or_default().into(), 1, InputKind::Script, Flags::default());
        Ok(())
    }

    /// Scripts stay open out of the way of descriptors that they use themselves.
    fn keep_script_open(&mut self, p: &mut Process, fd: Fd) {
        // Both were opened just now; without a free number the script is simply closed.
        if let Ok(kept) = p.dup_from(fd, FIRST_SAVED) {
            let _ = p.set_cloexec(kept, true);
            self.script_fd = Some(kept);
        }
        let _ = p.close(fd);
    }

    fn read_standard_input(&mut self, p: &mut Process) {
        self.state.options.set(Opt::Stdin, true);
        let interactive = self.state.options.is_on(Opt::Interactive) || p.isatty(0) && p.isatty(2);
        let kind = if interactive { InputKind::Interactive } else { InputKind::Stdin };
        self.state.options.set(Opt::Interactive, interactive);
        self.frames.push(Frame::Input(Box::new(Input::stream(0, kind))));
    }

    /// A shell with a prompt is spared by the keyboard's signals, controls jobs where it has a terminal, and reads the
    /// file that `$ENV` names before anything else but the profiles.
    async fn become_interactive(&mut self, p: &mut Process) {
        // All three can be set.
        let _ = p.signal_action(Signal::INT, Action::Catch);
        let _ = p.signal_action(Signal::QUIT, Action::Ignore);
        let _ = p.signal_action(Signal::TERM, Action::Ignore);
        let has_terminal = (0..=2).any(|fd| p.isatty(fd));
        self.set_job_control(p, has_terminal);
        if !has_terminal {
            let warning = line(&self.message("can't access tty; job control turned off"));
            p.eprint(&warning).await;
        }
        self.frames.push(Frame::ReadEnv);
    }

    /// Runs the file that `$ENV` names, if there is one.
    pub(crate) async fn read_env(&mut self, p: &mut Process) -> Result<(), Raise> {
        let name = self.expand_prompt(p, b"ENV").await?;
        if !name.is_empty()
            && let Ok(text) = crate::builtins::read_file(p, &name).await
        {
            self.push_script(text, 1, InputKind::Dot, Flags::default());
        }
        Ok(())
    }

    /// A login shell reads `/etc/profile` and `~/.profile` first.
    async fn push_profiles(&mut self, p: &mut Process) {
        let home = self.state.vars.get(b"HOME").map(BString::from).unwrap_or_default();
        let mut own = home;
        own.extend_from_slice(b"/.profile");
        for path in [own, "/etc/profile".into()] {
            if let Ok(text) = crate::builtins::read_file(p, &path).await {
                self.push_script(text, 1, InputKind::Dot, Flags::default());
            }
        }
    }

    /// Takes the options off the arguments.
    fn startup_options(&mut self, rest: &mut Vec<BString>) -> Result<StartupFlags, BString> {
        let mut flags = StartupFlags::default();
        while let Some(word) = rest.first().cloned() {
            let on = match word.first() {
                Some(b'-') => true,
                Some(b'+') if word.len() > 1 => false,
                _ => break,
            };
            rest.remove(0);
            if word == "-" || word == "--" {
                break;
            }
            let letters: &[u8] = match word.as_slice() {
                b"--login" => b"l",
                // Long options of other shells are passed over.
                [b'-', b'-', ..] => b"",
                word => &word[1..],
            };
            for &letter in letters {
                match letter {
                    b'c' => flags.command = true,
                    b's' => {
                        flags.stdin = true;
                        self.state.options.set(Opt::Stdin, true);
                    }
                    b'l' => flags.login = true,
                    // `+i` is the same.
                    b'i' => self.state.options.set(Opt::Interactive, true),
                    b'o' => {
                        let name = if rest.is_empty() { BString::default() } else { rest.remove(0) };
                        match Opt::from_name(&name) {
                            Some(option) => self.state.options.set(option, on),
                            // ash complains and goes on.
                            None => flags
                                .complaints
                                .push(self.illegal_option(on, format!("o {}", name.as_bstr()))),
                        }
                    }
                    letter => match Opt::from_letter(letter) {
                        Some(option) => self.state.options.set(option, on),
                        None => return Err(self.illegal_option(on, char::from(letter).to_string())),
                    },
                }
            }
        }
        Ok(flags)
    }

    fn illegal_option(&self, on: bool, option: String) -> BString {
        let sign = if on { '-' } else { '+' };
        line(&self.message(format!("illegal option {sign}{option}")))
    }
}

#[derive(Default)]
struct StartupFlags {
    command: bool,
    stdin: bool,
    login: bool,
    complaints: Vec<BString>,
}

fn line(message: &BString) -> BString {
    let mut line = message.clone();
    line.push(b'\n');
    line
}
