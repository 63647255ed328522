//! A toy shell for command lines like `mkdir a && ls | sort >b 2>&1; cat <b`: words, quotes, stars, `$?` and the
//! arguments, pipes, lists, redirections and a few builtins. The real shell is on a higher floor.

use bstr::{BString, ByteSlice};
use kernel::{
    Action, Exit, Fd, LocalBoxFuture, OpenFlags, PidTarget, Process, Program, Signal, WaitFlags, WaitFor,
};
use pattern::{FnmatchFlags, fnmatch};
use vfs::{Errno, Mode};

use super::lex::{Parameters, Part, Token, lex};

pub(crate) struct Shell;

impl Program for Shell {
    fn run<'p>(&'p self, p: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(async move {
            let args = p.args().to_vec();
            let is_script = args[1] != "-c";
            let mut positional: Vec<BString> =
                args.iter().skip(if is_script { 1 } else { 3 }).cloned().collect();
            if positional.is_empty() {
                positional.push("/bin/sh".into());
            }
            let parameters = Parameters { status: 0, pid: p.pid().0, positional };
            let text = if is_script { script(p, &args[1]).await } else { args[2].clone() };
            list(p, &lex(&text), parameters).await
        })
    }
}

/// The lines of a script after `#!`, as one list.
async fn script(p: &mut Process, file: &BString) -> BString {
    let fd = p.open(file, OpenFlags::RDONLY, Mode::default()).await.unwrap();
    let text = p.read_to_end(fd).await.unwrap();
    p.close(fd).unwrap();
    let lines: Vec<&[u8]> = text.lines().filter(|line| !line.starts_with(b"#!")).collect();
    lines.join(&b';').into()
}

async fn list(p: &mut Process, mut tokens: &[Token], mut parameters: Parameters) -> Exit {
    let mut runs = true;
    while !tokens.is_empty() {
        let is_end = |token: &Token| matches!(token, Token::Operator("&&" | "||" | ";"));
        let end = tokens.iter().position(is_end).unwrap_or(tokens.len());
        if runs && end > 0 {
            if let Some(exit) = exits(&tokens[..end], &parameters) {
                return exit;
            }
            parameters.status = pipeline(p, &tokens[..end], &parameters).await.0;
        }
        runs = match tokens.get(end) {
            Some(Token::Operator("&&")) => parameters.status == 0,
            Some(Token::Operator("||")) => parameters.status != 0,
            _ => true,
        };
        tokens = &tokens[(end + 1).min(tokens.len())..];
    }
    Exit(parameters.status)
}

/// `exit N`
fn exits(stage: &[Token], parameters: &Parameters) -> Option<Exit> {
    let [Token::Word(name), Token::Word(status)] = stage else { return None };
    let (name, status) = (parameters.expand(name).0, parameters.expand(status).0);
    (name == "exit").then(|| Exit(status.to_string().parse().unwrap()))
}

async fn pipeline(p: &mut Process, tokens: &[Token], parameters: &Parameters) -> Exit {
    let stages: Vec<&[Token]> = tokens.split(|token| *token == Token::Operator("|")).collect();
    if let [stage] = &stages[..]
        && let Some(exit) = builtin(p, stage, parameters)
    {
        return exit;
    }
    let mut input: Fd = 0;
    let mut last = None;
    let count = stages.len();
    for (index, stage) in stages.into_iter().enumerate() {
        let pipe = (index + 1 < count).then(|| p.pipe().unwrap());
        let output = pipe.map_or(1, |pipe| pipe.1);
        let (stage, parameters) = (stage.to_vec(), parameters.clone());
        let child = p.fork(move |mut child| async move {
            for (from, to) in [(input, 0), (output, 1)] {
                if from != to {
                    child.dup2(from, to).unwrap();
                    child.close(from).unwrap();
                }
            }
            if let Some((reading, _)) = pipe {
                child.close(reading).unwrap();
            }
            stage_in_child(&mut child, stage, &parameters).await
        });
        last = Some(child.unwrap());
        if input != 0 {
            p.close(input).unwrap();
        }
        if let Some((reading, writing)) = pipe {
            p.close(writing).unwrap();
            input = reading;
        }
    }
    let mut exit = Exit(0);
    // What is typed to end a program does not end the shell that waits for it.
    p.signal_action(Signal::INT, Action::Catch).unwrap();
    loop {
        match p.wait(WaitFor::Any, WaitFlags::Block).await {
            Ok((pid, status)) if Some(pid) == last => exit = Exit(status.code()),
            Ok(_) | Err(Errno::EINTR) => while p.take_signal().is_some() {},
            Err(_) => break,
        }
    }
    exit
}

fn builtin(p: &mut Process, stage: &[Token], parameters: &Parameters) -> Option<Exit> {
    let words: Option<Vec<BString>> = stage
        .iter()
        .map(|token| match token {
            Token::Word(word) => Some(parameters.expand(word).0),
            Token::Operator(_) => None,
        })
        .collect();
    let words: Vec<String> = words?.iter().map(BString::to_string).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["cd", directory] => Some(Exit(u8::from(p.chdir(directory).is_err()))),
        ["umask", mask] => {
            p.set_umask(Mode::new(u32::from_str_radix(mask, 8).unwrap()));
            Some(Exit(0))
        }
        ["kill", "-9", pid] => {
            p.kill(PidTarget::from_number(pid.parse().unwrap()), Signal::KILL).unwrap();
            Some(Exit(0))
        }
        _ => None,
    }
}

async fn stage_in_child(p: &mut Process, stage: Vec<Token>, parameters: &Parameters) -> Exit {
    let mut argv = Vec::new();
    let mut tokens = stage.into_iter();
    while let Some(token) = tokens.next() {
        let (fd, flags) = match token {
            Token::Word(word) => {
                let (text, pattern) = parameters.expand(&word);
                let vanishes = word.iter().all(|part| matches!(part, Part::Parameter(_)));
                if text.is_empty() && vanishes {
                    continue;
                }
                argv.extend(if pattern { matches(p, text) } else { vec![text] });
                continue;
            }
            Token::Operator("2>&1") => {
                p.dup2(1, 2).unwrap();
                continue;
            }
            Token::Operator(">") => (1, OpenFlags::OUTPUT),
            Token::Operator(">>") => (1, OpenFlags::APPENDING),
            Token::Operator("2>") => (2, OpenFlags::OUTPUT),
            Token::Operator(_) => (0, OpenFlags::RDONLY),
        };
        let Some(Token::Word(path)) = tokens.next() else { panic!("a redirection without a file") };
        let path = parameters.expand(&path).0;
        let opened =
            p.open(&path, flags, Mode::new(0o666)).await.unwrap_or_else(|errno| panic!("{path}: {errno}"));
        p.dup2(opened, fd).unwrap();
        p.close(opened).unwrap();
    }
    match p.execvp(&argv).await {
        Ok(exit) => exit,
        Err(error) => {
            p.eprint(format!("/bin/sh: {}: {error}\n", argv[0])).await;
            Exit(127)
        }
    }
}

/// The names in the working directory that match, or the pattern.
fn matches(p: &mut Process, pattern: BString) -> Vec<BString> {
    let flags = FnmatchFlags { period: true, ..FnmatchFlags::default() };
    let names = p.read_dir(".").unwrap().into_iter().map(|entry| entry.name);
    let found: Vec<BString> = names.filter(|name| fnmatch(&pattern, name, flags)).collect();
    if found.is_empty() { vec![pattern] } else { found }
}
