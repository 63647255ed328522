use api::{ApiError, ErrorKind, EventKind};
use digest::Digest;
use dockerfile::Stage;
use oci::ContainerConfig;

use crate::build::steps::{Build, Outcome, failed};
use crate::platform;

/// What docker puts into the environment of an image that has no PATH.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// FROM: begins a stage on an image, an earlier stage or nothing; runs the image's ONBUILD triggers.
pub(in crate::build) fn dispatch(build: &mut Build<'_>, stage: &Stage) -> Outcome {
    build.cache.reset();
    let variables: Vec<_> = build.args.for_from().into_iter().collect();
    let empty = build.fresh_settings(ContainerConfig::default());
    let expand = |word: &str| empty.expand(&variables, word).map_err(|error| failed(error.to_string()));
    if let Some(platform) = &stage.from.platform {
        let name = expand(platform)?;
        platform::parse(&name)
            .map_err(|error| failed(format!("failed to parse platform {name}: {error}")))?;
    }
    let name = expand(&stage.from.image)?;
    if name.is_empty() {
        return Err(failed(format!("base name ({}) should not be blank", stage.from.image)));
    }
    build.args.begin_stage();
    let base = base(build, &name)?;
    begin(build, base);
    run_triggers(build)
}

fn base(build: &mut Build<'_>, name: &str) -> Result<Option<Digest>, ApiError> {
    let found = match build.stages.by_name(name) {
        Some(image) => image,
        None if name == "scratch" => {
            build.emit(EventKind::BaseLookedUp { reference: name.to_owned(), found: None });
            return Ok(None);
        }
        None => return image(build, name).map(Some),
    };
    build.emit(EventKind::BaseLookedUp { reference: name.to_owned(), found });
    Ok(found)
}

/// An image of the local store, or pulled when it is not there or `--pull` was given.
pub(in crate::build) fn image(build: &mut Build<'_>, name: &str) -> Result<Digest, ApiError> {
    let local = if build.request.pull { None } else { build.engine.find_image(name).ok() };
    let reference = crate::Reference::parse_normalized(name);
    let shown = reference.as_ref().map_or_else(|_| name.to_owned(), |reference| reference.to_string());
    build.emit(EventKind::BaseLookedUp { reference: shown, found: local });
    if let Some(id) = local {
        return Ok(id);
    }
    let reference = reference.map_err(|error| failed(error.to_string()))?.with_default_tag();
    build.engine.pull_reference(build.runtime, &reference, build.io).map_err(|error| match error.kind {
        ErrorKind::NotSimulated => error,
        _ => failed(error.message),
    })
}

fn begin(build: &mut Build<'_>, base: Option<Digest>) {
    let image = base.and_then(|base| build.engine.images.get(&base));
    let mut config = image.map(|image| image.config.config.clone()).unwrap_or_default();
    if config.env_value("PATH").is_none() {
        config.env.push(format!("PATH={DEFAULT_PATH}"));
    }
    config.open_stdin = false;
    config.stdin_once = false;
    build.stage.settings = build.fresh_settings(config);
    build.stage.author.clear();
    build.set_image(base);
}

fn run_triggers(build: &mut Build<'_>) -> Outcome {
    let Some(triggers) = build.stage.settings.config.on_build.take().filter(|triggers| !triggers.is_empty())
    else {
        return Ok(());
    };
    build.emit(EventKind::TriggersStarted { count: triggers.len() as u32 });
    let vintage = build.stage.settings.expander.vintage;
    let last = triggers.len() - 1;
    for (index, trigger) in triggers.iter().enumerate() {
        let instruction =
            dockerfile::instruction::parse_one(trigger, vintage).map_err(|error| failed(error.message))?;
        build.dispatch(&instruction.command)?;
        if index != last {
            build.finish_step(false);
        }
    }
    Ok(())
}
