use std::fs;

use super::{Bench, Report, daemon::Daemon, fixtures};

/// Images that real docker makes. The last ones run real programs, if the daemon may.
const DOCKERFILES: [(&str, &str); 3] = [
    (
        "real/copied:1",
        "FROM scratch\nCOPY context /a/b/\nADD context/archive.tar /unpacked/\nENV X=y\nCMD [\"/bin/sh\"]\n",
    ),
    ("real/base:1", "FROM scratch\nADD rootfs.tar /\nENV PATH=/bin\nCMD [\"/bin/sh\"]\n"),
    (
        "real/ran:1",
        "FROM real/base:1\nRUN mkdir /d && echo a >/d/a && ln /d/a /d/b && mknod /null c 1 3 && mkfifo /p && chmod 4711 /d/a\n\
         RUN rm -r /d && mkdir /d && echo b >/d/c && rm /etc/gone && ln -s /d/c /l && chown 70000:3000000 /d\n",
    ),
];

/// What docker saves loads here: the same ids, the same files; and what we save of it is the same archive.
pub(super) fn compare(bench: &Bench<'_>, docker: &Daemon, report: &mut Report) -> Result<(), String> {
    prepare(bench)?;
    let mut built = Vec::new();
    for (name, dockerfile) in DOCKERFILES {
        bench.write("real.Dockerfile", dockerfile.as_bytes())?;
        let words = ["build", "-q", "--network", "none", "-f", "real.Dockerfile", "-t", name, "real"];
        fs::copy(bench.path("real.Dockerfile"), bench.path("real/Dockerfile"))
            .map_err(|error| error.to_string())?;
        let words: Vec<&str> =
            words.into_iter().filter(|word| !["-f", "real.Dockerfile"].contains(word)).collect();
        match docker.call_in(bench.folder, &words) {
            Ok(_) => built.push(name),
            Err(error) => report.skipped.push(format!("docker build of {name}: {error}")),
        }
    }
    for name in built {
        docker.call_in(bench.folder, &["save", "-o", "real.tar", name])?;
        let world = name.replace(['/', ':'], "-");
        let told = bench.ours(&world, &["load", "-i", "real.tar"]).unwrap_or_else(|error| error);
        report.equal(&format!("{name} loads here"), &format!("Loaded image: {name}"), &told);
        let ours = bench.ours(&world, &["inspect", "-f", "{{.Id}}", name]).unwrap_or_else(|error| error);
        report.equal(&format!("the id of {name}"), &ours, &docker.call(&["inspect", "-f", "{{.Id}}", name])?);
        let ours = fixtures::listing(bench, &world, name).unwrap_or_else(|error| error);
        report.equal(&format!("the files of {name}"), &ours, &docker.listing(bench, name)?);
        let history = ["history", "--no-trunc", "--format", "{{.CreatedBy}} {{.Size}}", name];
        let ours = bench.ours(&world, &history).unwrap_or_else(|error| error);
        report.equal(&format!("the history of {name}"), &ours, &docker.call(&history)?);
        bench.ours(&world, &["save", "-o", "ours.tar", name])?;
        let (ours, theirs) = (fs::read(bench.path("ours.tar")), fs::read(bench.path("real.tar")));
        let same = ours.is_ok() && ours.ok() == theirs.ok();
        report.equal(
            &format!("the archive of {name}, saved again"),
            "the same bytes",
            if same { "the same bytes" } else { "others" },
        );
        if name == "real/ran:1" {
            let run = ["run", "--rm", name, "sh", "-c", "cat /d/c; readlink /l; busybox echo real"];
            let ours = bench.ours(&world, &run).unwrap_or_else(|error| error);
            report.equal("a real busybox is recognised and simulated", &ours, "b\n/d/c\nreal");
            let tools = bench.ours(&world, &["run", "--rm", name, "/opt/busybox-tools", "echo", "elsewhere"]);
            report.equal("at another path too", &tools.unwrap_or_else(|error| error), "elsewhere");
            let other =
                bench.ours(&world, &["run", "--rm", name, "/opt/other"]).unwrap_or_else(|error| error);
            let told = other.lines().last().unwrap_or_default();
            let told = told.rsplit_once("glasshull: ").map_or(told, |(_, told)| told);
            report.equal("another program is named", told, "/opt/other: this program is not simulated");
        }
    }
    Ok(())
}

/// A context of its own, with the real busybox of the machine as a root file system.
fn prepare(bench: &Bench<'_>) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    for folder in
        ["real/context/sub", "real/rootfs/bin", "real/rootfs/etc", "real/rootfs/tmp", "real/rootfs/opt"]
    {
        fs::create_dir_all(bench.path(folder)).map_err(failed)?;
    }
    bench.write("real/context/sub/file", b"text\n")?;
    bench.write(&format!("real/context/{}", "n".repeat(150)), b"long\n")?;
    bench.write("real/rootfs/etc/gone", b"soon\n")?;
    bench.write("real/rootfs/etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n")?;
    fs::copy("/bin/busybox", bench.path("real/rootfs/bin/busybox")).map_err(failed)?;
    fs::copy("/bin/busybox", bench.path("real/rootfs/opt/busybox-tools")).map_err(failed)?;
    fs::copy("/bin/true", bench.path("real/rootfs/opt/other")).map_err(failed)?;
    for name in ["sh", "mkdir", "ln", "mknod", "mkfifo", "chmod", "rm", "chown", "cat", "readlink", "true"] {
        let link = bench.path("real/rootfs/bin").join(name);
        std::os::unix::fs::symlink("busybox", link).map_err(failed)?;
    }
    bench.tool("tar", &["-C", "real/rootfs", "--format=gnu", "-cf", "real/rootfs.tar", "."])?;
    let long = "l".repeat(120);
    fs::create_dir_all(bench.path("real/in").join(&long).join(&long)).map_err(failed)?;
    bench.write(&format!("real/in/{long}/{long}/f"), b"far\n")?;
    bench.tool("tar", &["-C", "real/in", "--format=gnu", "-cf", "real/context/archive.tar", "."])?;
    fs::remove_dir_all(bench.path("real/in")).map_err(failed)?;
    fs::remove_dir_all(bench.path("real/rootfs")).map_err(failed)
}
