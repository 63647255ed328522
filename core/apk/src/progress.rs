//! How far a commit is: the bar of terminals, and the numbers of `--progress-fd`.

use kernel::Fd;

use crate::{
    console::Stream,
    database::Database,
    session::Session,
    solver::{Change, Solution},
};

/// Files count as so many bytes or a multiple of it.
const BLOCK: u64 = 4096;

/// What is done and what is to do, in bytes of packages, where a package's coming and going count as one byte each.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) done: u64,
    total: u64,
    /// The percentage and the bar as they were drawn, and how much the console had then.
    drawn: Option<(u64, u64, u64)>,
}

impl Progress {
    pub(crate) fn of(db: &Database, solution: &Solution) -> Self {
        let total = solution.changes.iter().map(|change| weight(db, change)).sum();
        Progress { total, ..Progress::default() }
    }
}

/// What a change counts.
pub(crate) fn weight(db: &Database, change: &Change) -> u64 {
    if !change.is_effective() {
        return 0;
    }
    let coming = change.new.map_or(0, |new| db.package(new).installed_size.saturating_add(1));
    coming.saturating_add(u64::from(change.old.is_some()))
}

/// What a file of a package counts.
pub(crate) fn weight_of_file(length: u64) -> u64 {
    length.div_ceil(BLOCK).saturating_mul(BLOCK)
}

impl Session<'_> {
    /// Shows how far it is, with so much of the package that is being installed.
    pub(crate) async fn show_progress(&mut self, partly: u64) {
        let (done, total) = (self.progress.done.saturating_add(partly), self.progress.total);
        if let Some(fd) = self.settings.progress_fd {
            self.flush().await;
            // Nobody may be listening.
            let _ = self.process.write_all(fd, format!("{done}/{total}\n").as_bytes()).await;
        }
        if self.settings.progress {
            self.draw_bar(done, total);
        }
    }

    fn draw_bar(&mut self, done: u64, total: u64) {
        let width = self.console.width.saturating_sub(6) as u64;
        let share = |of: u64| {
            u64::try_from(u128::from(of) * u128::from(done) / u128::from(total.max(1))).unwrap_or(of)
        };
        let (percent, bar) = (share(100).min(100), share(width).min(width));
        if self.progress.drawn == Some((percent, bar, self.console.count())) {
            return;
        }
        let filled = format!("{}{}", "#".repeat(bar as usize), " ".repeat((width - bar) as usize));
        self.console.write(Stream::Out, format!("\x1b7{percent:3}% {filled}\x1b8\x1b[0K"));
        self.progress.drawn = Some((percent, bar, self.console.count()));
    }
}

/// The descriptor that `--progress-fd` names; none for what is no number.
pub(crate) fn descriptor(argument: &str) -> Option<Fd> {
    argument.parse().ok().filter(|number| *number > 0)
}
