use super::{Answer, Normalizer};

/// A few lines that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Text before the first line: remarks.
    pub remarks: String,
    /// Its lines.
    pub steps: Vec<Step>,
}

/// One line of a shell, and what it prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The line.
    pub line: String,
    /// Output and status as the file has them.
    pub expected: String,
}

/// Reads a file of cases: `=== NAME`, `$ LINE`, the output, `[STATUS]` where it is not 0.
pub fn cases(text: &str) -> Vec<Case> {
    let mut all: Vec<Case> = Vec::new();
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if let Some(name) = bare.strip_prefix("=== ") {
            all.push(Case { name: name.to_owned(), remarks: String::new(), steps: Vec::new() });
            continue;
        }
        let Some(case) = all.last_mut() else { continue };
        match (bare.strip_prefix("$ "), case.steps.last_mut()) {
            (Some(command), _) => {
                case.steps.push(Step { line: command.to_owned(), expected: String::new() });
            }
            (None, Some(step)) => step.expected += line,
            (None, None) => case.remarks += line,
        }
    }
    for step in all.iter_mut().flat_map(|case| &mut case.steps) {
        step.expected.truncate(step.expected.trim_end_matches('\n').len());
    }
    all
}

/// What a line printed, as a file of cases has it.
pub fn notation(answer: &Answer, normalizer: &mut Normalizer) -> String {
    let text = String::from_utf8_lossy(&answer.output);
    let mut shown: Vec<String> = normalizer.apply(&text).lines().map(escaped).collect();
    if answer.status != 0 {
        shown.push(format!("[{}]", answer.status));
    }
    shown.join("\n").trim_end_matches('\n').to_owned()
}

/// Lines that could be taken for notation get a backslash; blanks at the end get a mark.
fn escaped(line: &str) -> String {
    let line = line.replace('\r', "^M").replace('\t', "^I");
    let is_notation = line.starts_with("$ ") || line.starts_with("=== ");
    let line = if is_notation { format!("\\{line}") } else { line };
    match line.strip_suffix(' ') {
        Some(_) => format!("{line}$"),
        None => line,
    }
}

/// The text of a file of cases.
pub fn render(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        text += &format!("=== {}\n{}", case.name, case.remarks);
        for step in &case.steps {
            text += &format!("$ {}\n", step.line);
            if !step.expected.is_empty() {
                text += &format!("{}\n", step.expected);
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let text = "=== one\nremark\n$ echo a\na\n$ false\n[1]\n\n=== two\n$ true\n\n";
        assert_eq!(render(&cases(text)), text);
    }
}
