//! `docker login` and `docker logout`.

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
};

pub(crate) const LOGIN: Command = Command {
    names: &["login"],
    usage: "[OPTIONS] [SERVER]",
    summary: "Log in to a simulated registry",
    args: ArgRule::AtMost(1),
    flags: &[
        text("password", Some('p'), "Password"),
        switch("password-stdin", None, "Take the password from standard input"),
        text("username", Some('u'), "User name"),
    ],
    run: login,
    ..BASE
};

pub(crate) const LOGOUT: Command = Command {
    names: &["logout"],
    usage: "[SERVER]",
    summary: "Log out from a registry",
    args: ArgRule::AtMost(1),
    run: |call| {
        let server = call.args().first().cloned().unwrap_or_default();
        let shown = call.backend.logout(&server);
        call.print(format!("Removing login credentials for {shown}\n"));
        Ok(0)
    },
    ..BASE
};

fn login(call: &mut Call<'_>) -> Result<u8, Failure> {
    let server = call.args().first().cloned().unwrap_or_default();
    let user = call.matches.text("username").unwrap_or_default().to_owned();
    let mut password = call.matches.text("password").unwrap_or_default().to_owned();
    if !password.is_empty() {
        call.eprint("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
        if call.switch("password-stdin") {
            return Err(Failure::client("--password and --password-stdin are mutually exclusive"));
        }
    }
    if call.switch("password-stdin") {
        if user.is_empty() {
            return Err(Failure::client("Must provide --username with --password-stdin"));
        }
        password =
            String::from_utf8_lossy(&call.host.read_stdin()?).trim_end_matches(['\r', '\n']).to_owned();
    }
    if user.is_empty() || password.is_empty() {
        if call.host.stdin_is_terminal() {
            let text = "glasshull: docker login does not ask: give --username and --password-stdin";
            return Err(Failure::client(text));
        }
        return Err(Failure::client("Error: Cannot perform an interactive login from a non TTY device"));
    }
    // The password goes nowhere: the simulated registries take every one, and it is not kept.
    call.backend.login(&server, &user)?;
    call.print("Login Succeeded\n");
    Ok(0)
}
