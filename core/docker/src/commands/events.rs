use api::DaemonEvent;
use serde_json::{Map, Value, json};
use vfs::Time;

use super::BASE;
use crate::{
    Command,
    command::Call,
    failure::Failure,
    flags::{list, text},
    template::{Data, Template, TemplateError},
};

pub(crate) const COMMAND: Command = Command {
    names: &["events", "system events"],
    usage: "[OPTIONS]",
    summary: "Show what has happened",
    flags: &[
        list(
            "filter",
            Some('f'),
            "Keep only what meets a condition (type=, event=, container=, image=, ...)",
        ),
        text("format", None, "Print each event by a Go template"),
        text("since", None, "Leave out what is older (10m, or seconds since 1970)"),
        text("until", None, "Leave out what is newer"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let now = call.backend.now();
    let since = call.matches.text("since").map(|text| time(text, now)).transpose()?;
    let until = call.matches.text("until").map(|text| time(text, now)).transpose()?;
    let filters = super::images::filters(call.matches.list("filter"))?;
    let format = call.matches.text("format").filter(|format| !format.is_empty());
    let template = match format {
        None => None,
        Some("{{json .}}" | "json") => Some(Template::parse("{{json .}}")),
        Some(format) => Some(Template::parse(format)),
    };
    let failure = |error: TemplateError| {
        let message = format!("Error parsing format: {error}");
        Failure::Client { message, exit: 64 }
    };
    let template = template.transpose().map_err(failure)?;
    let mut text = String::new();
    for event in call.backend.daemon_events() {
        let in_time =
            since.is_none_or(|since| event.at >= since) && until.is_none_or(|until| event.at <= until);
        if !in_time || !wanted(&event, &filters) {
            continue;
        }
        text += &match &template {
            None => line(&event),
            Some(template) => {
                let value = value(&event);
                template.execute(&value, Data::Struct("*events.Message")).map_err(failure)?
            }
        };
        text.push('\n');
    }
    call.print(text);
    Ok(0)
}

/// A time as `--since` takes it: a span before now, or a date.
///
/// # Errors
/// Anything else, in docker's words.
pub(super) fn time(text: &str, now: Time) -> Result<Time, Failure> {
    if let Some(nanos) = super::health_flags::duration(text) {
        return Ok(Time(now.0.saturating_sub(nanos)));
    }
    if let Some(time) = Time::parse_rfc3339(&completed(text)) {
        return Ok(time);
    }
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    match (seconds.parse::<i64>(), fraction.parse::<u32>()) {
        (Ok(seconds), Ok(_)) => {
            let nanos = format!("{fraction:0<9}").get(..9).and_then(|digits| digits.parse::<i64>().ok());
            Ok(Time(seconds.saturating_mul(1_000_000_000).saturating_add(nanos.unwrap_or(0))))
        }
        _ => Err(Failure::client(format!("failed to parse value as time or duration: {text:?}"))),
    }
}

/// A date with what may be left out: the seconds, the minutes, the time, and the offset, which is UTC here.
fn completed(text: &str) -> String {
    let Some((date, rest)) = text.split_at_checked("2006-01-02".len()) else { return text.to_owned() };
    let rest = rest.strip_prefix('T').unwrap_or(rest);
    let (clock, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len()));
    let missing = match (clock.is_empty(), clock.matches(':').count()) {
        (true, _) => "00:00:00",
        (_, 0) => ":00:00",
        (_, 1) => ":00",
        _ => "",
    };
    let offset = if offset.is_empty() { "Z" } else { offset };
    format!("{date}T{clock}{missing}{offset}")
}

/// Conditions of one kind are alternatives, those of several kinds must all hold.
fn wanted(event: &DaemonEvent, filters: &[(String, String)]) -> bool {
    let attribute = |name: &str| {
        event.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    };
    let holds = |key: &str, value: &str| match key {
        "type" => event.kind == value,
        "event" => event.action == value || event.action.split(':').next() == Some(value),
        "label" => {
            event.attributes.iter().any(|(key, text)| key == value || format!("{key}={text}") == value)
        }
        "container" | "volume" | "network" | "image" => {
            let is_kind = event.kind == key;
            let named = event.id == value || attribute("name") == value || event.id.starts_with(value);
            is_kind && named || key == "image" && attribute("image") == value
        }
        _ => false,
    };
    let keys: std::collections::BTreeSet<&str> = filters.iter().map(|(key, _)| key.as_str()).collect();
    keys.into_iter()
        .all(|key| filters.iter().filter(|(other, _)| other == key).any(|(key, value)| holds(key, value)))
}

fn line(event: &DaemonEvent) -> String {
    let attributes: Vec<String> =
        event.attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let tail = if attributes.is_empty() { String::new() } else { format!(" ({})", attributes.join(", ")) };
    format!("{} {} {} {}{tail}", event.at.rfc3339(), event.kind, event.action, event.id)
}

fn value(event: &DaemonEvent) -> Value {
    let attributes: Map<String, Value> =
        event.attributes.iter().map(|(key, value)| (key.clone(), Value::from(value.clone()))).collect();
    let of_container = matches!(event.kind.as_str(), "container" | "image");
    let mut value = json!({
        "Type": event.kind,
        "Action": event.action,
        "Actor": { "ID": event.id, "Attributes": attributes },
        "scope": "local",
        "Scope": "local",
        "time": event.at.secs(),
        "timeNano": event.at.0,
        "Time": event.at.secs(),
        "TimeNano": event.at.0,
    });
    if of_container {
        for (key, text) in
            [("status", &event.action), ("id", &event.id), ("Status", &event.action), ("ID", &event.id)]
        {
            value[key] = json!(text);
        }
    }
    value
}
