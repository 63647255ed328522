//! `jobs`, `fg`, `bg`.

use bstr::BString;
use kernel::{ExitStatus, LocalBoxFuture, PidTarget, Process, Signal};

use super::options::Letters;
use super::{Done, status};
use crate::exec::{Machine, Raise};
use crate::state::{Job, JobState};

/// The column in which commands begin.
const COMMAND_COLUMN: usize = 33;

pub(super) fn jobs<'f>(
    m: &'f mut Machine,
    p: &'f mut Process,
    args: &'f [BString],
) -> LocalBoxFuture<'f, Done> {
    Box::pin(async move {
        let mut letters = Letters::new(args, b"lp");
        let (mut long, mut only_pids) = (false, false);
        while let Some((letter, _)) = letters.next(m)? {
            long = letter == b'l';
            only_pids = letter == b'p';
        }
        m.reap_background(p).await;
        let mut numbers: Vec<u32> = m.state.jobs.newest_first();
        if let Some(operand) = letters.operands().first() {
            let Some(number) = m.find_job(operand) else { return Err(m.raise_about(operand, "no such job")) };
            numbers = vec![number];
        }
        for number in numbers {
            let Some(job) = m.state.jobs.get(number).cloned() else { continue };
            if only_pids {
                let pid = job.members.first().map_or(0, |member| member.pid.0);
                m.out.extend_from_slice(format!("{pid}\n").as_bytes());
                continue;
            }
            let line = describe(m, &job, long);
            m.out.extend_from_slice(&line);
            if let JobState::Ended(_) = job.state() {
                m.state.jobs.remove(number);
            }
        }
        status(0)
    })
}

/// The line of one job.
fn describe(m: &Machine, job: &Job, long: bool) -> BString {
    let (current, previous) = m.state.jobs.current();
    let mark = match Some(job.number) {
        number if number == current => '+',
        number if number == previous => '-',
        _ => ' ',
    };
    let mut line = format!("[{}]{mark:2} ", job.number);
    if long {
        line += &format!("{} ", job.last_pid().map_or(0, |pid| pid.0));
    }
    line += &match job.state() {
        JobState::Running => "Running".into(),
        JobState::Ended(ExitStatus::Exited(0)) => "Done".into(),
        JobState::Ended(ExitStatus::Exited(code)) => format!("Done({code})"),
        JobState::Ended(ExitStatus::Signaled(signal)) => signal.text().to_owned(),
    };
    let mut line = BString::from(format!("{line:<COMMAND_COLUMN$}"));
    line.extend_from_slice(&job.text());
    line.push(b'\n');
    line
}

pub(super) fn bg(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let number = controlled_job(m, args)?;
    if let Some(group) = m.state.jobs.get(number).and_then(|job| job.group) {
        // A group that has ended meanwhile needs no signal.
        let _ = p.kill(PidTarget::Group(group), Signal::CONT);
    }
    status(0)
}

pub(super) fn fg<'f>(
    m: &'f mut Machine,
    p: &'f mut Process,
    args: &'f [BString],
) -> LocalBoxFuture<'f, Done> {
    Box::pin(async move {
        let number = controlled_job(m, args)?;
        let Some(job) = m.state.jobs.get(number).cloned() else { return status(127) };
        let mut line = job.text();
        line.push(b'\n');
        p.eprint(&line).await;
        let pids: Vec<_> =
            job.members.iter().filter(|member| member.status.is_none()).map(|member| member.pid).collect();
        let code = m.wait_foreground(p, &pids).await;
        m.state.jobs.remove(number);
        status(code)
    })
}

/// The job that is meant, which must have been started under job control.
fn controlled_job(m: &mut Machine, args: &[BString]) -> Result<u32, Raise> {
    let operand = args.get(1).cloned().unwrap_or_else(|| "%%".into());
    let shown = args.get(1).cloned().unwrap_or_else(|| "(null)".into());
    let Some(number) = m.find_job(&operand) else {
        return Err(if args.len() > 1 {
            m.raise_about(&shown, "no such job")
        } else {
            m.raise("No current job")
        });
    };
    if m.state.jobs.get(number).is_none_or(|job| job.group.is_none()) {
        let mut text = BString::from("job ");
        text.extend_from_slice(&shown);
        text.extend_from_slice(b" not created under job control");
        return Err(m.raise(text));
    }
    Ok(number)
}

impl Machine {
    /// At a prompt: tells which background jobs have ended.
    pub(crate) async fn report_jobs(&mut self, p: &mut Process) {
        self.reap_background(p).await;
        for number in self.state.jobs.newest_first() {
            let Some(job) = self.state.jobs.get(number).cloned() else { continue };
            if let JobState::Ended(_) = job.state() {
                let line = describe(self, &job, false);
                p.eprint(&line).await;
                self.state.jobs.remove(number);
            }
        }
    }
}
