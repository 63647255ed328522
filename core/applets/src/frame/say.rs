//! Output, and messages on standard error in busybox's forms.

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::Errno;

/// The applet's name in its messages: the last part of `argv[0]`, a login shell's dash removed.
pub fn name(p: &Process) -> BString {
    let argv0 = p.args().first().map(|arg| arg.as_bstr()).unwrap_or_default();
    let base = argv0.rfind_byte(b'/').map_or(argv0, |at| &argv0[at + 1..]);
    BString::from(base.strip_prefix(b"-").unwrap_or(base))
}

/// Prints `NAME: MESSAGE`, after what is buffered for standard output.
pub async fn error(p: &mut Process, message: impl AsRef<[u8]>) {
    let line = bytes!("{}: {}\n", name(p), message);
    // A failure to write output shows when the applet ends; the message comes first all the same.
    let _ = p.flush().await;
    p.eprint(&line).await;
}

/// Prints `NAME: MESSAGE: what the error number means`.
pub async fn errno(p: &mut Process, message: impl AsRef<[u8]>, errno: Errno) {
    error(p, bytes!("{}: {}", message, errno.to_string())).await;
}

/// [`error`] and the exit status 1, to end the applet with.
pub async fn die(p: &mut Process, message: impl AsRef<[u8]>) -> Exit {
    error(p, message).await;
    Exit(1)
}

/// [`errno`] and the exit status 1, to end the applet with.
pub async fn die_errno(p: &mut Process, message: impl AsRef<[u8]>, error: Errno) -> Exit {
    errno(p, message, error).await;
    Exit(1)
}

/// Prints on standard output (buffered); when that fails, says so and ends the applet.
pub async fn print(p: &mut Process, bytes: impl AsRef<[u8]>) -> Result<(), Exit> {
    match p.print(bytes).await {
        Ok(()) => Ok(()),
        Err(error) => Err(output_failed(p, error).await),
    }
}

/// Writes out what is buffered; when that fails, says so and ends the applet.
pub async fn flush(p: &mut Process) -> Result<(), Exit> {
    match p.flush().await {
        Ok(()) => Ok(()),
        Err(error) => Err(output_failed(p, error).await),
    }
}

async fn output_failed(p: &mut Process, error: Errno) -> Exit {
    p.discard_output();
    die_errno(p, "standard output", error).await
}
