//! Runs the processes of all containers, one after the other in the order of their clocks, and carries what they send
//! to each other. Every byte that reaches a container is a step of its journal.

use std::time::Duration;

use digest::Id;
use kernel::{Address, RunState, Traffic, WireId};
use vfs::{Errno, Time};

use super::{Link, Wire, WireStep};
use crate::containers::{Step, Target};
use crate::{Engine, Runtime};

/// How far one container may run ahead of another that is busy as well.
const LOOKAHEAD: Duration = Duration::from_millis(1);

/// A process whose end is waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    pub(crate) container: Id,
    pub(crate) target: Target,
}

/// Where a call goes.
enum Route {
    To(Id, u16),
    Refused(Errno),
}

impl Engine {
    /// Lets all containers run up to a time, or until the process that is watched has ended.
    pub(crate) fn run_all(&mut self, runtime: &mut Runtime, until: Time, watch: Option<Watch>) {
        loop {
            let ended = watch.is_some_and(|watch| runtime.has_ended(watch.container, watch.target));
            if ended {
                break;
            }
            let mut busy: Vec<(Time, Id)> =
                runtime.activities().filter(|(at, id)| *at < until && self.is_unpaused(*id)).collect();
            busy.sort();
            let first_alarm = self.next_alarm().filter(|at| *at < until);
            let next = busy.first().copied();
            if let Some(alarm) = first_alarm.filter(|alarm| next.is_none_or(|(at, _)| *alarm <= at)) {
                self.ring(runtime, alarm);
                continue;
            }
            let Some((at, id)) = next else { break };
            let second = busy.get(1).map_or(until, |(at, _)| *at);
            let bound = second.max(at).min(first_alarm.unwrap_or(until)).max(at) + LOOKAHEAD;
            self.run_one(runtime, id, bound.min(until), watch);
        }
        if watch.is_none_or(|watch| !runtime.has_ended(watch.container, watch.target)) {
            self.reach(runtime, until, watch);
        }
    }

    /// Sets the clocks of those that have nothing to do, and takes over what all did.
    fn reach(&mut self, runtime: &mut Runtime, until: Time, watch: Option<Watch>) {
        for id in runtime.ids() {
            if !self.is_unpaused(id) {
                continue;
            }
            let Some(mut launch) = runtime.take(id) else { continue };
            if launch.exit_code().is_none() {
                launch.kernel.run_until(until);
            }
            match watch.is_some_and(|watch| watch.container == id) {
                true => runtime.keep(id, launch),
                false => self.settle(runtime, id, launch),
            }
        }
    }

    fn run_one(&mut self, runtime: &mut Runtime, id: Id, until: Time, watch: Option<Watch>) {
        let Some(mut launch) = runtime.take(id) else { return };
        self.refresh_mounts(id, &mut launch);
        let target = watch.filter(|watch| watch.container == id).map(|watch| watch.target);
        let watched = launch.unfinished(&[Some(0), target, launch.probe]);
        let state = launch.kernel.run_until_or_exit(until, &watched);
        if let RunState::LimitHit(hit) = state {
            launch.hit = Some(hit);
        }
        self.absorb_mounts(id, &mut launch);
        let (now, traffic) = (launch.kernel.now(), launch.kernel.take_traffic());
        let has_ended = launch.exit_code().is_some();
        runtime.keep(id, launch);
        for message in traffic {
            self.carry(runtime, Some(id), now, message);
        }
        self.look_at_check(runtime, id);
        if has_ended {
            self.hang_up(runtime, Some(id), now);
            if watch.is_none_or(|watch| watch.container != id)
                && let Some(launch) = runtime.take(id)
            {
                self.settle(runtime, id, launch);
            }
        }
    }

    /// Takes something that a party's processes want to whom it is for.
    pub(super) fn carry(&mut self, runtime: &mut Runtime, from: Option<Id>, at: Time, message: Traffic) {
        match message {
            Traffic::Resolve { wire, name, .. } => {
                let found = from.map(|id| self.look_up(id, &name.to_string())).unwrap_or_default();
                self.send(runtime, from, at, WireStep::Resolved(wire, found));
            }
            Traffic::Connect { wire, address, port, .. } => {
                let answer = self.call(runtime, Wire { party: from, number: wire }, at, (address, port));
                let error = answer.err().map(Errno::code);
                self.send(runtime, from, at, WireStep::Connected(wire, error));
            }
            Traffic::Data { wire, bytes } => {
                let Some(to) = self.other_end(from, wire) else { return };
                if !self.send(runtime, to.party, at, WireStep::Data(to.number, bytes.into())) {
                    self.send(runtime, from, at, WireStep::Cut(wire));
                    self.unlink(from, wire);
                }
            }
            Traffic::End { wire } => {
                if let Some(to) = self.other_end(from, wire) {
                    self.send(runtime, to.party, at, WireStep::End(to.number));
                }
            }
        }
    }

    /// Calls a port of another machine.
    fn call(
        &mut self,
        runtime: &mut Runtime,
        from: Wire,
        at: Time,
        (address, port): (Address, u16),
    ) -> Result<(), Errno> {
        let (to, port) = match self.route(runtime, from.party, address, port) {
            Route::To(to, port) => (to, port),
            Route::Refused(errno) => return Err(errno),
        };
        let launch = runtime.get_mut(to).ok_or(Errno::ECONNREFUSED)?;
        launch.kernel.reach(at);
        let step = WireStep::Incoming(port);
        let number = super::apply(&mut launch.kernel, launch.sandbox, &step)?;
        launch.note(Step::Wire(step));
        let other = Wire { party: Some(to), number };
        self.links.push_back(Link { ends: [from, other] });
        Ok(())
    }

    fn route(&self, runtime: &Runtime, from: Option<Id>, address: Address, port: u16) -> Route {
        let asking = from.and_then(|id| self.containers.get(&self.network_owner(id)));
        let shares_host =
            asking.is_none_or(|container| container.endpoints.iter().any(|e| e.network == "host"));
        let reachable: Vec<_> = match asking {
            Some(container) if !shares_host => {
                container.endpoints.iter().map(|endpoint| endpoint.network.clone()).collect()
            }
            _ => self.networks.values().map(|network| network.name.clone()).collect(),
        };
        let is_gateway = self.networks.values().any(|network| network.gateway == Some(address));
        if is_gateway || shares_host && (address[0] == 127 || address == [0; 4]) {
            return self.route_to_host(runtime, port);
        }
        if let Some(from) = from.filter(|_| address[0] == 127 || address == [0; 4]) {
            return Route::To(self.listener(runtime, from, port), port);
        }
        let running = self.containers.iter().filter(|(_, container)| container.is_running());
        for (id, container) in running {
            let hit = |endpoint: &super::Endpoint| {
                endpoint.address == Some(address) && reachable.contains(&endpoint.network)
            };
            if container.endpoints.iter().any(hit) {
                return Route::To(self.listener(runtime, *id, port), port);
            }
        }
        let in_subnet =
            |network: &super::Network| network.subnet.is_some_and(|subnet| subnet.contains(address));
        match self.networks.values().any(in_subnet) {
            true => Route::Refused(Errno::EHOSTUNREACH),
            false => Route::Refused(Errno::ENETUNREACH),
        }
    }

    fn route_to_host(&self, runtime: &Runtime, port: u16) -> Route {
        if let Some((id, port)) = self.published_at(port) {
            return Route::To(self.listener(runtime, id, port), port);
        }
        let listening = |id: &Id| runtime.listens(*id, port);
        match self.on_host().into_iter().find(listening) {
            Some(id) => Route::To(id, port),
            None => Route::Refused(Errno::ECONNREFUSED),
        }
    }

    /// Gives a party something; false when it cannot take it.
    fn send(&mut self, runtime: &mut Runtime, to: Option<Id>, at: Time, step: WireStep) -> bool {
        let Some(to) = to else {
            runtime.host.take_in(at, step);
            return true;
        };
        let Some(launch) = runtime.get_mut(to) else { return false };
        launch.kernel.reach(at);
        launch.step(Step::Wire(step))
    }

    fn other_end(&self, party: Option<Id>, number: WireId) -> Option<Wire> {
        let wire = Wire { party, number };
        self.links.iter().find_map(|link| match link.ends {
            [one, other] if one == wire => Some(other),
            [one, other] if other == wire => Some(one),
            _ => None,
        })
    }

    pub(super) fn unlink(&mut self, party: Option<Id>, number: WireId) {
        let wire = Wire { party, number };
        self.links.retain(|link| !link.ends.contains(&wire));
    }

    /// Cuts all connections of a party that is gone.
    pub(crate) fn hang_up(&mut self, runtime: &mut Runtime, party: Option<Id>, at: Time) {
        let of_party = |link: &&Link| link.ends.iter().any(|end| end.party == party);
        let gone: Vec<Link> = self.links.iter().filter(of_party).copied().collect();
        for link in gone {
            for end in link.ends.iter().filter(|end| end.party != party) {
                self.send(runtime, end.party, at, WireStep::End(end.number));
            }
            self.links.retain(|known| *known != link);
        }
    }

    fn is_unpaused(&self, id: Id) -> bool {
        self.containers.get(&id).is_some_and(|container| container.status == api::ContainerStatus::Running)
    }
}
