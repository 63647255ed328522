use api::{CacheVerdict, Event, EventKind};
use vfs::Time;

use super::{View, pull_line};
use crate::human_size;

/// The steps of a classic build, told in the layout of BuildKit's plain progress: a numbered block for each, its output
/// with seconds since it began, `CACHED` or `DONE`.
#[derive(Default)]
pub(super) struct Steps {
    number: u32,
    started: Time,
    cached: bool,
    open: bool,
    /// Output that has no line end yet.
    partial: Vec<u8>,
}

impl View for Steps {
    fn event(&mut self, event: &Event) -> Vec<u8> {
        let at = event.at;
        match &event.kind {
            EventKind::ContextSent { bytes, .. } => {
                let mut text = self.begin("[internal] load build context", at);
                text += &format!("#{} transferring context: {}\n", self.number, human_size(*bytes));
                self.close(text, at).into_bytes()
            }
            EventKind::StepStarted { step, total, text, .. } => {
                let width = total.to_string().len();
                let unfinished = self.close(String::new(), at);
                (unfinished + &self.begin(&format!("[{step:>width$}/{total}] {text}"), at)).into_bytes()
            }
            EventKind::Pull(pull) => self.line(&pull_line(pull), at).into_bytes(),
            EventKind::CacheProbed(probe) => {
                self.cached = matches!(probe.verdict, CacheVerdict::Hit { .. });
                Vec::new()
            }
            EventKind::Output { bytes, .. } => self.output(bytes, at),
            EventKind::Noted { text } => self.line(text, at).into_bytes(),
            EventKind::StepFinished { .. } => self.close(String::new(), at).into_bytes(),
            EventKind::Failed { message, .. } => {
                let text = self.flush(at);
                self.open = false;
                format!("{text}#{} ERROR: {message}\n", self.number).into_bytes()
            }
            EventKind::Built { id } => {
                let text = self.begin("exporting to image", at);
                let text = text + &format!("#{} writing image {id} done\n", self.number);
                self.close(text, at).into_bytes()
            }
            EventKind::Tagged { reference } => format!("naming to {reference}\n").into_bytes(),
            _ => Vec::new(),
        }
    }
}

impl Steps {
    fn begin(&mut self, name: &str, at: Time) -> String {
        self.number += 1;
        (self.started, self.cached, self.open) = (at, false, true);
        format!("#{} {name}\n", self.number)
    }

    fn close(&mut self, text: String, at: Time) -> String {
        if !self.open {
            return text;
        }
        self.open = false;
        let rest = self.flush(at);
        let end = match self.cached {
            true => "CACHED".to_owned(),
            false => format!("DONE {:.1}s", self.seconds(at)),
        };
        format!("{text}{rest}#{} {end}\n\n", self.number)
    }

    fn seconds(&self, at: Time) -> f64 {
        at.since(self.started).as_secs_f64()
    }

    fn line(&self, text: &str, at: Time) -> String {
        let seconds = self.seconds(at);
        text.lines().map(|line| format!("#{} {seconds:.3} {line}\n", self.number)).collect()
    }

    fn output(&mut self, bytes: &[u8], at: Time) -> Vec<u8> {
        self.partial.extend_from_slice(bytes);
        let Some(end) = self.partial.iter().rposition(|&byte| byte == b'\n') else { return Vec::new() };
        let rest = self.partial.split_off(end + 1);
        let whole = std::mem::replace(&mut self.partial, rest);
        let head = format!("#{} {:.3} ", self.number, self.seconds(at));
        let lines = whole.split_inclusive(|&byte| byte == b'\n');
        lines.flat_map(|line| [head.as_bytes(), line].concat()).collect()
    }

    fn flush(&mut self, at: Time) -> String {
        let rest = std::mem::take(&mut self.partial);
        if rest.is_empty() { String::new() } else { self.line(&String::from_utf8_lossy(&rest), at) }
    }
}
