use api::Event;

use super::View;

/// Each event as a line of JSON: the record from which every other view can be made again.
pub(super) struct Rawjson;

impl View for Rawjson {
    fn event(&mut self, event: &Event) -> Vec<u8> {
        let mut line = serde_json::to_vec(event).unwrap_or_default();
        debug_assert!(!line.is_empty(), "events are plain data and always serialize");
        line.push(b'\n');
        line
    }
}
