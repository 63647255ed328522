//! Time travel: `undo`, `redo`, `log`, `at`, `branch`, `prune`.

use std::fmt::Write;

use api::Stream;
use clap::Args;
use docker::{Host, Persona};
use serde_json::{Value, json};
use simulator::{session::Entry, version};

use crate::{
    call,
    host::NativeHost,
    snapshots,
    state::{self, Access, Branch, Done, History, State, Step},
};

#[derive(Args)]
pub(crate) struct StepsOptions {
    /// How many steps
    #[arg(default_value_t = 1)]
    steps: usize,
}

#[derive(Args)]
pub(crate) struct LogOptions {
    /// Print a JSON object for each step
    #[arg(long)]
    json: bool,
    /// Print only the newest steps
    #[arg(short = 'n', long = "max-count", value_name = "N")]
    count: Option<usize>,
}

#[derive(Args)]
pub(crate) struct AtOptions {
    /// The step, as `glasshull log` numbers them
    step: usize,
    /// A docker command, or `tree` or `diff`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<String>,
}

#[derive(Args)]
pub(crate) struct BranchOptions {
    /// The branch to go to; a new one begins at the present state
    name: Option<String>,
    /// Forget the branch of this name
    #[arg(short, long, value_name = "BRANCH", conflicts_with = "name")]
    delete: Option<String>,
}

#[derive(Args)]
pub(crate) struct PruneOptions {
    /// How many of the newest states can still be gone to
    #[arg(long, value_name = "N", default_value_t = state::STATES_MAX)]
    keep: usize,
}

fn print(text: &str) {
    NativeHost::new().write(Stream::Stdout, text.as_bytes());
}

/// `glasshull undo [N]`.
pub(crate) fn undo(options: &StepsOptions) -> Result<u8, String> {
    let mut state = State::open(state::home()?, Access::Write)?;
    let history = state.history()?;
    let branch = history.branch();
    let left = branch.at - branch.dropped.min(branch.at);
    let to = match branch.at.checked_sub(options.steps) {
        Some(to) if options.steps <= left => to,
        _ => return Err(format!("there {} to undo", steps(left))),
    };
    let undone: Vec<String> = (to + 1..=branch.at).rev().filter_map(|n| named(branch, n)).collect();
    state.go(to)?;
    print(&told("Undone", &undone, branch, to));
    Ok(0)
}

/// `glasshull redo [N]`.
pub(crate) fn redo(options: &StepsOptions) -> Result<u8, String> {
    let mut state = State::open(state::home()?, Access::Write)?;
    let history = state.history()?;
    let branch = history.branch();
    let left = branch.last() - branch.at;
    if options.steps > left {
        return Err(format!("there {} to redo", steps(left)));
    }
    let to = branch.at + options.steps;
    let redone: Vec<String> = (branch.at + 1..=to).filter_map(|n| named(branch, n)).collect();
    state.go(to)?;
    print(&told("Redone", &redone, branch, to));
    Ok(0)
}

fn steps(left: usize) -> String {
    match left {
        0 => "is nothing".to_owned(),
        1 => "is one step".to_owned(),
        left => format!("are {left} steps"),
    }
}

fn told(verb: &str, steps: &[String], branch: &Branch, now: usize) -> String {
    let mut text: String = steps.iter().map(|step| format!("{verb}: {step}\n")).collect();
    if let Some(step) = branch.step(now) {
        let _ = writeln!(text, "Now at step {now}: {}", after(step));
    }
    text
}

fn named(branch: &Branch, number: usize) -> Option<String> {
    branch.step(number).map(|step| format!("{number} {}", what(&step.done)))
}

fn after(step: &Step) -> String {
    let some = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    format!("{}, {}", some(step.images, "image"), some(step.containers, "container"))
}

/// What was done, on one line.
fn what(done: &Done) -> String {
    match done {
        Done::Began => "(a new world)".to_owned(),
        Done::Unknown => "(something that the history does not know)".to_owned(),
        Done::Called(called) => {
            let words: Vec<String> = called.words.iter().map(|word| quoted(word)).collect();
            format!("{} {}", called.program, words.join(" "))
        }
        Done::Typed { entries, .. } => {
            let mut lines = entries.iter().rev().filter_map(|entry| match entry {
                Entry::Run { line, .. } => Some(line.trim().replace('\n', "; ")),
                _ => None,
            });
            lines.next().unwrap_or_else(|| "(files)".to_owned())
        }
    }
}

/// A word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:@%+=,-".contains(&byte);
    match !word.is_empty() && word.bytes().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// `glasshull log`.
pub(crate) fn log(options: &LogOptions) -> Result<u8, String> {
    let state = State::open(state::home()?, Access::Read)?;
    let (history, archive) = (state.history()?, state.archive());
    let branch = history.branch();
    let rows: Vec<Row<'_>> = (branch.dropped..=branch.last())
        .rev()
        .filter_map(|number| Some((number, branch.step(number)?)))
        .take(options.count.unwrap_or(usize::MAX))
        .map(|(number, step)| Row {
            number,
            step,
            place: match number.cmp(&branch.at) {
                std::cmp::Ordering::Less => "",
                std::cmp::Ordering::Equal => "here",
                std::cmp::Ordering::Greater => "undone",
            },
            is_kept: archive.has(&step.state) || number == branch.at,
        })
        .collect();
    print(&if options.json { as_json(&rows, &history) } else { as_text(&rows) });
    Ok(0)
}

struct Row<'a> {
    number: usize,
    step: &'a Step,
    place: &'static str,
    is_kept: bool,
}

fn as_json(rows: &[Row<'_>], history: &History) -> String {
    let row = |row: &Row<'_>| -> Value {
        json!({
            "step": row.number,
            "branch": history.current(),
            "time": row.step.time.rfc3339(),
            "command": what(&row.step.done),
            "state": row.step.state,
            "images": row.step.images,
            "containers": row.step.containers,
            "place": row.place,
            "kept": row.is_kept,
        })
    };
    rows.iter().map(|each| format!("{}\n", row(each))).collect()
}

fn as_text(rows: &[Row<'_>]) -> String {
    let mut text =
        format!("  {:>4}  {:<19}  {:<12}  {:<24}  COMMAND\n", "STEP", "TIME", "STATE", "IMAGES, CONTAINERS");
    for row in rows {
        let mark = match row.place {
            "here" => '*',
            "undone" => '-',
            _ => ' ',
        };
        let time = row.step.time.rfc3339();
        let time = time.get(..19).unwrap_or(&time).replace('T', " ");
        let state = if row.is_kept { row.step.state.short() } else { "forgotten".to_owned() };
        let (number, after, what) = (row.number, after(row.step), what(&row.step.done));
        let _ = writeln!(text, "{mark} {number:>4}  {time:<19}  {state:<12}  {after:<24}  {what}");
    }
    text
}

/// `glasshull at N COMMAND...`.
pub(crate) fn at(options: &AtOptions) -> Result<u8, String> {
    let mut state = State::open_at(state::home()?, options.step)?;
    if let Some(text) = snapshots::look(&options.command, state.simulator.borrow().engine()) {
        print(&text?);
        return Ok(0);
    }
    let words = match options.command.split_first() {
        Some((first, rest)) if first == "docker" => rest,
        _ => &options.command,
    };
    let host = NativeHost::new();
    let chosen = version::choose(words, Persona::Glasshull, &|name| host.variable(name))?;
    let (status, _) = call(&mut state, &chosen, Persona::Glasshull, host);
    Ok(status)
}

/// `glasshull branch [NAME]`.
pub(crate) fn branch(options: &BranchOptions) -> Result<u8, String> {
    if let Some(name) = options.name.as_ref().or(options.delete.as_ref()) {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./-".contains(&byte);
        if name.is_empty() || name.len() > 100 || name.starts_with('-') || !name.bytes().all(is_plain) {
            return Err(format!("{name:?} is no name for a branch: letters, digits, and . _ / - are"));
        }
        let mut state = State::open(state::home()?, Access::Write)?;
        let mut history = state.history()?;
        if options.delete.is_some() {
            return forget(&mut state, history, name);
        }
        if history.branch().steps.is_empty() {
            return Err("there is no state yet: a branch begins at one".to_owned());
        }
        let is_new = !history.branches().contains_key(name);
        history.switch(name);
        state.stand(&history)?;
        let branch = history.branch();
        let verb = if is_new { "A new branch" } else { "On branch" };
        let at = branch.step(branch.at).map(after).unwrap_or_default();
        print(&format!("{verb} {name}, at step {}: {at}\n", branch.at));
        return Ok(0);
    }
    let history = State::open(state::home()?, Access::Read)?.history()?;
    let mut text = String::new();
    for (name, branch) in history.branches() {
        let mark = if name == history.current() { '*' } else { ' ' };
        let at = branch.step(branch.at).map(|step| format!(", {}", after(step))).unwrap_or_default();
        let _ = writeln!(text, "{mark} {name}  step {} of {}{at}", branch.at, branch.last());
    }
    print(&text);
    Ok(0)
}

fn forget(state: &mut State, mut history: History, name: &str) -> Result<u8, String> {
    if name == history.current() {
        return Err(format!("the world is on branch {name}: go to another one first"));
    }
    if !history.branches().contains_key(name) {
        return Err(format!("there is no branch {name}"));
    }
    history.remove(name);
    state.stand(&history)?;
    state.prune(state::STATES_MAX)?;
    Ok(0)
}

/// `glasshull prune`.
pub(crate) fn prune(options: &PruneOptions) -> Result<u8, String> {
    let mut state = State::open(state::home()?, Access::Write)?;
    let before = state.bytes()?;
    state.prune(options.keep)?;
    let freed = before.saturating_sub(state.bytes()?);
    print(&format!("Freed {}\n", docker::human_size(freed)));
    Ok(0)
}
