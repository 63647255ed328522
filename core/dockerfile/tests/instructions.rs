//! Fixtures of the second phase: `tests/instructions/*.txt`, and literal trees.

use dockerfile::instruction::{CopySource, Healthcheck, InlineFile, MountType, RunForm, Sharing, parse_one};
use dockerfile::{Command, Dockerfile, Lines, Vintage, parse_port};

const BOTH: [Vintage; 2] = [Vintage::Docker20_10, Vintage::Current];

fn command(text: &str, vintage: Vintage) -> Command {
    parse_one(text, vintage).expect("the instruction is valid").command
}

/// `=== text` / `20.10: message` / `current: message`; `both:` for two; `ok` is success.
#[test]
fn every_error_reads_as_written() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/instructions");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for case in text.split("=== ").skip(1) {
            let (input, rest) = case.split_once('\n').unwrap();
            for line in rest.lines().filter(|line| !line.is_empty()) {
                let (vintage, expected) = line.split_once(": ").unwrap();
                for (name, of) in [("20.10", BOTH[0]), ("current", BOTH[1])] {
                    if vintage != name && vintage != "both" {
                        continue;
                    }
                    let actual = parse_one(input, of).map_or_else(|error| error.message, |_| "ok".to_owned());
                    assert_eq!(actual, expected, "{input} {name}");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 100, "fixtures were found");
}

#[test]
fn a_dockerfile_has_global_args_and_stages() {
    let text =
        b"# escape=\\\nARG V=1 W\nFROM --platform=$P alpine:$V aS Build\nRUN echo \\\n  a\nFROM scratch\n";
    let dockerfile = Dockerfile::parse(text, Vintage::Docker20_10).unwrap();
    assert_eq!(dockerfile.escape, '\\');
    let global: Vec<&str> =
        dockerfile.global_arg_commands().flat_map(|arg| &arg.args).map(|arg| arg.key.as_str()).collect();
    assert_eq!(global, ["V", "W"]);
    let [build, last] = dockerfile.stages.as_slice() else { panic!("two stages") };
    assert_eq!((build.index, build.name(), build.from.image.as_str()), (0, Some("build"), "alpine:$V"));
    assert_eq!(build.from.platform.as_deref(), Some("$P"));
    assert_eq!(build.from.typed_name, Some(("aS".to_owned(), "Build".to_owned())));
    let run = &build.instructions[0];
    assert_eq!((&*run.keyword, run.original.as_str()), ("RUN", "RUN echo   a"));
    assert_eq!(run.lines, Lines::new(4, 5));
    assert_eq!(&text[run.span.range()], b"RUN echo \\\n  a");
    assert_eq!((last.index, last.name(), last.from.image.as_str()), (1, None, "scratch"));
    assert_eq!((dockerfile.step_count(0), dockerfile.step_count(1)), (3, 4));
}

#[test]
fn targets_are_names_in_any_case() {
    let text = b"FROM a AS one\nFROM b AS two\nFROM c AS ONE\n";
    for vintage in BOTH {
        let dockerfile = Dockerfile::parse(text, vintage).unwrap();
        let index = |name: &str| dockerfile.target(name).map(|stage| stage.map(|stage| stage.index));
        assert_eq!(index(""), Ok(Some(2)));
        assert_eq!(index("Two"), Ok(Some(1)));
        assert_eq!(index("ONE"), Ok(Some(0)));
        assert_eq!(dockerfile.last_stage("one").map(|stage| stage.index), Some(2));
        let error = index("twoo").unwrap_err();
        let expected = match vintage {
            Vintage::Docker20_10 => {
                ("target stage twoo could not be found", "failed to reach build target twoo in Dockerfile")
            }
            Vintage::Current => (
                "target stage \"twoo\" could not be found (did you mean two?)",
                "target stage \"twoo\" could not be found",
            ),
        };
        assert_eq!((error.message.as_str(), error.classic.as_str()), expected);
        assert!(index("0").is_err());
    }
}

#[test]
fn stages_need_a_from_and_files_a_byte() {
    for vintage in BOTH {
        let error = Dockerfile::parse(b"RUN x\n", vintage).unwrap_err();
        assert_eq!(error.daemon_text("Dockerfile"), "no build stage in current context");
        let error = Dockerfile::parse(b"", vintage).unwrap_err();
        assert_eq!(error.text(), "the Dockerfile cannot be empty");
        assert_eq!(error.daemon_text("a/Dockerfile"), "the Dockerfile (a/Dockerfile) cannot be empty");
        assert_eq!(Dockerfile::parse(b"ARG A\n", vintage).map(|file| file.stages.len()), Ok(0));
    }
    let error = Dockerfile::parse(b"FROM a\nFOO\n", Vintage::Docker20_10).unwrap_err();
    assert_eq!(error.text(), "dockerfile parse error line 2: unknown instruction: FOO");
    let error = Dockerfile::parse(b"FROM a\nFOO\n", Vintage::Current).unwrap_err();
    assert_eq!(
        error.daemon_text("Dockerfile"),
        "dockerfile parse error on line 2: unknown instruction: FOO (did you mean FROM?)"
    );
}

#[test]
fn forms_give_argument_vectors() {
    let shell = ["/bin/sh".to_owned(), "-c".to_owned()];
    let argv = |text: &str| match command(text, Vintage::Current) {
        Command::Run(run) => run.form.argv(&shell).join("|"),
        other => panic!("{other:?}"),
    };
    assert_eq!(argv("RUN echo  hi"), "/bin/sh|-c|echo  hi");
    assert_eq!(argv("RUN"), "/bin/sh|-c");
    assert_eq!(argv("RUN [\"echo\", \"hi\"]"), "echo|hi");
    assert_eq!(argv("RUN []"), "");
}

#[test]
fn copy_takes_paths_and_heredocs() {
    let text = "COPY --from=b --chown=1:2 <<-\"EOF\" f.txt /d/\n\tx $y\n\tEOF";
    let Command::Copy(copy) = command(text, Vintage::Current) else { panic!("COPY") };
    let inline = InlineFile { name: "EOF".to_owned(), data: "x $y\n".to_owned(), expand: false };
    assert_eq!(copy.sources, [CopySource::Inline(inline), CopySource::Path("f.txt".to_owned())]);
    assert_eq!(
        (copy.dest.as_str(), copy.from.as_deref(), copy.chown.as_deref()),
        ("/d/", Some("b"), Some("1:2"))
    );
    let Command::Copy(copy) = command("COPY <<EOF /d", Vintage::Docker20_10) else { panic!("COPY") };
    assert_eq!(copy.sources, [CopySource::Path("<<EOF".to_owned())]);
}

#[test]
fn health_checks_have_times() {
    let text = "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=300ms --retries=3 CMD curl -f x";
    let Command::Healthcheck(check) = command(text, Vintage::Docker20_10) else { panic!("HEALTHCHECK") };
    assert_eq!(check.test(), ["CMD-SHELL", "curl -f x"]);
    let Healthcheck::Probe(probe) = check else { panic!("a probe") };
    let times = [probe.interval, probe.timeout, probe.start_period, probe.start_interval];
    assert_eq!(times.map(|time| time.as_millis()), [90_000, 1_500, 300, 0]);
    assert_eq!(probe.retries, 3);
    let Command::Healthcheck(check) = command("HEALTHCHECK cmd [\"a\"]", Vintage::Current) else { panic!() };
    assert_eq!(check.test(), ["CMD", "a"]);
    let Command::Healthcheck(check) = command("HEALTHCHECK --bogus NONE", Vintage::Current) else { panic!() };
    assert_eq!(check.test(), ["NONE"]);
}

#[test]
fn mounts_are_read_when_variables_are_known() {
    let text = "RUN --mount=type=cache,target=$T,sharing=locked,uid=5,mode=750 --mount=type=tmpfs,dst=/t,size=16m ls";
    let Command::Run(run) = command(text, Vintage::Current) else { panic!("RUN") };
    let mounts = run.mounts(&|value| Ok(value.replace("$T", "/cache"))).unwrap();
    assert_eq!(mounts[0].kind, MountType::Cache);
    assert_eq!((mounts[0].target.as_str(), mounts[0].sharing), ("/cache", Some(Sharing::Locked)));
    assert_eq!((mounts[0].uid, mounts[0].mode, mounts[0].read_only), (Some(5), Some(0o750), false));
    assert_eq!((mounts[1].kind, mounts[1].size), (MountType::Tmpfs, 16 << 20));
    assert_eq!(run.flags_used, ["mount"]);
    assert_eq!(run.form, RunForm::Shell("ls".to_owned()));
    let Command::Run(run) = command("RUN --mount=type=chache,target=/x ls", Vintage::Current) else {
        panic!()
    };
    let error = run.mounts(&|value| Ok(value.to_owned())).unwrap_err();
    assert_eq!(error, "unsupported mount type \"chache\" (did you mean cache?)");
}

#[test]
fn onbuild_keeps_the_text() {
    let Command::Onbuild(onbuild) = command("onbuild  COPY <<A /x\nhi\nA", Vintage::Current) else {
        panic!()
    };
    assert_eq!(onbuild.trigger, "COPY <<A /x\nhi\nA");
    let trigger = onbuild.instruction(Vintage::Current).unwrap();
    assert_eq!(trigger.keyword, "COPY");
    let Command::Onbuild(bad) = command("ONBUILD FOO", Vintage::Docker20_10) else { panic!() };
    assert_eq!(bad.instruction(Vintage::Docker20_10).unwrap_err().message, "unknown instruction: FOO");
}

#[test]
fn words_are_expanded_in_place() {
    let mut env = command("ENV A$x=\"$y\" B=c", Vintage::Current);
    env.expand_words::<()>(&mut |word| Ok(word.replace('$', "S"))).unwrap();
    let Command::Env(env) = env else { panic!() };
    let pairs: Vec<_> = env.pairs.iter().map(|pair| (pair.key.as_str(), pair.value.as_str())).collect();
    assert_eq!(pairs, [("ASx", "\"Sy\""), ("B", "c")]);
}

#[test]
fn ports_have_two_wordings() {
    let text = |spec: &str, vintage| {
        parse_port(spec, vintage).map_or_else(|error| error.to_string(), |spec| spec.ports.join(" "))
    };
    for (spec, old, current) in [
        ("80-82/UDP", "80/udp 81/udp 82/udp", "80/udp 81/udp 82/udp"),
        ("80/foo", "Invalid proto: foo", "invalid port: \"80/foo\": invalid proto: foo"),
        ("foo", "Invalid containerPort: foo", "invalid containerPort: foo"),
        ("", "No port specified: <empty>", "invalid port: \"\": no port specified"),
        ("x:80:80", "Invalid ip address: x", "invalid IP address: x"),
        (
            "1-2:1-3",
            "Invalid ranges specified for container and host Ports: 1-3 and 1-2",
            "invalid ranges specified for container and host Ports: 1-3 and 1-2",
        ),
    ] {
        assert_eq!(text(spec, Vintage::Docker20_10), old);
        assert_eq!(text(spec, Vintage::Current), current);
    }
    assert_eq!(parse_port("80/foo", Vintage::Current).unwrap_err().reason(), "invalid proto: foo");
}
