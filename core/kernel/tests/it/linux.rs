//! Answers of a real Linux (6.x, ext4, as root) to calls with something wrong about them.

use std::io::SeekFrom;

use kernel::{Env, Exit, OpenFlags, Process};
use vfs::{Device, Errno, FileType, Mode};

use crate::world::run;

const MODE: Mode = Mode::new(0o755);
const CREATE: OpenFlags = OpenFlags::OUTPUT.without(OpenFlags::TRUNC);

fn name<T>(outcome: Result<T, Errno>) -> &'static str {
    outcome.map_or_else(Errno::name, |_| "ok")
}

/// `f` a file, `d` a directory, `dang` a dangling link, `p` a FIFO.
async fn prepare(p: &mut Process) {
    p.chdir("/tmp").unwrap();
    let file = p.open("f", CREATE, MODE).await.unwrap();
    p.close(file).unwrap();
    p.mkdir("d", MODE).unwrap();
    p.symlink("nowhere", "dang").unwrap();
    p.mknod("p", FileType::Fifo, MODE, Device::default()).unwrap();
}

#[test]
fn opening() {
    let story = run(|p| {
        Box::pin(async move {
            prepare(p).await;
            let nonblocking = OpenFlags::WRONLY | OpenFlags::NONBLOCK;
            let made_directory = OpenFlags::RDONLY | OpenFlags::DIRECTORY | OpenFlags::CREAT;
            assert_eq!(name(p.open("new/", CREATE, MODE).await), "EISDIR");
            assert_eq!(name(p.open("f/", CREATE, MODE).await), "EISDIR");
            assert_eq!(name(p.open("d", OpenFlags::RDONLY | OpenFlags::CREAT, MODE).await), "EISDIR");
            assert_eq!(name(p.open("p", nonblocking, MODE).await), "ENXIO");
            assert_eq!(name(p.open("d", made_directory, MODE).await), "EINVAL");
            let dir = p.open("d", OpenFlags::RDONLY, MODE).await.unwrap();
            assert_eq!(name(p.read(dir, 8).await), "EISDIR");
            let file = p.open("f", OpenFlags::RDONLY, MODE).await.unwrap();
            assert_eq!(name(p.write(file, b"x").await), "EBADF");
            assert_eq!(name(p.ftruncate(file, 0)), "EINVAL");
            assert_eq!(name(p.lseek(file, SeekFrom::Current(-1))), "EINVAL");
            assert_eq!(name(p.dup2(1, 5_000_000)), "EBADF");
            assert_eq!(name(p.dup_from(1, 5_000_000)), "EINVAL");
            Exit(0)
        })
    });
    assert_eq!(story, "exited with 0\n");
}

#[test]
fn making_names() {
    let story = run(|p| {
        Box::pin(async move {
            prepare(p).await;
            assert_eq!(name(p.mkdir("dang", MODE)), "EEXIST");
            assert_eq!(name(p.mkdir("dang/", MODE)), "EEXIST");
            assert_eq!(name(p.mkdir("/", MODE)), "EEXIST");
            assert_eq!(name(p.mkdir(".", MODE)), "EEXIST");
            assert_eq!(name(p.mkdir("f/x", MODE)), "ENOTDIR");
            assert_eq!(name(p.symlink("", "s")), "ENOENT");
            assert_eq!(name(p.symlink("x", "s/")), "ENOENT");
            assert_eq!(name(p.link("d", "l")), "EPERM");
            assert_eq!(name(p.link("f", "l/")), "ENOENT");
            assert_eq!(name(p.mknod("x", FileType::Directory, MODE, Device::default())), "EPERM");
            assert_eq!(name(p.mknod("x", FileType::Symlink, MODE, Device::default())), "EINVAL");
            Exit(0)
        })
    });
    assert_eq!(story, "exited with 0\n");
}

#[test]
fn taking_names_away() {
    let story = run(|p| {
        Box::pin(async move {
            prepare(p).await;
            assert_eq!(name(p.unlink("d")), "EISDIR");
            assert_eq!(name(p.unlink("f/")), "ENOTDIR");
            assert_eq!(name(p.unlink(".")), "EISDIR");
            assert_eq!(name(p.unlink("/")), "EISDIR");
            assert_eq!(name(p.rmdir("d/.")), "EINVAL");
            assert_eq!(name(p.rmdir("..")), "ENOTEMPTY");
            assert_eq!(name(p.rmdir("/")), "EBUSY");
            assert_eq!(name(p.rename("f", "g/")), "ENOTDIR");
            assert_eq!(name(p.rename("d", "d/e")), "EINVAL");
            assert_eq!(name(p.rename("nope", "x")), "ENOENT");
            assert_eq!(name(p.rename(".", "x")), "EBUSY");
            assert_eq!(name(p.rename("f", "d")), "EISDIR");
            assert_eq!(name(p.rename("d", "f")), "ENOTDIR");
            Exit(0)
        })
    });
    assert_eq!(story, "exited with 0\n");
}

#[test]
fn using_paths() {
    let story = run(|p| {
        Box::pin(async move {
            prepare(p).await;
            assert_eq!(name(p.truncate("d", 0)), "EISDIR");
            assert_eq!(name(p.truncate("p", 0)), "EINVAL");
            assert_eq!(name(p.chmod("dang", MODE)), "ENOENT");
            assert_eq!(name(p.access("", false, false, false)), "ENOENT");
            assert_eq!(name(p.chdir("f")), "ENOTDIR");
            assert_eq!(name(p.readlink("f")), "EINVAL");
            for path in ["d", "p", "/dev/null"] {
                assert_eq!(name(p.exec(path, &["x".into()], &Env::new()).await), "EACCES");
            }
            let long = ["x".into(), vec![b'a'; 128 << 10].into()];
            assert_eq!(name(p.exec("f", &long, &Env::new()).await), "E2BIG");
            Exit(0)
        })
    });
    assert_eq!(story, "exited with 0\n");
}
