//! `glasshull completions` and `man`: what a shell can offer and a manual can say, from the commands' own tables.

use std::path::Path;

use clap::{Arg, ArgAction, Command};
use clap_complete::Shell;
use docker::{COMMANDS, FlagKind};

/// All commands of `glasshull`, or of the link `docker`.
fn all(own: Command, for_docker: bool) -> Command {
    let mut root = if for_docker { Command::new("docker") } else { own };
    for command in COMMANDS {
        for spelled in command.names {
            root = with(root, spelled, command, !for_docker);
        }
    }
    root
}

/// Writes a man page for every command into a folder; gives their number.
pub(crate) fn manual(folder: &Path, own: Command) -> std::io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(all(own, false).disable_help_subcommand(true), folder)?;
    Ok(std::fs::read_dir(folder)?.count())
}

/// The man page of the program itself.
pub(crate) fn page(own: Command) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(all(own, false)).render(&mut page)?;
    Ok(page)
}

/// The completions of `glasshull`, or of the link `docker`.
pub(crate) fn script(shell: Shell, own: Command, for_docker: bool) -> Vec<u8> {
    let mut root = all(own, for_docker);
    let name = root.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut root, name, &mut script);
    script
}

/// Adds a docker command under one of its spellings, one subcommand for each word.
fn with(root: Command, spelled: &'static str, command: &docker::Command, glass: bool) -> Command {
    let (first, rest) = spelled.split_once(' ').map_or((spelled, None), |(first, rest)| (first, Some(rest)));
    let add = |below: Command| match rest {
        Some(rest) => with(below, rest, command, glass),
        None => described(below, command, glass),
    };
    if root.find_subcommand(first).is_some() {
        root.mut_subcommand(first, add)
    } else {
        root.subcommand(add(Command::new(first)))
    }
}

fn described(mut into: Command, command: &docker::Command, glass: bool) -> Command {
    into = into.about(command.summary).disable_help_flag(true);
    let glass_flags = if glass { command.glass_flags } else { &[] };
    for flag in command.flags.iter().chain(glass_flags) {
        if into.get_arguments().any(|arg| arg.get_long() == Some(flag.long)) {
            continue;
        }
        let action = match flag.kind {
            FlagKind::Switch { .. } => ArgAction::SetTrue,
            _ => ArgAction::Set,
        };
        let mut arg = Arg::new(flag.long).long(flag.long).help(flag.help).action(action);
        if let Some(short) = flag.short {
            arg = arg.short(short);
        }
        into = into.arg(arg);
    }
    into
}
