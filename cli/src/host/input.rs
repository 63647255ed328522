use std::{
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use api::Input;

/// Bytes that are read at once.
const BLOCK: usize = 64 * 1024;

/// Standard input and signals as one queue. The threads that feed it start when something first asks.
#[derive(Default)]
pub(super) struct Inputs {
    queue: Option<Receiver<Input>>,
    feeders: Option<Feeders>,
    ended: bool,
}

/// What feeds the queue, until it is dropped.
struct Feeders {
    stopped: Arc<AtomicBool>,
    #[cfg(unix)]
    signals: Option<signal_hook::iterator::Handle>,
}

impl Drop for Feeders {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        #[cfg(unix)]
        if let Some(signals) = &self.signals {
            signals.close();
        }
    }
}

impl Inputs {
    /// What has arrived.
    pub(super) fn poll(&mut self) -> Option<Input> {
        let next = self.queue().try_recv().ok();
        self.note(next)
    }

    /// What arrives next.
    pub(super) fn wait(&mut self) -> Input {
        let next = self.queue().recv().ok();
        self.note(next).unwrap_or(Input::Detach)
    }

    /// Leaves standard input and the signals to others until something asks again.
    pub(super) fn rest(&mut self) {
        self.feeders = None;
        self.queue = None;
    }

    fn note(&mut self, input: Option<Input>) -> Option<Input> {
        self.ended |= input == Some(Input::End);
        input
    }

    fn queue(&mut self) -> &Receiver<Input> {
        if self.queue.is_none() {
            let (sender, receiver) = channel();
            let stopped = Arc::new(AtomicBool::new(false));
            let (bytes, is_stopped) = (sender.clone(), Arc::clone(&stopped));
            thread::spawn(move || read_input(&bytes, &is_stopped));
            self.feeders = Some(Feeders {
                stopped,
                #[cfg(unix)]
                signals: watch_signals(sender),
            });
            self.queue = Some(receiver);
        }
        match &self.queue {
            Some(queue) => queue,
            None => unreachable!("made just above"),
        }
    }
}

fn read_input(sender: &Sender<Input>, stopped: &AtomicBool) {
    let mut block = vec![0; BLOCK];
    loop {
        if !is_ready() {
            if stopped.load(Ordering::Relaxed) {
                return;
            }
            continue;
        }
        if stopped.load(Ordering::Relaxed) {
            return;
        }
        let input = match std::io::stdin().lock().read(&mut block) {
            Ok(0) | Err(_) => Input::End,
            Ok(count) => Input::Bytes(block[..count].to_vec()),
        };
        let last = input == Input::End;
        if sender.send(input).is_err() || last {
            return;
        }
    }
}

/// Waits a moment for something to read, so that the reader can be stopped between.
#[cfg(unix)]
fn is_ready() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let stdin = std::io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    let moment = Timespec { tv_sec: 0, tv_nsec: 30_000_000 };
    poll(&mut fds, Some(&moment)).is_ok_and(|ready| ready > 0)
}

/// Elsewhere a read cannot be awaited, and a reader stops after the next line.
#[cfg(not(unix))]
fn is_ready() -> bool {
    true
}

#[cfg(unix)]
fn watch_signals(sender: Sender<Input>) -> Option<signal_hook::iterator::Handle> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGQUIT, SIGHUP]).ok()?;
    let handle = signals.handle();
    thread::spawn(move || {
        for signal in signals.forever() {
            if sender.send(Input::Signal(u8::try_from(signal).unwrap_or(15))).is_err() {
                return;
            }
        }
    });
    Some(handle)
}
