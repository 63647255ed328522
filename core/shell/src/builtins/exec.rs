//! `exec`.

use bstr::BString;
use kernel::{LocalBoxFuture, Process};

use super::options::Letters;
use super::{Done, status};
use crate::exec::{Machine, Raise, exec_error};

pub(super) fn run<'f>(
    m: &'f mut Machine,
    p: &'f mut Process,
    args: &'f [BString],
) -> LocalBoxFuture<'f, Done> {
    Box::pin(async move {
        let mut letters = Letters::new(args, b"a:");
        let mut name = None;
        while let Some((_, value)) = letters.next(m)? {
            name = value;
        }
        let mut words = letters.operands().to_vec();
        if words.is_empty() {
            return status(0);
        }
        let path = match m.search(p, &words[0], None) {
            Ok(path) => path,
            Err(errno) => {
                let (text, status) = exec_error(&words[0], errno);
                let mut message = m.message(text);
                message.push(b'\n');
                p.eprint(&message).await;
                return Err(Raise::Exit(status));
            }
        };
        let env = m.environment(&[]);
        if let Some(name) = name {
            words[0] = name;
        }
        Err(m.replace(p, &path, &words, &env).await)
    })
}
