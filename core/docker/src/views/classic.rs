use api::{CacheVerdict, DockerVersion, Event, EventKind, Stream};

use super::{View, pull_line};
use crate::human_size;

/// The classic builder's stream (FACTS: everything but the final error goes to standard output).
pub(super) struct Classic {
    pub(super) version: DockerVersion,
}

impl View for Classic {
    fn event(&mut self, event: &Event) -> Vec<u8> {
        match &event.kind {
            EventKind::Output { stream: Stream::Stdout, bytes } => bytes.to_vec(),
            EventKind::Output { stream: Stream::Stderr, bytes } => red(bytes),
            EventKind::ParserWarned { text } => match self.version {
                DockerVersion::V20_10 => red(text.as_bytes()),
                DockerVersion::V29 => {
                    text.split_inclusive('\n').flat_map(|line| red(line.as_bytes())).collect()
                }
            },
            other => self.text(other).into_bytes(),
        }
    }
}

impl Classic {
    fn text(&self, event: &EventKind) -> String {
        match event {
            EventKind::ContextSent { bytes, .. } => {
                format!("Sending build context to Docker daemon {:>8}\r\r\n", human_size(*bytes))
            }
            EventKind::StepStarted { step, total, text, .. } => format!("Step {step}/{total} : {text}\n"),
            EventKind::TriggersStarted { count: 1 } => "# Executing 1 build trigger\n".to_owned(),
            EventKind::TriggersStarted { count } => format!("# Executing {count} build triggers\n"),
            EventKind::Pull(pull) => pull_line(pull),
            EventKind::CacheProbed(probe) if matches!(probe.verdict, CacheVerdict::Hit { .. }) => {
                " ---> Using cache\n".to_owned()
            }
            EventKind::ContainerCreated { id, .. } => format!(" ---> Running in {}\n", id.short()),
            EventKind::ContainerRemoved { id } => match self.version {
                DockerVersion::V20_10 => format!("Removing intermediate container {}\n", id.short()),
                DockerVersion::V29 => format!(" ---> Removed intermediate container {}\n", id.short()),
            },
            EventKind::StepFinished { image, shown: true } => {
                format!(" ---> {}\n", image.map(|id| id.short()).unwrap_or_default())
            }
            EventKind::Noted { text } => format!("{text}\n"),
            EventKind::BuildArgsUnconsumed { names } => {
                format!("[Warning] One or more build-args [{}] were not consumed\n", names.join(" "))
            }
            EventKind::Built { id } => format!("Successfully built {}\n", id.short()),
            EventKind::Tagged { reference } => format!("Successfully tagged {reference}\n"),
            _ => String::new(),
        }
    }
}

/// The daemon colours each write to standard error.
fn red(bytes: &[u8]) -> Vec<u8> {
    [b"\x1b[91m", bytes, b"\x1b[0m"].concat()
}
