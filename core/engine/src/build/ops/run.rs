use api::{ApiError, CacheVerdict, ErrorKind, EventKind, KeyPart, Stream};
use dockerfile::instruction::Run;
use kernel::RunState;
use oci::{ContainerConfig, HealthConfig};

use crate::build::steps::{Build, Outcome, failed};
use crate::containers::{DEADLOCK, LaunchError, START_COST, failed_status};

/// RUN: a container from the image so far, with its changes committed.
pub(in crate::build) fn dispatch(build: &mut Build<'_>, run: &Run) -> Outcome {
    if let Some(flag) = run.flags_used.first() {
        return Err(failed(format!(
            "the --{flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to \
             build images with BuildKit enabled"
        )));
    }
    let argv = run.form.argv(&build.stage.settings.shell());
    let args = build.variables();
    let recorded = recorded(build, &args, &argv);
    let probed = ContainerConfig {
        entrypoint: if recorded.is_empty() { build.stage.settings.config.entrypoint.clone() } else { None },
        cmd: Some(recorded),
        args_escaped: false,
        ..build.stage.settings.config.clone()
    };
    let key = key(build, &args, &argv);
    if let CacheVerdict::Hit { .. } = build.probe(&probed, key)? {
        return Ok(());
    }
    let mut config = ContainerConfig { cmd: Some(argv), ..probed.clone() };
    config.env.extend(args.iter().map(|(name, value)| format!("{name}={value}")));
    if probed.cmd.as_ref().is_some_and(|words| !words.is_empty()) {
        // Switches an entrypoint of the image off. `RUN []` leaves it on, and so runs what the image runs.
        config.entrypoint = Some(vec![String::new()]);
    }
    config.healthcheck = Some(HealthConfig { test: vec!["NONE".to_owned()], ..HealthConfig::default() });
    let id = build.create(config, true)?;
    execute(build, id)?;
    build.commit_container(id, probed)
}

/// The command as history and cache know it: with the build arguments in front, if there are any.
fn recorded(build: &Build<'_>, args: &[(String, String)], argv: &[String]) -> Vec<String> {
    if args.is_empty() {
        return argv.to_vec();
    }
    let mut shown: Vec<String> = args
        .iter()
        .filter(|(name, _)| build.args.is_recorded(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    shown.sort();
    [format!("|{}", shown.len())].into_iter().chain(shown).chain(argv.iter().cloned()).collect()
}

fn key(build: &Build<'_>, args: &[(String, String)], argv: &[String]) -> Vec<KeyPart> {
    let arg =
        |(name, value): &(String, String)| KeyPart { name: format!("arg:{name}"), value: value.clone() };
    let argv = argv.join(" ");
    let mut key = build.key(format!("RUN {}", argv.strip_prefix("/bin/sh -c ").unwrap_or(&argv)));
    key.extend(args.iter().filter(|(name, _)| build.args.is_recorded(name)).map(arg));
    key
}

fn execute(build: &mut Build<'_>, id: digest::Id) -> Outcome {
    build.engine.advance(START_COST);
    let mut launch = match build.engine.launch(build.runtime, id, true) {
        Ok(launch) => launch,
        Err(LaunchError::Refused(error)) => {
            let kind = if error.kind == ErrorKind::NotSimulated { error.kind } else { ErrorKind::Build };
            return Err(ApiError::new(kind, error.message));
        }
        Err(LaunchError::Failed(bytes)) => {
            build.emit(EventKind::Output { stream: Stream::Stderr, bytes });
            return ended(build, id, failed_status(build.engine.version));
        }
    };
    let state = launch.run_to_end();
    for entry in launch.take_output() {
        build.engine.clock = build.engine.clock.max(entry.at);
        build.emit(EventKind::Output { stream: entry.stream, bytes: entry.bytes });
    }
    build.engine.clock = build.engine.clock.max(launch.kernel.now());
    if let Some(container) = build.engine.containers.get_mut(&id) {
        container.absorb(&launch);
    }
    build.engine.absorb_mounts(id, &mut launch);
    match (state, launch.exit_code()) {
        (RunState::LimitHit(hit), _) => Err(ApiError::new(ErrorKind::NotSimulated, hit.to_string())),
        (_, Some(status)) => ended(build, id, status),
        (_, None) => Err(ApiError::new(ErrorKind::NotSimulated, DEADLOCK)),
    }
}

fn ended(build: &mut Build<'_>, id: digest::Id, status: i32) -> Outcome {
    build.emit(EventKind::ContainerExited { id, status });
    let now = build.engine.clock;
    let Some(container) = build.engine.containers.get_mut(&id) else { return Ok(()) };
    container.end(status, now);
    if status == 0 {
        return Ok(());
    }
    let command = container.config.cmd.as_deref().unwrap_or_default().join(" ");
    let message = format!("The command '{command}' returned a non-zero code: {status}");
    Err(failed(message).with_exit_code(status))
}
