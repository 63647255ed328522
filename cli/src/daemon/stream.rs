//! The stream of a real daemon's classic builder, as events.

use api::{CacheProbe, CacheVerdict, EventKind, PullEvent, Stream};
use bollard::models::BuildInfo;
use digest::{Digest, Id};

/// Reads the messages of a build in their order.
///
/// The daemon names images and containers by the first twelve digits of their ids; the rest of them is zero here.
#[derive(Default)]
pub(super) struct Reader {
    /// A line that has begun: the daemon sends a step's heading and its line end apart.
    heading: String,
    /// The instruction of the step: the stream does not say what runs in a container.
    instruction: String,
    /// The result, whole.
    pub(super) image: Option<Digest>,
}

impl Reader {
    /// The events of one message.
    pub(super) fn take(&mut self, info: &BuildInfo) -> Vec<EventKind> {
        if let Some(id) = info.aux.as_ref().and_then(|aux| aux.id.as_ref()) {
            self.image = id.parse().ok();
        }
        if let Some(status) = &info.status {
            return vec![pull(info, status)];
        }
        let Some(text) = &info.stream else { return Vec::new() };
        if text.starts_with("Step ") && !text.ends_with('\n') {
            self.heading.clone_from(text);
            return Vec::new();
        }
        let text = std::mem::take(&mut self.heading) + text;
        let mut event = told(&text).unwrap_or_else(|| output(&text));
        match &mut event {
            EventKind::StepStarted { text, .. } => self.instruction.clone_from(text),
            EventKind::ContainerCreated { command, executes, .. } => {
                *command = vec![self.instruction.clone()];
                *executes = self.instruction.to_ascii_uppercase().starts_with("RUN");
            }
            _ => {}
        }
        vec![event]
    }
}

/// What the builder itself says in a message; none for output of a command.
fn told(text: &str) -> Option<EventKind> {
    let line = text.strip_suffix('\n')?;
    if let Some(rest) = line.strip_prefix("Step ") {
        let (numbers, instruction) = rest.split_once(" : ")?;
        let (step, total) = numbers.split_once('/')?;
        return Some(EventKind::StepStarted {
            step: step.parse().ok()?,
            total: total.parse().ok()?,
            text: instruction.to_owned(),
            line: 0,
            stage: None,
        });
    }
    if line == " ---> Using cache" {
        let verdict = CacheVerdict::Hit { image: Digest::from_bytes([0; 32]) };
        return Some(EventKind::CacheProbed(CacheProbe { key: Vec::new(), verdict }));
    }
    if let Some(id) = line.strip_prefix(" ---> Running in ") {
        let id = container(id)?;
        return Some(EventKind::ContainerCreated { id, image: None, command: Vec::new(), executes: true });
    }
    let removed = ["Removing intermediate container ", " ---> Removed intermediate container "];
    if let Some(id) = removed.iter().find_map(|words| line.strip_prefix(words)) {
        return Some(EventKind::ContainerRemoved { id: container(id)? });
    }
    if let Some(id) = line.strip_prefix(" ---> ") {
        let image = if id.is_empty() { None } else { Some(image(id)?) };
        return Some(EventKind::StepFinished { image, shown: true });
    }
    if let Some(id) = line.strip_prefix("Successfully built ") {
        return Some(EventKind::Built { id: image(id)? });
    }
    let reference = line.strip_prefix("Successfully tagged ")?;
    Some(EventKind::Tagged { reference: reference.to_owned() })
}

/// Output of a command; the daemon paints that of standard error red.
fn output(text: &str) -> EventKind {
    match text.strip_prefix("\x1b[91m").and_then(|rest| rest.strip_suffix("\x1b[0m")) {
        Some(inner) => EventKind::Output { stream: Stream::Stderr, bytes: inner.into() },
        None => EventKind::Output { stream: Stream::Stdout, bytes: text.into() },
    }
}

fn pull(info: &BuildInfo, status: &str) -> EventKind {
    let id = info.id.clone().unwrap_or_default();
    if let Some(repository) = status.strip_prefix("Pulling from ") {
        return EventKind::Pull(PullEvent::Started { tag: id, repository: repository.to_owned() });
    }
    let Some(digest) = image(&id) else {
        // `Digest: ...` and `Status: ...` come as lines of their own.
        return EventKind::Output { stream: Stream::Stdout, bytes: format!("{status}\n").into() };
    };
    let progress = info.progress_detail.as_ref();
    let numbers = progress.and_then(|detail| Some((detail.current?, detail.total?)));
    EventKind::Pull(match numbers {
        Some((current, total)) => PullEvent::LayerProgress {
            digest,
            status: status.to_owned(),
            current: u64::try_from(current).unwrap_or(0),
            total: u64::try_from(total).unwrap_or(0),
        },
        None => PullEvent::Layer { digest, status: status.to_owned() },
    })
}

fn image(short: &str) -> Option<Digest> {
    format!("sha256:{}", padded(short)?).parse().ok()
}

fn container(short: &str) -> Option<Id> {
    padded(short)?.parse().ok()
}

fn padded(short: &str) -> Option<String> {
    (short.len() == 12 && short.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| format!("{short:0<64}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{DockerVersion, Event};
    use docker::views::ViewKind;
    use vfs::Time;

    /// What a view makes of the events is what the daemon sent.
    #[test]
    fn the_classic_view_gives_the_stream_back() {
        let sent = [
            "Step 1/3 : FROM alpine",
            "\n",
            " ---> 0123456789ab\n",
            "Step 2/3 : RUN echo one; echo two >&2",
            "\n",
            " ---> Running in ba9876543210\n",
            "one\n",
            "\x1b[91mtwo\n\x1b[0m",
            "Removing intermediate container ba9876543210\n",
            " ---> 00000000000f\n",
            "Step 3/3 : CMD [\"sh\"]",
            "\n",
            " ---> Using cache\n",
            " ---> aaaaaaaaaaaa\n",
            "Successfully built aaaaaaaaaaaa\n",
            "Successfully tagged demo:latest\n",
        ];
        let (mut reader, mut view) = (Reader::default(), ViewKind::Classic.start(DockerVersion::V20_10));
        let mut shown = Vec::new();
        let mut kinds = 0;
        for text in sent {
            let info = BuildInfo { stream: Some(text.to_owned()), ..BuildInfo::default() };
            for kind in reader.take(&info) {
                kinds += usize::from(!matches!(kind, EventKind::Output { .. }));
                shown.extend(view.event(&Event { at: Time::EPOCH, kind }));
            }
        }
        assert_eq!(String::from_utf8_lossy(&shown), sent.concat());
        assert_eq!(kinds, 11, "all but the two lines of the command are the builder's");
    }
}
