//! Ten steps on fifty files, uncached: in process here, and by both builders of a private Docker daemon on the same machine.
//! Without a daemon it says so and measures ours alone.

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::{Duration, Instant},
};

use api::{Backend, BuildContext, BuildRequest, Unwatched};
use simulator::{Options, Simulator};
use tests::{dockerd::Dockerd, live};
use vfs::{Metadata, Time, Tree};

const STEPS: &str = "ENV A=1\nWORKDIR /app\nCOPY . .\nRUN echo one > one\nRUN mkdir -p /data && touch /data/x\nENV B=2\n\
                     RUN cat one > two\nEXPOSE 80\nCMD [\"cat\", \"two\"]\n";
/// How many times faster than each builder we have to be.
const CLASSIC: f64 = 100.0;
const BUILDKIT: f64 = 30.0;
/// Builds of each; the fastest counts.
const OURS: usize = 50;
const THEIRS: usize = 5;

fn main() -> Result<(), String> {
    let ours = ours()?;
    println!("here       {:>9.1} ms", millis(ours));
    if !Dockerd::is_possible() {
        println!("no dockerd, or no right to start it: nothing to compare with");
        return Ok(());
    }
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let daemon = Dockerd::start(&scratch.path().join("daemon"))?;
    let archive = scratch.path().join("base.tar");
    live::write_base(&archive).map_err(|error| error.to_string())?;
    daemon.docker(&["import", &archive.display().to_string(), "base"])?;
    let socket = scratch.path().join("daemon/docker.sock");
    let mut slow = Vec::new();
    for (name, version, wanted) in [("classic", 1, CLASSIC), ("BuildKit", 2, BUILDKIT)] {
        let theirs = theirs(&socket, version)?;
        let times = theirs.as_secs_f64() / ours.as_secs_f64();
        println!("{name:<10} {:>9.1} ms, {times:.0} times as long", millis(theirs));
        if times < wanted {
            slow.push(format!("{name}: {times:.0} times, {wanted} wanted"));
        }
    }
    if slow.is_empty() { Ok(()) } else { Err(slow.join("; ")) }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The project, standing on an image.
fn project(base: &str) -> Result<Tree, vfs::Errno> {
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    tree.write_file("Dockerfile", format!("FROM {base}\n{STEPS}"), 0o644, Time::EPOCH)?;
    tree.mkdir_all("d", 0o755, Time::EPOCH)?;
    for number in 0..50 {
        tree.write_file(format!("d/f{number}"), format!("file {number}\n").repeat(100), 0o644, Time::EPOCH)?;
    }
    Ok(tree)
}

fn ours() -> Result<Duration, String> {
    let tree = project("alpine").map_err(|errno| errno.to_string())?;
    let context = BuildContext { tree, wire_bytes: 0, entries: 52 };
    let request = BuildRequest { no_cache: true, ..BuildRequest::new(context) };
    let mut world = Simulator::new(Options::default()).map_err(|error| error.to_string())?;
    world.build(&request, &mut Unwatched).map_err(|error| error.message)?;
    let mut fastest = Duration::MAX;
    for _ in 0..OURS {
        let began = Instant::now();
        world.build(&request, &mut Unwatched).map_err(|error| error.message)?;
        fastest = fastest.min(began.elapsed());
    }
    Ok(fastest)
}

/// The daemon's builds, asked for without a client: the context goes along.
fn theirs(socket: &Path, version: u8) -> Result<Duration, String> {
    let tree = project("base").map_err(|errno| errno.to_string())?;
    let body = vfs::archive::write_tree(&tree).map_err(|error| error.to_string())?;
    let mut fastest = Duration::MAX;
    for _ in 0..THEIRS {
        let began = Instant::now();
        let answer = post(socket, version, &body).map_err(|error| error.to_string())?;
        fastest = fastest.min(began.elapsed());
        if !answer.starts_with("HTTP/1.1 200") || answer.contains("errorDetail") {
            return Err(answer.lines().last().unwrap_or_default().to_owned());
        }
    }
    Ok(fastest)
}

fn post(socket: &Path, version: u8, body: &[u8]) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    let head = format!(
        "POST /v1.41/build?version={version}&networkmode=none&nocache=1&rm=1 HTTP/1.1\r\nHost: docker\r\n\
         Content-Type: application/x-tar\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
