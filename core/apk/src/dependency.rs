use std::{cmp::Ordering, fmt, rc::Rc};

use crate::{engine::Engine, version};

/// The comparison of a dependency, as the set of outcomes it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    less: bool,
    equal: bool,
    greater: bool,
    fuzzy: bool,
}

impl Operator {
    /// `=`
    pub const EQUAL: Operator = Operator { less: false, equal: true, greater: false, fuzzy: false };
    /// `><`, which compares the package's checksum instead of its version.
    pub const CHECKSUM: Operator = Operator { less: true, equal: false, greater: true, fuzzy: false };

    /// Reads a run of the characters `<>=~`.
    pub fn parse(text: &str) -> Operator {
        let fuzzy = text.contains('~');
        Operator {
            less: text.contains('<'),
            equal: fuzzy || text.contains('='),
            greater: text.contains('>'),
            fuzzy,
        }
    }

    /// Whether the operand is a checksum.
    pub fn is_checksum(self) -> bool {
        self.less && self.greater
    }

    /// Whether `version` stands to `operand` as the operator asks.
    pub fn accepts(self, engine: Engine, version: &str, operand: &str) -> bool {
        let order = match self.fuzzy {
            true => engine.compare_version_prefixes(version, operand),
            false => engine.compare_versions(version, operand),
        };
        match order {
            Ordering::Less => self.less,
            Ordering::Equal => self.equal,
            Ordering::Greater => self.greater,
        }
    }

    fn symbol(self) -> &'static str {
        match (self.less, self.equal, self.greater, self.fuzzy) {
            (true, false, false, false) => "<",
            (true, true, false, false) => "<=",
            (false, true, false, true) => "~",
            (false, true, false, false) => "=",
            (false, true, true, false) => ">=",
            (true, true, false, true) => "<~",
            (false, true, true, true) => ">~",
            (false, false, true, false) => ">",
            (true, false, true, false) => "><",
            // apk has no spelling for the others and prints this as well.
            _ => "?",
        }
    }
}

/// One word of a dependency list: `[!]name[@tag][<op>version]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The required (or, with `conflict`, excluded) name.
    pub name: Rc<str>,
    /// `!name`: must not be present.
    pub conflict: bool,
    /// The wanted version, if one was given.
    pub version: Option<(Operator, Rc<str>)>,
    /// The repository pin, without `@`. Only the world has them.
    pub tag: Option<Rc<str>>,
}

impl Dependency {
    /// On any version of `name`.
    pub fn on(name: &str) -> Self {
        Dependency { name: name.into(), conflict: false, version: None, tag: None }
    }

    /// Whether its version is one for this apk.
    pub fn suits(&self, engine: Engine) -> bool {
        self.version
            .as_ref()
            .is_none_or(|(operator, version)| operator.is_checksum() || engine.is_version(version))
    }

    /// Reads one word; `None` when its version is malformed for every apk.
    pub fn parse(word: &str) -> Option<Self> {
        let (conflict, rest) = match word.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, word),
        };
        let is_operator = |c: char| matches!(c, '<' | '=' | '>' | '~');
        let (name, version) = match rest.find(is_operator) {
            None => (rest, None),
            Some(at) => {
                let (name, tail) = rest.split_at(at);
                let operand = tail.trim_start_matches(is_operator);
                let operator = Operator::parse(&tail[..tail.len() - operand.len()]);
                if operand.is_empty() || (!operator.is_checksum() && !version::is_conceivable(operand)) {
                    return None;
                }
                (name, Some((operator, operand.into())))
            }
        };
        let (name, tag) = match name.split_once('@') {
            Some((name, tag)) => (name, Some(tag.into())),
            None => (name, None),
        };
        Some(Dependency { name: name.into(), conflict, version, tag })
    }

    /// Of a name and what an index has around it: `!`, an operator, a version; `None` when it is malformed.
    pub fn with_rest(name: Rc<str>, rest: &str) -> Option<Self> {
        let (conflict, rest) = match rest.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let operand = rest.trim_start_matches(['<', '=', '>', '~']);
        let version = (!rest.is_empty())
            .then(|| (Operator::parse(&rest[..rest.len() - operand.len()]), Rc::from(operand)));
        (rest.is_empty() || !operand.is_empty()).then_some(Dependency { name, conflict, version, tag: None })
    }

    /// Reads words separated by blanks or line ends, up to the first malformed one, which is the error.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, (Vec<Self>, String)> {
        let mut list = Vec::new();
        for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
            match Dependency::parse(word) {
                Some(dependency) => list.push(dependency),
                None => return Err((list, word.into())),
            }
        }
        Ok(list)
    }

    /// The spelling of world files: with the tag.
    pub fn with_tag(&self) -> String {
        let tag = self.tag.as_deref().map(|tag| format!("@{tag}")).unwrap_or_default();
        self.spell(&tag)
    }

    fn spell(&self, tag: &str) -> String {
        let bang = if self.conflict { "!" } else { "" };
        match &self.version {
            None => format!("{bang}{}{tag}", self.name),
            Some((operator, version)) => format!("{bang}{}{tag}{}{version}", self.name, operator.symbol()),
        }
    }
}

impl fmt::Display for Dependency {
    /// The spelling of indexes and messages: without the tag.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spell(""))
    }
}
