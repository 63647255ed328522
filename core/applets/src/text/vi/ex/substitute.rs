//! `:s`

use super::super::Editor;
use super::super::undo::Note;
use super::Line;

/// What is looked for, and what takes its place: both as they are.
struct Substitution {
    wanted: Vec<u8>,
    instead: Vec<u8>,
    all: bool,
}

impl Editor {
    pub(super) fn substitute(&mut self, line: &mut Line, typed: &[u8]) {
        let Some(substitution) = self.substitution(typed) else { return };
        self.current_line(line);
        let lines = match line.last {
            Some(last) => last + 1 - line.first.unwrap_or(last),
            None => 1,
        };
        let mut any = false;
        let mut start = line.from;
        for _ in 0..lines {
            any |= self.substitute_line(start, &substitution, any);
            start = self.text.next_line(start);
        }
        if any {
            self.dot = self.text.skip_blanks(self.dot);
        } else {
            self.warn("No match");
        }
    }

    fn substitution(&mut self, typed: &[u8]) -> Option<Substitution> {
        let parts = typed.get(1).zip(typed.get(2..)).and_then(|(delimiter, rest)| {
            let middle = rest.iter().position(|byte| byte == delimiter)?;
            let (wanted, rest) = (&rest[..middle], &rest[middle + 1..]);
            let end = rest.iter().position(|byte| byte == delimiter);
            let all = end.is_some_and(|end| rest.get(end + 1) == Some(&b'g'));
            Some((wanted.to_vec(), rest[..end.unwrap_or(rest.len())].to_vec(), all))
        });
        let Some((mut wanted, instead, all)) = parts else {
            self.say(":s expression missing delimiters");
            return None;
        };
        if wanted.is_empty() {
            wanted = self.search.last.get(1..).unwrap_or_default().to_vec();
            if wanted.is_empty() {
                self.warn("No previous search");
                return None;
            }
        } else {
            self.search.last = [b"/", &wanted[..]].concat();
        }
        Some(Substitution { wanted, instead, all })
    }

    /// One line; whether anything was replaced. What was before in this command is one change with it.
    fn substitute_line(&mut self, start: usize, how: &Substitution, mut chained: bool) -> bool {
        let mut any = false;
        let mut from = start;
        while let Some(found) = self.find_forth(&how.wanted, from, self.text.next_line(from)) {
            let note = if chained { Note::Chained } else { Note::Alone };
            self.delete(found, found + how.wanted.len() - 1, note);
            if !how.instead.is_empty() {
                self.put(found, &how.instead, Note::Chained);
            }
            self.dot = start;
            (any, chained) = (true, true);
            from = found + how.instead.len();
            if !how.all || from >= self.text.end_line(start) {
                break;
            }
        }
        any
    }
}
