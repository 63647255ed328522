//! The client's host as a party on the daemon's networks: its processes reach published ports.

use kernel::{Traffic, WireId};
use vfs::Time;

use super::WireStep;
use crate::{Engine, Runtime};

/// What waits for the host's processes.
#[derive(Debug, Default)]
pub(crate) struct HostEnd {
    mail: Vec<(Time, WireStep)>,
}

impl HostEnd {
    pub(super) fn take_in(&mut self, at: Time, step: WireStep) {
        self.mail.push((at, step));
    }

    /// What has come over one of the daemon's own connections.
    pub(crate) fn take_of(&mut self, wire: WireId) -> Vec<WireStep> {
        let (own, others) =
            std::mem::take(&mut self.mail).into_iter().partition(|(_, step)| step.wire() == Some(wire));
        self.mail = others;
        let own: Vec<(Time, WireStep)> = own;
        own.into_iter().map(|(_, step)| step).collect()
    }
}

impl Engine {
    /// Takes what the daemon itself wants, now.
    pub(crate) fn carry_own(&mut self, runtime: &mut Runtime, message: Traffic) {
        self.carry(runtime, None, self.clock, message);
    }

    /// Ends one of the daemon's own connections.
    pub(crate) fn close(&mut self, runtime: &mut Runtime, wire: WireId) {
        self.carry(runtime, None, self.clock, Traffic::End { wire });
        self.unlink(None, wire);
        drop(runtime.host.take_of(wire));
    }

    /// Lets the containers run up to a time, if the clock is not there yet.
    pub fn run_up_to(&mut self, runtime: &mut Runtime, time: Time) {
        if time > self.clock {
            self.clock = time;
            self.catch_up(runtime);
        }
    }

    /// Takes what the host's processes want of the daemon's networks, at a time of the host's clock.
    pub fn from_host(&mut self, runtime: &mut Runtime, at: Time, traffic: Vec<Traffic>) {
        self.clock = self.clock.max(at);
        self.catch_up(runtime);
        for message in traffic {
            self.carry(runtime, None, at, message);
        }
    }

    /// What has come for the host's processes up to a time.
    pub fn to_host(&mut self, runtime: &mut Runtime, until: Time) -> Vec<(Time, WireStep)> {
        self.clock = self.clock.max(until);
        self.catch_up(runtime);
        std::mem::take(&mut runtime.host.mail)
    }

    /// The host's processes are gone.
    pub fn host_gone(&mut self, runtime: &mut Runtime) {
        let now = self.clock;
        self.hang_up(runtime, None, now);
        runtime.host.mail.clear();
    }
}
