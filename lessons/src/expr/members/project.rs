//! What can be asked of the project folder and its Dockerfile.

use super::{Call, Member, Parameter, row};
use crate::expr::value::{Absent, Seen, Type};

pub(super) const ROWS: &[Member] = &[
    row(Type::Project, "file", &[Parameter::text("path")], Type::File, "a file of it", |call| {
        Ok(super::file::at(call.scene.project().clone(), call.text(0), None, call.from))
    }),
    row(Type::Dockerfile, "text", &[], Type::Text, "as it was written", |call| {
        Ok(Seen::new(call.scene.dockerfile_text()?, call.from))
    }),
    row(
        Type::Dockerfile,
        "instructions",
        &[],
        Type::Texts,
        "its instructions, continued lines joined",
        |call| {
            let all = instructions(call)?.into_iter().map(|(_, text)| text).collect::<Vec<_>>();
            Ok(Seen::new(all, call.from))
        },
    ),
    row(
        Type::Dockerfile,
        "count",
        &[Parameter::text("keyword")],
        Type::Int,
        "how often it has an instruction",
        |call| {
            let wanted = call.text(0);
            let count =
                instructions(call)?.iter().filter(|(word, _)| word.eq_ignore_ascii_case(wanted)).count();
            Ok(Seen::new(count, format!("{}, {wanted} instructions", call.from)))
        },
    ),
    row(Type::Dockerfile, "base", &[], Type::Text, "what its last FROM names", |call| {
        let all = instructions(call)?;
        let from = all.iter().rev().find(|(word, _)| word.eq_ignore_ascii_case("from"));
        let base = from.and_then(|(_, text)| {
            text.split_whitespace().find(|word| !word.starts_with("--") && !word.eq_ignore_ascii_case("from"))
        });
        match base {
            Some(base) => Ok(Seen::new(base, format!("{}, its last FROM", call.from))),
            None => Err(Absent::new("there is no FROM", call.from)),
        }
    }),
];

fn instructions(call: &Call<'_>) -> Result<Vec<(String, String)>, Absent> {
    call.scene.instructions()
}
