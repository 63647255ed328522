use dockerfile::instruction::{Command, Healthcheck, Probe};
use dockerfile::parse_port;

use super::Front;
use super::state::{FrontError, State};
use crate::build::{Settings, ops};

impl Front<'_> {
    /// An instruction that changes the configuration alone.
    pub(super) fn metadata(&mut self, state: &mut State, command: &Command) -> Result<(), FrontError> {
        let mut settings =
            Settings::new(state.image.config.clone(), self.expander.escape, self.expander.vintage);
        settings.cmd_set = state.cmd_set;
        let comment = match command {
            Command::Cmd(cmd) => {
                let comment = ops::cmd::apply(&mut settings, cmd);
                settings.cmd_set = true;
                settings.config.args_escaped = true;
                comment
            }
            Command::Entrypoint(entrypoint) => {
                let escaped = settings.config.args_escaped;
                let comment = ops::entrypoint::apply(&mut settings, entrypoint);
                settings.config.args_escaped = escaped || !self.old;
                comment
            }
            Command::Env(env) => {
                env.pairs.iter().for_each(|pair| state.set_env(&pair.key, &pair.value));
                ops::env::apply(&mut settings, env)
            }
            Command::Expose(expose) => self.expose(state, &mut settings, &expose.ports)?,
            Command::Healthcheck(check) => {
                let comment = ops::healthcheck::apply(&mut settings, check);
                if self.old { comment } else { self.healthcheck_text(check) }
            }
            Command::Label(label) => ops::label::apply(&mut settings, label),
            Command::Maintainer(maintainer) => {
                state.image.author.clone_from(&maintainer.name);
                format!("MAINTAINER {}", maintainer.name)
            }
            Command::Onbuild(onbuild) => {
                ops::onbuild::apply(&mut settings, onbuild);
                String::new()
            }
            Command::Shell(shell) => ops::shell::apply(&mut settings, shell),
            Command::Stopsignal(stopsignal) => ops::stopsignal::apply(&mut settings, stopsignal)
                .map_err(|error| if self.old { error } else { error.replacen("Invalid", "invalid", 1) })?,
            Command::User(user) => ops::user::apply(&mut settings, user),
            Command::Volume(volume) => ops::volume::apply(&mut settings, volume)?,
            _ => String::new(),
        };
        state.cmd_set = settings.cmd_set;
        state.image.config = settings.config;
        if !comment.is_empty() {
            state.commit(&comment, false);
        }
        Ok(())
    }

    fn expose(&self, state: &State, settings: &mut Settings, ports: &[String]) -> Result<String, FrontError> {
        let mut words = Vec::new();
        for port in ports {
            words.extend(self.expander.expand(port, &|name| state.variable(name))?.words);
        }
        let mut found = std::collections::BTreeSet::new();
        for word in &words {
            let spec = parse_port(word, self.expander.vintage).map_err(|error| match self.old {
                true => error.reason().to_owned(),
                false => error.to_string(),
            })?;
            found.extend(spec.ports);
        }
        let comment = match self.old {
            true => {
                let ports: Vec<String> = found.iter().map(|port| format!("{port}:{{}}")).collect();
                format!("EXPOSE map[{}]", ports.join(" "))
            }
            false => format!("EXPOSE [{}]", found.iter().cloned().collect::<Vec<_>>().join(" ")),
        };
        settings.config.exposed_ports.extend(found);
        Ok(comment)
    }

    /// As Go prints the structure with `%+v`.
    fn healthcheck_text(&self, check: &Healthcheck) -> String {
        let none = Probe::default();
        let probe = match check {
            Healthcheck::None => &none,
            Healthcheck::Probe(probe) => probe,
        };
        let go = ops::healthcheck::go_duration;
        format!(
            "HEALTHCHECK {{Test:[{}] Interval:{} Timeout:{} StartPeriod:{} StartInterval:{} Retries:{}}}",
            check.test().join(" "),
            go(probe.interval),
            go(probe.timeout),
            go(probe.start_period),
            go(probe.start_interval),
            probe.retries
        )
    }
}
