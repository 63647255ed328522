//! Pathname expansion of finished fields.

use bstr::BString;
use kernel::Process;

use super::Output;
use super::glob::glob;
use super::pattern::may_match_names;
use crate::exec::{Machine, Raise};
use crate::state::Opt;

impl Machine {
    /// Matches fields against file names and adds the results; a field without a match stays as it is.
    pub(super) fn finish_fields(
        &mut self,
        p: &mut Process,
        out: Output,
        into: &mut Vec<BString>,
    ) -> Result<(), Raise> {
        let no_glob = self.state.options.is_on(Opt::NoGlob);
        for field in out.into_fields() {
            if field.magic && !no_glob && may_match_names(&field.text) {
                let names = glob(p, &field.pattern());
                if !names.is_empty() {
                    into.extend(names);
                    continue;
                }
            }
            into.push(field.text.into());
        }
        Ok(())
    }
}
