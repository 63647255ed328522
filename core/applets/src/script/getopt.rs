//! getopt: options of scripts, put into order.

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[OPTIONS] [--] OPTSTRING PARAMS

Print PARAMS with the options first, quoted for the shell

	-a	Long options may begin with one dash
	-l LOPT[,...]	The long options
	-n PROGNAME	Who complains
	-o OPTSTRING	The short options
	-q	Do not complain
	-Q	Do not print
	-s SHELL	Quote for SHELL
	-T	End with 4
	-u	Do not quote";

const OPTIONS: Options = Options::new(USAGE, "o:n:qQl:as:Tu").in_order().long(&[
    ("options", 'o'),
    ("longoptions", 'l'),
    ("quiet", 'q'),
    ("quiet-output", 'Q'),
    ("shell", 's'),
    ("test", 'T'),
    ("unquoted", 'u'),
    ("name", 'n'),
    ("alternative", 'a'),
]);

/// What comes after an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value,
    /// Attached, or none.
    Optional,
}

impl Takes {
    /// By the colons after a letter or name.
    fn of(rest: &[u8]) -> Takes {
        match rest {
            [b':', b':', ..] => Takes::Optional,
            [b':', ..] => Takes::Value,
            _ => Takes::Nothing,
        }
    }
}

/// Where words that are no options go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Behind the options.
    Last,
    /// They end the options.
    Stop,
    /// Where they stand.
    Keep,
}

struct Parser {
    letters: BString,
    names: Vec<(BString, Takes)>,
    alternative: bool,
    order: Order,
    quoting: Quoting,
    out: BString,
    complaints: Vec<BString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoting {
    None,
    Sh,
    Csh,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut name: BString = "getopt".into();
    let compatible = p.env().get("GETOPT_COMPATIBLE").is_some();
    let plain = p.args().get(1).is_some_and(|first| !first.starts_with(b"-"));
    let mut opts = Matches::default();
    if compatible || plain {
        opts.operands = p.args()[1..].to_vec();
    } else if p.args().len() > 1 {
        opts = OPTIONS.parse(p).await?;
    }
    if opts.has('T') {
        return Ok(Exit(4));
    }
    let mut words = opts.operands.clone().into_iter();
    let letters = match opts.value('o') {
        Some(letters) => letters.to_owned(),
        None => match words.next() {
            Some(letters) => letters,
            None => return Err(say::die(p, "missing optstring argument").await),
        },
    };
    if let Some(given) = opts.value('n') {
        name = given.to_owned();
    }
    let quoting = quoting(p, &opts, compatible || plain).await;
    let mut words: Vec<BString> = words.collect();
    if opts.has('o') && words.first().is_some_and(|first| first == "--") {
        words.remove(0);
    }
    let mut parser = Parser::new(p, letters, &opts, quoting);
    parser.run(words);
    if !opts.has('q') {
        for complaint in &parser.complaints {
            p.eprint(bytes!("{}: {}\n", name, complaint)).await;
        }
    }
    if !opts.has('Q') {
        say::print(p, bytes!("{}\n", parser.out)).await?;
    }
    Ok(Exit(u8::from(!parser.complaints.is_empty())))
}

async fn quoting(p: &mut Process, opts: &Matches, compatible: bool) -> Quoting {
    let mut quoting = Quoting::Sh;
    if let Some(shell) = opts.value('s') {
        match shell.as_bytes() {
            b"csh" | b"tcsh" => quoting = Quoting::Csh,
            b"sh" | b"bash" => {}
            _ => say::error(p, bytes!("unknown shell '{}', assuming bash", shell)).await,
        }
    }
    if compatible || opts.has('u') { Quoting::None } else { quoting }
}

impl Parser {
    fn new(p: &Process, letters: BString, opts: &Matches, quoting: Quoting) -> Parser {
        let mut names = Vec::new();
        for list in opts.values('l') {
            for name in list.split(|byte| matches!(byte, b',' | b' ' | b'\t' | b'\n')) {
                let bare = name.trim_end_with(|c| c == ':');
                if !bare.is_empty() {
                    names.push((bare.into(), Takes::of(&name[bare.len()..])));
                }
            }
        }
        let stop = p.env().get("POSIXLY_CORRECT").is_some();
        let (order, letters) = match letters.first() {
            Some(b'+') => (Order::Stop, letters[1..].into()),
            Some(b'-') => (Order::Keep, letters[1..].into()),
            _ if stop => (Order::Stop, letters),
            _ => (Order::Last, letters),
        };
        let alternative = opts.has('a');
        Parser {
            letters,
            names,
            alternative,
            order,
            quoting,
            out: BString::default(),
            complaints: Vec::new(),
        }
    }

    fn run(&mut self, words: Vec<BString>) {
        let mut words = words.into_iter();
        let mut last = Vec::new();
        while let Some(word) = words.next() {
            if word == "--" {
                last.extend(words.by_ref());
            } else if let Some(name) = self.long_name(&word) {
                self.long(&name, &mut words);
            } else if word.len() > 1 && word.starts_with(b"-") {
                self.short(&word[1..], &mut words);
            } else {
                match self.order {
                    Order::Last => last.push(word),
                    Order::Keep => self.value(&word),
                    Order::Stop => {
                        last.push(word);
                        last.extend(words.by_ref());
                    }
                }
            }
        }
        self.out.extend_from_slice(b" --");
        for word in &last {
            self.value(word);
        }
    }

    /// The long option that a word is, without its dashes.
    fn long_name(&self, word: &[u8]) -> Option<BString> {
        if let Some(name) = word.strip_prefix(b"--") {
            return Some(name.into());
        }
        let name = word.strip_prefix(b"-").filter(|name| self.alternative && !name.is_empty())?;
        let typed = name.split_str("=").next().unwrap_or_default();
        let known = self.names.iter().any(|(known, _)| known.starts_with(typed));
        // A letter alone is the short option if there is one.
        let letter = typed.len() == 1 && self.letter(typed[0]).is_some();
        (known && !letter).then(|| name.into())
    }

    fn long(&mut self, word: &BString, words: &mut impl Iterator<Item = BString>) {
        let (typed, attached) = match word.split_once_str("=") {
            Some((typed, attached)) => (typed, Some(attached)),
            None => (word.as_bytes(), None),
        };
        let begun: Vec<(BString, Takes)> =
            self.names.iter().filter(|(name, _)| name.starts_with(typed)).cloned().collect();
        let exact = begun.iter().find(|(name, _)| name == typed);
        let (name, takes) = match (exact, &begun[..]) {
            (Some(found), _) | (None, [found]) => found.clone(),
            (None, []) => return self.complaints.push(bytes!("unrecognized option: {}", word)),
            _ => return self.complaints.push(bytes!("option is ambiguous: {}", word)),
        };
        let value = match (takes, attached) {
            (Takes::Nothing, None) => None,
            (Takes::Nothing, Some(_)) => {
                return self.complaints.push(bytes!("option does not take an argument: {}", name));
            }
            (_, Some(attached)) => Some(BString::from(attached)),
            (Takes::Optional, None) => Some(BString::default()),
            (Takes::Value, None) => match words.next() {
                Some(value) => Some(value),
                None => return self.complaints.push(bytes!("option requires an argument: {}", name)),
            },
        };
        self.out.extend_from_slice(&bytes!(" --{}", name));
        if let Some(value) = value {
            self.value(&value);
        }
    }

    fn letter(&self, letter: u8) -> Option<Takes> {
        let at = self.letters.find_byte(letter).filter(|_| letter != b':')?;
        Some(Takes::of(&self.letters[at + 1..]))
    }

    fn short(&mut self, mut letters: &[u8], words: &mut impl Iterator<Item = BString>) {
        while let Some((&letter, rest)) = letters.split_first() {
            letters = rest;
            let shown = [letter];
            let value = match self.letter(letter) {
                None => {
                    self.complaints.push(bytes!("unrecognized option: {}", shown));
                    continue;
                }
                Some(Takes::Nothing) => None,
                Some(Takes::Optional) => Some(BString::from(std::mem::take(&mut letters))),
                Some(Takes::Value) if !rest.is_empty() => Some(BString::from(std::mem::take(&mut letters))),
                Some(Takes::Value) => match words.next() {
                    Some(value) => Some(value),
                    None => return self.complaints.push(bytes!("option requires an argument: {}", shown)),
                },
            };
            self.out.extend_from_slice(&[b' ', b'-', letter]);
            if let Some(value) = value {
                self.value(&value);
            }
        }
    }

    /// Adds a word, quoted for the shell.
    fn value(&mut self, word: &[u8]) {
        self.out.push(b' ');
        if self.quoting == Quoting::None {
            self.out.extend_from_slice(word);
            return;
        }
        let csh = self.quoting == Quoting::Csh;
        self.out.push(b'\'');
        for &byte in word {
            match byte {
                b'\'' => self.out.extend_from_slice(b"'\\''"),
                b'\\' if csh => self.out.extend_from_slice(b"\\\\"),
                b'!' if csh => self.out.extend_from_slice(b"'\\!'"),
                b'\n' if csh => self.out.extend_from_slice(b"\\n"),
                _ if csh && byte.is_ascii_whitespace() => {
                    self.out.extend_from_slice(&[b'\'', b'\\', byte, b'\''])
                }
                _ => self.out.push(byte),
            }
        }
        self.out.push(b'\'');
    }
}
