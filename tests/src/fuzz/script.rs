//! Random scripts of the shell's grammar. Loops are bounded by what they count or read.

use super::words::{NAMES, arithmetic, braced, command, word};
use crate::random::Random;

/// A script.
pub(super) fn program(random: &mut Random) -> String {
    let mut script = String::from("printf 'one 1\\ntwo 2\\n' >f1; set -- p 'q r'; a=foo b='x y' n=3\n");
    if random.one_in(8) {
        script += random.of(&[
            "set -u\n",
            "set -e\n",
            "set -f\n",
            "set -x\n",
            "set -o pipefail\n",
            "IFS=:\n",
            "set -C\n",
        ]);
    }
    // What background commands trace comes in any order.
    let traced = script.contains("set -x");
    for _ in 0..1 + random.below(5) {
        let statement = statement(random, 3);
        script += &if traced { statement.replace(" &\nwait $!", "") } else { statement };
        script += if random.one_in(3) { "\n" } else { "; echo $?\n" };
    }
    script
}

fn body(random: &mut Random, depth: usize) -> String {
    let count = 1 + random.below(2);
    let statements: Vec<String> = (0..count).map(|_| statement(random, depth.saturating_sub(1))).collect();
    statements.join("\n")
}

fn statement(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return simple(random);
    }
    match random.below(22) {
        0..=6 => simple(random),
        7 => format!(
            "if {}; then {}\nelse {}\nfi",
            condition(random),
            body(random, depth),
            body(random, depth)
        ),
        8 => format!(
            "for {} in {} {}; do {}\ndone",
            random.of(NAMES),
            word(random, 1),
            word(random, 1),
            body(random, depth)
        ),
        9 => format!(
            "i=0; while [ $i -lt {} ]; do i=$((i+1)); {}\ndone",
            random.below(4),
            loop_body(random, depth)
        ),
        10 => case(random, depth),
        11 => format!(
            "fn() {{ {}\n}}; fn {} {}",
            function_body(random, depth),
            word(random, 1),
            word(random, 1)
        ),
        12 => format!("( {}\n)", body(random, depth)),
        13 => format!("{{ {}\n}} >g{depth}; cat g{depth}", body(random, depth)),
        14 => format!("{} | {}", command(random, 1), filter(random)),
        15 => format!("{} && {}", statement(random, depth - 1), simple(random)),
        16 => format!("{} || {}", statement(random, depth - 1), simple(random)),
        17 => here_document(random),
        18 => format!(
            "printf 'r1 r2 r3\\nx\\n' | while read {} {}; do {}\ndone",
            random.of(NAMES),
            random.of(NAMES),
            simple(random)
        ),
        19 => format!("! {}", simple(random)),
        20 => format!("eval '{}'", simple(random).replace('\'', "")),
        _ => format!("{} &\nwait $!", simple(random)),
    }
}

fn loop_body(random: &mut Random, depth: usize) -> String {
    let exit = random.of(&["", "", "break", "continue", "[ $i = 2 ] && break"]);
    format!("{}\n{exit}", body(random, depth))
}

fn function_body(random: &mut Random, depth: usize) -> String {
    let first = random.of(&["", "local a=1", "local n", "shift"]);
    let last = random.of(&["", "return", "return 3", "echo $1 $#"]);
    format!("{first}\n{}\n{last}", body(random, depth))
}

fn case(random: &mut Random, depth: usize) -> String {
    let pattern = |random: &mut Random| {
        random.of(&["foo", "*", "[a-f]*", "x*", "?", "'*'", "a|b", "\"$a\"", "''", "*\\ *"])
    };
    let (first, second) = (pattern(random), pattern(random));
    format!(
        "case {} in {first}) {};; {second}) {};; esac",
        word(random, 1),
        statement(random, depth - 1),
        simple(random)
    )
}

fn here_document(random: &mut Random) -> String {
    let quoted = random.of(&["E", "'E'", "E", "-E"]);
    format!("cat <<{quoted}\n$a {} $((n))\n\tend \\$x `echo q`\nE", braced(random, 0))
}

fn condition(random: &mut Random) -> String {
    match random.below(6) {
        0 => format!("[ {} = {} ]", quoted(random), quoted(random)),
        1 => format!(
            "[ {} {} {} ]",
            arithmetic_value(random),
            random.of(&["-lt", "-eq", "-ge", "-ne"]),
            arithmetic_value(random)
        ),
        2 => format!(
            "test {} {}",
            random.of(&["-f", "-d", "-e", "-s", "-z", "-n", "-r", "-x"]),
            random.of(&["f1", ".", "nofile", "''", "\"$a\""])
        ),
        3 => format!("[[ {} == {} ]]", quoted(random), random.of(&["f*", "foo", "*", "?"])),
        4 => (random.of(&["true", "false", ":", "! true"])).to_owned(),
        _ => format!("echo {} | grep -q {}", quoted(random), random.of(&["foo", "x", "^a"])),
    }
}

fn quoted(random: &mut Random) -> String {
    (random.of(&["\"$a\"", "\"$b\"", "foo", "''", "'x y'", "\"$1\"", "3", "\"${d-}\""])).to_owned()
}

fn arithmetic_value(random: &mut Random) -> String {
    (random.of(&["$n", "3", "0", "$((n+1))", "$#", "-1", "x"])).to_owned()
}

fn filter(random: &mut Random) -> String {
    (random.of(&[
        "cat",
        "{ read x; echo \"[$x]\"; }",
        "sed 's/o/0/g'",
        "tr a-z A-Z",
        "wc -l",
        "head -n 1",
        "grep o",
        "cat; echo done",
    ]))
    .to_owned()
}

fn simple(random: &mut Random) -> String {
    let name = random.of(NAMES);
    match random.below(26) {
        0..=5 => format!("echo {} {}", word(random, 2), word(random, 1)),
        6 | 7 => format!("{name}={}", word(random, 2)),
        8 => format!(
            "printf '{}\\n' {} {}",
            random.of(&["%s", "[%s]", "%d", "%5s|", "%-4s|", "%x", "%03d", "%b", "%c", "%%%s", "%.2s"]),
            word(random, 1),
            word(random, 1)
        ),
        9 => format!("echo {} >{}", word(random, 1), random.of(&["f2", "f3", "nodir/x", "/dev/null"])),
        10 => format!(
            "echo {} >>{}; cat {}",
            word(random, 1),
            random.of(&["f1", "f2"]),
            random.of(&["f1", "f2"])
        ),
        11 => format!("echo $(({}))", arithmetic(random, 3)),
        12 => format!(": $(({})); echo $n", arithmetic(random, 2)),
        13 => format!("set -- {} {}; echo $# \"$1\"", word(random, 1), word(random, 1)),
        14 => format!("{name}={} sh -c 'echo ${name}'", word(random, 1)),
        15 => format!("unset {name}; echo \"${{{name}-unset}}\""),
        16 => format!("export {name}; env | grep '^{name}='"),
        17 => (random.of(&[
            "shift",
            "shift 9",
            "cd /w",
            "cd nodir",
            "umask 027",
            "umask",
            "pwd",
            "true",
            "false",
            "alias",
            "exit 4",
        ]))
        .to_owned(),
        18 => format!("echo {} 2>&1 >&2 | cat", word(random, 1)),
        19 => format!("nosuchcommand {}", word(random, 0)),
        20 => format!("read {name} rest <f1; echo \"${name}:$rest\""),
        21 => format!("trap 'echo trapped' {}", random.of(&["EXIT", "TERM", "USR1"])),
        22 => "while getopts ab:c o -a -b x -d y; do echo \"$o $OPTARG $OPTIND\"; done; OPTIND=1".to_owned(),
        23 => format!("let {name}={}", random.below(9)),
        24 => format!("type {}", random.of(&["cd", "echo", "if", "nosuch", "fn"])),
        _ => format!("command -v {}", random.of(&["cd", "echo", "if", "nosuch"])),
    }
}
