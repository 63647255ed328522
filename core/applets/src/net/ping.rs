use core::time::Duration;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::Errno;

use super::resolve;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{number, say};

pub(crate) const USAGE: &str = "[OPTIONS] HOST

Send packets to HOST and wait for them to come back

	-4,-6	IPv4 or IPv6 names
	-c CNT	Send only CNT packets
	-s SIZE	Bytes in each (56)
	-i SECS	Wait between them (1)
	-t TTL	Their time to live
	-I IFACE/IP	Where they start
	-W SEC	Wait for the first answer (10)
	-w SEC	End after that time
	-q	Print only the summary
	-p HEXBYTE	What they are filled with";

const OPTIONS: Options = Options::new(USAGE, "qvAc:s:t:w:W:I:np:i:46").operands(1, 1).short_only();

/// Time between two packets.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let count = number_of(p, &opts, 'c', u64::MAX).await?;
    let size = number_of(p, &opts, 's', 56).await?;
    let host = opts.operands[0].clone();
    let addresses = resolve::addresses(p, host.as_bstr()).await;
    let Some(address) = addresses.first() else {
        return Err(say::die(p, bytes!("bad address '{}'", host)).await);
    };
    say::print(p, bytes!("PING {} ({}): {} data bytes\n", host, address, size.to_string())).await?;
    say::flush(p).await?;
    // Nothing listens on port 0: that it is refused shows that somebody has the address.
    match resolve::connect(p, address.as_bstr(), 0).await {
        Err(Errno::ENETUNREACH) => return Err(say::die_errno(p, "sendto", Errno::ENETUNREACH).await),
        Err(Errno::EHOSTUNREACH) => return unanswered(p, &opts, host.as_bstr(), count).await,
        _ => {}
    }
    let times = send(p, &opts, address.as_bstr(), (count, size)).await?;
    summary(p, host.as_bstr(), &times).await
}

async fn number_of(p: &mut Process, opts: &Matches, letter: char, usual: u64) -> Result<u64, Exit> {
    match opts.value(letter).map(|text| number::unsigned(text, 0, u64::from(u32::MAX), &[])) {
        None => Ok(usual),
        Some(Ok(0)) if letter == 'c' => Ok(u64::MAX),
        Some(Ok(number)) => Ok(number),
        Some(Err(message)) => Err(say::die(p, message).await),
    }
}

/// The times that the packets were under way, in microseconds of the virtual clock.
async fn send(
    p: &mut Process,
    opts: &Matches,
    address: &BStr,
    (count, size): (u64, u64),
) -> Result<Vec<u128>, Exit> {
    let mut times = Vec::new();
    for sequence in 0..count {
        let sent = p.now();
        p.tick(1).await;
        let time = p.now().since(sent).as_micros();
        times.push(time);
        if !opts.has('q') {
            let bytes = (size + 8).to_string();
            let line = bytes!("{} bytes from {}: seq={} ttl=64", bytes, address, sequence.to_string());
            say::print(p, bytes!("{} time={} ms\n", line, millis(time))).await?;
            say::flush(p).await?;
        }
        if sequence + 1 < count {
            // A caught signal ends the wait early; that is no error.
            let _ = p.sleep(PAUSE).await;
        }
    }
    Ok(times)
}

/// Nobody has the address: no packet comes back.
async fn unanswered(p: &mut Process, opts: &Matches, host: &BStr, count: u64) -> Ended {
    let patience = number_of(p, opts, 'W', 10).await?;
    let sent = u32::try_from(count).unwrap_or(u32::MAX);
    let _ = p.sleep(PAUSE * (sent - 1) + Duration::from_secs(patience)).await;
    let lost = if count == 0 { 0 } else { 100 };
    say::print(p, bytes!("\n--- {} ping statistics ---\n", host)).await?;
    let line = bytes!(
        "{} packets transmitted, 0 packets received, {}% packet loss\n",
        count.to_string(),
        lost.to_string()
    );
    say::print(p, line).await?;
    Ok(Exit(1))
}

fn millis(micros: u128) -> BString {
    format!("{}.{:03}", micros / 1000, micros % 1000).into()
}

async fn summary(p: &mut Process, host: &BStr, times: &[u128]) -> Ended {
    let count = times.len().to_string();
    say::print(p, bytes!("\n--- {} ping statistics ---\n", host)).await?;
    let line = bytes!("{} packets transmitted, {} packets received, 0% packet loss\n", count, count);
    say::print(p, line).await?;
    if let (Some(least), Some(most)) = (times.iter().min(), times.iter().max()) {
        let mean = times.iter().sum::<u128>() / times.len() as u128;
        let (least, mean, most) = (millis(*least), millis(mean), millis(*most));
        say::print(p, bytes!("round-trip min/avg/max = {}/{}/{} ms\n", least, mean, most)).await?;
    }
    Ok(Exit(0))
}
