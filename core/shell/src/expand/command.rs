//! Command and process substitution.

use std::future::Future;
use std::pin::Pin;

use bstr::BString;
use kernel::Process;

use crate::ast::{Node, NodeRef};
use crate::exec::{Machine, Raise};

impl Machine {
    /// The output of `$(...)`.
    pub(super) fn substitute_command<'f>(
        &'f mut self,
        p: &'f mut Process,
        node: &'f NodeRef,
    ) -> Pin<Box<dyn Future<Output = Result<BString, Raise>> + 'f>> {
        Box::pin(async move {
            if **node == Node::Empty {
                self.state.substitution_status = Some(0);
                return Ok(BString::default());
            }
            self.capture(p, node).await
        })
    }

    /// The path by which the command reaches the process of `<(...)`.
    pub(super) fn substitute_process(
        &mut self,
        p: &mut Process,
        reads: bool,
        node: &NodeRef,
    ) -> Result<BString, Raise> {
        let fd = self.start_process_substitution(p, reads, node)?;
        Ok(format!("/dev/fd/{fd}").into())
    }
}
