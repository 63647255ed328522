use std::{
    io::Read,
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use api::Input;

/// Bytes that are read at once.
const BLOCK: usize = 64 * 1024;

/// Standard input and signals as one queue. The threads that feed it start when something first asks.
#[derive(Default)]
pub(super) struct Inputs {
    queue: Option<Receiver<Input>>,
    ended: bool,
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

    fn note(&mut self, input: Option<Input>) -> Option<Input> {
        self.ended |= input == Some(Input::End);
        input
    }

    fn queue(&mut self) -> &Receiver<Input> {
        self.queue.get_or_insert_with(|| {
            let (sender, receiver) = channel();
            let bytes = sender.clone();
            thread::spawn(move || read_input(&bytes));
            watch_signals(sender);
            receiver
        })
    }
}

fn read_input(sender: &Sender<Input>) {
    let mut block = vec![0; BLOCK];
    let mut stdin = std::io::stdin().lock();
    loop {
        let input = match stdin.read(&mut block) {
            Ok(0) | Err(_) => Input::End,
            Ok(count) => Input::Bytes(block[..count].to_vec()),
        };
        let last = input == Input::End;
        if sender.send(input).is_err() || last {
            return;
        }
    }
}

#[cfg(unix)]
fn watch_signals(sender: Sender<Input>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGQUIT, SIGHUP]) else {
        return;
    };
    thread::spawn(move || {
        for signal in signals.forever() {
            if sender.send(Input::Signal(u8::try_from(signal).unwrap_or(15))).is_err() {
                return;
            }
        }
    });
}

#[cfg(not(unix))]
fn watch_signals(_sender: Sender<Input>) {}
