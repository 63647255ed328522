//! `jobs`, `fg`, `bg`.

use bstr::BString;
use kernel::{ExitStatus, LocalBoxFuture, PidTarget, Process, Signal};

use super::options::Letters;
use super::{Done, status};
use crate::exec::{Machine, Raise};
use crate::state::{Job, JobState, Opt};

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
            m.told(&job);
        }
        status(0)
    })
}

/// The line of one job; long, each process has its own.
fn describe(m: &Machine, job: &Job, long: bool) -> BString {
    let (current, previous) = m.state.jobs.current();
    let mark = match Some(job.number) {
        number if number == current => '+',
        number if number == previous => '-',
        _ => ' ',
    };
    let mut start = format!("[{}]{mark:2} ", job.number);
    if long {
        start += &format!("{} ", job.members.first().map_or(0, |member| member.pid.0));
    }
    start += &match job.state() {
        JobState::Running => "Running".into(),
        JobState::Stopped(signal) => signal.text().to_owned(),
        JobState::Ended(ExitStatus::Exited(0)) => "Done".into(),
        JobState::Ended(ExitStatus::Exited(code)) => format!("Done({code})"),
        JobState::Ended(ExitStatus::Signaled(signal)) => signal.text().to_owned(),
    };
    let mut line = BString::default();
    for (index, member) in job.members.iter().enumerate() {
        let (start, separator) = match (index, long) {
            (0, _) => (start.clone(), ""),
            (_, true) => (format!("\n      {} ", member.pid), "| "),
            (_, false) => (" ".repeat(COMMAND_COLUMN), "| "),
        };
        let column = start.trim_start_matches('\n').len();
        let width = COMMAND_COLUMN.saturating_sub(column).max(1);
        if index == 0 || long {
            line.extend_from_slice(start.as_bytes());
        }
        line.extend_from_slice(" ".repeat(width).as_bytes());
        line.extend_from_slice(separator.as_bytes());
        line.extend_from_slice(&member.text);
    }
    line.push(b'\n');
    line
}

pub(super) fn bg(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    for number in controlled_jobs(m, args)? {
        let Some(job) = m.state.jobs.get(number) else { continue };
        let mut line = BString::from(format!("[{number}] "));
        line.extend_from_slice(&job.text());
        line.push(b'\n');
        m.out.extend_from_slice(&line);
        m.resume(p, number);
        m.state.jobs.make_current(number);
    }
    status(0)
}

pub(super) fn fg<'f>(
    m: &'f mut Machine,
    p: &'f mut Process,
    args: &'f [BString],
) -> LocalBoxFuture<'f, Done> {
    Box::pin(async move {
        let mut code = 0;
        for number in controlled_jobs(m, args)? {
            let Some(job) = m.state.jobs.get(number) else { continue };
            let mut line = job.text();
            line.push(b'\n');
            // Before anything that the job prints. Who closed the output does not read it.
            let _ = p.write_all(1, &line).await;
            m.resume(p, number);
            let Some(job) = m.state.jobs.get(number).cloned() else { continue };
            m.state.jobs.remove(number);
            code = m.wait_foreground_job(p, job).await;
        }
        status(code)
    })
}

/// The jobs that are meant, which must have been started under job control.
fn controlled_jobs(m: &mut Machine, args: &[BString]) -> Result<Vec<u32>, Raise> {
    let operands = if args.len() > 1 { &args[1..] } else { &[] };
    if operands.is_empty() {
        return Ok(vec![controlled_job(m, None)?]);
    }
    operands.iter().map(|operand| controlled_job(m, Some(operand))).collect()
}

fn controlled_job(m: &mut Machine, operand: Option<&BString>) -> Result<u32, Raise> {
    let shown = operand.cloned().unwrap_or_else(|| "(null)".into());
    let Some(number) = m.find_job(operand.map_or(b"%%", |operand| operand.as_slice())) else {
        return Err(match operand {
            Some(operand) => m.raise_about(operand, "no such job"),
            None => m.raise("No current job"),
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
    /// Lets a stopped job go on.
    fn resume(&mut self, p: &mut Process, number: u32) {
        let Some(job) = self.state.jobs.get_mut(number) else { return };
        if let JobState::Ended(_) = job.state() {
            return;
        }
        job.resume();
        if let Some(group) = job.group {
            // A group that has ended meanwhile needs no signal.
            let _ = p.kill(PidTarget::Group(group), Signal::CONT);
        }
    }

    /// A job has been shown: one that is over goes.
    fn told(&mut self, job: &Job) {
        if let JobState::Ended(_) = job.state() {
            self.state.jobs.remove(job.number);
        } else if let Some(job) = self.state.jobs.get_mut(job.number) {
            job.changed = false;
        }
    }

    /// At a prompt: tells which background jobs have ended or stopped.
    pub(crate) async fn report_jobs(&mut self, p: &mut Process) {
        self.reap_background(p).await;
        if !self.state.options.is_on(Opt::Monitor) {
            return;
        }
        for number in self.state.jobs.newest_first() {
            let Some(job) = self.state.jobs.get(number).filter(|job| job.changed).cloned() else { continue };
            let line = describe(self, &job, false);
            p.eprint(&line).await;
            self.told(&job);
        }
    }
}
