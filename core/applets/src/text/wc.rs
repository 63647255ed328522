use bstr::{BString, ByteSlice};
use kernel::{Exit, Fd, Process};
use vfs::Errno;

use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{say, stream};

pub(crate) const USAGE: &str = "[-cmlwL] [FILE]...

Count the lines, words and bytes of FILEs (or stdin)

	-c	Bytes
	-m	Characters
	-l	Newlines
	-w	Words
	-L	Length of the longest line";

const OPTIONS: Options = Options::new(USAGE, "lwcmL").short_only();

/// The columns in the order they are printed.
const COLUMNS: [char; 5] = ['l', 'w', 'm', 'c', 'L'];

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    values: [u64; 5],
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let shown: Vec<usize> = (0..COLUMNS.len()).filter(|&index| selected(&opts, COLUMNS[index])).collect();
    let named = !opts.operands.is_empty();
    let files = stream::or_stdin(opts.operands.clone());
    let many = files.len() > 1;
    let mut total = Counts::default();
    let mut status = 0;
    for file in files {
        let counted = match stream::open(p, file.as_bstr()).await {
            Ok(fd) => {
                let counted = count(p, fd).await;
                stream::close(p, fd);
                counted
            }
            Err(errno) => Err(errno),
        };
        let counts = match counted {
            Ok(counts) => counts,
            Err(errno) => {
                say::errno(p, &file, errno).await;
                status = 1;
                continue;
            }
        };
        for (index, (sum, value)) in total.values.iter_mut().zip(counts.values).enumerate() {
            *sum = if COLUMNS[index] == 'L' { (*sum).max(value) } else { *sum + value };
        }
        let name = if named { Some(&file) } else { None };
        say::print(p, row(&counts, &shown, name, many)).await?;
    }
    if many {
        say::print(p, row(&total, &shown, Some(&"total".into()), many)).await?;
    }
    Ok(Exit(status))
}

fn selected(opts: &Matches, column: char) -> bool {
    let any = COLUMNS.iter().any(|key| opts.has(*key));
    if any { opts.has(column) } else { matches!(column, 'l' | 'w' | 'c') }
}

fn row(counts: &Counts, shown: &[usize], name: Option<&BString>, many: bool) -> Vec<u8> {
    let wide = many || shown.len() > 1;
    let cells: Vec<String> = shown
        .iter()
        .map(|&index| {
            let value = counts.values[index];
            if wide { format!("{value:9}") } else { value.to_string() }
        })
        .collect();
    let mut row = cells.join(" ").into_bytes();
    if let Some(name) = name {
        row.push(b' ');
        row.extend_from_slice(name);
    }
    row.push(b'\n');
    row
}

async fn count(p: &mut Process, fd: Fd) -> Result<Counts, Errno> {
    let [mut lines, mut words, mut characters, mut bytes, mut longest] = [0; 5];
    let mut column = 0;
    let mut in_word = false;
    loop {
        let chunk = p.read(fd, stream::CHUNK).await?;
        if chunk.is_empty() {
            break;
        }
        bytes += chunk.len() as u64;
        for &byte in &chunk {
            characters += u64::from(byte & 0xc0 != 0x80);
            match byte {
                b'\t' => column = (column | 7) + 1,
                b'\n' | b'\r' | 0x0c => {
                    longest = longest.max(column);
                    column = 0;
                    lines += u64::from(byte == b'\n');
                }
                b' ' | b'!'..=b'~' | 0xc0.. => column += 1,
                _ => {}
            }
            if matches!(byte, b' ' | 9..=13) {
                words += u64::from(in_word);
                in_word = false;
            } else if (0x21..0x7f).contains(&byte) || byte >= 0x80 {
                in_word = true;
            }
        }
    }
    words += u64::from(in_word);
    Ok(Counts { values: [lines, words, characters, bytes, longest.max(column)] })
}
