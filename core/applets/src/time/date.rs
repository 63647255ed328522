use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Capability, Errno};

use super::civil::Civil;
use super::zone::Zone;
use super::{parse, strftime, strptime};
use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[OPTIONS] [+FMT] [[-s] TIME]

Print the time in FMT, or set the clock

	-u	UTC, not local time
	-s TIME	Set the clock to TIME
	-d TIME	Print TIME, not now
	-D FMT	How TIME is written (strptime)
	-r FILE	Print FILE's modification time
	-R	As mail writes it (RFC 2822)
	-I[SPEC]	As ISO 8601 writes it; SPEC: date, hours, minutes, seconds, ns

TIME:
	@seconds since 1970
	hh:mm[:ss]
	[YYYY.]MM.DD-hh:mm[:ss]
	YYYY-MM-DD hh:mm[:ss]
	[[[[[YY]YY]MM]DD]hh]mm[.ss]";

const OPTIONS: Options = Options::new(USAGE, "Rs:ud:r:I::D:").long(&[
    ("rfc-822", 'R'),
    ("rfc-2822", 'R'),
    ("set", 's'),
    ("utc", 'u'),
    ("date", 'd'),
    ("reference", 'r'),
]);

/// The precisions of `-I`, with their formats; the offset comes after all but the first.
const ISO: [(&str, &str); 5] = [
    ("date", "%Y-%m-%d"),
    ("hours", "%Y-%m-%dT%H"),
    ("minutes", "%Y-%m-%dT%H:%M"),
    ("seconds", "%Y-%m-%dT%H:%M:%S"),
    ("ns", "%Y-%m-%dT%H:%M:%S,000000000"),
];

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let Some(request) = Request::new(&opts) else { return Err(usage::misuse(p, USAGE, 1).await) };
    let zone = if opts.has('u') { Zone::utc() } else { Zone::of(p.env().get("TZ")) };
    let seconds = request.seconds(p, &opts, &zone).await?;
    if request.sets {
        if p.cred().can(Capability::SYS_TIME) {
            return Err(say::die(p, "setting the clock is not simulated").await);
        }
        // No container may set its host's clock.
        say::errno(p, "can't set date", Errno::EPERM).await;
    }
    let format = request.format.map_or_else(|| usual(&opts, seconds, &zone), BStr::to_owned);
    let mut line = strftime::strftime_in(&format, seconds, &zone);
    line.push(b'\n');
    say::print(p, line).await?;
    Ok(Exit(0))
}

/// What is asked for; none when the words contradict each other.
struct Request<'a> {
    format: Option<&'a BStr>,
    /// The text of a time, and whether the clock is to be set to it.
    time: Option<&'a BStr>,
    sets: bool,
}

impl<'a> Request<'a> {
    fn new(opts: &'a Matches) -> Option<Self> {
        let mut operands = opts.operands.iter().map(|operand| operand.as_bstr()).peekable();
        let format =
            operands.next_if(|operand| operand.starts_with(b"+")).map(|format| format[1..].as_bstr());
        let operand = operands.next();
        let contradicts = (opts.has('R') && opts.has('I')) || (opts.has('d') && opts.has('s'));
        let too_many = operands.next().is_some() || (operand.is_some() && (opts.has('d') || opts.has('s')));
        let known = opts.value('I').is_none_or(|name| precision(name).is_some());
        if contradicts || too_many || !known {
            return None;
        }
        let time = opts.value('s').or(opts.value('d')).or(operand);
        Some(Self { format, time, sets: opts.has('s') || operand.is_some() })
    }

    async fn seconds(&self, p: &mut Process, opts: &Matches, zone: &Zone) -> Result<i64, Exit> {
        let now = p.now().secs();
        if let Some(text) = self.time {
            let read = read(text, opts, now, zone, !self.sets || opts.has('s'));
            return match read {
                Some(seconds) => Ok(seconds),
                None => Err(say::die(p, bytes!("invalid date '{}'", text)).await),
            };
        }
        let Some(file) = opts.value('r') else { return Ok(now) };
        match p.stat(file) {
            Ok(stat) => Ok(stat.mtime.secs()),
            Err(errno) => Err(say::die_errno(p, bytes!("can't stat '{}'", file), errno).await),
        }
    }
}

/// A time by `-D`'s format, or in one of the known forms; `MMDDhhmm` is known only to the operand that sets.
fn read(text: &BStr, opts: &Matches, now: i64, zone: &Zone, option: bool) -> Option<i64> {
    if let Some(digits) = text.strip_prefix(b"@") {
        return digits.to_str().ok().filter(|digits| !digits.starts_with('+'))?.parse().ok();
    }
    let local_now = now + zone.at(now).seconds;
    let local = match opts.value('D') {
        Some(format) => {
            let midnight = Civil { hour: 0, minute: 0, second: 0, ..Civil::from_seconds(local_now) };
            strptime::strptime(text, format, midnight)?.seconds()
        }
        None if option => parse::date_text(text, local_now)?,
        None => parse::set_text(text, local_now)?,
    };
    Some(zone.from_local(local))
}

/// The entry of [`ISO`] that a word begins.
fn precision(name: &BStr) -> Option<usize> {
    ISO.iter().position(|(known, _)| known.as_bytes().starts_with(name))
}

/// The format without an operand.
fn usual(opts: &Matches, seconds: i64, zone: &Zone) -> BString {
    if opts.has('R') {
        return "%a, %d %b %Y %H:%M:%S %z".into();
    }
    if !opts.has('I') {
        return "%a %b %e %H:%M:%S %Z %Y".into();
    }
    let at = opts.value('I').and_then(precision).unwrap_or(0);
    let mut format = BString::from(ISO[at].1);
    if at > 0 {
        let offset = zone.at(seconds).seconds;
        let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
        format.extend_from_slice(format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60).as_bytes());
    }
    format
}
