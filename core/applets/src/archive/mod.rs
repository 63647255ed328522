//! Archives and compressed files.

use crate::frame::table::{Applet, applet};

mod bunzip2;
mod bzcat;
mod bzip2;
mod codec;
mod cpio;
mod gunzip;
mod gzip;
mod lzcat;
mod lzma;
mod packer;
mod tar;
mod unlzma;
mod unxz;
mod unzip;
mod xzcat;
mod zcat;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("bunzip2", UsrBin, bunzip2),
    applet!("bzcat", UsrBin, bzcat),
    applet!("bzip2", UsrBin, bzip2),
    applet!("cpio", UsrBin, cpio),
    applet!("gunzip", Bin, gunzip),
    applet!("gzip", Bin, gzip),
    applet!("lzcat", UsrBin, lzcat),
    applet!("lzma", UsrBin, lzma),
    applet!("tar", Bin, tar),
    applet!("unlzma", UsrBin, unlzma),
    applet!("unxz", UsrBin, unxz),
    applet!("unzip", UsrBin, unzip),
    applet!("xzcat", UsrBin, xzcat),
    applet!("zcat", Bin, zcat),
];
