//! What users wait for: the redis example, cold (a new world, pull included) and all cached.

use api::{Backend, BuildContext, BuildRequest, Event, Input, Io, Stream};
use divan::Bencher;
use simulator::{Options, Simulator};
use vfs::{Metadata, Time, Tree};

fn main() {
    divan::main();
}

struct Deaf;

impl Io for Deaf {
    fn event(&mut self, _event: &Event) {}

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

fn world() -> Simulator {
    Simulator::new(Options::default()).expect("the embedded facts are sound")
}

#[divan::bench]
fn new_world() -> Simulator {
    world()
}

#[divan::bench]
fn cold_build(bencher: Bencher) {
    let request = request();
    bencher.bench(|| {
        let mut world = world();
        world.build(&request, &mut Deaf).expect("the example builds");
        world
    });
}

#[divan::bench]
fn cached_build(bencher: Bencher) {
    let request = request();
    let mut world = world();
    world.build(&request, &mut Deaf).expect("the example builds");
    bencher.bench_local(|| world.build(&request, &mut Deaf).expect("the example builds"));
}
