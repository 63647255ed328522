//! What can be asked of a container.

use super::{Call, Member, Parameter, row};
use crate::expr::value::{Absent, Seen, Type, Value};

const ON: Type = Type::Container;

pub(super) const ROWS: &[Member] = &[
    row(ON, "exists", &[], Type::Bool, "whether there is such a container", |call| match call.on {
        Value::Container { exists, .. } => Ok(Seen::new(*exists, "docker ps -a")),
        _ => Err(call.impossible()),
    }),
    row(ON, "running", &[], Type::Bool, "whether its first process runs", |call| {
        let status = call.scene.container(name(call)?)?.summary.status;
        Ok(Seen::new(status == api::ContainerStatus::Running, format!("{}, State", call.from)))
    }),
    row(ON, "exit", &[], Type::Int, "the exit status of its first process", |call| {
        let summary = call.scene.container(name(call)?)?.summary;
        match summary.finished {
            Some(_) => Ok(Seen::new(i64::from(summary.exit_code), format!("{}, State.ExitCode", call.from))),
            None => Err(Absent::new("it has not ended", call.from)),
        }
    }),
    row(ON, "argv", &[], Type::Texts, "what its process 1 was started as", |call| {
        let inspect = call.scene.container(name(call)?)?;
        let words: Vec<String> = std::iter::once(inspect.path).chain(inspect.args).collect();
        Ok(Seen::new(words, format!("{}, Path and Args", call.from)))
    }),
    row(ON, "logs", &[], Type::Text, "what its processes wrote", |call| {
        Ok(Seen::new(call.scene.logs(name(call)?)?, format!("docker logs {}", name(call)?)))
    }),
    row(ON, "image", &[], Type::Image, "the image that it was made from", |call| {
        let summary = call.scene.container(name(call)?)?.summary;
        let image = call.scene.find_image(&summary.image_id.to_string());
        Ok(Seen::new(Value::Image(image), format!("{}, image {}", call.from, summary.image)))
    }),
    row(
        ON,
        "changes",
        &[],
        Type::Texts,
        "its changes against the image, as docker diff tells them",
        |call| {
            let changes = call.scene.container_changes(name(call)?)?;
            Ok(Seen::new(changes.as_slice(), format!("docker diff {}", name(call)?)))
        },
    ),
    row(ON, "file", &[Parameter::text("path")], Type::File, "a file of it; links are followed", |call| {
        let tree = call.scene.container_tree(name(call)?)?;
        Ok(super::file::at(tree, call.text(0), None, call.from))
    }),
];

fn name<'c>(call: &Call<'c>) -> Result<&'c str, Absent> {
    match call.on {
        Value::Container { name, .. } => Ok(name),
        _ => Err(call.impossible()),
    }
}
