use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::Lines;
use crate::frame::table::Ended;
use crate::frame::{say, stream, usage};

pub(crate) const USAGE: &str = "[OPTIONS] [FILE]...

Print parts of each line of FILEs

	-b LIST	Bytes
	-c LIST	Characters
	-d SEP	Field separator of the input (TAB)
	-O SEP	Field separator of the output (as -d)
	-D	Keep the order of LIST, and leave out lines without separators
	-f LIST	Fields
	-s	Leave out lines without separators
	-n	Nothing";

const OPTIONS: Options = Options::new(USAGE, "b:c:f:d:O:sDn");

/// A range of positions, from 0; the end is exclusive.
type Range = (usize, usize);

struct Cut {
    ranges: Vec<Range>,
    fields: bool,
    delimiter: u8,
    joiner: BString,
    skip_plain: bool,
    in_order: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let cut = match plan(&opts) {
        Ok(Some(cut)) => cut,
        Ok(None) => return Err(usage::misuse(p, USAGE, 1).await),
        Err(message) => return Err(say::die(p, message).await),
    };
    let mut status = 0;
    for file in stream::or_stdin(opts.operands.clone()) {
        let fd = match stream::open(p, file.as_bstr()).await {
            Ok(fd) => fd,
            Err(errno) => {
                say::errno(p, &file, errno).await;
                status = 1;
                continue;
            }
        };
        let mut lines = Lines::new(fd);
        loop {
            let batch = match lines.batch(p).await {
                Ok(Some(batch)) => batch,
                Ok(None) => break,
                Err(errno) => {
                    say::errno(p, &file, errno).await;
                    status = 1;
                    break;
                }
            };
            let mut out = BString::from(Vec::with_capacity(batch.len()));
            for line in batch.lines_with_terminator() {
                cut.line(line.strip_suffix(b"\n").unwrap_or(line), &mut out);
            }
            say::print(p, out).await?;
        }
        stream::close(p, fd);
    }
    Ok(Exit(status))
}

/// Reads the options; the error is a message, `None` a wrong combination.
fn plan(opts: &Matches) -> Result<Option<Cut>, BString> {
    let lists = ['b', 'c', 'f'].map(|key| opts.value(key));
    if lists.iter().flatten().count() > 1 {
        return Ok(None);
    }
    let Some(list) = lists.into_iter().flatten().next() else {
        return Err("expected a list of bytes, characters, or fields".into());
    };
    let fields = opts.has('f');
    let only = |what: &str| Err(bytes!("{} only when operating on fields", what));
    if !fields && opts.has('s') {
        return only("suppressing non-delimited lines makes sense");
    }
    if !fields && opts.has('d') {
        return only("a delimiter may be specified");
    }
    let delimiter = opts.value('d').map_or(b'\t', |text| text.first().copied().unwrap_or(0));
    let joiner = opts.value('O').map_or_else(|| BString::from([delimiter]), ToOwned::to_owned);
    let in_order = opts.has('D');
    let mut ranges = ranges(list)?;
    if !in_order {
        ranges.sort_unstable();
    }
    Ok(Some(Cut { ranges, fields, delimiter, joiner, skip_plain: opts.has('s'), in_order }))
}

fn ranges(list: &BStr) -> Result<Vec<Range>, BString> {
    let position = |text: &[u8]| -> Result<Option<usize>, BString> {
        if text.is_empty() {
            return Ok(None);
        }
        let value =
            text.to_str().ok().filter(|text| !text.starts_with('+')).and_then(|text| text.parse().ok());
        value.map(Some).ok_or_else(|| bytes!("invalid number '{}'", text))
    };
    let mut ranges = Vec::new();
    for part in list.split_str(",").filter(|part| !part.is_empty()) {
        let (low, high) = match part.split_once_str("-") {
            None => {
                let at = position(part)?;
                (at, at)
            }
            Some((low, high)) => (position(low)?, position(high)?.or(Some(usize::MAX))),
        };
        let (low, high) = (low.unwrap_or(1).max(1), high.unwrap_or(usize::MAX).max(1));
        if high < low {
            // busybox counts the start from 0 when it says so.
            return Err(bytes!("{}<{}", high.to_string(), (low - 1).to_string()));
        }
        ranges.push((low - 1, high));
    }
    if ranges.is_empty() {
        return Err("missing list of positions".into());
    }
    Ok(ranges)
}

impl Cut {
    /// Adds what is printed of a line, with its newline.
    fn line(&self, line: &[u8], out: &mut BString) {
        if !self.fields {
            self.each(line.len(), |index| out.push(line[index]));
        } else if !line.contains(&self.delimiter) {
            // busybox lets an empty line pass all the same.
            if self.skip_plain && !line.is_empty() {
                return;
            }
            out.extend_from_slice(line);
        } else if let (&[(0, high)], false) =
            (&self.ranges[..], self.in_order || self.joiner != [self.delimiter])
        {
            // The first fields alone: nothing has to be taken apart.
            let end = line.find_iter(&[self.delimiter]).nth(high.wrapping_sub(1)).unwrap_or(line.len());
            out.extend_from_slice(&line[..end]);
        } else {
            self.some_fields(line, out);
        }
        out.push(b'\n');
    }

    fn some_fields(&self, line: &[u8], out: &mut BString) {
        let fields: Vec<&[u8]> = line.split(|&byte| byte == self.delimiter).collect();
        let mut any = false;
        self.each(fields.len(), |index| {
            if any {
                out.extend_from_slice(&self.joiner);
            }
            any = true;
            out.extend_from_slice(fields[index]);
        });
    }

    /// Visits the selected positions below `length`, each once unless the order of the list counts.
    fn each(&self, length: usize, mut visit: impl FnMut(usize)) {
        let mut next = 0;
        for &(low, high) in &self.ranges {
            let low = if self.in_order { low } else { low.max(next) };
            for index in low..high.min(length) {
                visit(index);
            }
            next = next.max(high.min(length));
        }
    }
}
