use dockerfile::instruction::Maintainer;

use crate::build::steps::{Build, Outcome};

/// MAINTAINER: the author of this step and those that follow in the stage.
pub(in crate::build) fn dispatch(build: &mut Build<'_>, maintainer: &Maintainer) -> Outcome {
    build.stage.author.clone_from(&maintainer.name);
    build.note(&format!("MAINTAINER {}", maintainer.name))
}
