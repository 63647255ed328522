use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::{Failure, daemon_text},
    flags::switch,
};

pub(crate) const COMMAND: Command = Command {
    names: &["push", "image push"],
    usage: "[OPTIONS] NAME[:TAG]",
    summary: "Push an image or a repository to a registry",
    args: ArgRule::Exactly(1),
    flags: &[
        crate::Flag {
            long: "disable-content-trust",
            short: None,
            kind: crate::FlagKind::Switch { default: true },
            help: "Skip the check of signatures",
        },
        switch("all-tags", Some('a'), "Push every tag of the repository"),
        switch("quiet", Some('q'), "Print the name only"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    if !call.switch("disable-content-trust") {
        return Err(Failure::client("glasshull: content trust is not simulated"));
    }
    let typed = call.args()[0].clone();
    let (all, quiet) = (call.switch("all-tags"), call.switch("quiet"));
    let reference =
        oci::Reference::parse_normalized(&typed).map_err(|error| Failure::client(error.to_string()))?;
    if all && reference.tag().is_some() {
        return Err(Failure::client("tag can't be used with --all-tags/-a"));
    }
    if reference.digest().is_some() {
        return Err(Failure::client("cannot push a digest reference"));
    }
    if !quiet {
        if !all && reference.tag().is_none() {
            call.print("Using default tag: latest\n");
        }
        call.print(format!("The push refers to repository [{}]\n", reference.name()));
    }
    let pushed = call.backend.push(&typed, all).map_err(|error| match error.kind {
        api::ErrorKind::NotSimulated => Failure::client(daemon_text(&error)),
        _ => Failure::client(error.message),
    })?;
    for tag in &pushed {
        let mut text = String::new();
        for layer in &tag.layers {
            text += &format!("{}: Preparing\n", layer.digest.short());
        }
        if tag.outcome.is_ok() {
            // What the registry has is done first.
            let (fresh, known): (Vec<_>, Vec<_>) =
                tag.layers.iter().partition(|layer| layer.status == "Pushed");
            for layer in known.iter().chain(&fresh) {
                text += &format!("{}: {}\n", layer.digest.short(), layer.status);
            }
        }
        if let Ok((digest, size)) = &tag.outcome {
            text += &format!("{}: digest: {digest} size: {size}\n", tag.tag);
        }
        if !quiet {
            call.print(text);
        }
        if let Err(reason) = &tag.outcome {
            return Err(Failure::client(reason.clone()));
        }
    }
    if quiet {
        call.print(format!("{}\n", reference.with_default_tag()));
    }
    Ok(0)
}
