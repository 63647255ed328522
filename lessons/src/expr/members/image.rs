//! What can be asked of an image.

use oci::ContainerConfig;

use super::{Call, Member, Parameter, leaks, row};
use crate::expr::value::{Absent, ImageValue, Seen, Type, Value};

const ON: Type = Type::Image;

pub(super) const ROWS: &[Member] = &[
    row(ON, "exists", &[], Type::Bool, "whether there is such an image", |call| {
        Ok(Seen::new(of(call)?.id.is_some(), call.from))
    }),
    row(ON, "id", &[], Type::Text, "its id, twelve digits", |call| {
        Ok(Seen::new(call.scene.id(of(call)?)?.short(), call.from))
    }),
    row(ON, "tags", &[], Type::Texts, "its names, with tags", |call| {
        Ok(Seen::new(call.scene.tags(of(call)?)?, format!("{}, RepoTags", call.from)))
    }),
    row(ON, "base", &[], Type::Text, "the name of the image it was built on", |call| {
        Ok(Seen::new(call.scene.base(of(call)?)?, format!("{}, its first parent", call.from)))
    }),
    row(ON, "size", &[], Type::Int, "bytes of all its layers", |call| {
        let sizes = call.scene.layers(of(call)?)?;
        let size: u64 = sizes.iter().map(|layer| call.scene.layer_size(layer)).sum();
        Ok(Seen::new(size, format!("{}, Size", call.from)))
    }),
    row(ON, "hidden", &[], Type::Int, "bytes of files that a higher layer deletes or replaces", |call| {
        let mut hidden = 0;
        for layer in call.scene.layers(of(call)?)? {
            hidden += call.scene.layer_hidden(&layer)?;
        }
        Ok(Seen::new(hidden, format!("{}, its layers", call.from)))
    }),
    row(ON, "layers", &[], Type::Int, "how many layers it has", |call| {
        Ok(Seen::new(call.scene.layers(of(call)?)?.len(), format!("{}, RootFS", call.from)))
    }),
    row(ON, "own_layers", &[], Type::Int, "how many layers it has on top of its base", |call| {
        let image = of(call)?;
        let own = call.scene.layers(image)?.len() - call.scene.base_layers(image)?;
        Ok(Seen::new(own, format!("{}, RootFS without its base's", call.from)))
    }),
    row(
        ON,
        "layer",
        &[Parameter { name: "number", ty: Type::Int, optional: false }],
        Type::Layer,
        "a layer, 1 is the lowest",
        layer,
    ),
    row(ON, "top", &[], Type::Layer, "its highest layer", |call| {
        let layers = call.scene.layers(of(call)?)?;
        let number = layers.len();
        nth(call, layers, number)
    }),
    row(
        ON,
        "holds",
        &[Parameter::text("name")],
        Type::Bool,
        "whether all layers of another image are in this one",
        |call| {
            let (own, other) = (call.scene.layers(of(call)?)?, call.scene.find_image(call.text(0)));
            let other = call.scene.layers(&other)?;
            let holds = other.iter().all(|layer| own.iter().any(|own| own.chain == layer.chain));
            Ok(Seen::new(holds, format!("{}, RootFS", call.from)))
        },
    ),
    row(ON, "history", &[], Type::Texts, "what made it, oldest first", |call| {
        let config = call.scene.config(of(call)?)?;
        let rows = config.history.iter().map(|row| row.created_by.clone()).collect::<Vec<_>>();
        Ok(Seen::new(rows, format!("docker history {}", of(call)?.name)))
    }),
    row(ON, "file", &[Parameter::text("path")], Type::File, "a file of it; links are followed", |call| {
        let image = of(call)?;
        let tree = call.scene.tree(image)?;
        Ok(super::file::at(tree, call.text(0), Some(image), call.from))
    }),
    row(
        ON,
        "run",
        &[Parameter::optional("command")],
        Type::Run,
        "a container of it, run to its end with this command or its own",
        |call| {
            let run = call.scene.run(of(call)?, call.text(0))?;
            Ok(Seen::new(
                Value::Run(run),
                format!("docker run {} {}", of(call)?.name, call.text(0)).trim_end(),
            ))
        },
    ),
    row(
        ON,
        "leaks",
        &[Parameter::text("secret")],
        Type::Texts,
        "where a secret can be read: configuration, history, layers",
        leaks::leaks,
    ),
    row(
        ON,
        "argv",
        &[],
        Type::Texts,
        "what process 1 of a container is started as: ENTRYPOINT and CMD",
        |call| {
            config(call, "Entrypoint and Cmd", |config| {
                let words = config.entrypoint.iter().flatten().chain(config.cmd.iter().flatten());
                words.cloned().collect::<Vec<_>>().into()
            })
        },
    ),
    row(ON, "cmd", &[], Type::Texts, "CMD", |call| {
        config(call, "Cmd", |config| config.cmd.clone().unwrap_or_default().into())
    }),
    row(ON, "entrypoint", &[], Type::Texts, "ENTRYPOINT", |call| {
        config(call, "Entrypoint", |config| config.entrypoint.clone().unwrap_or_default().into())
    }),
    row(ON, "variables", &[], Type::Texts, "ENV, NAME=VALUE each", |call| {
        config(call, "Env", |config| config.env.clone().into())
    }),
    row(ON, "env", &[Parameter::text("name")], Type::Text, "the value of a variable", env),
    row(ON, "user", &[], Type::Text, "USER", |call| {
        config(call, "User", |config| config.user.clone().into())
    }),
    row(ON, "workdir", &[], Type::Text, "WORKDIR", |call| {
        config(call, "WorkingDir", |config| config.working_dir.clone().into())
    }),
    row(ON, "ports", &[], Type::Texts, "EXPOSE, such as 6379/tcp", |call| {
        config(call, "ExposedPorts", |config| config.exposed_ports.iter().cloned().collect::<Vec<_>>().into())
    }),
    row(ON, "volumes", &[], Type::Texts, "VOLUME", |call| {
        config(call, "Volumes", |config| config.volumes.iter().flatten().cloned().collect::<Vec<_>>().into())
    }),
    row(ON, "stop_signal", &[], Type::Text, "STOPSIGNAL", |call| {
        config(call, "StopSignal", |config| config.stop_signal.clone().into())
    }),
    row(ON, "label", &[Parameter::text("name")], Type::Text, "the value of a label", label),
];

/// The image before the dot.
pub(super) fn of<'c>(call: &Call<'c>) -> Result<&'c ImageValue, Absent> {
    match call.on {
        Value::Image(image) => Ok(image),
        _ => Err(call.impossible()),
    }
}

fn config(call: &Call<'_>, field: &str, get: fn(&ContainerConfig) -> Value) -> Result<Seen, Absent> {
    let config = call.scene.config(of(call)?)?;
    Ok(Seen::new(get(&config.config), format!("{}, Config.{field}", call.from)))
}

fn env(call: &Call<'_>) -> Result<Seen, Absent> {
    let (config, name) = (call.scene.config(of(call)?)?, call.text(0));
    let from = format!("{}, Config.Env", call.from);
    match config.config.env_value(name) {
        Some(value) => Ok(Seen::new(value, from)),
        None => Err(Absent::new(format!("the variable {name} is not set"), from)),
    }
}

fn label(call: &Call<'_>) -> Result<Seen, Absent> {
    let (config, name) = (call.scene.config(of(call)?)?, call.text(0));
    let from = format!("{}, Config.Labels", call.from);
    match config.config.labels.as_ref().and_then(|labels| labels.get(name)) {
        Some(value) => Ok(Seen::new(value.as_str(), from)),
        None => Err(Absent::new(format!("there is no label {name}"), from)),
    }
}

fn layer(call: &Call<'_>) -> Result<Seen, Absent> {
    let number = match call.arguments.first() {
        Some(Value::Int(number)) => usize::try_from(*number).unwrap_or(0),
        _ => 0,
    };
    nth(call, call.scene.layers(of(call)?)?, number)
}

fn nth(call: &Call<'_>, layers: Vec<crate::expr::value::LayerValue>, number: usize) -> Result<Seen, Absent> {
    let count = layers.len();
    match number.checked_sub(1).and_then(|index| layers.into_iter().nth(index)) {
        Some(layer) => {
            let from = format!("{}, layer {number} ({})", call.from, layer.created_by);
            Ok(Seen::new(Value::Layer(layer), from))
        }
        None => Err(Absent::new(format!("there are {count} layers, and no layer {number}"), call.from)),
    }
}
