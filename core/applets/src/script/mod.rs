//! Applets that scripts are made of: text to print, conditions, the environment, names of files.

use crate::frame::table::{Applet, applet};

mod basename;
mod dirname;
/// `echo`, for the shell too.
pub mod echo;
mod env;
mod expr;
mod r#false;
mod file_test;
mod getopt;
mod printenv;
/// `printf`, for the shell too.
pub mod printf;
mod pwd;
mod seq;
mod sleep;
/// `test` and `[[`, for the shell too.
pub mod test;
mod r#true;
mod usleep;
mod which;
mod yes;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("[", UsrBin, test),
    applet!("[[", UsrBin, test),
    applet!("basename", UsrBin, basename),
    applet!("dirname", UsrBin, dirname),
    applet!("echo", Bin, echo),
    applet!("env", UsrBin, env),
    applet!("expr", UsrBin, expr),
    applet!("false", Bin, r#false),
    applet!("getopt", Bin, getopt),
    applet!("printenv", Bin, printenv),
    applet!("printf", UsrBin, printf),
    applet!("pwd", Bin, pwd),
    applet!("seq", UsrBin, seq),
    applet!("sleep", Bin, sleep),
    applet!("test", UsrBin, test),
    applet!("true", Bin, r#true),
    applet!("usleep", Bin, usleep),
    applet!("which", UsrBin, which),
    applet!("yes", UsrBin, yes),
];
