//! Pipelines.

use kernel::{Fd, Pid, Process};

use super::frame::Flags;
use super::subshell::ChildSetup;
use super::{Machine, Raise};
use crate::ast::NodeRef;
use crate::state::{Job, JobMember, Opt};

impl Machine {
    pub(super) async fn pipeline(
        &mut self,
        p: &mut Process,
        commands: &[NodeRef],
        flags: Flags,
    ) -> Result<(), Raise> {
        let setup = self.child_setup();
        let job = self.start_pipeline(p, commands, flags, setup)?;
        self.state.status = self.wait_foreground_job(p, job).await;
        self.check_exit(flags)
    }

    /// Starts the members of a pipeline. What `first` has of descriptors is for the first one alone.
    pub(super) fn start_pipeline(
        &mut self,
        p: &mut Process,
        commands: &[NodeRef],
        flags: Flags,
        first: ChildSetup,
    ) -> Result<Job, Raise> {
        let mut members: Vec<JobMember> = Vec::with_capacity(commands.len());
        let mut input: Option<Fd> = None;
        let mut setup = first;
        for (index, command) in commands.iter().enumerate() {
            let pipe = match index + 1 < commands.len() {
                true => Some(p.pipe().map_err(|errno| self.raise(format!("can't create pipe: {errno}")))?),
                false => None,
            };
            self.join_job(&mut setup, members.first().map(|first| first.pid));
            let pid = self.start_member(p, command, flags, input, pipe, setup.clone());
            setup.moves.clear();
            setup.closes.clear();
            for fd in input.into_iter().chain(pipe.map(|(_, writer)| writer)) {
                // Ours, and open until now.
                let _ = p.close(fd);
            }
            input = pipe.map(|(reader, _)| reader);
            members.push(JobMember::new(pid?, self.job_text(command)));
        }
        let group = members.first().map(|first| first.pid);
        Ok(Job::new(members, group.filter(|_| self.state.options.is_on(Opt::Monitor))))
    }

    fn start_member(
        &mut self,
        p: &mut Process,
        command: &NodeRef,
        flags: Flags,
        input: Option<Fd>,
        pipe: Option<(Fd, Fd)>,
        mut setup: ChildSetup,
    ) -> Result<Pid, Raise> {
        if let Some(reader) = input {
            setup.moves.push((reader, 0));
            setup.closes.push(reader);
        }
        if let Some((reader, writer)) = pipe {
            setup.moves.push((writer, 1));
            setup.closes.extend([reader, writer]);
        }
        setup.closes.retain(|fd| *fd > 2);
        self.fork(p, command, flags, setup)
    }

    /// The status of a pipeline from those of its members.
    pub(crate) fn pipeline_status(&self, statuses: &[u8]) -> u8 {
        let last = statuses.last().copied().unwrap_or(0);
        if last == 0 && self.state.options.is_on(Opt::PipeFail) {
            return statuses.iter().rev().copied().find(|status| *status != 0).unwrap_or(0);
        }
        last
    }
}
