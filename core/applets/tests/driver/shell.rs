//! A toy shell for command lines like `mkdir a && ls | sort >b 2>&1; cat <b`: words, quotes, pipes, lists,
//! redirections, `cd` and `umask`. The real shell is on a higher floor.

use bstr::BString;
use kernel::{Exit, Fd, LocalBoxFuture, OpenFlags, Process, Program, WaitFlags, WaitFor};
use vfs::Mode;

pub(crate) struct Shell;

impl Program for Shell {
    fn run<'p>(&'p self, p: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(async move {
            let line = p.args().get(2).cloned().unwrap_or_default();
            list(p, lex(&line)).await
        })
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(BString),
    Operator(&'static str),
}

const OPERATORS: [&str; 11] = ["2>&1", "&&", "||", "2>", ">>", "|", ";", "<", ">", "(", ")"];

fn lex(line: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word: Option<BString> = None;
    let mut rest = line;
    while let Some(&byte) = rest.first() {
        let operator = OPERATORS.into_iter().find(|op| rest.starts_with(op.as_bytes()));
        let digit_in_word = byte.is_ascii_digit() && word.is_some();
        if let Some(operator) = operator.filter(|_| !digit_in_word) {
            tokens.extend(word.take().map(Token::Word));
            tokens.push(Token::Operator(operator));
            rest = &rest[operator.len()..];
            continue;
        }
        rest = &rest[1..];
        match byte {
            b' ' => tokens.extend(word.take().map(Token::Word)),
            b'\'' => {
                let end = rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len());
                word.get_or_insert_default().extend_from_slice(&rest[..end]);
                rest = &rest[(end + 1).min(rest.len())..];
            }
            b'"' => {
                let end = rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len());
                word.get_or_insert_default().extend_from_slice(&rest[..end]);
                rest = &rest[(end + 1).min(rest.len())..];
            }
            b'\\' if !rest.is_empty() => {
                word.get_or_insert_default().push(rest[0]);
                rest = &rest[1..];
            }
            _ => word.get_or_insert_default().push(byte),
        }
    }
    tokens.extend(word.take().map(Token::Word));
    tokens
}

async fn list(p: &mut Process, tokens: Vec<Token>) -> Exit {
    let mut last = Exit(0);
    let mut rest = &tokens[..];
    let mut runs = true;
    while !rest.is_empty() {
        let is_end = |token: &Token| matches!(token, Token::Operator("&&" | "||" | ";"));
        let end = rest.iter().position(is_end).unwrap_or(rest.len());
        if runs && end > 0 {
            last = pipeline(p, &rest[..end]).await;
        }
        runs = match rest.get(end) {
            Some(Token::Operator("&&")) => last.0 == 0,
            Some(Token::Operator("||")) => last.0 != 0,
            _ => true,
        };
        rest = &rest[(end + 1).min(rest.len())..];
    }
    last
}

async fn pipeline(p: &mut Process, tokens: &[Token]) -> Exit {
    let stages: Vec<Vec<Token>> =
        tokens.split(|token| *token == Token::Operator("|")).map(<[Token]>::to_vec).collect();
    if let [stage] = &stages[..]
        && let Some(exit) = builtin(p, stage)
    {
        return exit;
    }
    let mut input: Fd = 0;
    let mut last = None;
    let count = stages.len();
    for (index, stage) in stages.into_iter().enumerate() {
        let pipe = (index + 1 < count).then(|| p.pipe().unwrap());
        let output = pipe.map_or(1, |pipe| pipe.1);
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
            stage_in_child(&mut child, stage).await
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
    while let Ok((pid, status)) = p.wait(WaitFor::Any, WaitFlags::Block).await {
        if Some(pid) == last {
            exit = Exit(status.code());
        }
    }
    exit
}

fn builtin(p: &mut Process, stage: &[Token]) -> Option<Exit> {
    let [Token::Word(name), Token::Word(operand)] = stage else { return None };
    match name.as_slice() {
        b"cd" => Some(Exit(u8::from(p.chdir(operand).is_err()))),
        b"umask" => {
            let mask = u32::from_str_radix(&operand.to_string(), 8).unwrap();
            p.set_umask(Mode::new(mask));
            Some(Exit(0))
        }
        _ => None,
    }
}

async fn stage_in_child(p: &mut Process, stage: Vec<Token>) -> Exit {
    let mut argv = Vec::new();
    let mut tokens = stage.into_iter();
    while let Some(token) = tokens.next() {
        let (fd, flags) = match token {
            Token::Word(word) => {
                argv.push(word);
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
        let opened = p.open(&path, flags, Mode::new(0o666)).await.unwrap();
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
