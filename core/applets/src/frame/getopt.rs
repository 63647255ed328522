//! One declarative option parser for all applets: musl's `getopt_long` with its messages.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::usage;

/// What an applet accepts, declared once as a constant.
///
/// Letters are written as for `getopt(3)`: `"ab:c::"` is a flag `a`, `b` with a value and `c` with an optional,
/// attached value. A letter outside ASCII cannot be typed; it is the key of an option that has a long name only.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    usage: &'static str,
    letters: &'static str,
    long: &'static [(&'static str, char)],
    least: usize,
    most: usize,
    in_order: bool,
    long_names: bool,
    misuse: u8,
}

impl Options {
    /// Options of an applet whose usage text is `usage`, any number of operands, misuse exits with 1.
    pub const fn new(usage: &'static str, letters: &'static str) -> Self {
        Self {
            usage,
            letters,
            long: &[],
            least: 0,
            most: usize::MAX,
            in_order: false,
            long_names: true,
            misuse: 1,
        }
    }

    /// Adds long names: `("parents", 'p')`.
    pub const fn long(self, long: &'static [(&'static str, char)]) -> Self {
        Self { long, ..self }
    }

    /// Requires between `least` and `most` operands, else the usage text is shown.
    pub const fn operands(self, least: usize, most: usize) -> Self {
        Self { least, most, ..self }
    }

    /// Requires `least` operands or more.
    pub const fn at_least(self, least: usize) -> Self {
        self.operands(least, usize::MAX)
    }

    /// Stops at the first operand (`+` in getopt): for applets that run another command.
    pub const fn in_order(self) -> Self {
        Self { in_order: true, ..self }
    }

    /// Uses plain `getopt`: `--word` is then the unknown letter `-`, as in head and tail.
    pub const fn short_only(self) -> Self {
        Self { long_names: false, ..self }
    }

    /// The exit status of a usage error, where it is not 1 (grep: 2).
    pub const fn misuse_status(self, misuse: u8) -> Self {
        Self { misuse, ..self }
    }

    /// Parses the arguments of the process; on misuse the message and the usage text are on standard error
    /// and the exit status is the error.
    pub async fn parse(&self, p: &mut Process) -> Result<Matches, Exit> {
        let args = p.args().to_vec();
        self.parse_words(p, &args).await
    }

    /// Like [`Options::parse`] for a list of words whose first is the command name.
    pub async fn parse_words(&self, p: &mut Process, args: &[BString]) -> Result<Matches, Exit> {
        match self.read(args) {
            Ok(matches) => Ok(matches),
            Err(misuse) => {
                if let Some(message) = misuse.message {
                    let _ = p.flush().await;
                    p.eprint(&message).await;
                }
                Err(usage::misuse(p, self.usage, self.misuse).await)
            }
        }
    }

    /// The pure parser: words with the command name first.
    pub fn read(&self, args: &[BString]) -> Result<Matches, Misuse> {
        let mut found = Matches::default();
        let command = args.first().cloned().unwrap_or_default();
        let mut rest = args.iter().skip(1);
        while let Some(word) = rest.next() {
            if word == "--" {
                found.operands.extend(rest.by_ref().cloned());
            } else if self.long_names && word.starts_with(b"--") {
                self.long_word(command.as_bstr(), word[2..].as_bstr(), &mut rest, &mut found)?;
            } else if word.len() > 1 && word.starts_with(b"-") {
                self.letter_word(command.as_bstr(), word[1..].as_bstr(), &mut rest, &mut found)?;
            } else {
                found.operands.push(word.clone());
                if self.in_order {
                    found.operands.extend(rest.by_ref().cloned());
                }
            }
        }
        let count = found.operands.len();
        if count < self.least || count > self.most {
            return Err(Misuse { message: None });
        }
        Ok(found)
    }

    fn letter_word<'a>(
        &self,
        command: &BStr,
        letters: &BStr,
        rest: &mut impl Iterator<Item = &'a BString>,
        found: &mut Matches,
    ) -> Result<(), Misuse> {
        for (start, end, letter) in letters.char_indices() {
            let shown = &letters[start..end];
            let takes = if letter.is_ascii() { self.takes(letter) } else { None };
            let attached = &letters[end..];
            match takes {
                None => return Err(Misuse::of(command, "unrecognized option: ", shown)),
                Some(Takes::Nothing) => found.push(letter, None),
                Some(Takes::Optional) => {
                    let value = (!attached.is_empty()).then(|| attached.into());
                    found.push(letter, value);
                    return Ok(());
                }
                Some(Takes::Value) => {
                    let value =
                        if attached.is_empty() { rest.next().cloned() } else { Some(attached.into()) };
                    let value =
                        value.ok_or_else(|| Misuse::of(command, "option requires an argument: ", shown))?;
                    found.push(letter, Some(value));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn long_word<'a>(
        &self,
        command: &BStr,
        word: &BStr,
        rest: &mut impl Iterator<Item = &'a BString>,
        found: &mut Matches,
    ) -> Result<(), Misuse> {
        let (typed, attached) = match word.find_byte(b'=') {
            Some(at) => (&word[..at], Some(&word[at + 1..])),
            None => (word, None),
        };
        let (name, key) = self.complete(command, typed, word)?;
        match (self.takes(key).unwrap_or(Takes::Nothing), attached) {
            (Takes::Nothing, Some(_)) => {
                return Err(Misuse::of(command, "option does not take an argument: ", name.as_bytes()));
            }
            (Takes::Value, None) => {
                let value = rest
                    .next()
                    .cloned()
                    .ok_or_else(|| Misuse::of(command, "option requires an argument: ", name.as_bytes()))?;
                found.push(key, Some(value));
            }
            (_, value) => found.push(key, value.map(BString::from)),
        }
        Ok(())
    }

    /// An exact name, or the only name that `typed` begins.
    fn complete(&self, command: &BStr, typed: &[u8], word: &BStr) -> Result<(&'static str, char), Misuse> {
        if let Some(exact) = self.long.iter().find(|(name, _)| name.as_bytes() == typed) {
            return Ok(*exact);
        }
        let mut begun = self.long.iter().filter(|(name, _)| name.as_bytes().starts_with(typed));
        match (begun.next(), begun.next()) {
            (Some(only), None) => Ok(*only),
            (None, _) => Err(Misuse::of(command, "unrecognized option: ", word)),
            _ => Err(Misuse::of(command, "option is ambiguous: ", word)),
        }
    }

    fn takes(&self, letter: char) -> Option<Takes> {
        let at = self.letters.find(letter).filter(|_| letter != ':' && letter != '-')?;
        let after = &self.letters[at + letter.len_utf8()..];
        Some(match (after.starts_with("::"), after.starts_with(':')) {
            (true, _) => Takes::Optional,
            (_, true) => Takes::Value,
            _ => Takes::Nothing,
        })
    }
}

#[derive(Debug, Clone, Copy)]
enum Takes {
    Nothing,
    Value,
    Optional,
}

/// A usage error: what is printed before the usage text, newline included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misuse {
    /// `None` when only the usage text is shown (a wrong number of operands).
    pub message: Option<BString>,
}

impl Misuse {
    /// musl names the program by the whole of `argv[0]`.
    fn of(command: &BStr, text: &str, what: &[u8]) -> Self {
        let mut message = command.to_owned();
        message.extend_from_slice(b": ");
        message.extend_from_slice(text.as_bytes());
        message.extend_from_slice(what);
        message.push(b'\n');
        Self { message: Some(message) }
    }
}

/// The options that were given, in order, and the operands.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    given: Vec<(char, Option<BString>)>,
    /// The words that are not options, `--` removed.
    pub operands: Vec<BString>,
}

impl Matches {
    fn push(&mut self, key: char, value: Option<BString>) {
        self.given.push((key, value));
    }

    /// Whether the option was given.
    pub fn has(&self, key: char) -> bool {
        self.given.iter().any(|(given, _)| *given == key)
    }

    /// How often the option was given (`-vv`).
    pub fn count(&self, key: char) -> usize {
        self.given.iter().filter(|(given, _)| *given == key).count()
    }

    /// The value of the option's last occurrence.
    pub fn value(&self, key: char) -> Option<&BStr> {
        self.given.iter().rev().find(|(given, _)| *given == key)?.1.as_ref().map(|value| value.as_bstr())
    }

    /// The values of all occurrences, in order.
    pub fn values(&self, key: char) -> impl Iterator<Item = &BStr> {
        self.given
            .iter()
            .filter(move |(given, _)| *given == key)
            .filter_map(|(_, value)| value.as_ref().map(|value| value.as_bstr()))
    }

    /// Which of several options that override each other came last.
    pub fn last_of(&self, keys: &[char]) -> Option<char> {
        self.given.iter().rev().map(|(given, _)| *given).find(|given| keys.contains(given))
    }

    /// Every option as it was given, in order, for applets where the order matters.
    pub fn given(&self) -> impl Iterator<Item = (char, Option<&BStr>)> {
        self.given.iter().map(|(key, value)| (*key, value.as_ref().map(|value| value.as_bstr())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: Options =
        Options::new("", "ab:c::\u{100}").long(&[("all", 'a'), ("but", 'b'), ("alone", '\u{100}')]);

    fn read(options: Options, words: &[&str]) -> String {
        let args: Vec<BString> = words.iter().map(|word| BString::from(*word)).collect();
        match options.read(&args) {
            Ok(found) => format!("{:?} {:?}", found.given, found.operands),
            Err(Misuse { message: Some(message) }) => message.to_string(),
            Err(Misuse { message: None }) => "usage".into(),
        }
    }

    #[test]
    fn letters_are_bundled_and_operands_permuted() {
        assert_eq!(
            read(OPTIONS, &["x", "f", "-abv", "g", "--", "-a"]),
            r#"[('a', None), ('b', Some("v"))] ["f", "g", "-a"]"#
        );
        assert_eq!(
            read(OPTIONS, &["x", "-b", "-a", "-c", "1", "-c2", "-"]),
            r#"[('b', Some("-a")), ('c', None), ('c', Some("2"))] ["1", "-"]"#
        );
        assert_eq!(read(OPTIONS.in_order(), &["x", "-a", "cmd", "-b"]), r#"[('a', None)] ["cmd", "-b"]"#);
    }

    #[test]
    fn long_names_may_be_cut_short() {
        assert_eq!(
            read(OPTIONS, &["x", "--bu=1", "--but", "2", "--alone"]),
            r#"[('b', Some("1")), ('b', Some("2")), ('Ā', None)] []"#
        );
        assert_eq!(read(OPTIONS, &["x", "--al"]), "x: option is ambiguous: al\n");
        assert_eq!(read(OPTIONS, &["x", "--all=1"]), "x: option does not take an argument: all\n");
        assert_eq!(read(OPTIONS, &["x", "--but"]), "x: option requires an argument: but\n");
        assert_eq!(read(OPTIONS, &["/bin/x", "--nosuch=3"]), "/bin/x: unrecognized option: nosuch=3\n");
    }

    #[test]
    fn misuse_is_worded_as_musl_does() {
        assert_eq!(read(OPTIONS, &["x", "-az"]), "x: unrecognized option: z\n");
        assert_eq!(read(OPTIONS, &["x", "-b"]), "x: option requires an argument: b\n");
        assert_eq!(read(OPTIONS, &["x", "-Ā"]), "x: unrecognized option: Ā\n");
        assert_eq!(read(OPTIONS.short_only(), &["x", "--all"]), "x: unrecognized option: -\n");
        assert_eq!(read(OPTIONS.operands(1, 1), &["x", "-a"]), "usage");
    }
}
