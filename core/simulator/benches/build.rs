//! What users wait for: the redis example, cold (a new world, pull included) and all cached; a Dockerfile of ten steps on
//! fifty files; a context of ten thousand files; the parser.

use api::{Backend, BuildContext, BuildRequest, Unwatched};
use divan::Bencher;
use divan::counter::BytesCount;
use simulator::{Options, Simulator};
use vfs::{Metadata, Time, Tree};

fn main() {
    divan::main();
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
        world.build(&request, &mut Unwatched).expect("the example builds");
        world
    });
}

#[divan::bench]
fn cached_build(bencher: Bencher) {
    let request = request();
    let mut world = world();
    world.build(&request, &mut Unwatched).expect("the example builds");
    bencher.bench_local(|| world.build(&request, &mut Unwatched).expect("the example builds"));
}

/// Ten steps, as a small project has them.
const TEN_STEPS: &str = "FROM alpine\nENV A=1\nWORKDIR /app\nCOPY . .\nRUN echo one > one\nRUN mkdir -p /data && touch /data/x\n\
                         ENV B=2\nRUN cat one > two\nEXPOSE 80\nCMD [\"cat\", \"two\"]\n";

/// A context of `count` files of about a kilobyte each beside the Dockerfile.
fn context(dockerfile: &str, count: usize) -> BuildContext {
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    tree.write_file("Dockerfile", dockerfile, 0o644, Time::EPOCH).expect("an empty root takes a file");
    for number in 0..count {
        let folder = format!("d{}", number / 100);
        tree.mkdir_all(&folder, 0o755, Time::EPOCH).expect("a folder can be made");
        let text = format!("file {number}\n").repeat(100);
        let path = format!("{folder}/f{number}");
        tree.write_file(path, text, 0o644, Time::EPOCH).expect("the folder is there");
    }
    BuildContext { tree, wire_bytes: 0, entries: count as u64 }
}

#[divan::bench]
fn ten_steps_uncached(bencher: Bencher) {
    let request = BuildRequest { no_cache: true, ..BuildRequest::new(context(TEN_STEPS, 50)) };
    let mut world = world();
    world.build(&request, &mut Unwatched).expect("the base is pulled");
    bencher.bench_local(|| world.build(&request, &mut Unwatched).expect("ten steps build"));
}

#[divan::bench(sample_count = 10)]
fn ten_thousand_files(bencher: Bencher) {
    let context = context("FROM scratch\nCOPY . /\n", 10_000);
    let request = BuildRequest { no_cache: true, ..BuildRequest::new(context) };
    let mut world = world();
    bencher.bench_local(|| world.build(&request, &mut Unwatched).expect("one copy builds"));
}

#[divan::bench]
fn parse(bencher: Bencher) {
    let stage = "# a stage\nFROM alpine:3.20 AS build\nARG VERSION=1.2.3\nENV PATH=/opt/bin:$PATH \\\n    LANG=C.UTF-8\nRUN apk add --no-cache \\\n        \
                 curl \\\n        ca-certificates \\\n    && rm -rf /var/cache/apk/*\nWORKDIR /app\nCOPY --chown=1000:1000 src/ ./src/\n\
                 RUN make -j4 all \\\n    && make install\nHEALTHCHECK --interval=5s CMD curl -f http://localhost/ || exit 1\n\
                 LABEL org.example.title=\"a title\" org.example.version=\"1\"\nEXPOSE 8080/tcp\nCMD [\"/app/run\", \"--port\", \"8080\"]\n\n";
    let text = stage.repeat(200);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let parsed = dockerfile::Dockerfile::parse(text.as_bytes(), dockerfile::Vintage::Current);
        parsed.expect("it is sound").stages.len()
    });
}
