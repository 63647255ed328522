//! `glasshull fsck`: whether what is on disk is whole.

use api::Stream;
use clap::Args;
use docker::Host;

use crate::{
    host::NativeHost,
    state::{self, Finding, Verdict},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Remove what ended calls left, make the image layout anew, and go back to the newest whole state if the present
    /// one is damaged
    #[arg(long)]
    repair: bool,
}

/// Prints what is found. The status is 0 when nothing is damaged, or all was repaired.
pub(crate) fn run(options: &Options) -> Result<u8, String> {
    let home = state::home()?;
    let mut found = state::check(&home, options.repair)?;
    let mut text = told(&found);
    if options.repair && !found.is_empty() {
        found = state::check(&home, false)?;
        text += if found.is_empty() { "Repaired\n" } else { "What cannot be repaired:\n" };
        text += &told(&found);
    } else if found.is_empty() {
        text += "Clean\n";
    }
    NativeHost::new().write(Stream::Stdout, text.as_bytes());
    Ok(u8::from(found.iter().any(|finding| finding.verdict == Verdict::Damage)))
}

fn told(found: &[Finding]) -> String {
    let word = |verdict| match verdict {
        Verdict::Damage => "damaged",
        Verdict::Leftover => "left over",
    };
    found.iter().map(|each| format!("{}: {} {}\n", word(each.verdict), each.place, each.what)).collect()
}
