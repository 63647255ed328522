//! Applets that read text: search, cut, sort, count, compare, edit.

use crate::frame::table::{Applet, applet};

mod awk;
mod base64;
mod blocks;
mod cal;
mod checksum;
mod comm;
mod cut;
mod diff;
mod dos2unix;
mod expand;
mod factor;
mod fold;
mod grep;
mod head;
mod hexdump;
mod input;
mod keyboard;
mod less;
mod more;
mod nl;
mod od;
mod pager;
mod paste;
mod pipe_progress;
mod rev;
mod sed;
mod shuf;
mod sort;
mod split;
mod strings;
mod strtod;
mod sum;
mod tac;
mod tail;
mod tr;
mod uniq;
mod uuencode;
mod vi;
mod wc;
mod xargs;
mod xxd;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("awk", UsrBin, awk),
    applet!("base64", Bin, base64),
    applet!("cal", UsrBin, cal),
    applet!("cksum", UsrBin, sum::cksum),
    applet!("comm", UsrBin, comm),
    applet!("cut", UsrBin, cut),
    applet!("diff", UsrBin, diff),
    applet!("dos2unix", UsrBin, dos2unix),
    applet!("egrep", Bin, grep),
    applet!("expand", UsrBin, expand),
    applet!("factor", UsrBin, factor),
    applet!("fgrep", Bin, grep),
    applet!("fold", UsrBin, fold),
    applet!("grep", Bin, grep),
    applet!("hd", UsrBin, hexdump::hd),
    applet!("head", UsrBin, head),
    applet!("hexdump", UsrBin, hexdump),
    applet!("less", UsrBin, less),
    applet!("md5sum", UsrBin, checksum),
    applet!("more", Bin, more),
    applet!("nl", UsrBin, nl),
    applet!("od", UsrBin, od),
    applet!("paste", UsrBin, paste),
    applet!("pipe_progress", Bin, pipe_progress),
    applet!("rev", Bin, rev),
    applet!("sed", Bin, sed),
    applet!("sha1sum", UsrBin, checksum),
    applet!("sha256sum", UsrBin, checksum),
    applet!("sha3sum", UsrBin, checksum::sha3),
    applet!("sha512sum", UsrBin, checksum),
    applet!("shuf", UsrBin, shuf),
    applet!("sort", UsrBin, sort),
    applet!("split", UsrBin, split),
    applet!("strings", UsrBin, strings),
    applet!("sum", UsrBin, sum),
    applet!("tac", UsrBin, tac),
    applet!("tail", UsrBin, tail),
    applet!("tr", UsrBin, tr),
    applet!("unexpand", UsrBin, expand::unexpand),
    applet!("uniq", UsrBin, uniq),
    applet!("unix2dos", UsrBin, dos2unix::unix2dos),
    applet!("uudecode", UsrBin, uuencode::decode),
    applet!("uuencode", UsrBin, uuencode),
    applet!("vi", UsrBin, vi),
    applet!("wc", UsrBin, wc),
    applet!("xargs", UsrBin, xargs),
    applet!("xxd", UsrBin, xxd),
];
