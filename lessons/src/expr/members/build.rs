//! What can be asked of a build, of its steps, and of a program's run.

use std::rc::Rc;

use api::{CacheVerdict, Event, EventKind};

use super::{Call, Member, Parameter, row};
use crate::expr::value::{Absent, BuildValue, ImageValue, RunValue, Seen, StepValue, Type, Value};

pub(super) const ROWS: &[Member] = &[
    row(Type::Build, "ok", &[], Type::Bool, "whether it succeeded", |call| {
        Ok(Seen::new(of(call)?.exit == 0, format!("{}, which ended with {}", call.from, of(call)?.exit)))
    }),
    row(Type::Build, "exit", &[], Type::Int, "its exit status", |call| {
        Ok(Seen::new(u64::from(of(call)?.exit), call.from))
    }),
    row(Type::Build, "output", &[], Type::Text, "what it wrote", |call| {
        Ok(Seen::new(of(call)?.output.as_str(), call.from))
    }),
    row(Type::Build, "context_bytes", &[], Type::Int, "bytes of the build context", |call| {
        context(call, true)
    }),
    row(
        Type::Build,
        "context_entries",
        &[],
        Type::Int,
        "files and directories of the build context",
        |call| context(call, false),
    ),
    row(Type::Build, "cached", &[], Type::Int, "how many of its steps were taken from the cache", |call| {
        let is_hit = |event: &&Event| matches!(verdict(event), Some(CacheVerdict::Hit { .. }));
        Ok(Seen::new(of(call)?.events.iter().filter(is_hit).count(), call.from))
    }),
    row(Type::Build, "steps", &[], Type::Int, "how many steps it has", |call| {
        let total = of(call)?.events.iter().rev().find_map(|event| match event.kind {
            EventKind::StepStarted { total, .. } => Some(u64::from(total)),
            _ => None,
        });
        Ok(Seen::new(total.unwrap_or(0), call.from))
    }),
    row(
        Type::Build,
        "step",
        &[Parameter::text("start")],
        Type::Step,
        "the first step whose text starts so",
        step,
    ),
    row(
        Type::Build,
        "stage",
        &[Parameter::text("name")],
        Type::Image,
        "the last image of a stage, which need not be in the result",
        stage,
    ),
    row(Type::Step, "cached", &[], Type::Bool, "whether it was taken from the cache", |call| {
        let hit = probe(call).is_some_and(|verdict| matches!(verdict, CacheVerdict::Hit { .. }));
        let reason = why(call);
        let because = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        Ok(Seen::new(hit, format!("{}{because}", call.from)))
    }),
    row(Type::Step, "reason", &[], Type::Text, "why it was not taken from the cache", |call| {
        Ok(Seen::new(why(call), call.from))
    }),
    row(
        Type::Step,
        "container",
        &[],
        Type::Bool,
        "whether it had a temporary container in which something ran",
        |call| {
            let ran =
                |event: &Event| matches!(event.kind, EventKind::ContainerCreated { executes: true, .. });
            Ok(Seen::new(span(call)?.iter().any(ran), call.from))
        },
    ),
    row(Type::Step, "adds", &[], Type::Int, "bytes of the layer that it makes; 0 without one", |call| {
        let made = |event: &Event| match event.kind {
            EventKind::LayerMade { size, .. } => Some(size),
            _ => None,
        };
        Ok(Seen::new(span(call)?.iter().find_map(made).unwrap_or(0), call.from))
    }),
    row(Type::Run, "exit", &[], Type::Int, "its exit status", |call| {
        Ok(Seen::new(run(call)?.exit, call.from))
    }),
    row(Type::Run, "out", &[], Type::Text, "what it wrote to standard output", |call| {
        Ok(Seen::new(run(call)?.out.as_str(), format!("{}, standard output", call.from)))
    }),
    row(Type::Run, "err", &[], Type::Text, "what it wrote to standard error", |call| {
        Ok(Seen::new(run(call)?.err.as_str(), format!("{}, standard error", call.from)))
    }),
];

fn of<'c>(call: &Call<'c>) -> Result<&'c Rc<BuildValue>, Absent> {
    match call.on {
        Value::Build(build) => Ok(build),
        _ => Err(call.impossible()),
    }
}

fn run<'c>(call: &Call<'c>) -> Result<&'c Rc<RunValue>, Absent> {
    match call.on {
        Value::Run(run) => Ok(run),
        _ => Err(call.impossible()),
    }
}

fn context(call: &Call<'_>, as_bytes: bool) -> Result<Seen, Absent> {
    let sent = of(call)?.events.iter().rev().find_map(|event| match event.kind {
        EventKind::ContextSent { bytes, entries } => Some(if as_bytes { bytes } else { entries }),
        _ => None,
    });
    sent.map(|sent| Seen::new(sent, call.from)).ok_or_else(|| Absent::new("nothing was built", call.from))
}

fn step(call: &Call<'_>) -> Result<Seen, Absent> {
    let (build, start) = (of(call)?, call.text(0));
    let found = build.events.iter().enumerate().find_map(|(at, event)| match &event.kind {
        EventKind::StepStarted { step, text, .. } if text.starts_with(start) => {
            Some((at, *step, text.clone()))
        }
        _ => None,
    });
    match found {
        Some((at, number, text)) => {
            let from = format!("{}, step {number}: {text}", call.from);
            Ok(Seen::new(Value::Step(StepValue { build: Rc::clone(build), at, text }), from))
        }
        None => Err(Absent::new(format!("no step starts with {start:?}"), call.from)),
    }
}

/// The last image of the steps of a stage, which is named after `AS`.
fn stage(call: &Call<'_>) -> Result<Seen, Absent> {
    let (build, name) = (of(call)?, call.text(0));
    let mut wanted = None;
    let mut inside = false;
    let mut image = None;
    for event in &build.events {
        match &event.kind {
            EventKind::StepStarted { text, stage, .. } => {
                let mut words = text.split_whitespace().rev();
                let named = words.next().is_some_and(|last| last.eq_ignore_ascii_case(name))
                    && words.next().is_some_and(|word| word.eq_ignore_ascii_case("as"));
                if named {
                    wanted = *stage;
                }
                inside = wanted.is_some() && *stage == wanted;
            }
            EventKind::StepFinished { image: Some(id), .. } if inside => image = Some(*id),
            _ => {}
        }
    }
    match image {
        Some(id) => {
            let image = ImageValue { name: id.short(), id: Some(id) };
            Ok(Seen::new(Value::Image(image), format!("stage {name}")))
        }
        None => Err(Absent::new(format!("no stage {name} was built"), call.from)),
    }
}

fn step_of<'c>(call: &Call<'c>) -> Result<&'c StepValue, Absent> {
    match call.on {
        Value::Step(step) => Ok(step),
        _ => Err(call.impossible()),
    }
}

/// The events of a step.
fn span<'c>(call: &Call<'c>) -> Result<&'c [Event], Absent> {
    let step = step_of(call)?;
    let rest = step.build.events.get(step.at + 1..).unwrap_or_default();
    let end = rest.iter().position(|event| matches!(event.kind, EventKind::StepStarted { .. }));
    Ok(&rest[..end.unwrap_or(rest.len())])
}

fn verdict(event: &Event) -> Option<&CacheVerdict> {
    match &event.kind {
        EventKind::CacheProbed(probe) => Some(&probe.verdict),
        _ => None,
    }
}

fn probe<'c>(call: &Call<'c>) -> Option<&'c CacheVerdict> {
    span(call).ok()?.iter().find_map(verdict)
}

fn why(call: &Call<'_>) -> String {
    match probe(call) {
        Some(CacheVerdict::Miss { reason } | CacheVerdict::Unused { reason }) => reason.clone(),
        _ => String::new(),
    }
}
