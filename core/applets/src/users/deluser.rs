use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};

use super::account;
use super::database::{self, Database, PASSWD, SHADOW};
use super::delgroup;
use crate::files::rm::Remover;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[--remove-home] USER

Remove a user and the group of that name

	--remove-home	The home directory too";

/// The key of an option without a letter.
const REMOVE_HOME: char = '\u{80}';

const OPTIONS: Options = Options::new(USAGE, "").long(&[("remove-home", REMOVE_HOME)]).operands(1, 1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    account::require_root(p).await?;
    let opts = OPTIONS.parse(p).await?;
    let name = opts.operands[0].as_bstr();
    let database = Database::read(p).await;
    let Some(user) = database.user(name) else {
        return Err(say::die(p, bytes!("unknown user {}", name)).await);
    };
    account::rewrite(p, PASSWD, |text| database::edited(text, name, |_| None).0).await?;
    // A system without shadow passwords has none.
    let _ = database::rewrite(p, SHADOW, |text| database::edited(text, name, |_| None).0).await;
    if opts.has(REMOVE_HOME) {
        remove_home(p, user.home.as_bstr()).await?;
    }
    delgroup::leave(p, name, None).await?;
    match Database::read(p).await.group(name) {
        Some(group) => delgroup::remove(p, group.clone()).await,
        None => Ok(Exit(0)),
    }
}

/// Removes the tree without a word.
async fn remove_home(p: &mut Process, home: &BStr) -> Result<(), Exit> {
    let remover = Remover { recurse: true, force: true, interactive: false, verbose: false };
    remover.remove(p, home).await.map(drop)
}
