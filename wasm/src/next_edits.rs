//! What the next edit of a line or file would do anew, asked of a line that has built something.

use std::collections::BTreeMap;

use docker::{Host, Select};
use dockerfile::Vintage;
use dockerfile::expand::Expander;
use simulator::Simulator;
use simulator::machine::{FolderHost, Machine};
use simulator::whatif::{NextEdit, Question, explain};

use crate::SessionError;

/// A `docker build` as it was typed.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    context: String,
    dockerfile: Option<String>,
    /// All other words.
    words: Vec<String>,
}

/// Builds what `line` built in `directory` in a branch of the world, with the files as they are, and once more for each kind
/// of file that was edited.
///
/// # Errors
/// The line is no `docker build` of a folder, or the build fails; in a sentence.
pub(crate) fn next_edits(
    machine: &Machine,
    world: &Simulator,
    line: &str,
    directory: &str,
    is_buildkit: bool,
) -> Result<Vec<NextEdit>, SessionError> {
    let typed = read(line).ok_or_else(|| format!("{line}: no docker build of a folder"))?;
    let host = FolderHost::new(machine.tree.clone(), directory.to_owned(), machine.clock);
    let project = host
        .load_dir(&typed.context, &mut |_, _| Select::Include)
        .map_err(|error| format!("{}: {error}", typed.context))?;
    let dockerfile = match &typed.dockerfile {
        None => "Dockerfile".to_owned(),
        Some(file) => {
            let (file, folder) = (host.absolute(file), host.absolute(&typed.context));
            let inside = file.strip_prefix(&folder).and_then(|rest| rest.strip_prefix('/'));
            inside.map(str::to_owned).ok_or_else(|| format!("{file} is not in {folder}"))?
        }
    };
    let builder = if is_buildkit { "1" } else { "0" };
    let question = Question {
        project: &project,
        dockerfile: &dockerfile,
        words: &typed.words,
        variables: BTreeMap::from([("DOCKER_BUILDKIT".to_owned(), builder.to_owned())]),
        change: None,
        edits: &[],
    };
    explain(world, &question).map(|found| found.next_edits).map_err(|error| error.to_string())
}

/// The first `docker build` of a line, up to where another command begins.
fn read(line: &str) -> Option<Typed> {
    let words = Expander::new('\\', Vintage::Current).expand(line, &|_| None).ok()?.words;
    let program = words.iter().position(|word| word == "docker")?;
    let build = program + 1 + words[program + 1..].iter().take(2).position(|word| word == "build")?;
    let is_own = |word: &&String| !word.starts_with(['&', '|', ';', '>', '<']) && !word.starts_with("2>");
    let mut own = words[build + 1..].iter().take_while(is_own).cloned();
    let mut typed = Typed { context: String::new(), dockerfile: None, words: Vec::new() };
    while let Some(word) = own.next() {
        let (word, is_last) = match word.strip_suffix(';') {
            Some(word) => (word.to_owned(), true),
            None => (word, false),
        };
        match word.as_str() {
            "-f" | "--file" => typed.dockerfile = own.next(),
            _ => match word.strip_prefix("--file=") {
                Some(file) => typed.dockerfile = Some(file.to_owned()),
                None => typed.words.push(word),
            },
        }
        if is_last {
            break;
        }
    }
    typed.context = typed.words.pop()?;
    (!typed.context.starts_with('-')).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::{Typed, read};

    #[test]
    fn a_build_is_found_in_a_line() {
        let typed = |context: &str, dockerfile: Option<&str>, words: &[&str]| {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            Some(Typed { context: context.to_owned(), dockerfile: dockerfile.map(str::to_owned), words })
        };
        assert_eq!(read("docker build ."), typed(".", None, &[]));
        assert_eq!(
            read("cd x; docker buildx build -t a --build-arg 'A=b c' -f sub/D app && docker run a"),
            typed("app", Some("sub/D"), &["-t", "a", "--build-arg", "A=b c"])
        );
        assert_eq!(read("docker image build --file=D .; ls"), typed(".", Some("D"), &[]));
        assert_eq!(read("docker build - <Dockerfile"), None);
        assert_eq!(read("docker run build"), None);
        assert_eq!(read("echo \"docker"), None);
    }
}
