//! `wait`.

use bstr::{BString, ByteSlice};
use kernel::{ExitStatus, LocalBoxFuture, Pid, Process, WaitFlags, WaitFor};
use vfs::Errno;

use super::{Done, status};
use crate::exec::{Machine, Raise, death};
use crate::state::{JobState, TrapAction};

pub(super) fn run<'f>(
    m: &'f mut Machine,
    p: &'f mut Process,
    args: &'f [BString],
) -> LocalBoxFuture<'f, Done> {
    Box::pin(async move {
        if args.len() == 1 {
            return wait_all(m, p).await;
        }
        let mut last = 0;
        for operand in &args[1..] {
            last = wait_one(m, p, operand).await?;
        }
        status(last)
    })
}

async fn wait_all(m: &mut Machine, p: &mut Process) -> Done {
    while m.state.jobs.iter().any(|job| job.state() == JobState::Running) {
        match p.wait(WaitFor::Any, WaitFlags::Block).await {
            Ok((pid, ended)) => note(m, p, pid, ended).await,
            Err(Errno::EINTR) => {}
            Err(_) => break,
        }
        // A signal may have come before the end of the child that was found.
        if let Some(code) = interrupted(m, p) {
            return status(code);
        }
    }
    status(0)
}

/// The status of `wait` when a trapped signal ends it.
fn interrupted(m: &mut Machine, p: &mut Process) -> Option<u8> {
    m.hold_signals(p);
    let trapped = |number: u8| matches!(m.state.traps.get(number), Some(TrapAction::Run(_)));
    m.held_signals
        .iter()
        .map(|signal| signal.number())
        .find(|number| trapped(*number))
        .map(|number| 128 + number)
}

async fn note(m: &mut Machine, p: &mut Process, pid: Pid, ended: ExitStatus) {
    if m.state.jobs.note_end(pid, ended).is_some()
        && let Some(text) = death(ended)
    {
        p.eprint(&text).await;
    }
}

async fn wait_one(m: &mut Machine, p: &mut Process, operand: &BString) -> Result<u8, Raise> {
    let number = if operand.starts_with(b"%") {
        match m.find_job(operand) {
            Some(number) => number,
            None => return Err(m.raise_about(operand, "no such job")),
        }
    } else {
        let pid = Pid(m.number_argument(operand)?);
        match m.state.jobs.of_pid(pid) {
            Some(job) => job.number,
            None => return Ok(127),
        }
    };
    loop {
        match m.state.jobs.get(number).map(|job| job.state()) {
            Some(JobState::Ended(ended)) => {
                m.state.jobs.remove(number);
                return Ok(ended.code());
            }
            None => return Ok(127),
            Some(JobState::Running) => {}
        }
        match p.wait(WaitFor::Any, WaitFlags::Block).await {
            Ok((pid, ended)) => note(m, p, pid, ended).await,
            Err(Errno::EINTR) => {
                if let Some(code) = interrupted(m, p) {
                    return Ok(code);
                }
            }
            Err(_) => return Ok(127),
        }
    }
}

impl Machine {
    /// The job that `%1`, `%%`, `%+`, `%-` or `%name` means.
    pub(crate) fn find_job(&self, operand: &[u8]) -> Option<u32> {
        let jobs = &self.state.jobs;
        let (current, previous) = jobs.current();
        match operand.strip_prefix(b"%")? {
            b"" | b"%" | b"+" => current,
            b"-" => previous,
            digits if digits.iter().all(u8::is_ascii_digit) => {
                let number = digits.to_str().ok()?.parse().ok()?;
                jobs.get(number).map(|job| job.number)
            }
            name => jobs.iter().find(|job| job.text().starts_with(name)).map(|job| job.number),
        }
    }
}
