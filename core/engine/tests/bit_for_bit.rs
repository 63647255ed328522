//! Image ids against those that a real Docker 20.10.24 gave: same base, context, clock and container.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod toy;

use std::rc::Rc;
use std::time::Duration;

use api::{BuildContext, BuildRequest, DockerVersion, Event, EventKind, Input, Io, Stream};
use engine::{Engine, Runtime};
use vfs::{Metadata, Time, Tree};

struct Events(Vec<Event>);

impl Io for Events {
    fn event(&mut self, event: &Event) {
        self.0.push(event.clone());
    }

    fn write(&mut self, _: Stream, _: &[u8]) {}

    fn poll(&mut self) -> Option<Input> {
        None
    }

    fn wait(&mut self) -> Input {
        Input::Detach
    }
}

fn build(clock: Time) -> (Engine, Vec<Event>) {
    let mut engine = Engine::new(DockerVersion::V20_10, clock, 0);
    let mut runtime = Runtime::new(
        Rc::new(()),
        Rc::new(registry::MemoryRegistry::new("docker.io")),
        kernel::Limits::default(),
    );
    let mut tree = Tree::new(Metadata::new(0o755, toy::START));
    tree.write_file("/Dockerfile", "FROM scratch\nCOPY f /f\n", 0o644, toy::START).unwrap();
    tree.write_file("/f", "1", 0o644, toy::START).unwrap();
    let request = BuildRequest {
        tags: vec!["bit".into()],
        network: "none".into(),
        ..BuildRequest::new(BuildContext { tree, wire_bytes: 3072, entries: 2 })
    };
    let mut events = Events(Vec::new());
    engine.build(&mut runtime, &request, &mut events).unwrap();
    (engine, events.0)
}

/// Recorded: `FROM scratch` / `COPY f /f`, f being the byte `1` of mode 644 at 1700000000.
#[test]
fn copy_on_scratch() {
    let recorded = Time::parse_rfc3339("2026-11-23T10:49:20.301625004Z").unwrap();
    let (engine, _) = build(recorded);
    let spent = engine.inspect_image("bit").unwrap().config.created.unwrap().since(recorded);
    let (engine, events) = build(Time(recorded.0 - i64::try_from(spent.as_nanos()).unwrap()));
    assert!(spent > Duration::ZERO);
    let layer = events.iter().find_map(|event| match &event.kind {
        EventKind::LayerMade { diff_id, .. } => Some(diff_id.to_string()),
        _ => None,
    });
    assert_eq!(
        layer.as_deref(),
        Some("sha256:30086f14ef73dfa9e8fdf39fdfd233e256869581a01f66d91630a6093a84d636")
    );
    assert_eq!(
        engine.inspect_image("bit").unwrap().id.to_string(),
        "sha256:f6975a65963086027000b8d8907bb3d773d2e01617d3fd9169ea154f160ffbcc"
    );
}
