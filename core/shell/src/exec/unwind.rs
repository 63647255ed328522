//! Leaving frames: errors, `exit`, `break`, `return`.

use kernel::Process;

use super::frame::Frame;
use super::input::InputKind;
use super::{Machine, Raise};

/// What a frame does to something that is raised through it.
enum Verdict {
    /// It stops here; evaluation goes on with the frames below.
    Stop,
    /// It goes on to the next frame.
    Pass(Raise),
}

impl Machine {
    /// Takes frames off until one handles what was raised. True when none did: the shell ends.
    pub(super) async fn unwind(&mut self, p: &mut Process, raise: Raise) -> bool {
        let mut raise = raise;
        if let Raise::Error { message, status } = &mut raise {
            self.state.status = *status;
            if !message.is_empty() {
                let mut line = std::mem::take(message);
                line.push(b'\n');
                // An error of a builtin comes after what it has printed.
                // Where nothing can be written, nothing can be told.
                let _ = self.flush_output(p).await;
                p.eprint(&line).await;
            }
        }
        self.out.clear();
        while let Some(frame) = self.frames.pop() {
            match self.pass(p, frame, raise) {
                Verdict::Stop => return false,
                Verdict::Pass(on) => raise = on,
            }
        }
        if let Raise::Return(status) | Raise::Exit(status) = raise {
            self.state.status = status;
        }
        true
    }

    fn pass(&mut self, p: &mut Process, frame: Frame, raise: Raise) -> Verdict {
        match (frame, raise) {
            (Frame::Loop(frame), raise @ (Raise::Break(_) | Raise::Continue(_))) => {
                self.pass_loop(Frame::Loop(frame), raise)
            }
            (Frame::For(frame), raise @ (Raise::Break(_) | Raise::Continue(_))) => {
                self.pass_loop(Frame::For(frame), raise)
            }
            (Frame::Call, Raise::Return(status)) => {
                self.leave_function();
                self.state.status = status;
                Verdict::Stop
            }
            // As in ash, `! return 5` returns 0.
            (Frame::Negate, Raise::Return(status)) => Verdict::Pass(Raise::Return(u8::from(status == 0))),
            (Frame::Catch, Raise::Error { .. }) => Verdict::Stop,
            // An error in a trap ends the shell with the error's status.
            (Frame::AfterTrap(_, outer), raise @ Raise::Error { .. }) => {
                self.state.trap_entry = outer;
                Verdict::Pass(raise)
            }
            (Frame::Input(input), raise) => match (input.kind, raise) {
                (InputKind::Interactive, Raise::Error { .. } | Raise::Interrupt) => {
                    self.frames.push(Frame::Input(input));
                    Verdict::Stop
                }
                (InputKind::Dot, Raise::Return(status)) => {
                    self.state.status = status;
                    Verdict::Stop
                }
                (_, raise) => Verdict::Pass(raise),
            },
            (frame, raise) => {
                self.put_back(p, frame);
                Verdict::Pass(raise)
            }
        }
    }

    fn pass_loop(&mut self, frame: Frame, raise: Raise) -> Verdict {
        match raise {
            Raise::Continue(1) => {
                self.frames.push(frame);
                Verdict::Stop
            }
            Raise::Continue(levels) => {
                self.loop_depth -= 1;
                Verdict::Pass(Raise::Continue(levels - 1))
            }
            Raise::Break(1) => {
                self.loop_depth -= 1;
                Verdict::Stop
            }
            Raise::Break(levels) => {
                self.loop_depth -= 1;
                Verdict::Pass(Raise::Break(levels - 1))
            }
            other => Verdict::Pass(other),
        }
    }

    /// Undoes what a frame stands for, without evaluating anything.
    pub(super) fn put_back(&mut self, p: &mut Process, frame: Frame) {
        match frame {
            Frame::Restore(saved) => self.restore(p, saved),
            Frame::Call => self.leave_function(),
            Frame::CommandName(name) => self.state.command_name = name,
            Frame::Variables(saved) => {
                for (name, before) in saved.into_iter().rev() {
                    self.state.vars.restore(&name, before);
                }
            }
            Frame::AfterTrap(status, outer) => {
                self.state.status = status;
                self.state.trap_entry = outer;
            }
            Frame::AfterErrTrap => self.state.in_err_trap = false,
            Frame::ClosePipes(kept) => {
                for fd in self.open_pipes.drain(kept.min(self.open_pipes.len())..) {
                    // A script may have closed it.
                    let _ = p.close(fd);
                }
            }
            Frame::Params(params) => self.state.params = params,
            Frame::LeaveCall => self.state.call_depth -= 1,
            Frame::Loop(_) | Frame::For(_) => self.loop_depth -= 1,
            Frame::Eval(..)
            | Frame::List(..)
            | Frame::AndOr(..)
            | Frame::Negate
            | Frame::ReadEnv
            | Frame::If(..)
            | Frame::Input(_)
            | Frame::Catch
            | Frame::Exit
            | Frame::CheckExit(_) => {}
        }
    }
}
