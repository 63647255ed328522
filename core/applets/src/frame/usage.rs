//! The usage text as busybox shows it.

use bstr::BString;
use kernel::{Exit, Process};

use super::say;

/// The first line of every usage text: the release that is simulated (Alpine 3.20's build).
pub const BANNER: &str = "BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.";

/// Prints banner and usage text of the running applet on standard error; the exit status is `status`.
///
/// `usage` begins right after the applet's name: `"[-n] [FILE]...\n\nwhat it does\n\n\t-n\tan option"`.
/// `--help` prints the same text, with status 0.
pub async fn misuse(p: &mut Process, usage: &str, status: u8) -> Exit {
    let name = say::name(p);
    let text = text(&name, usage);
    // A failure to write output shows when the applet ends.
    let _ = p.flush().await;
    p.eprint(&text).await;
    Exit(status)
}

/// Banner, empty line, `Usage: NAME ...`, newline.
pub fn text(name: &[u8], usage: &str) -> BString {
    let mut text = BString::from(BANNER);
    text.extend_from_slice(b"\n\nUsage: ");
    text.extend_from_slice(name);
    if !usage.is_empty() {
        if !usage.starts_with('\n') {
            text.push(b' ');
        }
        text.extend_from_slice(usage.as_bytes());
    }
    text.push(b'\n');
    text
}
