//! Random calls of applets: flags of each in any mix, on random texts and files.

use super::words::text;
use crate::random::Random;

/// What an applet is called with.
#[derive(Clone, Copy)]
struct Call {
    name: &'static str,
    /// Flags, with their values; any of them may come.
    flags: &'static [&'static str],
    /// What must come, one of these.
    operands: &'static [&'static str],
}

const fn call(name: &'static str, flags: &'static [&'static str], operands: &'static [&'static str]) -> Call {
    Call { name, flags, operands }
}

/// Filters: standard input, or the files.
const FILTERS: &[Call] = &[
    call(
        "sort",
        &["-n", "-r", "-u", "-k2", "-k2,2n", "-t:", "-f", "-b", "-s", "-d", "-M", "-h", "-V", "-g"],
        &["", "f1", "f1 f2"],
    ),
    call("uniq", &["-c", "-d", "-u", "-i", "-f1", "-s2", "-w3"], &["", "f1"]),
    call("cut", &["-s", "-n"], &["-d: -f1", "-d: -f2,3 f1", "-c2-4", "-b1", "-c-3", "-f2", "-d' ' -f2-"]),
    call("tr", &["-d", "-s", "-c"], &["a-z A-Z", "abc", "' ' _", "[:upper:] x", "a-c x"]),
    call("head", &["-n 2", "-n -1", "-q", "-v"], &["", "f1", "f1 f2"]),
    call("tail", &["-n 2", "-n +2", "-q", "-v"], &["", "f1", "f1 f2"]),
    call("wc", &["-l", "-w", "-c", "-L"], &["", "f1", "f1 f2", "nofile"]),
    call(
        "grep",
        &[
            "-i", "-v", "-c", "-n", "-l", "-L", "-o", "-w", "-x", "-E", "-F", "-q", "-s", "-H", "-h", "-m1",
            "-A1", "-B1", "-C1",
        ],
        &[
            "apple",
            "'[0-9]\\+' f1",
            "'a.*e' f1 f2",
            "'^$'",
            "-e foo -e 9",
            "'\\(a\\)p*' f1",
            "nine nofile f1",
            "'[[:space:]]$'",
            "'a|9'",
        ],
    ),
    call(
        "sed",
        &["-n", "-E", "-s"],
        &[
            "'s/a/X/'",
            "'s/a/X/gp'",
            "'2d' f1",
            "'/apple/,/10/p'",
            "'$!N;P;D'",
            "'y/abc/xyz/'",
            "'1!G;h;$!d'",
            "'s/\\(.\\)\\(.\\)/\\2\\1/2'",
            "'/^$/d;='",
            "'2i\\ins'",
            "'$a\\app' f1",
            "'2q'",
            "'s/[^ ]*/<&>/g'",
            "'/a/!s/$/!/'",
            "'1~2d'",
            "'s/x/y/;ta;s/$/-/;:a'",
        ],
    ),
    call("rev", &[], &["", "f1"]),
    call("tac", &[], &["", "f1", "f1 f2"]),
    call("nl", &["-b a", "-n ln", "-w 3", "-v 5"], &["", "f1"]),
    call("fold", &["-w 5", "-s", "-b"], &["", "f1"]),
    call("expand", &["-t 4", "-i"], &["", "f1"]),
    call("unexpand", &["-a", "-t 4"], &["", "f1"]),
    call("od", &["-A n", "-v"], &["-c", "-t x1", "-b", "-x f1", "-d", "-t o1"]),
    call("hexdump", &["-v"], &["-C", "-b", "-c f1", "-x"]),
    call("xxd", &["-c 8", "-g 1", "-p"], &["", "f1"]),
    call("cksum", &[], &["", "f1"]),
    call("md5sum", &[], &["", "f1", "f1 nofile"]),
    call("sha1sum", &[], &["", "f1"]),
    call("sha256sum", &[], &["", "f1"]),
    call("base64", &["-w 10"], &["", "f1"]),
    call("cat", &["-n", "-b", "-e", "-t", "-v", "-A"], &["", "f1", "f1 - f2", "nofile"]),
    call("strings", &["-n 3", "-f", "-o"], &["f1", "f1 f2"]),
    call("tee", &["-a"], &["f3", "f1 f3", "nodir/x"]),
    call("paste", &["-d,", "-s"], &["f1 f2", "- -", "f1 -"]),
    call(
        "awk",
        &["-F:", "-v x=2"],
        &[
            "'{print $1}'",
            "'{print NF, $NF}' f1",
            "'/apple/{n++} END{print n+0}'",
            "'NR==2{print toupper($0)}'",
            "'{s+=$2} END{printf \"%.2f\\n\", s}'",
            "'{gsub(/a/,\"b\"); print}'",
            "'{a[$1]++} END{print length(a)}'",
            "'BEGIN{OFS=\"-\"} {$1=$1; print}'",
            "'{print substr($0,x,3) \"|\" index($0,\"p\")}'",
            "'NR%2'",
            "'{print length}'",
            "'BEGIN{n=split(\"a:b:c\",t,\":\"); print n, t[2]}'",
        ],
    ),
    call("xargs", &["-n 1", "-n 2", "-r", "-t"], &["", "echo x", "-I {} echo '<{}>'"]),
    call("tsort", &[], &[""]),
    call("shuf", &[], &["-n 0"]),
    call("factor", &[], &["12 97 1001"]),
];

/// Tools on files.
const TOOLS: &[Call] = &[
    call(
        "ls",
        &["-1", "-a", "-A", "-F", "-p", "-r", "-S", "-R", "-d"],
        &["", ".", "d", "f1", "nofile", "d f1"],
    ),
    call(
        "cp",
        &["-r", "-a", "-f", "-n", "-p", "-l", "-s", "-T", "-d"],
        &["f1 f4", "f1 d", "d e", "f1 f2 d", "l f5", "nofile x", "f1 nodir/x"],
    ),
    call("mv", &["-f", "-n", "-T"], &["f1 f4", "f1 d", "d e", "f1 f2 d", "nofile x", "l k"]),
    call("rm", &["-r", "-f"], &["f1", "d", "f1 nofile", "l", "*", "d/."]),
    call("mkdir", &["-p", "-m 700"], &["e", "d", "x/y/z", "f1/q", "e e/f"]),
    call("rmdir", &["-p"], &["d", "d/sub", "f1", "nofile"]),
    call("ln", &["-s", "-f", "-n"], &["f1 k", "f1 d", "nofile k", "f1 l", "f1 f2"]),
    call("touch", &["-c"], &["f1", "new", "nodir/x", "d"]),
    call(
        "chmod",
        &["-R"],
        &["600 f1", "u+x,g-r f1", "a=rw f1 f2", "0755 d", "+t d", "g=u f1", "zz f1", "-w f1", "700 nofile"],
    ),
    call("stat", &[], &["-c %n f1", "-c '%s %a %F' f1 d l", "-c %h f1", "-L -c %F l", "-c %A d", "-c %N l"]),
    call("readlink", &["-f", "-n"], &["l", "f1", "d/../l", "nofile"]),
    call("realpath", &[], &["l", "d/..", ".", "nofile"]),
    call("basename", &[], &["/a/b/c.txt", "/a/b/c.txt .txt", "a/", "/", "c.txt c.txt"]),
    call("dirname", &[], &["/a/b", "a", "/", "a//b//", "/a"]),
    call("cmp", &["-s", "-l"], &["f1 f1", "f1 f2", "f1 nofile"]),
    call("diff", &["-u", "-b", "-i", "-q", "-w", "-B", "-s"], &["f1 f2", "f1 f1", "d d", "f1 nofile"]),
    call("comm", &["-1", "-2", "-3"], &["f1 f2"]),
    call(
        "find",
        &[],
        &[
            ". | sort",
            "d -type f",
            ". -name 'f*' | sort",
            ". -maxdepth 1 -type d",
            "d -print0 | tr '\\0' '\\n'",
            ". -type l",
            ". -name f1 -exec echo '{}' \\;",
            ". -empty | sort",
            "nofile",
            "d -depth",
            "f1 d -prune",
            ". -perm 644 -name 'f?' | sort",
            "d ! -name sub",
        ],
    ),
    call("seq", &["-w", "-s,"], &["3", "2 5", "10 -3 1", "0 0", "1 0.5 2"]),
    call(
        "expr",
        &[],
        &[
            "1 + 2",
            "3 '*' 4",
            "7 / 2",
            "abc : 'a\\(.\\)'",
            "length hello",
            "substr hello 2 3",
            "index hello l",
            "5 '<' 10",
            "1 / 0",
            "a '=' a",
            "1 +",
            "'' '|' b",
        ],
    ),
    call(
        "test",
        &["!"],
        &["-f f1", "f1 -nt f2", "-L l", "1 -lt 2", "a = b", "-d d -a -f f1", "'(' 1 = 1 ')'", "x -eq 1"],
    ),
    call(
        "dd",
        &["bs=2", "count=3", "skip=1", "seek=1", "conv=notrunc"],
        &["if=f1 of=f4 2>/dev/null", "if=f1 2>/dev/null"],
    ),
    call("truncate", &[], &["-s 3 f1", "-s 20 f1", "-s 0 new", "-c -s 1 nofile"]),
    call("split", &["-l 2", "-b 6", "-a 3"], &["f1", "f1 part"]),
    call(
        "date",
        &["-u"],
        &[
            "-d @0 +%Y-%m-%d",
            "-d @86399 +%T",
            "-d '2024-02-29 12:30:15' +%s",
            "-d @1700000000",
            "-d @1 '+%a %b %e %j %u %w %y'",
        ],
    ),
    call(
        "tar",
        &[],
        &[
            "cf x.tar d && tar tf x.tar",
            "czf x.tgz f1 d && rm -r f1 d && tar xzf x.tgz && rm x.tgz; cat f1",
            "tf nofile",
        ],
    ),
    call("gzip", &["-f", "-k"], &["f1 && gunzip f1.gz", "-c f1 | gunzip -c", "nofile"]),
    call("install", &["-d", "-m 600", "-D"], &["f1 f4", "f1 x/y", "e/f"]),
    call("env", &["-i"], &["A=1 sh -c 'echo $A'", "-u HOME sh -c 'echo ${HOME-none}'", "nosuch"]),
    call(
        "printf",
        &[],
        &[
            "'%s-%s\\n' a b c",
            "'%d %i\\n' 0x10 -3",
            "'%5.1f|\\n' 2.25",
            "'%b' 'a\\tb\\n'",
            "'%q' x",
            "'%c%c\\n' abc def",
            "'%d\\n' abc",
        ],
    ),
    call("which", &["-a"], &["sh", "nosuch", "sh nosuch"]),
    call("patch", &[], &["-p0 <p 2>&1; cat f1"]),
    call("du", &[], &["-s nofile"]),
    call("sleep", &[], &["0", "x"]),
    call("nproc", &[], &[">/dev/null"]),
    call("sum", &[], &["f1"]),
    call("uudecode", &[], &["-o /dev/null nofile"]),
];

/// A script that makes files of random texts and calls some applets on them.
pub(super) fn program(random: &mut Random, has: &dyn Fn(&str) -> bool) -> String {
    let (first, second, third) = (text(random), text(random), text(random));
    let mut script = format!(
        "printf '{first}' >f1; printf '{second}' >f2; mkdir -p d/sub; printf '{third}' >d/g; ln -s f1 l\n"
    );
    for _ in 0..1 + random.below(3) {
        let line = if random.one_in(2) { filter_line(random, has) } else { tool_line(random, has) };
        script += &line;
        script += "; echo \"=$?\"\n";
    }
    script
}

fn filter_line(random: &mut Random, has: &dyn Fn(&str) -> bool) -> String {
    let mut line = format!("printf '{}' | {}", text(random), pick(random, FILTERS, has));
    if random.one_in(3) {
        line += &format!(" | {}", pick(random, FILTERS, has));
    }
    line
}

fn tool_line(random: &mut Random, has: &dyn Fn(&str) -> bool) -> String {
    pick(random, TOOLS, has)
}

/// A call with some of its flags, of an applet that both sides have.
fn pick(random: &mut Random, table: &[Call], has: &dyn Fn(&str) -> bool) -> String {
    for _ in 0..20 {
        let call = random.of(table);
        if !has(call.name) {
            continue;
        }
        let mut line = call.name.to_owned();
        let few = call.flags.len().max(2);
        for flag in call.flags {
            if random.one_in(few) {
                line += " ";
                line += flag;
            }
        }
        line += " ";
        line += random.of(call.operands);
        return line;
    }
    "true".to_owned()
}
