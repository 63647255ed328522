use api::{ApiError, ContainerStatus, ErrorKind, ExecRequest, Io, StartReply};
use digest::Id;

use super::start::Followed;
use super::{Command, Launch, Step};
use crate::networks::Watch;
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
        self.refresh_mounts(id, &mut launch);
        let command = Command {
            words: request.command.clone(),
            env: request.env.clone(),
            user: request.user.clone(),
            working_dir: request.working_dir.clone(),
            stdin: request.stdin,
            tty: request.tty,
            privileged: request.privileged,
        };
        let target = match launch.add(&command) {
            Ok(target) => target,
            Err(error) => {
                self.settle(runtime, id, launch);
                return Err(error.with_exit_code(126));
            }
        };
        launch.note(Step::Exec(command));
        runtime.keep(id, launch);
        let followed = match request.detach {
            true => Followed::Detached,
            false => self.follow(runtime, Watch { container: id, target }, io),
        };
        self.end_of_following(runtime, id, followed)
    }

    fn check_can_exec(&self, id: Id, name: &str) -> Result<(), ApiError> {
        let message = match self.container(id)?.status {
            ContainerStatus::Running => return Ok(()),
            ContainerStatus::Paused => {
                format!("Container {name} is paused, unpause the container before exec")
            }
            ContainerStatus::Restarting => {
                format!("Container {id} is restarting, wait until the container is running")
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
