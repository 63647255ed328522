use kernel::Process;

use super::database::Database;
use super::id::{self, Person};
use crate::frame::getopt::Options;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[USER]

Print the groups USER is in, or this process";

const OPTIONS: Options = Options::new(USAGE, "").short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let database = Database::read(p).await;
    let person = Person::find(p, &database, &opts).await?;
    id::groups(p, &database, &person, true).await
}
