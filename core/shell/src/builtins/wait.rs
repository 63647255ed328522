//! `wait`.

use bstr::{BString, ByteSlice};
use kernel::{ChildChange, ExitStatus, LocalBoxFuture, Pid, Process, WaitFlags};
use vfs::Errno;

use super::options::Letters;
use super::{Done, status};
use crate::exec::{Machine, Raise, death};
use crate::state::{JobState, TrapAction};

pub(super) fn run<'f>(
    m: &'f mut Machine,
    p: &'f mut Process,
    args: &'f [BString],
) -> LocalBoxFuture<'f, Done> {
    Box::pin(async move {
        let mut letters = Letters::new(args, b"n");
        let mut one = false;
        while letters.next(m)?.is_some() {
            one = true;
        }
        let operands = letters.operands();
        if operands.is_empty() {
            return wait_all(m, p, one).await;
        }
        let mut last = 0;
        for operand in operands {
            last = wait_one(m, p, operand).await?;
        }
        status(last)
    })
}

/// Waits for all jobs, or for the next one that succeeds: ash goes on when one has failed, and tells of failures with
/// this status.
const FAILED: u8 = 129;

async fn wait_all(m: &mut Machine, p: &mut Process, one: bool) -> Done {
    if one && m.state.jobs.is_empty() {
        return status(127);
    }
    let mut failed = 0;
    while m.state.jobs.iter().any(|job| job.state() == JobState::Running) {
        match m.next_change(p, WaitFlags::Block).await {
            Ok((pid, change)) => {
                let over = m.state.jobs.note(pid, change);
                if one && over.is_some() {
                    if change == ChildChange::Ended(ExitStatus::Exited(0)) {
                        return status(0);
                    }
                    failed = FAILED;
                }
            }
            Err(Errno::EINTR) => {}
            Err(_) => break,
        }
        // A signal may have come before the end of the child that was found.
        if let Some(code) = interrupted(m, p) {
            return status(code);
        }
    }
    for number in m.state.jobs.newest_first() {
        if let Some(job) = m.state.jobs.get_mut(number) {
            job.waited = true;
        }
    }
    status(failed)
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
        let Some(job) = m.state.jobs.get_mut(number) else { return Ok(127) };
        if job.state() != JobState::Running {
            job.waited = true;
            let statuses = job.statuses();
            return Ok(m.pipeline_status(&statuses));
        }
        match m.next_change(p, WaitFlags::Block).await {
            Ok((pid, change)) => {
                // Only of the job that is asked for ash tells how it died.
                let is_over = m.state.jobs.note(pid, change) == Some(number);
                if let (true, ChildChange::Ended(ended)) = (is_over, change)
                    && let Some(text) = death(ended)
                {
                    p.eprint(&text).await;
                }
            }
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
