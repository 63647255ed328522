//! The parsers of what a build is made of.

use dockerfile::expand::Expander;
use dockerfile::instruction::{Command, RunForm};
use dockerfile::{Dockerfile, Vintage, lint, parse_port};
use pattern::ignore::{self, PatternMatcher};

const VINTAGES: [Vintage; 2] = [Vintage::Docker20_10, Vintage::Current];

/// What patterns are asked about.
const PATHS: [&str; 6] = ["a", "a/b/c.txt", ".git/HEAD", "node_modules/x/y", "\u{e9}/[x]", "src/main.rs"];

pub(super) fn dockerfiles() -> Vec<Vec<u8>> {
    [
        "# syntax=docker/dockerfile:1\n# escape=`\n# check=skip=all;error=true\nARG V=3.20\nFROM --platform=$BUILDPLATFORM alpine:${V:-x} AS build\n",
        "FROM a AS b\nRUN --mount=type=cache,target=/c,id=x,sharing=locked,mode=0755 --mount=type=secret,id=s,required \\\n  # in between\n\n  make \\\n  all\n\
         COPY --from=b --chown=1:2 --chmod=u=rwX,go-r --link --parents --exclude=*.o [\"a b\", \"/c/\"]\nADD --checksum=sha256:aa http://x/y /z\n",
        "FROM scratch\nRUN <<-EOF bash -e\n\techo 1\n\tEOF\nCOPY <<\"A\" <<'B' /d/\n$x\nA\n${y}\nB\nHEALTHCHECK --interval=1h2m3.5s --retries=3 CMD [\"a\", \"b\"]\n",
        "FROM x\nENV A=\"b c\" D='e' F g=h\nLABEL a.b=c \"d e\"=f\nARG X Y=z W=${X#*a?}${X/p/r}${X:+a}\nEXPOSE 80-90/tcp 1.2.3.4:5:6/udp\nVOLUME [\"/a\"] /b\n\
         USER a:b\nWORKDIR c\nSHELL [\"x\"]\nSTOPSIGNAL SIGRTMIN+3\nONBUILD ONBUILD RUN x\nCMD [ \"\\u00e9\\n\" ]\nENTRYPOINT a $b\nMAINTAINER m\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// Reads, expands and checks.
pub(super) fn parse_dockerfile(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    for vintage in VINTAGES {
        let _ = dockerfile::syntax::detect_syntax(&text);
        let _ = dockerfile::syntax::detect_check(&text);
        let Ok(file) = Dockerfile::parse(input, vintage) else { continue };
        let expander = Expander::new(file.escape, vintage);
        let lookup = |name: &str| name.starts_with('a').then(|| "value/of/it".to_owned());
        for instruction in file.stages.iter().flat_map(|stage| &stage.instructions) {
            let mut command = instruction.command.clone();
            drop(command.expand_words(&mut |word| expander.word(word, &lookup)));
        }
    }
    let options = lint::Options {
        build_args: &[],
        target: "",
        scope: lint::Scope::All,
        ignore: None,
        build_platform: lint::Platform::default(),
        target_platform: lint::Platform::default(),
        is_reference: &|name| oci::Reference::parse_normalized(name).is_ok(),
        parse_platform: &|_| Ok(lint::Platform::default()),
        base: &|_| None,
    };
    drop(lint::check(&text, &options));
}

pub(super) fn ignores() -> Vec<Vec<u8>> {
    [
        "# c\n*\n!src\nsrc/**/*.o\n!/a/../b/\n**/.git\n",
        "[a-z\\]]?\\*\n**a**/b**\n/\n./x/\n!\n",
        "\u{feff}a\r\n b \n{c,d}\n[^x]*\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub(super) fn parse_ignore(input: &[u8]) {
    let patterns = ignore::read(&String::from_utf8_lossy(input));
    let Ok(matcher) = PatternMatcher::new(&patterns) else { return };
    for path in PATHS {
        let _ = matcher.matches(path);
        let _ = matcher.visit(path, true);
    }
}

pub(super) fn references() -> Vec<Vec<u8>> {
    let digest = digest::sha256("");
    vec![
        format!("localhost:5000/a/b-c__d.e:tag_1.2@{digest}").into(),
        b"docker.io/library/alpine".to_vec(),
        b"[::1]:80/x:y".to_vec(),
        format!("{digest}").into(),
        b"80:80/tcp 127.0.0.1:1-5:6-10/udp".to_vec(),
        b"https://github.com/a/b.git#ref:dir".to_vec(),
    ]
}

pub(super) fn parse_reference(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Ok(reference) = oci::Reference::parse_normalized(&text) {
        let whole = reference.to_string();
        assert_eq!(oci::Reference::parse_normalized(&whole).ok(), Some(reference), "a reference survives");
    }
    drop(dockerfile::GitRef::parse(&text));
    VINTAGES.iter().for_each(|vintage| drop(parse_port(&text, *vintage)));
}

pub(super) fn json_forms() -> Vec<Vec<u8>> {
    [
        "[\"a\", \"b\\u00e9\\n\\\"\", \"\"]",
        "[]",
        " [ \"\\ud83d\\ude00\" , \"x\" ] ",
        "[\"a\",\n]",
        "[1, null, [\"a\"], {\"b\": 2e5}]",
        "[\"\\/\\b\\f\\r\\t\\u0000\", \"\u{e9}\u{1f600}\"]",
        "[true, false, -0.5E+10, 1e400, 01, {\"a\": [], \"a\": {}}]",
        "['a', \"b\",]",
        "[\"a\"] [\"b\"]",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// The text as what follows each instruction that takes both forms; what it comes to is what another reader of JSON says.
pub(super) fn parse_json_form(input: &[u8]) {
    let instructions =
        ["CMD", "RUN", "COPY", "ADD", "SHELL", "VOLUME", "ENTRYPOINT", "ONBUILD CMD", "HEALTHCHECK CMD"];
    for (instruction, vintage) in instructions.iter().flat_map(|name| VINTAGES.map(|vintage| (name, vintage)))
    {
        let text = [b"FROM a\n", instruction.as_bytes(), b" ", input].concat();
        drop(Dockerfile::parse(&text, vintage));
    }
    let text = String::from_utf8_lossy(input);
    let text = text.trim();
    let is_one_line =
        text.starts_with('[') && text.len() < 1000 && !text.contains(['\n', '\r']) && !text.ends_with('\\');
    // Half a surrogate pair is U+FFFD to Go, and an error to others.
    if !is_one_line || text.to_lowercase().contains("\\ud") {
        return;
    }
    let file = Dockerfile::parse(format!("FROM a\nCMD {text}\n").as_bytes(), Vintage::Current);
    let form = file.as_ref().map(|file| match &file.stages[0].instructions[0].command {
        Command::Cmd(cmd) => cmd.form.clone(),
        other => panic!("CMD became {other:?}"),
    });
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Array(items)) => {
            let words: Option<Vec<String>> =
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            assert_eq!(form.ok(), words.map(RunForm::Exec), "{text}");
        }
        _ => assert_eq!(form, Ok(RunForm::Shell(text.to_owned())), "{text}"),
    }
}
