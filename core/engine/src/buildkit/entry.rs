use api::{
    ApiError, DockerVersion, ErrorKind, EventKind, Io, SolveFailure, SolveReply, SolveRequest, SourcePlace,
};

use super::record::Record;
use super::solve::{Failure, Solve};
use crate::{Engine, Runtime};

impl Engine {
    /// `docker buildx build`, and `docker build` with BuildKit. Events go to `io` in the order of their virtual times.
    ///
    /// # Errors
    /// `Build` after a `SolveFailed` event; `NotSimulated` where the simulation ends; `BadRequest` for what is refused
    /// before anything is sent.
    pub fn solve(
        &mut self,
        runtime: &mut Runtime,
        request: &SolveRequest,
        io: &mut dyn Io,
    ) -> Result<SolveReply, ApiError> {
        self.catch_up(runtime);
        let start = self.clock;
        let old = self.version == DockerVersion::V20_10;
        let mut solve = Solve {
            engine: self,
            runtime,
            request,
            record: Record::default(),
            clock: start,
            old,
            external: false,
            text: String::new(),
            stage_names: Vec::new(),
            used: Vec::new(),
        };
        let result = solve.run();
        let (mut record, text) = (solve.record, solve.text);
        for (at, event) in record.take() {
            self.clock = at.max(self.clock);
            self.emit(io, EventKind::Vertex(event));
        }
        match result {
            Ok(reply) => Ok(reply),
            Err(Failure::Refused(message)) => Err(ApiError::new(ErrorKind::BadRequest, message)),
            Err(Failure::Beyond(message)) => Err(ApiError::new(ErrorKind::NotSimulated, message)),
            Err(Failure::Failed { message, lines }) => {
                let place = lines.filter(|_| !old).map(|lines| SourcePlace {
                    name: request.dockerfile_name.clone(),
                    text,
                    first: u32::try_from(lines.first).unwrap_or(u32::MAX),
                    last: u32::try_from(lines.last).unwrap_or(u32::MAX),
                });
                self.emit(io, EventKind::SolveFailed(SolveFailure { message: message.clone(), place }));
                Err(ApiError::new(ErrorKind::Build, message))
            }
        }
    }
}
