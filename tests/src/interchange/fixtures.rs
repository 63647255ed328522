use std::{fs, os::unix::fs::PermissionsExt};

use vfs::{
    Content, Time,
    archive::{EntryKind, Header, Writer},
};

use super::{Bench, tree};

/// The five images.
pub(super) const NAMES: [&str; 5] =
    ["ex/links:1", "ex/whiteouts:1", "ex/paths:1", "ex/attributes:1", "ex/devices:1"];

const DOCKERFILES: [&str; 5] = [
    "FROM alpine\nRUN echo one >/one && ln /one /etc/two && ln -s ../etc/two /bin/three && ln -s /nowhere /dangling\n\
     RUN ln /one /late && chmod 4755 /one && chown 1000:2000 /dangling -h && chmod 1777 /opt\n",
    "FROM alpine\nRUN mkdir -p /d/sub && echo a >/d/a && echo b >/d/sub/b && echo c >/c\n\
     RUN rm /etc/motd /c && rm -r /d/sub && echo new >/d/n\n\
     RUN rm -r /d && mkdir /d && echo again >/d/again && rm -r /etc/apk && echo file >/etc/apk\n",
    "FROM alpine\nCOPY deep /deep\nRUN echo \"$(cat /deep/*/*/f)\" >'/a name with spaces and \"quotes\"' && touch /ümlaut\n",
    "FROM alpine\nADD attributes.tar /\nRUN echo x >>/capable2\n",
    "FROM alpine\nRUN mknod /null2 c 1 3 && mknod /block b 7 9 && mkfifo -m 600 /pipe && touch -d @1 /old\n\
     USER 4000:5000\nENV A=b\nEXPOSE 80\nVOLUME /data\nHEALTHCHECK --interval=5s CMD true\nLABEL x=\"y z\"\nCMD [\"true\"]\n",
];

/// Builds the images in the world `home` and saves them as `saved.tar`.
pub(super) fn build(bench: &Bench<'_>) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    // 200 characters below the root of the image.
    let deep = bench.path("deep").join("a".repeat(95)).join("b".repeat(97));
    fs::create_dir_all(&deep).map_err(failed)?;
    fs::write(deep.join("f"), "far away\n").map_err(failed)?;
    fs::set_permissions(deep.join("f"), fs::Permissions::from_mode(0o640)).map_err(failed)?;
    bench.write("attributes.tar", &attributes().map_err(failed)?)?;
    for (name, dockerfile) in NAMES.iter().zip(DOCKERFILES) {
        bench.write("Dockerfile", dockerfile.as_bytes())?;
        bench.ours("home", &["build", "-q", "-t", name, "."])?;
    }
    let words: Vec<&str> = ["save", "-o", "saved.tar"].into_iter().chain(NAMES).collect();
    bench.ours("home", &words).map(drop)
}

/// Files with capabilities.
fn attributes() -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    for name in ["capable", "capable2"] {
        let mut header = Header::new(name, EntryKind::Regular, 0o755);
        header.mtime = Time::from_secs(1_700_000_000);
        // cap_net_raw=ep, revision 2.
        let value = b"\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        header.xattrs.set("security.capability", &value[..]);
        let content = Content::from("text\n");
        header.size = content.len();
        writer.entry(&header, &content)?;
    }
    writer.finish()
}

/// The files of an image in one of our worlds, a line for each.
pub(super) fn listing(bench: &Bench<'_>, world: &str, image: &str) -> Result<String, String> {
    bench.ours(world, &["create", "--name", "listed", image, "true"])?;
    let exported = bench.ours(world, &["export", "-o", "listed.tar", "listed"]);
    bench.ours(world, &["rm", "listed"])?;
    exported?;
    tree::of_tar(&bench.path("listed.tar"))
}
