use dockerfile::instruction;
use dockerfile::syntax::{self, Keyword};
use dockerfile::{Command, Vintage};
use oci::ContainerConfig;

use super::ops;
use super::settings::Settings;

/// Applies the instructions of `docker commit --change` and `docker import --change`. Errors are docker's words.
pub(crate) fn apply_change(config: &mut ContainerConfig, text: &str) -> Result<(), String> {
    let tree = syntax::parse(text, Vintage::Docker20_10).map_err(|error| error.message)?;
    for node in &tree.nodes {
        if !node.kind.is_some_and(is_change) {
            return Err(format!("{} is not a valid change command", node.keyword.to_lowercase()));
        }
    }
    let mut settings = Settings::new(std::mem::take(config), tree.escape, tree.vintage);
    for node in &tree.nodes {
        let mut command = instruction::parse(node, tree.vintage).map_err(|error| error.message)?.command;
        let snapshot = settings.clone();
        command.expand_words(&mut |word| snapshot.expand(&[], word)).map_err(|error| error.to_string())?;
        apply(&mut settings, &command)?;
    }
    *config = settings.config;
    Ok(())
}

fn is_change(keyword: Keyword) -> bool {
    use Keyword::{Cmd, Entrypoint, Env, Expose, Healthcheck, Label, Onbuild, User, Volume, Workdir};
    matches!(
        keyword,
        Cmd | Entrypoint | Env | Expose | Healthcheck | Label | Onbuild | User | Volume | Workdir
    )
}

/// Changes the settings; the sentence that a build would note is not needed here.
fn apply(settings: &mut Settings, command: &Command) -> Result<(), String> {
    match command {
        Command::Cmd(cmd) => drop(ops::cmd::apply(settings, cmd)),
        Command::Entrypoint(entrypoint) => drop(ops::entrypoint::apply(settings, entrypoint)),
        Command::Env(env) => drop(ops::env::apply(settings, env)),
        Command::Expose(expose) => drop(ops::expose::apply(settings, &[], expose)?),
        Command::Healthcheck(healthcheck) => drop(ops::healthcheck::apply(settings, healthcheck)),
        Command::Label(label) => drop(ops::label::apply(settings, label)),
        Command::Onbuild(onbuild) => drop(ops::onbuild::apply(settings, onbuild)),
        Command::Stopsignal(stopsignal) => drop(ops::stopsignal::apply(settings, stopsignal)?),
        Command::User(user) => drop(ops::user::apply(settings, user)),
        Command::Volume(volume) => drop(ops::volume::apply(settings, volume)?),
        Command::Workdir(workdir) => drop(ops::workdir::apply(settings, workdir)?),
        _ => {}
    }
    Ok(())
}
