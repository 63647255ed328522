use bstr::ByteSlice;
use kernel::{Exit, Process};
use vfs::{Device, FileType};

use super::mode;
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-m MODE] NAME TYPE [MAJOR MINOR]

Make a device or a named pipe

	-m MODE	Its mode (a=rw)
TYPE:
	b	Block device
	c or u	Character device
	p	Named pipe, without MAJOR and MINOR";

const OPTIONS: Options = Options::new(USAGE, "m:").long(&[("mode", 'm')]).at_least(2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mode = mode::for_node(p, opts.value('m'));
    let name = &opts.operands[0];
    let kind = match (opts.operands[1].as_slice(), opts.operands.len()) {
        (b"b", 4) => FileType::BlockDevice,
        (b"c" | b"u", 4) => FileType::CharDevice,
        (b"p", 2) => FileType::Fifo,
        _ => return Err(usage::misuse(p, USAGE, 1).await),
    };
    let mut device = Device::default();
    if let [_, _, major, minor] = &opts.operands[..] {
        for (text, part) in [(major, &mut device.major), (minor, &mut device.minor)] {
            match number::unsigned(text.as_bstr(), 0, u64::from(u32::MAX), &[]) {
                Ok(number) => *part = u32::try_from(number).unwrap_or(0),
                Err(message) => return Err(say::die(p, message).await),
            }
        }
    }
    let made = mode.and_then(|mode| {
        p.mknod(name, kind, mode, device)?;
        if opts.has('m') { p.chmod(name, mode) } else { Ok(()) }
    });
    match made {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => Err(say::die_errno(p, name.as_bstr(), errno).await),
    }
}
