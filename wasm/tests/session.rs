//! What a learner types on the simulated machine, and what comes of it.

use wasm::{Chunk, Session};

fn session() -> Session {
    Session::new().expect("the embedded facts are whole")
}

/// Types lines and shows everything as a terminal would, with the exit status where it is not 0.
fn transcript(session: &mut Session, lines: &[&str]) -> String {
    let mut shown = String::new();
    for line in lines {
        let reply = session.run(line, None).expect("the machine runs");
        shown += &format!("$ {line}\n");
        shown.extend(reply.output.iter().map(|chunk| chunk.text.as_str()));
        if reply.exit != 0 {
            shown += &format!("[{}]\n", reply.exit);
        }
    }
    shown
}

#[test]
fn the_shell_remembers() {
    let shown = transcript(
        &mut session(),
        &[
            "pwd",
            "mkdir -p a/b; cd a/b; name='two words'",
            "pwd; echo \"$name\" | tr a-z A-Z",
            "false",
            "echo $?",
            "exit 3",
            "echo $? still here",
            "cat <<E >f\none\nE",
            "cat f; nosuch",
            "cd ..; rm -r b; pwd",
            "export SHOWN=1; hidden=2",
            "sh -c 'echo [$SHOWN] [$hidden]'; echo $hidden",
        ],
    );
    let expected = "$ pwd\n/root/project\n$ mkdir -p a/b; cd a/b; name='two words'\n\
        $ pwd; echo \"$name\" | tr a-z A-Z\n/root/project/a/b\nTWO WORDS\n$ false\n[1]\n$ echo $?\n1\n$ exit 3\n[3]\n\
        $ echo $? still here\n3 still here\n$ cat <<E >f\none\nE\n$ cat f; nosuch\none\nsh: nosuch: not found\n[127]\n\
        $ cd ..; rm -r b; pwd\n/root/project/a\n\
        $ export SHOWN=1; hidden=2\n$ sh -c 'echo [$SHOWN] [$hidden]'; echo $hidden\n[1] []\n2\n";
    assert_eq!(shown, expected);
}

#[test]
fn docker_is_a_program_among_others() {
    let mut session = session();
    session.write_file("Dockerfile", b"FROM alpine\nCOPY greeting /\n").expect("the folder takes a file");
    session.write_file("greeting", b"hello\n").expect("the folder takes a file");
    let shown = transcript(
        &mut session,
        &[
            "docker build -q --iidfile id . >/dev/null && docker run --rm $(cat id) cat /greeting | tr h j",
            "docker build - <id",
            "docker images -q nothing | wc -l",
        ],
    );
    let expected = "$ docker build -q --iidfile id . >/dev/null && docker run --rm $(cat id) cat /greeting | tr h j\n\
        jello\n$ docker build - <id\nSending build context to Docker daemon  2.048kB\r\r\n\
        Error response from daemon: dockerfile parse error line 1: unknown instruction: \
        SHA256:E\n[1]\n$ docker images -q nothing | wc -l\n0\n";
    let id = session.read_file("id").expect("docker wrote it");
    let shown = shown.replace(&String::from_utf8_lossy(&id[7..]).to_uppercase(), "E");
    assert_eq!(shown, expected);
}

#[test]
fn a_runaway_line_ends_in_a_named_budget() {
    let mut session = session();
    let reply = session.run("head -c 17000000 /dev/zero", None).expect("the machine runs");
    let limit = "the simulation's budget of 16777216 bytes of output is used up";
    assert_eq!((reply.exit, reply.limit.as_deref()), (137, Some(limit)));
    let text = format!("glasshull: {limit}\n");
    assert_eq!(reply.output.last(), Some(&Chunk { stream: api::Stream::Stderr, text }));
    assert_eq!(transcript(&mut session, &["echo alive"]), "$ echo alive\nalive\n");
}

#[test]
fn open_lines_are_known() {
    let open = ["echo 'a", "if true", "cat <<E", "echo a |", "f() {", "echo \\"];
    let whole = ["", "echo a", "echo 'a'", "if true; then :; fi", "cat <<E\na\nE", "echo )"];
    assert_eq!(open.map(Session::is_incomplete), [true; 6]);
    assert_eq!(whole.map(Session::is_incomplete), [false; 6]);
}

#[test]
fn files_stay_in_the_project() {
    let mut session = session();
    for path in ["", "/etc/passwd", "../x", "a/../../x", "a//b", "."] {
        assert_eq!(
            session.write_file(path, b""),
            Err(format!("{path:?} is no path of a file in the project folder"))
        );
    }
    session.write_file("a/b", b"text").expect("folders are made");
    let paths: Vec<_> = session.files().into_iter().map(|file| (file.path, file.size)).collect();
    assert_eq!(paths, [("a/b".to_owned(), 4)]);
    assert_eq!(session.read_file("a"), Err("a: Is a directory".to_owned()));
}

#[test]
fn a_lesson_about_a_project_is_solved_by_its_files() {
    let mut session = session();
    let lessons = wasm::lesson_views().expect("the lessons read");
    let lesson = lessons.iter().find(|lesson| lesson.lesson.id == "redis-on-alpine").expect("it is there");
    for (path, text) in &lesson.files {
        session.write_file(path, text.as_bytes()).expect("the folder takes a file");
    }
    let points = |session: &Session| {
        session.grade("redis-on-alpine", "en").map(|grade| (grade.points, grade.possible))
    };
    assert_eq!(points(&session), Ok((0, 5)));
    for (path, text) in &lesson.solution {
        session.write_file(path, text.as_bytes()).expect("the folder takes a file");
    }
    assert_eq!(points(&session), Ok((5, 5)));
    assert_eq!(session.hints("redis-on-alpine", "en").map(|levels| levels.len()), Ok(2));
    session.run("docker build -t redis .", None).expect("the machine runs");
    assert_eq!(session.answer("redis-on-alpine", "layers"), Ok("1".to_owned()));
}

#[test]
fn a_lesson_about_commands_is_solved_by_typing_them() {
    let mut session = session();
    let points = |session: &Session| {
        session.grade("image-and-container", "en").map(|grade| (grade.points, grade.possible))
    };
    assert_eq!(points(&session), Ok((0, 6)));
    for line in ["docker run --name first alpine touch /note", "docker run --name second alpine true"] {
        session.run(line, None).expect("the machine runs");
    }
    assert_eq!(points(&session), Ok((6, 6)));
}

#[test]
fn the_state_names_layers_and_origins() {
    let mut session = session();
    session.write_file("Dockerfile", b"FROM alpine\nRUN echo hi >/greeting\nCMD [\"sh\"]\n").expect("a file");
    session.run("docker build -t g .", None).expect("the machine runs");
    let state = session.state().expect("the daemon answers");
    let named: Vec<_> = state.images.iter().flat_map(|image| &image.tags).collect();
    assert_eq!(named, ["g:latest", "alpine:latest"]);
    let rows: Vec<_> = state.images[0].history.iter().map(|row| (row.diff_id.is_some(), row.size)).collect();
    assert_eq!(rows, [(true, state.images[0].history[0].size), (false, 0), (true, 3), (false, 0)]);
    let tree = session.image_tree("g").expect("the image is there");
    let found: Vec<_> =
        tree.iter().filter(|entry| entry.path == "/greeting").map(|entry| entry.layer).collect();
    assert_eq!(found, [1]);
    assert_eq!(session.image_file("g", "/greeting", 100), Ok(Some("hi\n".to_owned())));
}

#[test]
fn equal_sessions_have_one_hash_and_an_image_one_archive() {
    let play = |last: &str| {
        let mut session = session();
        session.write_file("Dockerfile", b"FROM alpine\nRUN echo hi >/greeting\n").expect("a file");
        session.run("docker build -t g .", None).expect("the machine runs");
        session.run(last, None).expect("the machine runs");
        session
    };
    let hash = |last: &str| play(last).state_hash().expect("the daemon answers");
    assert_eq!(hash("docker tag g h"), hash("docker tag g h"));
    assert_ne!(hash("docker tag g h"), hash("docker tag g i"));
    assert_ne!(hash("true"), hash("echo >f"));
    let mut session = play("true");
    let archive = session.image_archive("g").expect("the image is there");
    assert_eq!(session.image_archive("g").map(|again| again == archive), Ok(true));
    assert!(session.image_archive("nothing").is_err());
    session.write_file("g.tar", &archive).expect("the folder takes it");
    let shown = transcript(&mut session, &["tar tf g.tar | head -n 4; tar xOf g.tar oci-layout"]);
    let expected = "$ tar tf g.tar | head -n 4; tar xOf g.tar oci-layout\nblobs/\nblobs/sha256/\noci-layout\nindex.json\n\
        {\"imageLayoutVersion\":\"1.0.0\"}";
    assert_eq!(shown, expected);
}

#[test]
fn a_dockerfile_is_checked_while_it_is_written() {
    let marks = wasm::lint("from alpine AS Base\nCMD echo hi\nENV A=$nosuch\n");
    let shown: Vec<_> = marks.iter().map(|mark| (mark.first, mark.severity, mark.rule.as_str())).collect();
    assert_eq!(
        shown,
        [
            (1, "warning", "StageNameCasing"),
            (1, "warning", "FromAsCasing"),
            (1, "warning", "ConsistentInstructionCasing"),
            (2, "warning", "JSONArgsRecommended"),
            (3, "warning", "UndefinedVar"),
        ]
    );
    let error: Vec<_> =
        wasm::lint("FROM alpine\nRUNN x\n").into_iter().map(|mark| (mark.first, mark.message)).collect();
    let text = "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)";
    assert_eq!(error, [(2, text.to_owned())]);
    assert_eq!(wasm::lint("FROM alpine\nCMD [\"sh\"]\n"), []);
}

/// The whole output of a line that was typed at a keyboard, and whether it waits for more.
fn typed(session: &mut Session, line: &str, pieces: &[&str]) -> (String, bool) {
    let mut reply = session.run(line, Some("")).expect("the machine runs");
    for piece in pieces {
        assert!(reply.waits, "{line}: nothing waits for {piece:?}");
        reply = session.type_in(piece).expect("the machine runs");
    }
    let output: String = reply.output.iter().map(|chunk| chunk.text.as_str()).collect();
    (output.replace('\r', ""), reply.waits)
}

#[test]
fn a_person_types_into_programs() {
    let mut session = Session::new().unwrap();
    session.run("docker pull -q alpine", None).unwrap();
    let cases = [
        ("docker run -it --rm alpine sh", vec!["x=41\n", "echo $((x+1))\n", "exit\n"]),
        ("docker run -i --rm alpine cat", vec!["one\n", "\u{4}"]),
        ("docker run -i --rm alpine sh -c 'trap \"echo bye\" INT; read line'", vec!["\u{3}"]),
        ("read name; echo \"hello $name\"", vec!["you\n"]),
        ("docker network prune", vec!["n\n"]),
        ("docker run -it --rm alpine", vec!["cd /etc\n", "ls apk\n"]),
    ];
    let mut story = String::new();
    for (line, pieces) in cases {
        let (output, waits) = typed(&mut session, line, &pieces);
        story += &format!("# {line}\n{output}{}", if waits { "[waits]\n" } else { "" });
    }
    assert_eq!(
        story,
        "\
# docker run -it --rm alpine sh
/ # x=41
/ # echo $((x+1))
42
/ # exit
# docker run -i --rm alpine cat
one
one
# docker run -i --rm alpine sh -c 'trap \"echo bye\" INT; read line'
^Cbye
# read name; echo \"hello $name\"
you
hello you
# docker network prune
WARNING! This will remove all custom networks not used by at least one container.
Are you sure you want to continue? [y/N] n
# docker run -it --rm alpine
/ # cd /etc
/etc # ls apk
\u{1b}[0;0march\u{1b}[m               \u{1b}[1;34mprotected_paths.d\u{1b}[m  \u{1b}[0;0mworld\u{1b}[m
\u{1b}[1;34mkeys\u{1b}[m               \u{1b}[0;0mrepositories\u{1b}[m
/etc # [waits]
"
    );
}

#[test]
fn typing_bit_by_bit_and_all_at_once_lead_to_one_state() {
    let line = "docker run -it --name box alpine";
    let (mut slow, mut fast) = (session(), session());
    typed(&mut slow, line, &["echo hi >/x\n", "apk add redis\n", "exit\n"]);
    fast.run(line, Some("echo hi >/x\napk add redis\nexit\n")).unwrap();
    assert_eq!(slow.state_hash().unwrap(), fast.state_hash().unwrap());
    assert!(slow.type_in("more\n").is_err(), "nothing waits any more");
}
