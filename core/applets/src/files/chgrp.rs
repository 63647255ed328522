use bstr::ByteSlice;
use kernel::Process;

use super::owner::{self, Owner, group_id};
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-RhLHPcvf]... GROUP FILE...

Give FILEs to another group

	-h	Links themselves
	-L	Follow all links to directories
	-H	Follow those that are operands
	-P	Follow none (default)
	-R	And what is in directories
	-c	Tell what was changed
	-v	Tell everything
	-f	Hide errors";

const OPTIONS: Options = Options::new(USAGE, owner::LETTERS).at_least(2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let database = Database::read(p).await;
    let group = opts.operands[0].as_bstr();
    match group_id(&database, group) {
        Some(gid) => owner::change(p, &opts, Owner { uid: None, gid: Some(gid) }, &opts.operands[1..]).await,
        None => Err(say::die(p, bytes!("unknown group {}", group)).await),
    }
}
