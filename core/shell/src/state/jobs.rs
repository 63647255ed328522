//! Jobs: what runs in the background, what is stopped, and what became of it.

use bstr::BString;
use kernel::{ChildChange, ExitStatus, Pid, Signal};

/// One process of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobMember {
    pub(crate) pid: Pid,
    /// None while it runs.
    pub(crate) change: Option<ChildChange>,
    /// Its command as `jobs` shows it.
    pub(crate) text: BString,
}

impl JobMember {
    /// A process that has just been started.
    pub(crate) fn new(pid: Pid, text: BString) -> JobMember {
        JobMember { pid, change: None, text }
    }
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobState {
    Running,
    Stopped(Signal),
    Ended(ExitStatus),
}

/// A pipeline started by this shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) number: u32,
    pub(crate) members: Vec<JobMember>,
    /// Its process group, under job control.
    pub(crate) group: Option<Pid>,
    /// `wait` has asked for it: its number may be given to another.
    pub(crate) waited: bool,
    /// It has ended or stopped, and no prompt has told so.
    pub(crate) changed: bool,
}

impl Job {
    /// A job that runs; it gets its number in the table.
    pub(crate) fn new(members: Vec<JobMember>, group: Option<Pid>) -> Job {
        Job { number: 0, members, group, waited: false, changed: false }
    }

    /// Running until each of its members has ended or stopped.
    pub(crate) fn state(&self) -> JobState {
        let mut state = JobState::Running;
        let mut stopped = None;
        for member in &self.members {
            match member.change {
                None => return JobState::Running,
                Some(ChildChange::Stopped(signal)) => stopped = Some(signal),
                Some(ChildChange::Ended(status)) => state = JobState::Ended(status),
            }
        }
        stopped.map_or(state, JobState::Stopped)
    }

    /// Notes what has become of a process; false when it is none of this job.
    pub(crate) fn note(&mut self, pid: Pid, change: ChildChange) -> bool {
        let Some(member) = self.members.iter_mut().find(|member| member.pid == pid) else { return false };
        member.change = Some(change);
        self.changed |= self.state() != JobState::Running;
        true
    }

    /// Its stopped members run again.
    pub(crate) fn resume(&mut self) {
        let is_stopped = |member: &&mut JobMember| matches!(member.change, Some(ChildChange::Stopped(_)));
        self.members.iter_mut().filter(is_stopped).for_each(|member| member.change = None);
        self.changed = false;
    }

    /// What `$?` is after it: the statuses of its members, the last one's for those that are not over.
    pub(crate) fn statuses(&self) -> Vec<u8> {
        let code = |member: &JobMember| match member.change {
            Some(ChildChange::Ended(status)) => status.code(),
            Some(ChildChange::Stopped(signal)) => 128 + signal.number(),
            None => 0,
        };
        self.members.iter().map(code).collect()
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
    /// Adds a job under the lowest free number. It becomes the current one, but for stopped jobs.
    pub(crate) fn add(&mut self, mut job: Job) -> u32 {
        let number = (1..).find(|number| self.get(*number).is_none()).unwrap_or(u32::MAX);
        job.number = number;
        self.jobs.push_back(job);
        self.make_current(number);
        number
    }

    /// A new process needs a place in the table: that of the first job that has ended and was waited for, unless one
    /// before it is free.
    pub(crate) fn make_room(&mut self) {
        if self.jobs.is_empty() {
            return;
        }
        let over = |job: &Job| job.waited && matches!(job.state(), JobState::Ended(_));
        let place = (1..).find_map(|number| match self.get(number) {
            None => Some(None),
            Some(job) if over(job) => Some(Some(number)),
            Some(_) => None,
        });
        if let Some(Some(number)) = place {
            self.remove(number);
        }
    }

    /// The job of a number.
    pub(crate) fn get(&self, number: u32) -> Option<&Job> {
        self.jobs.iter().find(|job| job.number == number)
    }

    /// The job of a number, to be changed.
    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.number == number)
    }

    /// The job whose last process this is.
    pub(crate) fn of_pid(&self, pid: Pid) -> Option<&Job> {
        self.jobs.iter().find(|job| job.last_pid() == Some(pid))
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

    /// Makes a job the current one; one that runs stands behind those that are stopped.
    pub(crate) fn make_current(&mut self, number: u32) {
        let is_stopped = |jobs: &Jobs, number: u32| {
            jobs.get(number).is_some_and(|job| matches!(job.state(), JobState::Stopped(_)))
        };
        self.order.retain(|other| *other != number);
        let mut place = self.order.len();
        while place > 0 && !is_stopped(self, number) && is_stopped(self, self.order[place - 1]) {
            place -= 1;
        }
        self.order.insert(place, number);
    }

    /// Notes what has become of a process; gives its job's number when that has ended or stopped with it.
    pub(crate) fn note(&mut self, pid: Pid, change: ChildChange) -> Option<u32> {
        self.helpers.retain(|helper| *helper != pid);
        let job = self.jobs.iter_mut().find(|job| job.members.iter().any(|member| member.pid == pid))?;
        job.note(pid, change);
        let (number, state) = (job.number, job.state());
        if let JobState::Stopped(_) = state {
            self.make_current(number);
        }
        (state != JobState::Running).then_some(number)
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
