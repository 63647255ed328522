//! Splitting an expanded word into words.

/// Collects words. Nested substitutions share the buffer of the word in progress with the outer
/// level, as Docker's lexer of the current vintage does; 20.10 has a buffer each.
#[derive(Default)]
pub(super) struct Words {
    done: Vec<String>,
    in_word: bool,
}

impl Words {
    /// A character that splits when it is a blank.
    pub(super) fn push(&mut self, buffer: &mut String, ch: char) {
        if !ch.is_whitespace() {
            self.push_raw(buffer, ch);
        } else if self.in_word && !buffer.is_empty() {
            self.done.push(std::mem::take(buffer));
            self.in_word = false;
        }
    }

    /// A character that never splits.
    pub(super) fn push_raw(&mut self, buffer: &mut String, ch: char) {
        buffer.push(ch);
        self.in_word = true;
    }

    /// Text that splits at its blanks.
    pub(super) fn push_str(&mut self, buffer: &mut String, text: &str) {
        for ch in text.chars() {
            self.push(buffer, ch);
        }
    }

    /// Text that never splits.
    pub(super) fn push_raw_str(&mut self, buffer: &mut String, text: &str) {
        buffer.push_str(text);
        self.in_word = true;
    }

    /// All words, the one in progress included.
    pub(super) fn finish(mut self, buffer: &mut String) -> Vec<String> {
        if !buffer.is_empty() {
            self.done.push(std::mem::take(buffer));
        }
        self.done
    }
}
