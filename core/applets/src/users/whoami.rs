use kernel::{Exit, Process};

use super::database::Database;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "

Print the name of the effective user";

pub(crate) async fn main(p: &mut Process) -> Ended {
    if p.args().len() > 1 {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let uid = p.cred().uid;
    match Database::read(p).await.user_of(uid) {
        Some(user) => {
            say::print(p, bytes!("{}\n", user.name)).await?;
            Ok(Exit(0))
        }
        None => Err(say::die(p, bytes!("unknown uid {}", uid.to_string())).await),
    }
}
