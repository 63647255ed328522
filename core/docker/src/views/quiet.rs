use api::{Event, EventKind, SourcePlace};

use super::View;
use super::solve::excerpt;

/// The image id alone, at the end; of a failed BuildKit build the lines at fault.
#[derive(Default)]
pub(super) struct Quiet {
    fault: Option<SourcePlace>,
}

impl View for Quiet {
    fn event(&mut self, event: &Event) -> Vec<u8> {
        match &event.kind {
            EventKind::Built { id } => format!("{id}\n").into_bytes(),
            EventKind::SolveFailed(failure) => {
                self.fault.clone_from(&failure.place);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn finish(&mut self) -> Vec<u8> {
        self.fault.as_ref().map(excerpt).unwrap_or_default().into_bytes()
    }
}
