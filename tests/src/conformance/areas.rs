use super::{DOCKERFILE, Suite, apk, docker, shell};

/// A folder of recorded answers with the suites over it.
pub struct Area {
    /// Its name within the folder of all recorded answers.
    pub folder: &'static str,
    /// Whether the suites drive the built program.
    pub needs_program: bool,
    /// The suites.
    pub suites: &'static [Suite],
}

/// The suites of recorded docker sessions.
const DOCKER: &[Suite] =
    &[docker::classic_20_10, docker::classic_29, docker::buildkit_20_10, docker::buildkit_modern];

/// Everything that is compared.
pub const AREAS: &[Area] = &[
    Area { folder: "apk", needs_program: false, suites: apk::SUITES },
    Area { folder: "dockerfile", needs_program: false, suites: DOCKERFILE },
    Area {
        folder: "dockerfile",
        needs_program: true,
        suites: &[super::corpus::classic, super::corpus::buildkit],
    },
    Area { folder: "docker", needs_program: true, suites: DOCKER },
    Area { folder: "shell", needs_program: false, suites: &[shell::probes] },
];
