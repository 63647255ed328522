//! The simulated kernel: processes, descriptors, pipes, signals, the virtual clock and its executor.
//!
//! A [`Kernel`] holds sandboxes (containers). Programs are `async fn(&mut Process) -> Exit`; [`Kernel::run`] polls them,
//! one at a time and first come first served, and moves the clock when all are blocked. Nothing depends on the host.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod datagram;
mod device;
mod env;
mod exit;
mod fd_table;
mod file;
mod ids;
mod input;
mod kernel;
mod limits;
mod lock;
mod machine;
mod open_flags;
mod output;
mod pin;
mod pipe;
mod proc_mount;
mod process;
mod program;
mod ready;
mod rlimit;
mod run;
mod sandbox;
mod shared;
mod signal;
mod signal_delivery;
mod socket;
mod spec;
mod state;
mod surroundings;
mod termios;
mod timers;
mod tty;
mod uname;
mod wire;

pub use env::Env;
pub use exit::{ChildChange, Exit, ExitStatus};
pub use fd_table::Fd;
pub use ids::{Pid, ProcessId, SandboxId};
pub use kernel::{Kernel, ProcessRow};
pub use limits::{Limit, LimitHit, Limits};
pub use lock::Lock;
pub use machine::TICK;
pub use open_flags::OpenFlags;
pub use output::{Output, Stream};
pub use process::{DirEntry, MAX_ARGUMENT_BYTES, PidTarget, Process, Statfs, TimeChange, WaitFlags, WaitFor};
pub use program::{Loader, LocalBoxFuture, Program};
pub use rlimit::{Resource, Rlimit};
pub use run::RunState;
pub use signal::{Action, Signal};
pub use spec::{Init, KernelConfig, MountSpec, Network, SandboxSpec, SpawnError, SpawnSpec, Stdin};
pub use state::BlockedOn;
pub use termios::{Control, Termios};
pub use tty::TermSettings;
pub use uname::Uname;
pub use wire::{Address, Interface, Traffic, WireId};
