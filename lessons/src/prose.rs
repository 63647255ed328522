//! The prose of a lesson: Markdown in parts, one for each step, with placeholders that running the lesson fills.
//!
//! ```text
//! # Title                       the introduction, up to the first part
//! ## A heading {#step-id}       the part of a step
//! {{run ID}}                    a command, to click
//! {{output ID}}                 what it writes
//! {{output ID from "Step 2" to "Step 3"}}    an excerpt: whole lines, both ends included
//! {{= image.size }}             a value, within a line
//! ```

use serde::Serialize;

use crate::expr::{Expr, Type};
use crate::format::{Lesson, Step};
use crate::{BenchError, LessonFolder, Ran, Scene, start};

/// A part of the prose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The step that it belongs to; none for the introduction.
    pub step: Option<String>,
    /// Its heading.
    pub title: String,
    /// What it says, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Piece {
    /// Markdown. Before it is filled, values stand in it as `{{= EXPRESSION }}`.
    Text {
        /// The Markdown.
        markdown: String,
    },
    /// A command.
    Command {
        /// Its id.
        id: String,
        /// The line.
        run: String,
    },
    /// What a command writes.
    Output {
        /// The command's id.
        id: String,
        /// The first line of the excerpt begins so; all, without it.
        from: Option<String>,
        /// The last line of the excerpt begins so.
        to: Option<String>,
        /// The text; none before it is filled.
        text: Option<String>,
    },
}

/// The prose of a lesson in a language, not filled.
///
/// # Errors
/// A sentence: there is none in this language, a part of no step, a placeholder that cannot be read.
pub fn prose(folder: &LessonFolder, locale: &str) -> Result<Vec<Part>, String> {
    let name = format!("content.{locale}.md");
    let text = folder.text(&name).ok_or_else(|| format!("there is no {name}"))?;
    let mut parts = vec![Part { step: None, title: folder.lesson.title.clone(), pieces: Vec::new() }];
    let mut markdown = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        let at = |message: String| format!("{name}:{number}: {message}");
        let Some(part) = parts.last_mut() else { break };
        if let Some(heading) = line.strip_prefix("## ") {
            flush(part, &mut markdown);
            let (title, step) = heading_of(heading, &folder.lesson).map_err(at)?;
            parts.push(Part { step, title, pieces: Vec::new() });
        } else if let Some(title) = line.strip_prefix("# ") {
            title.clone_into(&mut part.title);
        } else if let Some(inner) = line
            .strip_prefix("{{")
            .and_then(|rest| rest.strip_suffix("}}"))
            .filter(|inner| !inner.starts_with('='))
        {
            flush(part, &mut markdown);
            part.pieces.push(placeholder(inner, &folder.lesson).map_err(at)?);
        } else {
            values(line).map_err(at)?;
            markdown += line;
            markdown.push('\n');
        }
    }
    if let Some(part) = parts.last_mut() {
        flush(part, &mut markdown);
    }
    Ok(parts)
}

fn flush(part: &mut Part, markdown: &mut String) {
    let text = std::mem::take(markdown);
    let text = text.trim_matches('\n');
    if !text.is_empty() {
        part.pieces.push(Piece::Text { markdown: text.to_owned() });
    }
}

/// `A heading {#step}`
fn heading_of(heading: &str, lesson: &Lesson) -> Result<(String, Option<String>), String> {
    let Some((title, id)) = heading.rsplit_once("{#") else { return Ok((heading.trim().to_owned(), None)) };
    let id = id.trim_end().trim_end_matches('}');
    match lesson.steps.iter().any(|step| step.id == id) {
        true => Ok((title.trim().to_owned(), Some(id.to_owned()))),
        false => Err(format!("there is no step {id:?}")),
    }
}

fn placeholder(inner: &str, lesson: &Lesson) -> Result<Piece, String> {
    let (word, rest) = inner.trim().split_once(' ').unwrap_or((inner.trim(), ""));
    let (id, rest) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    let commands = lesson.steps.iter().flat_map(|step| &step.commands);
    let command = commands.clone().find(|command| command.id == id);
    let command = command.ok_or_else(|| format!("there is no command {id:?}"))?;
    let id = id.to_owned();
    match word {
        "run" if rest.is_empty() => Ok(Piece::Command { id, run: command.run.clone() }),
        "output" => {
            let (from, rest) = quoted(rest, "from")?;
            let (to, rest) = quoted(rest, "to")?;
            match rest.trim().is_empty() {
                true => Ok(Piece::Output { id, from, to, text: None }),
                false => {
                    Err(format!("{rest:?} cannot stand here; expected from \"...\", to \"...\" or the end"))
                }
            }
        }
        _ => Err(format!("{inner:?} is no placeholder; expected run ID, output ID or = EXPRESSION")),
    }
}

/// `WORD "text"` at the beginning, if it is there.
fn quoted<'t>(text: &'t str, word: &str) -> Result<(Option<String>, &'t str), String> {
    let Some(rest) = text.trim_start().strip_prefix(word) else { return Ok((None, text)) };
    let inner = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let (inner, rest) = inner.ok_or_else(|| format!("expected a text in double quotes after {word}"))?;
    Ok((Some(inner.to_owned()), rest))
}

/// The texts between values of a line, and the values' expressions, which are read here to see that they can be.
fn values(line: &str) -> Result<Vec<(&str, Option<Expr>)>, String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{=") {
        let (inner, after) = after.split_once("}}").ok_or("a value without an end; expected }}")?;
        let expr = Expr::parse_shown(inner.trim()).map_err(|error| format!("{}: {error}", inner.trim()))?;
        found.push((before, Some(expr)));
        rest = after;
    }
    found.push((rest, None));
    Ok(found)
}

/// A lesson that was run from its start to its last step.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The prose with everything that running it gave.
    pub parts: Vec<Part>,
    /// The commands that ran, in order.
    pub ran: Vec<Ran>,
    /// Each question with its answer.
    pub answers: Vec<(String, String)>,
    /// What did not go as the lesson says: a command that ended otherwise, an answer that is no choice.
    pub problems: Vec<String>,
}

/// Runs a lesson's commands in order, each step with the files that it names, and fills the prose with what comes of it.
///
/// # Errors
/// The machine cannot be made, or the prose cannot be read.
pub fn walk(folder: &LessonFolder, locale: &str) -> Result<Walk, BenchError> {
    let lesson = &folder.lesson;
    let mut parts = prose(folder, locale).map_err(BenchError)?;
    let mut bench = start(folder)?;
    let mut walk = Walk { parts: Vec::new(), ran: Vec::new(), answers: Vec::new(), problems: Vec::new() };
    for step in &lesson.steps {
        if let Some(files) = &step.files {
            bench.set_project(&folder.with(files))?;
        }
        let before = walk.ran.len();
        for command in &step.commands {
            let ran = bench.run(&command.run)?;
            if ran.exit != command.exit {
                let (id, run, wanted) = (&command.id, &command.run, command.exit);
                let text =
                    format!("command {id} ({run}) ends with {}, and not {wanted}:\n{}", ran.exit, ran.output);
                walk.problems.push(text);
            }
            walk.ran.push(ran);
        }
        let project = bench.project();
        let simulator = bench.simulator();
        let scene = Scene::new(&simulator, project, &lesson.grade.image, &lesson.grade.run);
        let scene = scene.after(&walk.ran[before..]);
        answer(step, &scene, &mut walk);
        for part in parts.iter_mut().filter(|part| part.step.as_deref() == Some(&step.id)) {
            fill(part, lesson, &walk.ran, &scene, &mut walk.problems);
        }
    }
    walk.parts = parts;
    Ok(walk)
}

fn answer(step: &Step, scene: &Scene<'_>, walk: &mut Walk) {
    for predict in &step.predict {
        match Expr::parse_shown(&predict.answer.text).map(|expr| (expr.ty(), expr.show(scene))) {
            Ok((ty, Ok(answer))) => {
                let is_choice = predict.choices.is_empty() || predict.choices.contains(&answer);
                if !is_choice && ty != Type::Bool {
                    walk.problems
                        .push(format!("question {}: the answer {answer:?} is no choice", predict.id));
                }
                walk.answers.push((predict.id.clone(), answer));
            }
            Ok((_, Err(missing))) => walk.problems.push(format!("question {}: {missing}", predict.id)),
            Err(error) => walk.problems.push(format!("question {}: {error}", predict.id)),
        }
    }
}

fn fill(part: &mut Part, lesson: &Lesson, ran: &[Ran], scene: &Scene<'_>, problems: &mut Vec<String>) {
    let commands: Vec<&str> =
        lesson.steps.iter().flat_map(|step| &step.commands).map(|command| command.id.as_str()).collect();
    for piece in &mut part.pieces {
        match piece {
            Piece::Output { id, from, to, text } => {
                let number = commands.iter().position(|known| known == id);
                match number.and_then(|number| ran.get(number)) {
                    Some(ran) => {
                        let excerpt = excerpt(&ran.output, from.as_deref(), to.as_deref());
                        if excerpt.is_empty() && from.is_some() {
                            problems.push(format!(
                                "the output of {id} has no line that begins with {from:?}:\n{}",
                                ran.output
                            ));
                        }
                        *text = Some(excerpt);
                    }
                    None => problems.push(format!("the output of {id} is shown before it runs")),
                }
            }
            Piece::Text { markdown } => {
                let lines: Vec<String> = markdown.lines().map(|line| filled(line, scene, problems)).collect();
                *markdown = lines.join("\n");
            }
            Piece::Command { .. } => {}
        }
    }
}

fn filled(line: &str, scene: &Scene<'_>, problems: &mut Vec<String>) -> String {
    let mut whole = String::new();
    for (text, expr) in values(line).unwrap_or_default() {
        whole += text;
        match expr.map(|expr| (expr.show(scene), expr)) {
            Some((Ok(value), _)) => whole += &value,
            Some((Err(missing), expr)) => problems.push(format!("{}: {missing}", expr.source())),
            None => {}
        }
    }
    whole
}

/// The lines from the first that begins with `from` to the first after it that begins with `to`.
fn excerpt(output: &str, from: Option<&str>, to: Option<&str>) -> String {
    let plain = as_shown(output);
    let lines: Vec<&str> = plain.lines().collect();
    let begins = |line: &&str, with: Option<&str>| with.is_none_or(|with| line.starts_with(with));
    let Some(first) = lines.iter().position(|line| begins(line, from)) else { return String::new() };
    let after = first + usize::from(from.is_some());
    let last = match to {
        Some(_) => lines.iter().skip(after).position(|line| begins(line, to)).map(|at| after + at),
        None => None,
    };
    let last = last.map_or(lines.len(), |last| last + 1);
    lines[first..last].join("\n")
}

/// Output as a terminal leaves it, without colours.
pub(crate) fn as_shown(output: &str) -> String {
    uncoloured(output).lines().map(|line| shown(line).to_owned() + "\n").collect()
}

/// A text without the sequences that colour it.
fn uncoloured(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain += part.split_once('m').map_or(part, |(_, rest)| rest);
    }
    plain
}

/// A line as a terminal leaves it: a carriage return writes over what was there.
fn shown(line: &str) -> &str {
    let line = line.trim_end_matches('\r');
    line.rsplit('\r').next().unwrap_or(line)
}

/// The prose as one Markdown text, commands and transcripts as indented blocks.
pub fn markdown(parts: &[Part]) -> String {
    let mut whole = String::new();
    for (number, part) in parts.iter().enumerate() {
        whole += if number == 0 { "# " } else { "## " };
        whole += &part.title;
        whole += "\n\n";
        let mut pieces = part.pieces.iter().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Text { markdown } => whole += &format!("{markdown}\n\n"),
                Piece::Command { id, run } => {
                    whole += &indented(&format!("$ {run}"));
                    let follows = matches!(pieces.peek(), Some(Piece::Output { id: next, .. }) if next == id);
                    whole += if follows { "" } else { "\n" };
                }
                Piece::Output { text, .. } => {
                    whole += &indented(text.as_deref().unwrap_or_default());
                    whole.push('\n');
                }
            }
        }
    }
    whole.trim_end().to_owned() + "\n"
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect()
}
