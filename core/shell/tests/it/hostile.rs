//! Input that means harm ends in an error.

use kernel::{Limits, Stdin};
use proptest::prelude::*;

use crate::world::{run, script};

#[test]
fn deep_nesting_is_a_syntax_error() {
    for (open, close) in [("(", ")"), ("{ ", ";}"), ("$(", ")"), ("${x:-", "}"), ("$((", "))"), ("if ", "")] {
        let text = format!("echo\n{}:{}", open.repeat(10_000), close.repeat(10_000));
        let outcome = script(&text);
        assert_eq!(outcome.status, "2", "{open}");
        assert_eq!(outcome.stderr, "/bin/sh: syntax error: nested too deep (limit 150)\n", "{open}");
    }
}

#[test]
fn deep_recursion_is_an_error() {
    let outcome = script("f() { f; }; f; echo no");
    assert_eq!((outcome.status.as_str(), outcome.stdout.as_slice()), ("2", &b""[..]));
    assert_eq!(outcome.stderr, "/bin/sh: calls nested too deep (limit 12000)\n");
}

#[test]
fn deep_arithmetic_is_an_error() {
    let outcome = script(&format!("echo $(({}1{}))", "( ".repeat(10_000), ")".repeat(10_000)));
    assert_eq!(outcome.status, "2");
    assert_eq!(outcome.stderr, "/bin/sh: expression recursion loop detected\n");
}

#[test]
fn endless_loops_use_up_the_budget() {
    let limits = Limits { fuel: 100_000, ..Limits::default() };
    let outcome = run(&["/bin/sh", "-c", "while :; do :; done"], limits, Stdin::Null);
    assert!(outcome.status.starts_with("LimitHit"), "{}", outcome.status);
}

proptest! {
    #[test]
    fn the_parser_never_panics(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = shell::parse_command(&text, 0, 1, false, &shell::Aliases::new());
        let _ = shell::parse_command(&text, 0, 1, true, &shell::Aliases::new());
    }

    #[test]
    fn the_parser_never_panics_on_shell_like_text(
        words in proptest::collection::vec(proptest::sample::select(PIECES), 0..60),
    ) {
        let text = words.concat();
        let _ = shell::parse_command(text.as_bytes(), 0, 1, false, &shell::Aliases::new());
    }
}

const PIECES: &[&str] = &[
    "if ",
    "then ",
    "fi",
    "case ",
    " in ",
    "esac",
    "for ",
    "do ",
    "done",
    "while ",
    "{ ",
    "}",
    "(",
    ")",
    "((",
    "))",
    "$(",
    "$((",
    "${",
    "}",
    "`",
    "'",
    "\"",
    "\\",
    "\n",
    ";",
    ";;",
    "&",
    "&&",
    "|",
    "||",
    "<",
    ">",
    "<<",
    "<<-",
    "E\n",
    "x",
    "=",
    "#",
    "%",
    "/",
    ":",
    "-",
    "?",
    "+",
    "!",
    "$",
    "@",
    "*",
    "[",
    "]",
    "[[",
    "~",
    " ",
    "\t",
    "1",
    "f()",
    "a=b ",
    "function ",
    "$'",
    "<(",
    "é",
];
