use std::fs;

use serde_json::Value;

use super::{Bench, Report, fixtures, is_there, tree};

/// skopeo reads our archive and our layout, and what it makes of them loads here; umoci unpacks the same files.
pub(super) fn compare(bench: &Bench<'_>, report: &mut Report) -> Result<(), String> {
    for (number, name) in fixtures::NAMES.iter().enumerate() {
        let id = bench.ours("home", &["inspect", "-f", "{{.Id}}", name])?;
        let archive = format!("docker-archive:{}:docker.io/{name}", bench.word("saved.tar"));
        let config = bench.tool("skopeo", &["inspect", "--config", "--raw", &archive]);
        report.equal(
            &format!("skopeo inspect of the archive of {name}"),
            &id,
            &config.map_or_else(|error| error, |raw| digest::sha256(raw).to_string()),
        );
        let ours = format!("oci:{}:docker.io/{name}", bench.word("home/images"));
        let config = bench.tool("skopeo", &["inspect", "--config", "--raw", &ours]);
        report.equal(
            &format!("skopeo inspect of the layout of {name}"),
            &id,
            &config.map_or_else(|error| error, |raw| digest::sha256(raw).to_string()),
        );
        for format in ["gzip", "zstd"] {
            let folder = format!("{format}-{number}");
            let to = format!("oci:{}:copy", bench.word(&folder));
            // Layers that are plain here are compressed there.
            let words = ["copy", "-q", "--dest-compress-format", format, "--dest-compress", &ours, &to];
            report.done(&format!("skopeo copy of {name} with {format}"), bench.tool("skopeo", &words));
            let copied = bench.tool("skopeo", &["inspect", "--raw", &to]).unwrap_or_default();
            let kinds = copied.matches(&format!("tar+{format}")).count();
            report.equal(
                &format!("the layers of {name} with {format}"),
                "compressed",
                match kinds {
                    0 => "plain",
                    _ => "compressed",
                },
            );
            comes_back(bench, report, name, &id, &folder)?;
        }
        let to = format!("docker-archive:{}:docker.io/{name}", bench.word(&format!("copy-{number}.tar")));
        report.done(
            &format!("skopeo copy of {name} to an archive"),
            bench.tool("skopeo", &["copy", "-q", &ours, &to]),
        );
        let world = format!("copied-{number}");
        report.done(
            &format!("skopeo's archive of {name} loads here"),
            bench.ours(&world, &["load", "-i", &format!("copy-{number}.tar")]),
        );
        if is_there("umoci") {
            unpacked(bench, report, name, number)?;
        }
    }
    Ok(())
}

/// A layout, packed, loads here with the same id and the same files.
fn comes_back(
    bench: &Bench<'_>,
    report: &mut Report,
    name: &str,
    id: &str,
    folder: &str,
) -> Result<(), String> {
    let tar = format!("{folder}.tar");
    bench.tool("tar", &["-C", folder, "-cf", &tar, "."])?;
    let world = format!("from-{folder}");
    let told = bench.ours(&world, &["load", "-q", "-i", &tar]).unwrap_or_else(|error| error);
    report.equal(&format!("{name} from {folder}"), &format!("Loaded image ID: {id}"), &told);
    let theirs = fixtures::listing(bench, &world, id).unwrap_or_else(|error| error);
    report.equal(
        &format!("the files of {name} from {folder}"),
        &fixtures::listing(bench, "home", name)?,
        &theirs,
    );
    Ok(())
}

/// umoci unpacks skopeo's copy to the files that we export.
fn unpacked(bench: &Bench<'_>, report: &mut Report, name: &str, number: usize) -> Result<(), String> {
    let (image, bundle) =
        (format!("{}:copy", bench.word(&format!("gzip-{number}"))), format!("bundle-{number}"));
    let done = bench.tool("umoci", &["unpack", "--image", &image, &bundle]);
    if done.is_err() {
        report.done(&format!("umoci unpacks {name}"), done);
        return Ok(());
    }
    let words = [
        "--xattrs",
        "--xattrs-include=*",
        "--sort=name",
        "-C",
        &format!("{bundle}/rootfs"),
        "-cf",
        "u.tar",
        ".",
    ];
    bench.tool("tar", &words)?;
    let theirs = tree::of_tar(&bench.path("u.tar")).unwrap_or_else(|error| error);
    report.equal(
        &format!("the files of {name} as umoci unpacks them"),
        &fixtures::listing(bench, "home", name)?,
        &theirs,
    );
    let config = fs::read(bench.path(&bundle).join("config.json")).map_err(|error| error.to_string())?;
    let config: Value = serde_json::from_slice(&config).map_err(|error| error.to_string())?;
    let environment = bench.ours("home", &["inspect", "-f", "{{json .Config.Env}}", name])?;
    let ours: Value = serde_json::from_str(&environment).unwrap_or_default();
    let theirs = &config["process"]["env"];
    let known = |wanted: &Value| theirs.as_array().is_some_and(|all| all.contains(wanted));
    let missing: Vec<_> = ours.as_array().into_iter().flatten().filter(|each| !known(each)).collect();
    report.equal(&format!("the environment of {name} as umoci has it"), "[]", &format!("{missing:?}"));
    Ok(())
}
