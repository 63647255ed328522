//! What crosses the border of a kernel: connections to and from other machines, and questions for addresses. The
//! kernel tells what its processes want; whoever runs it answers, at a time of its choosing.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use bstr::BString;
use vfs::Errno;

use crate::kernel::Kernel;
use crate::machine::Machine;
use crate::pipe::{Pipe, ReadEnd, WriteEnd};
use crate::process::Process;
use crate::ready::WaitQueue;
use crate::socket;
use crate::state::BlockedOn;
use crate::{Fd, Network, SandboxId};

/// An address of version 4.
pub type Address = [u8; 4];

/// A question or a connection that crosses the border; numbers are a kernel's own.
pub type WireId = u64;

/// A network interface of a sandbox, besides loopback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `eth0`, ...
    pub name: String,
    /// Its address.
    pub address: Address,
    /// How many bits of it name the network.
    pub prefix: u8,
    /// The way out, if it has one.
    pub gateway: Option<Address>,
}

/// What a kernel's processes want of the outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// A connection; answered by [`Kernel::answer_connect`], and then a wire of the same number.
    Connect {
        /// The question's number.
        wire: WireId,
        /// Who asks.
        sandbox: SandboxId,
        /// Whom it wants.
        address: Address,
        /// Which port.
        port: u16,
    },
    /// The addresses of a name; answered by [`Kernel::answer_resolve`].
    Resolve {
        /// The question's number.
        wire: WireId,
        /// Who asks.
        sandbox: SandboxId,
        /// The name.
        name: BString,
    },
    /// Bytes written to a connection.
    Data {
        /// The connection.
        wire: WireId,
        /// What was written.
        bytes: Vec<u8>,
    },
    /// Nothing more will be written to a connection.
    End {
        /// The connection.
        wire: WireId,
    },
}

enum Answer {
    Connected(ReadEnd, WriteEnd),
    Refused(Errno),
    Resolved(Vec<Address>),
}

struct Wire {
    to_process: Option<WriteEnd>,
    from_process: ReadEnd,
    ended: bool,
}

/// A kernel's border.
#[derive(Default)]
pub(crate) struct Border {
    last: Cell<WireId>,
    asked: Cell<usize>,
    out: RefCell<VecDeque<Traffic>>,
    answers: RefCell<BTreeMap<WireId, Answer>>,
    answered: WaitQueue,
    wires: RefCell<BTreeMap<WireId, Wire>>,
}

impl Border {
    fn next(&self) -> WireId {
        self.last.set(self.last.get() + 1);
        self.last.get()
    }

    /// Whether something waits for the outside, or may come from there.
    pub(crate) fn is_open(&self) -> bool {
        self.asked.get() > 0 || !self.wires.borrow().is_empty()
    }

    /// Drops what nobody has carried.
    pub(crate) fn forget(&self) {
        self.out.borrow_mut().clear();
    }

    /// Collects what processes wrote; whether there is anything to carry.
    pub(crate) fn collect(&self) -> bool {
        let mut wires = self.wires.borrow_mut();
        let mut out = self.out.borrow_mut();
        wires.retain(|id, wire| {
            while !wire.ended {
                match wire.from_process.0.try_read(usize::MAX) {
                    Some(bytes) if bytes.is_empty() => {
                        wire.ended = true;
                        out.push_back(Traffic::End { wire: *id });
                    }
                    Some(bytes) => out.push_back(Traffic::Data { wire: *id, bytes }),
                    None => break,
                }
            }
            !(wire.ended && wire.to_process.is_none())
        });
        !out.is_empty()
    }
}

impl Kernel {
    /// Others share the network of a sandbox from now on: its processes ask for ports that nobody here listens on.
    pub fn share_network(&mut self, sandbox: SandboxId) {
        if let Some(sandbox) = self.sandbox(sandbox) {
            sandbox.network.set(Network::Host);
        }
    }

    /// What the processes want of the outside, in order, since the last call.
    pub fn take_traffic(&mut self) -> Vec<Traffic> {
        self.machine.border.out.take().into()
    }

    /// Whether a process waits for the outside, or holds a connection to it.
    pub fn is_connected(&self) -> bool {
        self.machine.border.is_open()
    }

    /// Answers a [`Traffic::Connect`].
    pub fn answer_connect(&mut self, wire: WireId, answer: Result<(), Errno>) {
        let border = &self.machine.border;
        let answer = match answer {
            Ok(()) => {
                let (reader, writer) = self.lay(wire);
                Answer::Connected(reader, writer)
            }
            Err(errno) => Answer::Refused(errno),
        };
        border.answers.borrow_mut().insert(wire, answer);
        border.answered.wake_all();
    }

    /// Answers a [`Traffic::Resolve`]; no addresses mean that there is no such name.
    pub fn answer_resolve(&mut self, wire: WireId, addresses: Vec<Address>) {
        let border = &self.machine.border;
        border.answers.borrow_mut().insert(wire, Answer::Resolved(addresses));
        border.answered.wake_all();
    }

    /// Brings a connection to a port of a sandbox. `ECONNREFUSED` when nobody listens there.
    pub fn incoming(&mut self, sandbox: SandboxId, port: u16) -> Result<WireId, Errno> {
        let sandbox = self.sandbox(sandbox).ok_or(Errno::ECONNREFUSED)?;
        let wire = self.machine.border.next();
        socket::offer(&sandbox, port, || self.lay(wire))?;
        Ok(wire)
    }

    /// Bytes for a connection; false when nobody will read them.
    pub fn deliver(&mut self, wire: WireId, bytes: &[u8]) -> bool {
        let wires = self.machine.border.wires.borrow();
        let end = wires.get(&wire).and_then(|wire| wire.to_process.as_ref());
        end.is_some_and(|end| matches!(end.0.try_write(bytes), Ok(Some(_))))
    }

    /// Nothing more comes over a connection.
    pub fn deliver_end(&mut self, wire: WireId) {
        let mut wires = self.machine.border.wires.borrow_mut();
        let end = wires.get_mut(&wire).and_then(|wire| wire.to_process.take());
        drop(wires);
        drop(end);
    }

    /// Cuts a connection: reads end, writes fail.
    pub fn cut(&mut self, wire: WireId) {
        let cut = self.machine.border.wires.borrow_mut().remove(&wire);
        drop(cut);
    }

    /// Gives a sandbox its interfaces.
    pub fn set_interfaces(&mut self, sandbox: SandboxId, interfaces: Vec<Interface>) {
        if let Some(sandbox) = self.sandbox(sandbox) {
            sandbox.interfaces.replace(interfaces);
        }
    }

    /// The two pipes of a connection: the kernel keeps its ends, the process gets these.
    fn lay(&self, wire: WireId) -> (ReadEnd, WriteEnd) {
        let machine: &Machine = &self.machine;
        let inward = Pipe::unbounded(machine.serial());
        let outward = Pipe::unbounded(machine.serial());
        let kept = Wire {
            to_process: Some(WriteEnd::new(&inward)),
            from_process: ReadEnd::new(&outward),
            ended: false,
        };
        machine.border.wires.borrow_mut().insert(wire, kept);
        (ReadEnd::new(&inward), WriteEnd::new(&outward))
    }
}

impl Process {
    /// The interfaces besides loopback.
    pub fn interfaces(&self) -> Vec<Interface> {
        self.state.sandbox.interfaces.borrow().clone()
    }

    /// Connects to a port of this machine or of another one. `ENETUNREACH` where there is no way, `ECONNREFUSED`
    /// where nobody listens, `EHOSTUNREACH` where nobody has the address.
    pub async fn connect_to(&mut self, address: Address, port: u16) -> Result<Fd, Errno> {
        let is_own = address[0] == 127
            || address == [0; 4]
            || self.state.sandbox.interfaces.borrow().iter().any(|own| own.address == address);
        if is_own {
            match self.connect(port).await {
                Err(Errno::ECONNREFUSED) if self.state.sandbox.network.get() == Network::Host => {}
                answer => return answer,
            }
        }
        if !self.reaches_out() {
            return Err(Errno::ENETUNREACH);
        }
        let sandbox = self.state.sandbox.id;
        match self.ask(|wire| Traffic::Connect { wire, sandbox, address, port }).await? {
            Answer::Connected(reader, writer) => self.install(socket::connection(reader, writer)),
            Answer::Refused(errno) => Err(errno),
            Answer::Resolved(_) => Err(Errno::EINVAL),
        }
    }

    /// The addresses that a name has on this sandbox's networks; none when it has none.
    pub async fn look_up(&mut self, name: &[u8]) -> Vec<Address> {
        if !self.reaches_out() {
            return Vec::new();
        }
        let sandbox = self.state.sandbox.id;
        match self.ask(|wire| Traffic::Resolve { wire, sandbox, name: name.into() }).await {
            Ok(Answer::Resolved(addresses)) => addresses,
            _ => Vec::new(),
        }
    }

    fn reaches_out(&self) -> bool {
        matches!(self.state.sandbox.network.get(), Network::Bridged | Network::Host)
    }

    async fn ask(&mut self, question: impl FnOnce(WireId) -> Traffic) -> Result<Answer, Errno> {
        self.tick(1).await;
        let machine = Rc::clone(&self.state.machine);
        let wire = machine.border.next();
        machine.border.out.borrow_mut().push_back(question(wire));
        machine.border.asked.set(machine.border.asked.get() + 1);
        let answer = self
            .block(BlockedOn::Network, |cx| {
                let answer = machine.border.answers.borrow_mut().remove(&wire);
                if answer.is_none() {
                    machine.border.answered.register(cx.waker());
                }
                answer
            })
            .await;
        machine.border.asked.set(machine.border.asked.get().saturating_sub(1));
        answer
    }
}
