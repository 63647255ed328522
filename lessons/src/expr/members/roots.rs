//! Names that stand alone.

use super::{Call, Member, Parameter};
use crate::expr::value::{Absent, Seen, Type, Value};

pub(super) const ROWS: &[Member] = &[
    root(
        "image",
        &[Parameter::optional("name")],
        Type::Image,
        "the lesson's image, or one by its name",
        image,
    ),
    root("images", &[], Type::Texts, "the names of all images, with tags", images),
    root("container", &[Parameter::text("name")], Type::Container, "a container by its name", container),
    root("containers", &[], Type::Texts, "the names of all containers", containers),
    root("build", &[], Type::Build, "the last build", |call| {
        Ok(Seen::new(Value::Build(call.scene.ran()), "the build"))
    }),
    root("again", &[], Type::Build, "a second build of the same files", |call| {
        let build = call.scene.rebuilt(None)?;
        Ok(Seen::new(Value::Build(build), "a build of the same files"))
    }),
    root(
        "after_edit",
        &[Parameter::text("path"), Parameter::optional("content")],
        Type::Build,
        "a build after a file of the project was changed: a line more, or the content given",
        after_edit,
    ),
    root("dockerfile", &[], Type::Dockerfile, "the project's Dockerfile", |_| {
        Ok(Seen::new(Value::Dockerfile, "Dockerfile"))
    }),
    root("project", &[], Type::Project, "the project folder", |_| {
        Ok(Seen::new(Value::Project, "the project folder"))
    }),
    root(
        "lint",
        &[],
        Type::Texts,
        "the names of the build checks that find something in the Dockerfile",
        |call| Ok(Seen::new(call.scene.lint()?, "docker build --check")),
    ),
    root("output", &[], Type::Text, "what the commands that made this state wrote", |call| {
        Ok(Seen::new(call.scene.ran().output.clone(), "the terminal"))
    }),
];

const fn root(
    name: &'static str,
    parameters: &'static [Parameter],
    result: Type,
    about: &'static str,
    get: fn(&Call<'_>) -> Result<Seen, Absent>,
) -> Member {
    Member { on: None, name, parameters, result, about, get }
}

fn image(call: &Call<'_>) -> Result<Seen, Absent> {
    let name = if call.arguments.is_empty() { call.scene.image_name() } else { call.text(0) };
    let image = call.scene.find_image(name);
    let from = format!("image {name}");
    Ok(Seen::new(Value::Image(image), from))
}

fn images(call: &Call<'_>) -> Result<Seen, Absent> {
    Ok(Seen::new(call.scene.image_names(), "docker images"))
}

fn container(call: &Call<'_>) -> Result<Seen, Absent> {
    let name = call.text(0).to_owned();
    let exists = call.scene.has_container(&name);
    let from = format!("container {name}");
    Ok(Seen::new(Value::Container { name, exists }, from))
}

fn containers(call: &Call<'_>) -> Result<Seen, Absent> {
    Ok(Seen::new(call.scene.container_names(), "docker ps -a"))
}

fn after_edit(call: &Call<'_>) -> Result<Seen, Absent> {
    let content = call.arguments.get(1).map(|_| call.text(1));
    let build = call.scene.rebuilt(Some((call.text(0), content)))?;
    Ok(Seen::new(Value::Build(build), format!("a build after an edit of {}", call.text(0))))
}
