//! Usage texts.

use crate::{
    command::{Command, HELP, Section},
    commands::COMMANDS,
    engine::Engine,
    options::{GLOBAL, Spec},
};

/// Where an option's help starts.
const COLUMN: usize = 24;
const WIDTH: usize = 78;

/// What `apk --version` prints.
pub(crate) fn version_line(engine: Engine) -> String {
    format!("apk-tools {}, compiled for x86_64.", engine.version())
}

/// The text for a command, or the overview.
pub(crate) fn usage(engine: Engine, command: Option<&Command>) -> String {
    let mut text = format!("{}\n\n", version_line(engine));
    match command {
        Some(command) => {
            text += &format!("usage: apk {} [<OPTIONS>...] {}", command.name, command.arguments);
            text = text.trim_end().to_owned();
            text += &format!("\n\nDescription:\n  {}\n", command.summary);
            for group in command.groups {
                text += &options(group.title, group.options);
            }
            let own: Vec<Spec> = [&HELP].into_iter().chain(command.options).copied().collect();
            text += &options("Command", &own);
        }
        None => {
            text += "usage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n";
            for (section, title) in Section::ALL {
                text += &format!("\n{title}:\n");
                for command in COMMANDS.iter().filter(|command| command.section == section) {
                    text += &format!("  {:<10} {}\n", command.name, command.summary);
                }
            }
            text += &options(GLOBAL.title, GLOBAL.options);
        }
    }
    text
}

fn options(title: &str, options: &[Spec]) -> String {
    let mut text = format!("\n{title} options:\n");
    for spec in options {
        let mut names: Vec<String> = spec.short.chars().map(|letter| format!("-{letter}")).collect();
        names.push(format!("--{}", spec.long));
        let argument = spec.argument.map(|name| format!(" {name}")).unwrap_or_default();
        let label = format!("  {}{argument}", names.join(", "));
        let (first, rest) = wrap(spec.help);
        match label.len() + 2 > COLUMN {
            true => text += &format!("{label}\n{:COLUMN$}{first}\n", ""),
            false => text += &format!("{label:COLUMN$}{first}\n"),
        }
        for line in rest {
            text += &format!("{:COLUMN$}{line}\n", "");
        }
    }
    text
}

/// Lines that fit behind the options' names.
fn wrap(help: &str) -> (String, Vec<String>) {
    let mut lines = vec![String::new()];
    for word in help.split(' ') {
        let line = lines.last_mut().map(|line| line.len()).unwrap_or_default();
        if line > 0 && line + 1 + word.len() > WIDTH - COLUMN {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let first = lines.remove(0);
    (first, lines)
}
