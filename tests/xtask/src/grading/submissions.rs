//! Folders as a class hands them in: most are right or nearly so, some are wrong, some mean harm.

use std::{collections::BTreeMap, fs, os::unix::fs::symlink, path::Path, process::Command};

/// What a submission's result has to be.
pub(super) struct Expected {
    /// The points that it may get.
    pub(super) points: std::ops::RangeInclusive<u64>,
    /// Whether a named limit ends it.
    pub(super) limited: bool,
}

/// A kind of submission.
struct Kind {
    name: &'static str,
    /// How many of a hundred are of it.
    share: usize,
    points: std::ops::RangeInclusive<u64>,
    limited: bool,
    /// The Dockerfile, where that is all that is special.
    dockerfile: &'static str,
}

const fn kind(
    name: &'static str,
    share: usize,
    points: std::ops::RangeInclusive<u64>,
    limited: bool,
    dockerfile: &'static str,
) -> Kind {
    Kind { name, share, points, limited, dockerfile }
}

const GOOD: &str = "FROM alpine\nRUN apk add --update redis\nCMD [\"redis-server\"]\n";

/// The kinds: correct, wrong in ten ways, hostile.
const KINDS: &[Kind] = &[
    kind("correct", 30, 5..=5, false, GOOD),
    kind(
        "correct-pinned",
        8,
        5..=5,
        false,
        "FROM alpine:3.20\nRUN apk add --no-cache redis\nENTRYPOINT [\"redis-server\"]\n",
    ),
    kind(
        "correct-verbose",
        5,
        5..=5,
        false,
        "FROM alpine\nLABEL a=b\nENV C=d\nRUN apk update && \\\n    apk add redis\nEXPOSE 6379\nCMD [ \"redis-server\" ]\n",
    ),
    kind("wrong-no-package", 3, 2..=2, false, "FROM alpine\nRUN apk update\nCMD [\"redis-server\"]\n"),
    kind(
        "wrong-package-name",
        3,
        0..=0,
        false,
        "FROM alpine\nRUN apk add --update rediss\nCMD [\"redis-server\"]\n",
    ),
    kind("wrong-instruction", 3, 0..=0, false, "FROM alpine\nRUNN apk add --update redis\n"),
    kind("wrong-no-command", 3, 3..=3, false, "FROM alpine\nRUN apk add --update redis\n"),
    kind("wrong-shell-form", 3, 3..=3, false, "FROM alpine\nRUN apk add --update redis\nCMD redis-server\n"),
    kind("wrong-command", 3, 3..=3, false, "FROM alpine\nRUN apk add --update redis\nCMD [\"redis\"]\n"),
    kind("wrong-empty", 3, 0..=0, false, ""),
    kind("wrong-no-dockerfile", 3, 0..=0, false, "-"),
    kind("wrong-base", 3, 0..=0, false, "FROM debian\nRUN apt-get install redis\nCMD [\"redis-server\"]\n"),
    kind(
        "wrong-mode",
        3,
        4..=4,
        false,
        "FROM alpine\nRUN apk add --update redis && chmod 700 /usr/bin/redis-server\nCMD [\"redis-server\"]\n",
    ),
    kind("hostile-loop", 3, 0..=0, true, "FROM alpine\nRUN while :; do :; done\n"),
    kind("hostile-fork-bomb", 3, 0..=0, true, "FROM alpine\nRUN b() { b | b & }; b; sleep 1000\n"),
    kind(
        "hostile-huge-file",
        2,
        0..=0,
        true,
        "FROM alpine\nRUN dd if=/dev/zero of=/huge bs=1M count=1000000\n",
    ),
    kind(
        "hostile-sparse-file",
        2,
        0..=0,
        true,
        "FROM alpine\nRUN truncate -s 900G /huge || dd if=/dev/zero of=/huge bs=1 count=1 seek=900000000000\n",
    ),
    kind(
        "hostile-output",
        2,
        0..=0,
        true,
        "FROM alpine\nRUN yes 'the quick brown fox jumps over the lazy dog again and again and again'\n",
    ),
    kind("hostile-recursion", 2, 0..=0, true, "FROM alpine\nRUN f() { f; }; f\n"),
    kind("hostile-memory", 2, 0..=0, true, "FROM alpine\nRUN x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done\n"),
    kind("hostile-sleep", 2, 0..=0, true, "FROM alpine\nRUN while :; do sleep 1; done\n"),
    kind("hostile-program", 1, 0..=0, true, "FROM alpine\nRUN awk 'BEGIN { while (1) i++ }'\n"),
    kind("hostile-links", 2, 0..=0, false, "@links"),
    kind("hostile-outside", 1, 0..=0, false, "FROM alpine\nCOPY ../../../../etc/passwd /stolen\n"),
    kind("hostile-binary", 2, 0..=0, false, "@binary"),
    kind("hostile-large", 1, 0..=0, true, "@large"),
    kind("hostile-many", 1, 0..=0, true, "@many"),
    kind("hostile-pipe", 1, 0..=0, true, "@pipe"),
];

/// Writes submissions, each a folder, in an order that mixes the kinds. Gives what is expected of each.
pub(super) fn write(class: &Path, count: usize) -> Result<BTreeMap<String, Expected>, String> {
    let shares: Vec<&Kind> = KINDS.iter().flat_map(|kind| std::iter::repeat_n(kind, kind.share)).collect();
    let mut expected = BTreeMap::new();
    for number in 0..count {
        // 37 and the number of shares have no common divisor, so that every share has its turn.
        let kind = shares[number * 37 % shares.len()];
        let name = format!("student {number:03} {}", kind.name);
        let folder = class.join(&name);
        make(&folder, kind, number).map_err(|error| format!("{}: {error}", folder.display()))?;
        expected.insert(name, Expected { points: kind.points.clone(), limited: kind.limited });
    }
    Ok(expected)
}

fn make(folder: &Path, kind: &Kind, number: usize) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let dockerfile = folder.join("Dockerfile");
    match kind.dockerfile {
        "-" => fs::write(folder.join("dockerfile.txt"), GOOD),
        "@links" => {
            symlink("/etc/passwd", &dockerfile)?;
            symlink("/", folder.join("root"))?;
            symlink("loop", folder.join("loop"))
        }
        "@binary" => {
            let noise = (0..20_000usize).map(|at| ((at * 7919 + number * 104_729) >> 3) as u8);
            fs::write(dockerfile, noise.collect::<Vec<u8>>())
        }
        "@large" => {
            fs::write(dockerfile, GOOD)?;
            fs::write(folder.join("large"), vec![b'x'; 9 << 20])
        }
        "@many" => {
            fs::write(dockerfile, GOOD)?;
            (0..5_001).try_for_each(|file| fs::write(folder.join(format!("file{file}")), ""))
        }
        "@pipe" => {
            fs::write(folder.join("README"), "")?;
            Command::new("mkfifo").arg(&dockerfile).status().map(|_| ())
        }
        "" => fs::write(dockerfile, ""),
        text => fs::write(dockerfile, format!("# student {number}\n{text}")),
    }
}
