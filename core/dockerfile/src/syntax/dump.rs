//! The tree as S-expressions.

use super::{Args, Node, Syntax};
use crate::{Vintage, go_quote};

impl Syntax<'_> {
    /// One line for each instruction: `(name ["--flag" ...] "word" ...)`, without a final line feed.
    #[must_use]
    pub fn dump(&self) -> String {
        let lines: Vec<String> = self.nodes.iter().map(|node| node.dump(self.vintage)).collect();
        lines.join("\n")
    }
}

impl Node<'_> {
    fn dump(&self, vintage: Vintage) -> String {
        let mut text = format!("({}", self.keyword.to_lowercase());
        if !self.flags.is_empty() {
            let flags: Vec<String> = self.flags.iter().map(|flag| go_quote(flag)).collect();
            text.push_str(&format!(" [{}]", flags.join(" ")));
        }
        match &self.args {
            Args::Words { words, .. } => words.iter().for_each(|word| push_word(&mut text, word)),
            Args::Child(child) => {
                text.push(' ');
                text.push_str(&child.dump(vintage));
            }
            Args::Pairs(pairs) => {
                for pair in pairs {
                    push_word(&mut text, &pair.key);
                    push_word(&mut text, &pair.value);
                    if vintage == Vintage::Current {
                        push_word(&mut text, if pair.delimited { "=" } else { "" });
                    }
                }
            }
        }
        text.push(')');
        text
    }
}

fn push_word(text: &mut String, word: &str) {
    text.push(' ');
    text.push_str(&go_quote(word));
}
