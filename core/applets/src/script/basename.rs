use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...

Print FILE without its directory and without SUFFIX

	-a		All operands are FILEs
	-s SUFFIX	Remove SUFFIX (implies -a)";

const OPTIONS: Options = Options::new(USAGE, "as:").in_order().at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let all = opts.has('a') || opts.has('s');
    let (files, suffix) = match &opts.operands[..] {
        files if all => (files, opts.value('s')),
        [_] => (&opts.operands[..1], None),
        [_, suffix] => (&opts.operands[..1], Some(suffix.as_bstr())),
        _ => return Err(usage::misuse(p, USAGE, 1).await),
    };
    for file in files {
        let base = crate::frame::path::last_part(file.as_bstr());
        let cut = suffix.and_then(|suffix| base.strip_suffix(&**suffix)).filter(|cut| !cut.is_empty());
        say::print(p, bytes!("{}\n", cut.map_or(base, BStr::new))).await?;
    }
    Ok(Exit(0))
}
