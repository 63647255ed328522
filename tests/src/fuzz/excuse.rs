use super::{Case, Outcome};

/// A known difference.
pub(super) struct Excuse {
    /// What the script or one of the outcomes holds then.
    pub(super) mark: &'static str,
    /// Why both are right.
    pub(super) reason: &'static str,
}

/// The reason of a case whose outcome is a race.
pub(super) const RACE: &str = "a race: the real side answers as we do another time";

/// Differences between Debian's busybox 1.35 with glibc and Alpine's 1.36 and 1.37 with musl.
const EXCUSES: &[Excuse] = &[
    Excuse { mark: "dup2(", reason: "1.35 names the descriptor alone" },
    Excuse { mark: ": bad number", reason: "1.35 says so of what is out of range later" },
    Excuse { mark: "divide by zero", reason: "1.35 computes both branches of ?:" },
    Excuse { mark: "malformed ?:", reason: "1.35 has another message for ?: without its :" },
    Excuse { mark: "unrecognized option: h", reason: "1.35's sort has no -h" },
    Excuse { mark: "trapped' EXIT", reason: "1.35 forgets the exit trap of a loop in a pipeline" },
    Excuse { mark: "timed out", reason: "the real side did not end in time" },
];

/// The excuse of a difference, if there is one.
pub(super) fn find(case: &Case, expected: &Outcome, actual: &Outcome) -> Option<&'static str> {
    let holds = |mark: &str| {
        case.script.contains(mark)
            || [expected, actual].iter().any(|outcome| {
                outcome.status.contains(mark) || String::from_utf8_lossy(&outcome.stderr).contains(mark)
            })
    };
    EXCUSES.iter().find(|excuse| holds(excuse.mark)).map(|excuse| excuse.reason)
}
