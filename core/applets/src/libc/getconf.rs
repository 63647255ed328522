use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;

/// The program knows no `--help`.
pub(crate) const USAGE: &str = "";

const MISUSE: &str =
    "Usage: getconf system_var\n\tgetconf -a\n\tgetconf path_var pathname\n\tgetconf -a pathname\n";

type Values = &'static [(&'static str, &'static str)];

/// Values of musl on x86_64, in the order of `-a`; this machine has one processor.
const SYSTEM: Values = &[
    ("PATH", "/bin:/usr/bin"),
    ("POSIX2_BC_BASE_MAX", "99"),
    ("POSIX2_BC_DIM_MAX", "2048"),
    ("POSIX2_BC_SCALE_MAX", "99"),
    ("POSIX2_BC_STRING_MAX", "1000"),
    ("POSIX2_COLL_WEIGHTS_MAX", "2"),
    ("POSIX2_EXPR_NEST_MAX", "32"),
    ("POSIX2_LINE_MAX", "2048"),
    ("POSIX2_RE_DUP_MAX", "255"),
    ("POSIX2_VERSION", "200809"),
    ("_POSIX_AIO_LISTIO_MAX", "2"),
    ("_POSIX_AIO_MAX", "1"),
    ("_POSIX_ARG_MAX", "4096"),
    ("_POSIX_CHILD_MAX", "25"),
    ("_POSIX_LINK_MAX", "8"),
    ("_POSIX_MAX_CANON", "255"),
    ("_POSIX_MAX_INPUT", "255"),
    ("_POSIX_MQ_OPEN_MAX", "8"),
    ("_POSIX_MQ_PRIO_MAX", "32"),
    ("_POSIX_NAME_MAX", "14"),
    ("_POSIX_NGROUPS_MAX", "8"),
    ("_POSIX_OPEN_MAX", "20"),
    ("_POSIX_PATH_MAX", "256"),
    ("_POSIX_PIPE_BUF", "512"),
    ("_POSIX_SSIZE_MAX", "32767"),
    ("_POSIX_STREAM_MAX", "8"),
    ("_POSIX_TZNAME_MAX", "6"),
    ("BC_BASE_MAX", "99"),
    ("BC_DIM_MAX", "2048"),
    ("BC_SCALE_MAX", "99"),
    ("BC_STRING_MAX", "1000"),
    ("COLL_WEIGHTS_MAX", "2"),
    ("EXPR_NEST_MAX", "undefined"),
    ("LINE_MAX", "undefined"),
    ("RE_DUP_MAX", "255"),
    ("_POSIX2_C_BIND", "200809"),
    ("POSIX2_C_DEV", "undefined"),
    ("POSIX2_CHAR_TERM", "undefined"),
    ("POSIX2_FORT_DEV", "undefined"),
    ("POSIX2_FORT_RUN", "undefined"),
    ("POSIX2_LOCALEDEF", "undefined"),
    ("POSIX2_SW_DEV", "undefined"),
    ("POSIX2_UPE", "undefined"),
    ("AIO_LISTIO_MAX", "undefined"),
    ("AIO_MAX", "undefined"),
    ("ARG_MAX", "131072"),
    ("CHILD_MAX", "512"),
    ("CLK_TCK", "100"),
    ("MQ_OPEN_MAX", "undefined"),
    ("MQ_PRIO_MAX", "32768"),
    ("NGROUPS_MAX", "32"),
    ("OPEN_MAX", "1024"),
    ("STREAM_MAX", "undefined"),
    ("TZNAME_MAX", "6"),
    ("_POSIX_JOB_CONTROL", "1"),
    ("_POSIX_SAVED_IDS", "1"),
    ("_POSIX_VERSION", "200809"),
    ("PAGESIZE", "4096"),
    ("_POSIX_ASYNCHRONOUS_IO", "200809"),
    ("_POSIX_FSYNC", "200809"),
    ("_POSIX_MAPPED_FILES", "200809"),
    ("_POSIX_MEMLOCK", "200809"),
    ("_POSIX_MEMLOCK_RANGE", "200809"),
    ("_POSIX_MEMORY_PROTECTION", "200809"),
    ("_POSIX_MESSAGE_PASSING", "200809"),
    ("_POSIX_MONOTONIC_CLOCK", "200809"),
    ("_POSIX_PRIORITY_SCHEDULING", "undefined"),
    ("_POSIX_SEMAPHORES", "200809"),
    ("_POSIX_SHARED_MEMORY_OBJECTS", "200809"),
    ("_POSIX_SYNCHRONIZED_IO", "undefined"),
    ("_POSIX_TIMERS", "200809"),
    ("LOGIN_NAME_MAX", "256"),
    ("_POSIX_THREADS", "200809"),
    ("_POSIX_BARRIERS", "200809"),
    ("_POSIX_READER_WRITER_LOCKS", "200809"),
    ("_POSIX_SPIN_LOCKS", "200809"),
    ("IOV_MAX", "1024"),
    ("PAGE_SIZE", "4096"),
    ("_XOPEN_SHM", "1"),
    ("ATEXIT_MAX", "undefined"),
    ("GETGR_R_SIZE_MAX", "undefined"),
    ("GETPW_R_SIZE_MAX", "undefined"),
    ("_PHYS_PAGES", "65536"),
    ("_AVPHYS_PAGES", "65536"),
    ("_NPROCESSORS_CONF", "1"),
    ("_NPROCESSORS_ONLN", "1"),
    ("CHAR_BIT", "8"),
    ("CHAR_MAX", "127"),
    ("CHAR_MIN", "-128"),
    ("INT_MAX", "2147483647"),
    ("INT_MIN", "-2147483648"),
    ("LONG_BIT", "64"),
    ("LONG_MAX", "9223372036854775807"),
    ("LONG_MIN", "-9223372036854775808"),
    ("SCHAR_MAX", "127"),
    ("SCHAR_MIN", "-128"),
    ("SHRT_MAX", "32767"),
    ("SHRT_MIN", "-32768"),
    ("SSIZE_MAX", "9223372036854775807"),
    ("UCHAR_MAX", "255"),
    ("UINT_MAX", "4294967295"),
    ("ULONG_MAX", "18446744073709551615"),
    ("USHRT_MAX", "65535"),
    ("WORD_BIT", "32"),
];

/// Values that need a path: those of a file on ext4 or overlayfs.
const PATH: Values = &[
    ("LINK_MAX", "8"),
    ("MAX_CANON", "255"),
    ("MAX_INPUT", "255"),
    ("NAME_MAX", "255"),
    ("PATH_MAX", "4096"),
    ("PIPE_BUF", "4096"),
];

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let words: Vec<&BStr> = words.iter().map(|word| word.as_bstr()).collect();
    match words[..] {
        [all] if all == "-a" => list(p, SYSTEM).await,
        [all, _] if all == "-a" => list(p, PATH).await,
        [option, ..] if option.starts_with(b"-") => {
            let letter = option.get(1..2).unwrap_or_default();
            say::error(p, bytes!("unrecognized option: {}", letter)).await;
            misuse(p).await
        }
        [name] => one(p, name, SYSTEM, PATH).await,
        [name, _] => one(p, name, PATH, SYSTEM).await,
        _ => misuse(p).await,
    }
}

async fn misuse(p: &mut Process) -> Ended {
    p.eprint(MISUSE).await;
    Ok(Exit(1))
}

async fn list(p: &mut Process, values: Values) -> Ended {
    for (name, value) in values {
        say::print(p, format!("{name} = {value}\n")).await?;
    }
    Ok(Exit(0))
}

async fn one(p: &mut Process, name: &BStr, known: Values, others: Values) -> Ended {
    let fault = match (value(known, name), value(others, name)) {
        (Some(value), _) => {
            say::print(p, format!("{value}\n")).await?;
            return Ok(Exit(0));
        }
        (None, Some(_)) => "invalid variable type",
        (None, None) => "unknown variable",
    };
    Err(say::die(p, bytes!("{}: {}", name, fault)).await)
}

fn value(values: Values, name: &BStr) -> Option<&'static str> {
    values.iter().find(|(known, _)| known.as_bytes() == name.as_bytes()).map(|(_, value)| *value)
}
