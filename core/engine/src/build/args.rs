use std::collections::{BTreeMap, BTreeSet};

/// The proxy variables that may be passed without an `ARG`; they stay out of the history and the cache key.
const PREDEFINED: [&str; 8] = [
    "FTP_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "ftp_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Build arguments as the classic builder keeps them: what the command line gave, what the global part of the
/// Dockerfile declared, and what the current stage declared.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuildArgs {
    given: BTreeMap<String, String>,
    given_without_value: BTreeSet<String>,
    global: BTreeMap<String, Option<String>>,
    declared: BTreeMap<String, Option<String>>,
    referenced: BTreeSet<String>,
}

impl BuildArgs {
    /// The arguments of the command line; one without a value counts as declared by nobody but gives nothing.
    pub(crate) fn new(given: &[(String, Option<String>)]) -> Self {
        let mut args = BuildArgs::default();
        for (name, value) in given {
            match value {
                Some(value) => {
                    args.given.insert(name.clone(), value.clone());
                    args.given_without_value.remove(name);
                }
                None => {
                    args.given.remove(name);
                    args.given_without_value.insert(name.clone());
                }
            }
        }
        args
    }

    /// A new stage: its own declarations are gone, the global ones stay.
    pub(crate) fn begin_stage(&mut self) {
        self.declared.clear();
    }

    /// An `ARG` before the first `FROM`.
    pub(crate) fn declare_global(&mut self, name: &str, default: Option<String>) {
        self.declare(name, default.clone());
        self.global.insert(name.to_owned(), default);
    }

    /// An `ARG` in a stage.
    pub(crate) fn declare(&mut self, name: &str, default: Option<String>) {
        self.declared.insert(name.to_owned(), default);
        self.referenced.insert(name.to_owned());
    }

    /// Variables that `FROM` can use.
    pub(crate) fn for_from(&self) -> BTreeMap<String, String> {
        self.values(&self.global)
    }

    /// Variables that the current stage can use, proxies included.
    pub(crate) fn in_stage(&self) -> BTreeMap<String, String> {
        self.values(&self.declared)
    }

    /// Those of [`Self::in_stage`] that `env` (`NAME=value` strings) does not set; ENV wins over ARG.
    pub(crate) fn beside(&self, env: &[String]) -> Vec<(String, String)> {
        let set: BTreeSet<&str> =
            env.iter().map(|entry| entry.split_once('=').map_or(&**entry, |pair| pair.0)).collect();
        self.in_stage().into_iter().filter(|(name, _)| !set.contains(&**name)).collect()
    }

    /// Whether `name` belongs to the recorded command: all but undeclared proxies.
    pub(crate) fn is_recorded(&self, name: &str) -> bool {
        self.referenced.contains(name) || !PREDEFINED.contains(&name)
    }

    /// Names given on the command line that nothing declared, sorted.
    pub(crate) fn unconsumed(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.given.keys().chain(&self.given_without_value).collect();
        names.into_iter().filter(|name| !self.is_known(name)).cloned().collect()
    }

    fn is_known(&self, name: &str) -> bool {
        self.referenced.contains(name) || PREDEFINED.contains(&name)
    }

    fn values(&self, source: &BTreeMap<String, Option<String>>) -> BTreeMap<String, String> {
        let names = source.keys().map(String::as_str).chain(PREDEFINED);
        names.filter_map(|name| Some((name.to_owned(), self.value(name, source)?))).collect()
    }

    fn value(&self, name: &str, source: &BTreeMap<String, Option<String>>) -> Option<String> {
        if let Some(given) = self.given.get(name) {
            return Some(given.clone());
        }
        match source.get(name) {
            Some(Some(default)) => Some(default.clone()),
            _ => self.global.get(name).cloned().flatten(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BuildArgs;

    fn given(pairs: &[(&str, &str)]) -> BuildArgs {
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| (name.to_string(), Some(value.to_string()))).collect();
        BuildArgs::new(&pairs)
    }

    #[test]
    fn a_global_default_reaches_a_stage_that_declares_the_name() {
        let mut args = given(&[]);
        args.declare_global("TAG", Some("latest".into()));
        args.begin_stage();
        assert_eq!(args.in_stage(), [].into());
        args.declare("TAG", None);
        assert_eq!(args.in_stage(), [("TAG".to_owned(), "latest".to_owned())].into());
    }

    #[test]
    fn env_wins_and_the_rest_is_unconsumed() {
        let mut args = given(&[("FOO", "cli"), ("A", "1"), ("HTTP_PROXY", "p")]);
        args.declare("FOO", Some("arg".into()));
        assert_eq!(args.beside(&["FOO=env".into()]), [("HTTP_PROXY".to_owned(), "p".to_owned())]);
        assert_eq!(args.unconsumed(), ["A"]);
        assert!(!args.is_recorded("HTTP_PROXY"));
    }
}
