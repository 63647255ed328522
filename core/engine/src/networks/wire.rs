use bstr::BString;
use digest::Id;
use kernel::{Address, Interface, Kernel, SandboxId, Traffic, WireId};
use serde::{Deserialize, Serialize};
use vfs::{Errno, Metadata, Node, Tree};

/// One end of a connection: a container's processes, or those of the client's host, and the connection's number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wire {
    /// None is the host.
    pub(crate) party: Option<Id>,
    pub(crate) number: WireId,
}

/// A connection between two machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) ends: [Wire; 2],
}

/// A network interface as a saved state keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Nic {
    pub(crate) name: String,
    pub(crate) address: Address,
    pub(crate) prefix: u8,
    pub(crate) gateway: Option<Address>,
}

impl Nic {
    pub(crate) fn interface(&self) -> Interface {
        Interface {
            name: self.name.clone(),
            address: self.address,
            prefix: self.prefix,
            gateway: self.gateway,
        }
    }
}

/// What comes from other machines.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum WireStep {
    /// The answer to a call: an error number where it failed.
    Connected(WireId, Option<i32>),
    /// The addresses of a name.
    Resolved(WireId, Vec<Address>),
    /// A call to a port.
    Incoming(u16),
    /// Bytes.
    Data(WireId, BString),
    /// The other side writes no more.
    End(WireId),
    /// The other side is gone.
    Cut(WireId),
    /// The interfaces have changed, and `/etc/hosts` with them.
    #[expect(private_interfaces, reason = "only the engine makes this one")]
    Interfaces(Vec<Nic>, String),
    /// Other containers are on its network.
    Shared,
}

impl WireStep {
    /// The connection that it is about.
    pub(super) fn wire(&self) -> Option<WireId> {
        match self {
            WireStep::Connected(wire, _)
            | WireStep::Resolved(wire, _)
            | WireStep::Data(wire, _)
            | WireStep::End(wire)
            | WireStep::Cut(wire) => Some(*wire),
            WireStep::Incoming(_) | WireStep::Interfaces(..) | WireStep::Shared => None,
        }
    }

    /// Gives the step to the processes of the client's host; false when nobody takes it.
    pub fn give(&self, kernel: &mut Kernel, sandbox: SandboxId) -> bool {
        apply(kernel, sandbox, self).is_ok()
    }
}

/// What the client's host wants of the daemon's networks.
pub type HostTraffic = Traffic;

/// Does a step to a kernel; for a call to a port, the new connection's number.
///
/// # Errors
/// A call that nobody takes; `EPIPE` for bytes that nobody will read.
pub(crate) fn apply(kernel: &mut Kernel, sandbox: SandboxId, step: &WireStep) -> Result<WireId, Errno> {
    match step {
        WireStep::Connected(wire, error) => {
            let error = error.and_then(Errno::from_code);
            kernel.answer_connect(*wire, error.map_or(Ok(()), Err));
        }
        WireStep::Resolved(wire, addresses) => kernel.answer_resolve(*wire, addresses.clone()),
        WireStep::Incoming(port) => return kernel.incoming(sandbox, *port),
        WireStep::Data(wire, bytes) => {
            return kernel.deliver(*wire, bytes).then_some(*wire).ok_or(Errno::EPIPE);
        }
        WireStep::End(wire) => kernel.deliver_end(*wire),
        WireStep::Cut(wire) => kernel.cut(*wire),
        WireStep::Shared => kernel.share_network(sandbox),
        WireStep::Interfaces(nics, hosts) => {
            kernel.set_interfaces(sandbox, nics.iter().map(Nic::interface).collect());
            if let Some(mut tree) = kernel.mount_tree(sandbox, "/etc/hosts") {
                let (root, now) = (tree.root(), kernel.now());
                if tree.set_content(root, hosts.as_bytes().into(), now).is_err() {
                    tree = Tree::with_root(Node::File(hosts.as_bytes().into()), Metadata::new(0o644, now));
                }
                kernel.set_mount_tree(sandbox, "/etc/hosts", tree);
            }
        }
    }
    Ok(0)
}
