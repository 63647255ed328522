use dockerfile::instruction::Arg;

use crate::build::steps::{Build, Outcome, failed};

/// ARG in a stage: declares variables. The note holds the default, not the value.
pub(in crate::build) fn dispatch(build: &mut Build<'_>, arg: &Arg) -> Outcome {
    let mut words = Vec::new();
    for (name, default) in expanded(build, arg)? {
        words.push(match &default {
            Some(default) => format!("{name}={default}"),
            None => name.clone(),
        });
        build.args.declare(&name, default);
    }
    build.note(&format!("ARG {}", words.join(" ")))
}

/// ARG before the first FROM.
pub(in crate::build) fn declare_global(build: &mut Build<'_>, arg: &Arg) -> Outcome {
    for pair in &arg.args {
        let known: Vec<_> = build.args.in_stage().into_iter().collect();
        let expand =
            |word: &str| build.stage.settings.expand(&known, word).map_err(|error| failed(error.to_string()));
        let name = expand(&pair.key)?;
        let default = pair.default.as_deref().map(expand).transpose()?;
        build.args.declare_global(&name, default);
    }
    Ok(())
}

fn expanded(build: &Build<'_>, arg: &Arg) -> Result<Vec<(String, Option<String>)>, api::ApiError> {
    let known = build.variables();
    let expand =
        |word: &str| build.stage.settings.expand(&known, word).map_err(|error| failed(error.to_string()));
    let pair = |pair: &dockerfile::instruction::ArgPair| {
        Ok((expand(&pair.key)?, pair.default.as_deref().map(expand).transpose()?))
    };
    arg.args.iter().map(pair).collect()
}
