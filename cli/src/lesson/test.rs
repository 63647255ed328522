use std::time::Instant;

use clap::Args;

use super::{lint::chosen, print};
use crate::check::open;

#[derive(Args)]
pub(crate) struct Options {
    /// Lessons, or folders of lessons; all that come with the program, without them
    lessons: Vec<String>,
    /// Name every case, not only those that fail
    #[arg(short, long)]
    verbose: bool,
}

/// Tries lessons and prints what is wrong; false when anything is.
pub(super) fn run(options: &Options) -> Result<bool, String> {
    let start = Instant::now();
    let (mut lessons, mut cases, mut failed) = (0, 0, 0);
    for lesson in chosen(&options.lessons) {
        lessons += 1;
        let tested = lessons::test(&open(&lesson)?).map_err(|error| format!("{lesson}: {error}"))?;
        for case in tested {
            cases += 1;
            let is_good = case.problems.is_empty();
            failed += usize::from(!is_good);
            if options.verbose || !is_good {
                print(&format!("{} {lesson}: {}\n", if is_good { "ok    " } else { "FAILED" }, case.name));
            }
            for problem in case.problems {
                print(&format!("       {}\n", problem.trim_end().replace('\n', "\n       ")));
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    print(&format!("lessons: {lessons} lessons, {cases} cases, {failed} failed, {seconds:.1} s\n"));
    Ok(failed == 0)
}
