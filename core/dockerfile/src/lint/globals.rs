//! The variables FROM sees: predefined ones and the ARGs before the first FROM.

use super::environment::Environment;
use super::{CheckError, Options};
use crate::Dockerfile;
use crate::expand::Expander;
use crate::instruction::Command;

/// The value of a build argument.
pub(super) fn build_arg(build_args: &[(String, String)], name: &str) -> Option<String> {
    build_args.iter().rfind(|(own, _)| own == name).map(|(_, value)| value.clone())
}

/// The predefined arguments; build arguments of their names replace them.
pub(super) fn predefined(dockerfile: &Dockerfile, options: &Options<'_>) -> Environment {
    let (build, target) = (&options.build_platform, &options.target_platform);
    let last = dockerfile.stages.last().and_then(|stage| stage.name()).unwrap_or_default();
    let named = if options.target.is_empty() { last } else { options.target };
    let stage = if named.is_empty() { "default" } else { named };
    let (build_name, target_name) = (build.to_string(), target.to_string());
    let mut env = Environment::default();
    for (name, value) in [
        ("BUILDPLATFORM", build_name.as_str()),
        ("BUILDOS", &build.os),
        ("BUILDOSVERSION", ""),
        ("BUILDARCH", &build.architecture),
        ("BUILDVARIANT", &build.variant),
        ("TARGETPLATFORM", &target_name),
        ("TARGETOS", &target.os),
        ("TARGETOSVERSION", ""),
        ("TARGETARCH", &target.architecture),
        ("TARGETVARIANT", &target.variant),
        ("TARGETSTAGE", stage),
    ] {
        let given = build_arg(options.build_args, name);
        env.set(name, given.as_deref().unwrap_or(value));
    }
    env
}

/// Adds the global ARGs; also gives the names of all of them, with or without a value.
pub(super) fn with_global_args(
    mut env: Environment,
    dockerfile: &Dockerfile,
    build_args: &[(String, String)],
) -> Result<(Environment, Vec<String>), CheckError> {
    let expander = Expander::new(dockerfile.escape, dockerfile.vintage);
    let mut names = Vec::new();
    for instruction in &dockerfile.global_args {
        let Command::Arg(arg) = &instruction.command else { continue };
        for pair in &arg.args {
            let value = match (build_arg(build_args, &pair.key), &pair.default) {
                (Some(given), _) => Some(given),
                (None, Some(default)) => {
                    let expanded = expander.word(default, &|name| env.get(name));
                    Some(expanded.map_err(|error| CheckError::at(error.to_string(), instruction.lines))?)
                }
                (None, None) => None,
            };
            if let Some(value) = value {
                env.set(&pair.key, &value);
            }
            names.push(pair.key.clone());
        }
    }
    Ok((env, names))
}
