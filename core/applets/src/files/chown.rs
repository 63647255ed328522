use bstr::ByteSlice;
use kernel::Process;

use super::owner;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-RhLHPcvf]... USER[:[GRP]] FILE...

Give FILEs to another user and group

	-h	Links themselves
	-L	Follow all links to directories
	-H	Follow those that are operands
	-P	Follow none (default)
	-R	And what is in directories
	-c	Tell what was changed
	-v	Tell everything
	-f	Hide errors";

const OPTIONS: Options = Options::new(USAGE, owner::LETTERS).at_least(2).long(&[
    ("recursive", 'R'),
    ("no-dereference", 'h'),
    ("changes", 'c'),
    ("silent", 'f'),
    ("quiet", 'f'),
    ("verbose", 'v'),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let database = Database::read(p).await;
    match owner::parse(&database, opts.operands[0].as_bstr()) {
        Ok(owner) => owner::change(p, &opts, owner, &opts.operands[1..]).await,
        Err(message) => Err(say::die(p, message).await),
    }
}
