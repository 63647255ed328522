use super::{
    check::{look, project},
    current, print,
};
use crate::check::open;

/// Gives the next level of help for the state as it is; from the first again when the state asks for other help.
pub(super) fn run() -> Result<bool, String> {
    let (mut diary, path, mut entry) = current()?;
    let mut folder = open(&entry.lesson)?;
    folder.lesson = lessons::localized(&folder, &entry.locale)?;
    let levels = match folder.lesson.grade.live {
        true => look(&folder, |scene| lessons::hints(&folder.lesson, scene))?,
        false => {
            let begin = lessons::start(&folder).map_err(|error| error.to_string())?;
            lessons::help(&folder.lesson, &begin, &project()?).map_err(|error| error.to_string())?
        }
    };
    let Some(first) = levels.first() else {
        print("There is no hint for this state; glasshull lesson check says what is missing.\n");
        return Ok(true);
    };
    if entry.help != *first {
        entry.hints = 0;
        entry.help.clone_from(first);
    }
    let level = entry.hints.min(levels.len() - 1);
    entry.hints += 1;
    diary.note(&path, entry)?;
    let left = levels.len() - 1 - level;
    let more = if left > 0 { format!(" (ask again for more, {left} left)") } else { String::new() };
    print(&format!("{}{more}\n", levels[level].trim_end()));
    Ok(true)
}
