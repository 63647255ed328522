use std::fmt::Write;

use crate::{Expr, LessonFolder, Ran, Scene, builtin, start};

/// What is no expression, with the answer.
#[test]
fn errors_have_a_place_and_say_what_was_expected() {
    let rows = [
        "",
        "image.",
        "image.cmd ==",
        "image.cmd == [\"a\", 2]",
        "image.size == \"8\"",
        "image.size < 8 XB",
        "99999999999 GB > 1",
        "image.layer(\"1\").size > 0",
        "image.file().exists",
        "image.file(\"/a\", \"/b\").exists",
        "nothing.here",
        "image.user.name == \"a\"",
        "image == image",
        "\"open",
        "\"\\q\" == \"q\"",
        "(image.exists",
        "image.exists )",
        "image.exists & true",
        "not image",
        "image.exists and image.size",
        "1 has 2",
    ];
    let mut answers = String::new();
    for text in rows {
        let answer = match Expr::parse(text) {
            Ok(expr) => format!("{:?}", expr.ty()),
            Err(error) => format!("{}-{}: {error}", error.span.start, error.span.end),
        };
        let _ = writeln!(answers, "{text}\n    {answer}");
    }
    let deep = "(".repeat(40) + "1";
    let long = "1 + ".repeat(100) + "1";
    for text in [deep, long, "\"".repeat(5_000)] {
        let answer =
            Expr::parse(&text).map(|expr| format!("{:?}", expr.ty())).unwrap_or_else(|e| e.to_string());
        let _ = writeln!(answers, "({} bytes)\n    {answer}", text.len());
    }
    insta::assert_snapshot!(answers);
}

fn redis() -> (LessonFolder, crate::Bench, Vec<Ran>) {
    let folder = builtin("redis-on-alpine").expect("it comes with the program").open().expect("it reads");
    let mut bench = start(&folder).expect("it starts");
    let mut project = folder.with("solution");
    let text = "FROM alpine AS base\nENV TOKEN=hunter2\nRUN apk add --update redis\nRUN rm /usr/bin/redis-cli && adduser -D me && install -o me -m 640 /etc/hostname /home/me/x\nRUN echo hunter2 >/tmp/t\nRUN rm /tmp/t\nLABEL a=b\nEXPOSE 6379\nCMD [\"redis-server\"]\n";
    project.write_file("Dockerfile", text, 0o644, vfs::Time::EPOCH).expect("it can be written");
    bench.set_project(&project).expect("it can be set");
    let lines = ["docker build -t redis .", "docker run --name one redis echo hi", "docker tag redis mine:2"];
    let ran = lines.iter().map(|line| bench.run(line).expect("it runs")).collect();
    (folder, bench, ran)
}

/// Every name of the language on a real state: value, or what is missing, and where it came from.
#[test]
fn names_give_what_is_there() {
    let (folder, bench, ran) = redis();
    let simulator = bench.simulator();
    let rerun = &folder.lesson.grade.run;
    let scene = Scene::new(&simulator, bench.project(), "redis", rerun).after(&ran);
    let rows = include_str!("tests/names.txt");
    let mut answers = String::new();
    for text in rows.lines() {
        let expr = match Expr::parse(text) {
            Ok(expr) => expr,
            Err(error) => {
                let _ = writeln!(answers, "{text}\n    {error}");
                continue;
            }
        };
        let evidence = expr.judge(&scene);
        let verdict = match expr.ty() {
            crate::Type::Bool if evidence.passed => "passed: ",
            crate::Type::Bool => "failed: ",
            _ => "",
        };
        let _ = writeln!(answers, "{text}\n    {verdict}{}\n    in {}", evidence.found, evidence.from);
    }
    let unused = crate::members().filter(|member| !rows.contains(member.name)).map(|member| member.name);
    assert_eq!(unused.collect::<Vec<_>>(), [""; 0], "names without a row in names.txt");
    insta::assert_snapshot!(answers);
}

proptest::proptest! {
    #[test]
    fn any_text_is_an_expression_or_an_error(text in "[a-z_.()\\[\\], \"0-9=<>+-]{0,80}", any in ".{0,80}") {
        let _ = Expr::parse(&text);
        let _ = Expr::parse(&any);
    }
}
