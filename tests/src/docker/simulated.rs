use std::{cell::RefCell, rc::Rc};

use kernel::Loader;
use simulator::{
    Options, Simulator,
    machine::{Daemon, Machine, programs},
};

use super::{Answer, Case, Normalizer, notation};

/// A simulated machine with docker, on which `alpine:3.20` has been pulled.
pub struct World {
    daemon: Daemon,
    machine: Machine,
    others: Rc<dyn Loader>,
}

impl World {
    /// A machine that nothing has happened on.
    ///
    /// # Errors
    /// The catalogue cannot be read.
    pub fn new() -> Result<Self, String> {
        let options = Options::default();
        let simulator = Simulator::new(options).map_err(|error| error.to_string())?;
        let others = catalog::Catalog::new().map_err(|error| error.to_string())?.loader();
        let machine = Machine::new(options.clock).map_err(|errno| errno.to_string())?;
        let mut world = World { daemon: Rc::new(RefCell::new(simulator)), machine, others };
        let pulled = world.run("docker pull -q alpine:3.20")?;
        match pulled.status {
            0 => Ok(world),
            _ => Err(String::from_utf8_lossy(&pulled.output).into_owned()),
        }
    }

    /// The same machine for another case.
    pub fn fork(&self) -> Self {
        World {
            daemon: Rc::new(RefCell::new(self.daemon.borrow().branch())),
            machine: self.machine.clone(),
            others: Rc::clone(&self.others),
        }
    }

    /// Runs a line in the machine's shell.
    ///
    /// # Errors
    /// The shell cannot be started.
    pub fn run(&mut self, line: &str) -> Result<Answer, String> {
        let mut output = Vec::new();
        let loader = programs(Rc::clone(&self.daemon), Rc::clone(&self.others), None);
        let outcome = self.machine.run(line, loader, None, Some(&self.daemon), &mut |_, bytes| {
            output.extend_from_slice(bytes);
        })?;
        Ok(Answer { output, status: outcome.exit })
    }

    /// The case with what it prints here.
    ///
    /// # Errors
    /// The shell cannot be started.
    pub fn play(&mut self, case: &Case) -> Result<Case, String> {
        let mut normalizer = Normalizer::new(&[]);
        let mut played = case.clone();
        for step in &mut played.steps {
            let answer = self.run(&step.line)?;
            step.expected = notation(&answer, &mut normalizer);
        }
        Ok(played)
    }
}
