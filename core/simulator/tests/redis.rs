//! The build that teachers explain first: what apk prints is what the published log of this very build shows.

use api::{Backend, BuildContext, BuildRequest, Event, EventKind, Input, Io, Stream};
use simulator::{Options, Simulator};
use vfs::{Metadata, Time, Tree};

#[derive(Default)]
struct Record {
    stdout: String,
    events: Vec<Event>,
}

impl Io for Record {
    fn event(&mut self, event: &Event) {
        if let EventKind::Output { stream: Stream::Stdout, bytes } = &event.kind {
            self.stdout += &bytes.to_string();
        }
        self.events.push(event.clone());
    }

    fn write(&mut self, _stream: Stream, _bytes: &[u8]) {}

    fn poll(&mut self) -> Option<Input> {
        None
    }

    fn wait(&mut self) -> Input {
        Input::Detach
    }
}

fn request() -> BuildRequest {
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    let dockerfile = "FROM alpine\nRUN apk add --update redis\nCMD [\"redis-server\"]\n";
    tree.write_file("Dockerfile", dockerfile, 0o644, Time::EPOCH).expect("an empty root takes a file");
    BuildRequest {
        tags: vec!["redis".to_owned()],
        ..BuildRequest::new(BuildContext { tree, wire_bytes: 2048, entries: 1 })
    }
}

#[test]
fn redis_installs_as_the_published_log_shows() {
    let mut simulator = Simulator::new(Options::default()).unwrap();
    let mut record = Record::default();
    simulator.build(&request(), &mut record).unwrap();
    assert_eq!(
        record.stdout,
        "fetch https://dl-cdn.alpinelinux.org/alpine/v3.20/main/x86_64/APKINDEX.tar.gz\n\
         fetch https://dl-cdn.alpinelinux.org/alpine/v3.20/community/x86_64/APKINDEX.tar.gz\n\
         (1/1) Installing redis (7.2.5-r0)\n\
         Executing redis-7.2.5-r0.pre-install\n\
         Executing redis-7.2.5-r0.post-install\n\
         Executing busybox-1.36.1-r29.trigger\n\
         OK: 11 MiB in 15 packages\n"
    );
}

#[test]
fn the_second_build_is_all_cached_and_the_first_is_reproducible() {
    let run = || {
        let mut simulator = Simulator::new(Options::default()).unwrap();
        let mut first = Record::default();
        let image = simulator.build(&request(), &mut first).unwrap().image;
        let mut second = Record::default();
        let again = simulator.build(&request(), &mut second).unwrap().image;
        assert_eq!(image, again);
        assert_eq!(second.stdout, "");
        first.events
    };
    assert_eq!(run(), run());
}
