//! The test of a lesson: its start fails, its solutions pass, its mutants fail what they name, and its prose is true.

use vfs::Tree;

use crate::{Bench, BenchError, Grade, LessonFolder, grade, lint, start, walk};

/// A part of a lesson's test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What was tried: `start`, `solution ID`, `mutant ID`, `prose LOCALE`, `lint`.
    pub name: String,
    /// What is wrong; nothing, if it passed.
    pub problems: Vec<String>,
}

impl Case {
    fn new(name: impl Into<String>, problems: Vec<String>) -> Self {
        Case { name: name.into(), problems }
    }
}

/// Tries everything that a lesson promises.
///
/// # Errors
/// The machine on which it begins cannot be made.
pub fn test(folder: &LessonFolder) -> Result<Vec<Case>, BenchError> {
    let lesson = &folder.lesson;
    let begin = start(folder)?;
    let mut cases = vec![Case::new("lint", lint(folder))];
    cases.push(Case::new("start", unsolved(folder, &begin)?));
    for solution in &lesson.solutions {
        let problems = solved(folder, &begin, &folder.solution(solution))?;
        cases.push(Case::new(format!("solution {}", solution.id), problems));
    }
    for mutant in &lesson.mutants {
        let problems = match folder.mutant(mutant) {
            Ok(project) => survivors(&grade(lesson, &begin, &project)?, &mutant.fails),
            Err(problem) => vec![problem],
        };
        cases.push(Case::new(format!("mutant {}", mutant.id), problems));
    }
    for locale in folder.locales() {
        cases.push(Case::new(format!("prose {locale}"), walk(folder, locale)?.problems));
    }
    Ok(cases)
}

fn unsolved(folder: &LessonFolder, begin: &Bench) -> Result<Vec<String>, BenchError> {
    let grade = grade(&folder.lesson, begin, &folder.start())?;
    let solved = grade.passed().then(|| "the start passes every check: there is nothing to do".to_owned());
    Ok(solved.into_iter().collect())
}

fn solved(folder: &LessonFolder, begin: &Bench, project: &Tree) -> Result<Vec<String>, BenchError> {
    let grade = grade(&folder.lesson, begin, project)?;
    let failed = grade.checks.iter().filter(|check| !check.evidence.passed);
    let mut problems: Vec<String> = failed
        .map(|check| {
            let evidence = &check.evidence;
            format!(
                "{} fails: expected {}; found {} in {}",
                check.id, evidence.expected, evidence.found, evidence.from
            )
        })
        .collect();
    if !problems.is_empty() {
        problems.extend(grade.build_error);
    }
    Ok(problems)
}

/// The checks that a mutant names and that pass.
fn survivors(grade: &Grade, fails: &[String]) -> Vec<String> {
    let passed = grade.checks.iter().filter(|check| check.evidence.passed && fails.contains(&check.id));
    passed.map(|check| format!("{} passes: found {}", check.id, check.evidence.found)).collect()
}
