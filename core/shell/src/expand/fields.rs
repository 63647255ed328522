//! Pathname expansion of finished fields.

use kernel::Process;

use super::Output;
use super::glob::glob;
use super::pattern::may_match_names;
use crate::exec::{Machine, Raise};
use crate::limits::MAX_WORDS;
use crate::state::{Fields, Opt};

impl Machine {
    /// Matches fields against file names and adds the results; a field without a match stays as it is.
    pub(super) fn finish_fields(
        &mut self,
        p: &mut Process,
        mut out: Box<Output>,
        into: &mut Fields,
    ) -> Result<(), Raise> {
        if out.is_over_limit() || into.len() > MAX_WORDS {
            return Err(self.raise(format!("too many words (limit {MAX_WORDS})")));
        }
        out.finish();
        let no_glob = self.state.options.is_on(Opt::NoGlob);
        for field in out.fields() {
            if field.magic && !no_glob && may_match_names(field.text) {
                let names = glob(p, &field.pattern());
                if !names.is_empty() {
                    into.extend(names);
                    continue;
                }
            }
            into.push(field.text);
        }
        self.keep_output(out);
        Ok(())
    }
}
