//! Jobs: what runs in the background and what became of it.

use bstr::BString;
use kernel::{ExitStatus, Pid};

/// One process of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobMember {
    pub(crate) pid: Pid,
    /// None while it runs.
    pub(crate) status: Option<ExitStatus>,
    /// Its command as `jobs` shows it.
    pub(crate) text: BString,
}

/// Whether a job has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobState {
    Running,
    Ended(ExitStatus),
}

/// A pipeline started by this shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) number: u32,
    pub(crate) members: Vec<JobMember>,
    /// Its process group, under job control.
    pub(crate) group: Option<Pid>,
}

impl Job {
    /// Running until its last member has ended.
    pub(crate) fn state(&self) -> JobState {
        let all_ended = self.members.iter().all(|member| member.status.is_some());
        match self.members.last().and_then(|member| member.status) {
            Some(status) if all_ended => JobState::Ended(status),
            _ => JobState::Running,
        }
    }

    /// The process that `$!` names.
    pub(crate) fn last_pid(&self) -> Option<Pid> {
        self.members.last().map(|member| member.pid)
    }

    /// The commands as `jobs` shows them.
    pub(crate) fn text(&self) -> BString {
        bstr::join(" | ", self.members.iter().map(|member| &member.text)).into()
    }
}

/// The job table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Jobs {
    jobs: im::Vector<Job>,
    /// Job numbers, the current one last.
    order: im::Vector<u32>,
    /// Process substitutions.
    helpers: im::Vector<Pid>,
}

impl Jobs {
    /// Adds a job under the lowest free number, which becomes the current job.
    pub(crate) fn add(&mut self, members: Vec<JobMember>, group: Option<Pid>) -> u32 {
        let number = (1..).find(|number| self.get(*number).is_none()).unwrap_or(u32::MAX);
        self.jobs.push_back(Job { number, members, group });
        self.order.push_back(number);
        number
    }

    /// The job of a number.
    pub(crate) fn get(&self, number: u32) -> Option<&Job> {
        self.jobs.iter().find(|job| job.number == number)
    }

    /// The job that a process belongs to.
    pub(crate) fn of_pid(&self, pid: Pid) -> Option<&Job> {
        self.jobs.iter().find(|job| job.members.iter().any(|member| member.pid == pid))
    }

    /// All jobs by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Job> {
        let mut numbers: Vec<u32> = self.jobs.iter().map(|job| job.number).collect();
        numbers.sort_unstable();
        numbers.into_iter().filter_map(|number| self.get(number))
    }

    /// The numbers of all jobs, the current one first.
    pub(crate) fn newest_first(&self) -> Vec<u32> {
        self.order.iter().rev().copied().collect()
    }

    /// The current job (`%%`) and the one before (`%-`).
    pub(crate) fn current(&self) -> (Option<u32>, Option<u32>) {
        let mut newest = self.order.iter().rev().copied();
        (newest.next(), newest.next())
    }

    /// Notes how a process ended; gives its job's number when that has ended with it.
    pub(crate) fn note_end(&mut self, pid: Pid, status: ExitStatus) -> Option<u32> {
        self.helpers.retain(|helper| *helper != pid);
        for job in self.jobs.iter_mut() {
            if let Some(member) = job.members.iter_mut().find(|member| member.pid == pid) {
                member.status = Some(status);
                let ended = matches!(job.state(), JobState::Ended(_));
                return ended.then_some(job.number);
            }
        }
        None
    }

    /// Drops a job.
    pub(crate) fn remove(&mut self, number: u32) {
        self.jobs.retain(|job| job.number != number);
        self.order.retain(|other| *other != number);
    }

    /// Whether there is nothing to wait for.
    pub(crate) fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.helpers.is_empty()
    }

    /// Notes a process that is no job, so that it is waited for.
    pub(crate) fn note_helper(&mut self, pid: Pid) {
        self.helpers.push_back(pid);
    }

    /// Drops all jobs, as a subshell does.
    pub(crate) fn clear(&mut self) {
        *self = Jobs::default();
    }
}
