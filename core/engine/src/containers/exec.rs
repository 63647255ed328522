use api::{ApiError, ContainerStatus, ErrorKind, ExecRequest, Io, StartReply};
use digest::Id;

use super::start::Followed;
use super::{Command, DEADLOCK, Launch, Step};
use crate::{Engine, Runtime};

impl Engine {
    /// `docker exec`: a further process in a running container, followed to its end unless it is detached.
    ///
    /// # Errors
    /// An unknown container, one that does not run; a command that cannot be executed, in the words of runc.
    pub fn exec(
        &mut self,
        runtime: &mut Runtime,
        request: &ExecRequest,
        io: &mut dyn Io,
    ) -> Result<StartReply, ApiError> {
        self.catch_up(runtime);
        let id = self.find_container(&request.container)?;
        self.check_can_exec(id, &request.container)?;
        let mut launch = self.running(runtime, id)?;
        let command = Command {
            words: request.command.clone(),
            env: request.env.clone(),
            user: request.user.clone(),
            working_dir: request.working_dir.clone(),
            stdin: request.stdin,
            tty: request.tty,
        };
        let target = match launch.add(&command) {
            Ok(target) => target,
            Err(error) => {
                self.settle(runtime, id, launch);
                return Err(error.with_exit_code(126));
            }
        };
        launch.journal.steps.push_back((launch.kernel.now(), Step::Exec(command)));
        let followed = match request.detach {
            true => Followed::Detached,
            false => self.follow(id, &mut launch, target, io),
        };
        self.clock = self.clock.max(launch.kernel.now());
        self.settle(runtime, id, launch);
        self.catch_up(runtime);
        match followed {
            Followed::Exited(status) => Ok(StartReply { status: Some(status) }),
            Followed::Detached => Ok(StartReply { status: None }),
            Followed::Limit(hit) => Err(ApiError::new(ErrorKind::NotSimulated, hit.to_string())),
            Followed::Deadlock => Err(ApiError::new(ErrorKind::NotSimulated, DEADLOCK)),
        }
    }

    fn check_can_exec(&self, id: Id, name: &str) -> Result<(), ApiError> {
        let message = match self.container(id)?.status {
            ContainerStatus::Running => return Ok(()),
            ContainerStatus::Paused => {
                format!("Container {name} is paused, unpause the container before exec")
            }
            ContainerStatus::Created | ContainerStatus::Exited => format!("Container {id} is not running"),
        };
        Err(ApiError::new(ErrorKind::Conflict, message))
    }

    /// The processes of a running container.
    pub(super) fn running(&self, runtime: &mut Runtime, id: Id) -> Result<Launch, ApiError> {
        let gone = || ApiError::new(ErrorKind::Conflict, format!("Container {id} is not running"));
        runtime.take(id).or_else(|| self.revive(runtime, id)).ok_or_else(gone)
    }
}
