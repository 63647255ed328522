//! `:set`

use bstr::ByteSlice;

use super::super::Editor;

/// Widths that a tab may have.
const WIDEST: usize = 32;

/// What can be set.
#[derive(Debug)]
pub(in super::super) struct Settings {
    pub(in super::super) auto_indent: bool,
    pub(in super::super) expand_tab: bool,
    pub(in super::super) flash: bool,
    pub(in super::super) ignore_case: bool,
    pub(in super::super) show_match: bool,
    pub(in super::super) tab: usize,
    /// Given on the command line, or the file cannot be written.
    pub(in super::super) read_only: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_indent: false,
            expand_tab: false,
            flash: false,
            ignore_case: false,
            show_match: false,
            tab: 8,
            read_only: false,
        }
    }
}

impl Settings {
    fn switch(&mut self, name: &[u8]) -> Option<&mut bool> {
        match name {
            b"autoindent" | b"ai" => Some(&mut self.auto_indent),
            b"expandtab" | b"et" => Some(&mut self.expand_tab),
            b"flash" | b"fl" => Some(&mut self.flash),
            b"ignorecase" | b"ic" => Some(&mut self.ignore_case),
            b"showmatch" | b"sm" => Some(&mut self.show_match),
            _ => None,
        }
    }
}

impl Editor {
    /// Sets what the words name, or tells what is set.
    pub(super) fn set(&mut self, words: &[u8]) {
        if words.is_empty() || words == b"all" {
            let no = |on: bool| if on { "" } else { "no" };
            let set = &self.settings;
            self.warn(format!(
                "{}autoindent {}expandtab {}flash {}ignorecase {}showmatch tabstop={}",
                no(set.auto_indent),
                no(set.expand_tab),
                no(set.flash),
                no(set.ignore_case),
                no(set.show_match),
                set.tab
            ));
            return;
        }
        for word in words.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty()) {
            if !self.set_word(word) {
                self.warn(bytes!("bad option: {}", word));
                return;
            }
        }
    }

    fn set_word(&mut self, word: &[u8]) -> bool {
        if let Some((name, value)) = word.split_once_str("=") {
            let width = value.to_str().ok().and_then(|value| value.parse().ok());
            let Some(width) = width.filter(|width| (1..=WIDEST).contains(width)) else { return false };
            self.settings.tab = width;
            return matches!(name, b"tabstop" | b"ts");
        }
        let (name, on) = match word.strip_prefix(b"no") {
            Some(name) => (name, false),
            None => (word, true),
        };
        match self.settings.switch(name) {
            Some(switch) => {
                *switch = on;
                true
            }
            None => false,
        }
    }
}
