use api::{Event, EventKind};

use super::View;

/// The image id alone, at the end.
pub(super) struct Quiet;

impl View for Quiet {
    fn event(&mut self, event: &Event) -> Vec<u8> {
        match &event.kind {
            EventKind::Built { id } => format!("{id}\n").into_bytes(),
            _ => Vec::new(),
        }
    }
}
