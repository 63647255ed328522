//! `.`, `source`.

use std::borrow::Cow;
use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::{LocalBoxFuture, OpenFlags, Process};
use vfs::{Errno, FileType, Mode};

use super::options::Letters;
use super::{Done, status};
use crate::exec::{Flags, Frame, Input, InputKind, Machine, Outcome, Raise};

pub(super) fn run<'f>(
    m: &'f mut Machine,
    p: &'f mut Process,
    args: &'f [BString],
    _: Flags,
) -> LocalBoxFuture<'f, Done> {
    Box::pin(async move {
        let mut letters = Letters::new(args, b"");
        letters.next(m)?;
        let operands = letters.operands();
        let Some(name) = operands.first() else { return status(2) };
        let path = find(m, p, name)?;
        let text = match read_file(p, &path).await {
            Ok(text) => text,
            // A directory is a script of nothing.
            Err(Errno::EISDIR) => BString::default(),
            Err(errno) => return Err(cannot_open(m, &path, errno)),
        };
        m.enter_call()?;
        if operands.len() > 1 {
            let params = Rc::new(operands[1..].to_vec().into());
            let before = std::mem::replace(&mut m.state.params, params);
            m.frames.push(Frame::Params(before));
        }
        m.frames.push(Frame::CommandName(m.state.command_name.replace(Cow::Owned(path))));
        m.frames.push(Frame::LeaveCall);
        m.frames.push(Frame::Input(Box::new(Input::text(
            Rc::new(text),
            1,
            InputKind::Dot,
            Flags::default(),
        ))));
        Ok(Outcome::Frames)
    })
}

fn cannot_open(m: &Machine, path: &[u8], errno: Errno) -> Raise {
    m.raise(format!("can't open '{}': {errno}", path.as_bstr()))
}

/// A name without a slash is looked for in `PATH`, and then here.
fn find(m: &mut Machine, p: &mut Process, name: &BString) -> Result<BString, Raise> {
    if name.contains(&b'/') {
        return Ok(name.clone());
    }
    let directories = m.state.vars.get(b"PATH").map(BString::from).unwrap_or_default();
    for directory in directories.split_str(":") {
        let mut path = BString::from(directory);
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        if p.stat(&path).is_ok_and(|stat| stat.file_type == FileType::Regular) {
            return Ok(path);
        }
    }
    match p.stat(name) {
        Ok(_) => Ok(name.clone()),
        Err(errno) => Err(cannot_open(m, name, errno)),
    }
}

/// The bytes of a file.
pub(crate) async fn read_file(p: &mut Process, path: &[u8]) -> Result<BString, Errno> {
    let fd = p.open(path, OpenFlags::RDONLY, Mode::new(0)).await?;
    let text = p.read_to_end(fd).await;
    p.close(fd)?;
    Ok(text?.into())
}
