use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use super::elf;
use crate::frame::table::Ended;
use crate::frame::{command, say, stream};

/// The program knows no `--help`.
pub(crate) const USAGE: &str = "";

/// musl's loader, which ldd calls; where it and the libraries are taken to be loaded.
const LOADER: &str = "/lib/ld-musl-x86_64.so.1";
const LIBRARIES: [&str; 3] = ["/lib", "/usr/local/lib", "/usr/lib"];
const FIRST: u64 = 0x7f00_0000_0000;
const DISTANCE: u64 = 0x10_0000;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let file = match &words[..] {
        [option, file, ..] if option == "--list" => file.clone(),
        [program, ..] if !program.starts_with(b"-") => return Ok(command::exec(p, &words).await),
        [] => return usage(p).await,
        [option] if option == "--list" => return usage(p).await,
        [option, ..] => {
            return Err(say::die(p, bytes!("{}: this option of the loader is not simulated", option)).await);
        }
    };
    let content = match stream::read_operand(p, file.as_bstr()).await {
        Ok(content) => content,
        Err(errno) => {
            p.eprint(bytes!("{}: cannot load {}: {}\n", LOADER, file, errno.to_string())).await;
            return Ok(Exit(1));
        }
    };
    let known = elf::packages(p).await;
    let Some(object) = elf::of(&content, p, &file, &known) else {
        p.eprint(bytes!("{}: {}: Not a valid dynamic program\n", LOADER, file)).await;
        return Ok(Exit(1));
    };
    say::print(p, format!("\t{LOADER} (0x{FIRST:x})\n")).await?;
    let mut status = 0;
    let mut seen: Vec<BString> = Vec::new();
    let mut wanted = object.needed;
    while !wanted.is_empty() {
        let name = wanted.remove(0);
        if seen.contains(&name) {
            continue;
        }
        seen.push(name.clone());
        if name.starts_with(b"libc.musl-") || name == "libc.so" {
            say::print(p, bytes!("\t{} => {} (0x{})\n", name, LOADER, format!("{FIRST:x}"))).await?;
            continue;
        }
        let found = LIBRARIES.iter().map(|directory| bytes!("{}/{}", directory, name));
        let found: Vec<BString> = found.collect();
        match found.into_iter().find(|path| p.stat(path).is_ok()) {
            Some(path) => {
                let at = format!("{:x}", FIRST - DISTANCE * seen.len() as u64);
                say::print(p, bytes!("\t{} => {} (0x{})\n", name, path, at)).await?;
                let content = stream::read_operand(p, path.as_bstr()).await.unwrap_or_default();
                let object = elf::of(&content, p, &path, &known);
                wanted.extend(object.map(|object| object.needed).unwrap_or_default());
            }
            None => {
                say::flush(p).await?;
                p.eprint(bytes!(
                    "Error loading shared library {}: No such file or directory (needed by {})\n",
                    name,
                    file
                ))
                .await;
                status = 127;
            }
        }
    }
    Ok(Exit(status))
}

async fn usage(p: &mut Process) -> Ended {
    p.eprint(format!(
        "musl libc (x86_64)\nVersion 1.2.5\nDynamic Program Loader\nUsage: {LOADER} [options] [--] pathname\n"
    ))
    .await;
    Ok(Exit(1))
}
