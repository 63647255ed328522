//! Runs a template, as Go's text/template does.

use std::{borrow::Cow, fmt::Display};

use serde_json::Value;

use super::{
    Data, MAX_DEPTH, MAX_OUTPUT, TemplateError,
    functions::{self, Function, Takes},
    item::{From, Item, truth},
    node::{Call, Command, Node, Operand, Pipeline, Word},
    parse::Template,
    structs,
};

/// The name of a row that marshals itself.
pub(super) const ROW: &str = "\0row";

/// Executes a template on a value.
pub(super) fn execute<'v>(
    template: &'v Template,
    dot: &'v Value,
    data: Data,
) -> Result<String, TemplateError> {
    if data == Data::Inspected {
        // Docker's client falls back to the JSON where the struct does not do.
        return run(template, dot, Data::Struct("")).or_else(|_| run(template, dot, data));
    }
    run(template, dot, data)
}

fn run<'v>(template: &'v Template, dot: &'v Value, data: Data) -> Result<String, TemplateError> {
    let (name, from) = match data {
        Data::Row(_) | Data::Head => (ROW, From::Template),
        Data::Struct(_) => ("", From::Struct),
        Data::Inspected => ("", From::Json),
    };
    let dot = Item { value: Some(Cow::Borrowed(dot)), name, from };
    let mut run = Run {
        template,
        data,
        output: String::new(),
        variables: vec![("$", dot.clone())],
        calls: 0,
        at: (0, &""),
    };
    match run.nodes(&template.nodes, &dot) {
        Ok(_) => Ok(run.output),
        Err(text) => Err(TemplateError(run.located(&text))),
    }
}

struct Run<'v> {
    template: &'v Template,
    data: Data,
    output: String,
    /// Innermost last.
    variables: Vec<(&'v str, Item<'v>)>,
    /// How many `{{template}}` are under way.
    calls: usize,
    /// What is being done: its place, and how it is spelled.
    at: (usize, &'v dyn Display),
}

/// Whether a loop goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

type Done<T> = Result<T, String>;

impl<'v> Run<'v> {
    fn located(&self, text: &str) -> String {
        let before = self.template.source.get(..self.at.0).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
        let (name, context) = (self.template.name, self.at.1);
        format!("template: {name}:{line}:{column}: executing {name:?} at <{context}>: {text}")
    }

    fn nodes(&mut self, nodes: &'v [Node], dot: &Item<'v>) -> Done<Flow> {
        for node in nodes {
            let flow = self.node(node, dot)?;
            if self.output.len() > MAX_OUTPUT {
                return Err(format!("glasshull: more than {MAX_OUTPUT} bytes of output"));
            }
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &'v Node, dot: &Item<'v>) -> Done<Flow> {
        let scope = self.variables.len();
        let flow = match node {
            Node::Text(text) => {
                self.output.push_str(text);
                return Ok(Flow::On);
            }
            Node::Print(pipeline) => {
                let item = self.pipeline(pipeline, dot)?;
                if pipeline.names.is_empty() {
                    self.output.push_str(&item.printed());
                }
                // What is declared here lives on.
                return Ok(Flow::On);
            }
            Node::If { condition, body, otherwise } => {
                let holds = truth(&self.pipeline(condition, dot)?);
                self.nodes(if holds { body } else { otherwise }, dot)?
            }
            Node::With { value, body, otherwise } => {
                let item = self.pipeline(value, dot)?;
                match truth(&item) {
                    true => self.nodes(body, &item)?,
                    false => self.nodes(otherwise, dot)?,
                }
            }
            Node::Range { over, body, otherwise } => self.range(over, body, otherwise, dot)?,
            Node::Call(call) => self.call(call, dot)?,
            Node::Break => Flow::Break,
            Node::Continue => Flow::Continue,
        };
        self.variables.truncate(scope);
        Ok(flow)
    }

    fn call(&mut self, call: &'v Call, dot: &Item<'v>) -> Done<Flow> {
        self.at = (call.at, call);
        let template = self.template;
        let nodes = template.named.get(&call.name);
        let nodes = nodes.ok_or_else(|| format!("template {:?} not defined", call.name))?;
        self.calls += 1;
        if self.calls > MAX_DEPTH {
            return Err(format!("glasshull: more than {MAX_DEPTH} templates in one another"));
        }
        let dot = match &call.dot {
            Some(pipeline) => self.pipeline(pipeline, dot)?,
            None => Item::NOTHING,
        };
        let outer = std::mem::replace(&mut self.variables, vec![("$", dot.clone())]);
        self.nodes(nodes, &dot)?;
        self.variables = outer;
        self.calls -= 1;
        Ok(Flow::On)
    }

    fn range(
        &mut self,
        over: &'v Pipeline,
        body: &'v [Node],
        otherwise: &'v [Node],
        dot: &Item<'v>,
    ) -> Done<Flow> {
        let list = self.values(over, dot)?;
        let items: Vec<(Value, &Value)> = match list.get() {
            Value::Array(items) => {
                items.iter().enumerate().map(|(at, item)| (Value::from(at), item)).collect()
            }
            Value::Object(map) => {
                let mut pairs: Vec<_> = map.iter().collect();
                pairs.sort_by(|left, right| left.0.cmp(right.0));
                pairs.into_iter().map(|(key, item)| (Value::from(key.as_str()), item)).collect()
            }
            Value::Null => Vec::new(),
            _ => return Err(format!("range can't iterate over {}", list.spelled())),
        };
        if items.is_empty() {
            return self.nodes(otherwise, dot);
        }
        let scope = self.variables.len();
        for (key, value) in items {
            let item = list.part(Some(Cow::Owned(value.clone())), list.name);
            match over.names.as_slice() {
                [] => {}
                [name] => self.bind(name, item.clone(), over.assigns)?,
                [first, second, ..] => {
                    self.bind(first, Item::made(key), over.assigns)?;
                    self.bind(second, item.clone(), over.assigns)?;
                }
            }
            let flow = self.nodes(body, &item)?;
            self.variables.truncate(scope);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    /// The value of a pipeline, and its variables.
    fn pipeline(&mut self, pipeline: &'v Pipeline, dot: &Item<'v>) -> Done<Item<'v>> {
        let item = self.values(pipeline, dot)?;
        for name in &pipeline.names {
            self.bind(name, item.clone(), pipeline.assigns)?;
        }
        Ok(item)
    }

    fn values(&mut self, pipeline: &'v Pipeline, dot: &Item<'v>) -> Done<Item<'v>> {
        self.at = (pipeline.at, pipeline);
        let mut piped = None;
        for command in &pipeline.commands {
            piped = Some(self.command(command, piped, dot)?);
        }
        Ok(piped.unwrap_or(Item::NOTHING))
    }

    fn bind(&mut self, name: &'v str, item: Item<'v>, assigns: bool) -> Done<()> {
        if !assigns {
            self.variables.push((name, item));
            return Ok(());
        }
        match self.variables.iter_mut().rev().find(|(known, _)| *known == name) {
            Some(slot) => slot.1 = item,
            None => return Err(format!("undefined variable: {name}")),
        }
        Ok(())
    }

    fn command(&mut self, command: &'v Command, piped: Option<Item<'v>>, dot: &Item<'v>) -> Done<Item<'v>> {
        let Some((first, rest)) = command.words.split_first() else { return Ok(Item::NOTHING) };
        match &first.operand {
            Operand::Function(name) => {
                self.at = (first.at, first);
                return self.function(name, (command.at, command), rest, piped, dot);
            }
            Operand::Field(_) | Operand::Chain(..) => return self.word(first, rest, piped, dot),
            Operand::Variable(names) if names.len() > 1 => return self.word(first, rest, piped, dot),
            _ => {}
        }
        self.at = (first.at, first);
        if !rest.is_empty() || piped.is_some() {
            return Err(format!("can't give argument to non-function {first}"));
        }
        match first.operand {
            Operand::Nil => Err("nil is not a command".to_owned()),
            _ => self.word(first, &[], None, dot),
        }
    }

    /// The value of a word with arguments.
    fn word(
        &mut self,
        word: &'v Word,
        arguments: &'v [Word],
        piped: Option<Item<'v>>,
        dot: &Item<'v>,
    ) -> Done<Item<'v>> {
        self.at = (word.at, word);
        let given = arguments.len() + usize::from(piped.is_some());
        Ok(match &word.operand {
            Operand::Bool(value) => Item::made(*value),
            Operand::Dot => dot.clone(),
            Operand::Nil => Item::NOTHING,
            Operand::Number(_, value) => Item::made(value.clone()),
            Operand::Text(_, value) => Item::made(value.as_str()),
            Operand::Field(names) => match (names.as_slice(), arguments) {
                ([name], [Word { operand: Operand::Text(_, wanted), .. }])
                    if name == "Label" && dot.name == ROW && given == 1 =>
                {
                    Item::made(self.label(dot, wanted))
                }
                _ => self.fields(dot.clone(), names, given)?,
            },
            Operand::Variable(names) => {
                let (name, fields) =
                    names.split_first().map_or(("", &[][..]), |(name, rest)| (name.as_str(), rest));
                let known = self.variables.iter().rev().find(|(known, _)| *known == name);
                let item = known.map(|(_, item)| item.clone());
                self.fields(item.ok_or_else(|| format!("undefined variable: {name}"))?, fields, given)?
            }
            Operand::Function(name) => self.function(name, (word.at, word), arguments, piped, dot)?,
            Operand::Group(pipeline) => self.pipeline(pipeline, dot)?,
            Operand::Chain(inner, names) => {
                let item = self.word(inner, &[], None, dot)?;
                self.fields(item, names, given)?
            }
        })
    }

    /// Docker's method `.Label "NAME"` of a row; in a table's head it names itself.
    fn label(&self, row: &Item<'_>, wanted: &str) -> String {
        if self.data == Data::Head {
            return wanted.rsplit('.').next().unwrap_or_default().replace(['-', '_'], " ");
        }
        let labels = row.get().get("Labels").and_then(Value::as_str).unwrap_or_default();
        let mut pairs = labels.split(',').filter_map(|label| label.split_once('='));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned()).unwrap_or_default()
    }

    /// The field that a path leads to; `given` is the number of arguments that it is given.
    fn fields(&self, mut item: Item<'v>, names: &'v [String], given: usize) -> Done<Item<'v>> {
        for (number, name) in names.iter().enumerate() {
            let given = if number + 1 == names.len() { given } else { 0 };
            item = self.field(item, name, number > 0, given)?;
        }
        Ok(item)
    }

    fn field(&self, item: Item<'v>, name: &'v str, is_chained: bool, given: usize) -> Done<Item<'v>> {
        let missing = |type_name: &str| Err(format!("can't evaluate field {name} in type {type_name}"));
        let is_json = item.from == From::Json;
        if item.is_null() {
            return match (item.from, item.value.is_some()) {
                (From::Json, true) => Err(format!("nil pointer evaluating interface {{}}.{name}")),
                (From::Json, false) => Err(format!("nil data; no entry for key {name:?}")),
                (From::Struct, true) => match structs::nothing(item.name) {
                    "map[]" => Ok(Item::NOTHING),
                    "<nil>" => Err(format!("nil pointer evaluating *{}.{name}", item.name)),
                    _ => missing("[]string"),
                },
                _ => Ok(Item::NOTHING),
            };
        }
        let Value::Object(map) = item.get() else {
            return missing(if is_json && is_chained { "interface {}" } else { item.type_name() });
        };
        if item.name == ROW {
            return match (self.data, map.get(name)) {
                (Data::Row(_), _) if name == "Label" => {
                    Err(format!("wrong number of args for {name}: want 1 got {given}"))
                }
                (Data::Row(type_name), None) => missing(type_name),
                (Data::Row(_), Some(_)) if given > 0 => {
                    Err(format!("wrong number of args for {name}: want 0 got {given}"))
                }
                (_, found) => Ok(Item { value: found.cloned().map(Cow::Owned), name, from: From::Template }),
            };
        }
        if given > 0 {
            return Err(format!("{name} is not a method but has arguments"));
        }
        if is_json {
            return match map.get(name) {
                Some(value) => Ok(item.part(Some(Cow::Owned(value.clone())), name)),
                None => Err(format!("map has no entry for key {name:?}")),
            };
        }
        self.of_struct(&item, name)
    }

    /// A field of a Go struct or map.
    fn of_struct(&self, item: &Item<'v>, name: &'v str) -> Done<Item<'v>> {
        let Value::Object(map) = item.get() else { return Ok(Item::NOTHING) };
        let part = |value: &Value, name| item.part(Some(Cow::Owned(value.clone())), name);
        if structs::is_map(item.name, map) {
            let element = if structs::PORTS.contains(&item.name) { item.name } else { name };
            return Ok(map.get(name).map_or(Item::NOTHING, |value| part(value, element)));
        }
        let is_root = item.name.is_empty();
        if is_root && name == "ContainerJSONBase" && map.contains_key("HostConfig") {
            return Ok(item.clone());
        }
        let known = if is_root { structs::go_name(name) } else { Some(name) };
        if let Some(value) = known.and_then(|known| map.get(known)) {
            // The time of a network is one, not a text.
            let time =
                (is_root && name == "Created" && map.contains_key("IPAM")).then(|| value.as_str()).flatten();
            return Ok(time.map_or_else(|| part(value, name), |text| Item::made(structs::time(text))));
        }
        if let Some(value) =
            structs::absent(item.name, name).filter(|_| !is_root || map.contains_key("HostConfig"))
        {
            return Ok(item.part(Some(Cow::Owned(value)), name));
        }
        let type_name = match self.data {
            Data::Struct(type_name) if is_root => type_name,
            _ => "interface {}",
        };
        Err(format!("can't evaluate field {name} in type {type_name}"))
    }

    fn function(
        &mut self,
        name: &str,
        whole: (usize, &'v dyn Display),
        arguments: &'v [Word],
        piped: Option<Item<'v>>,
        dot: &Item<'v>,
    ) -> Done<Item<'v>> {
        let function = functions::find(name).ok_or_else(|| format!("{name:?} is not a defined function"))?;
        let (given, wanted) = (arguments.len() + usize::from(piped.is_some()), function.takes.len());
        if given < wanted && function.more {
            let written = arguments.len();
            return Err(format!("wrong number of args for {name}: want at least {wanted} got {written}"));
        }
        if given != wanted && !function.more {
            return Err(format!("wrong number of args for {name}: want {wanted} got {given}"));
        }
        if name == "and" || name == "or" {
            return self.first_that(name == "or", arguments, piped, dot);
        }
        let mut items = Vec::with_capacity(given);
        for (number, word) in arguments.iter().enumerate() {
            items.push(self.argument(word, takes(function, number), dot)?);
        }
        if let Some(piped) = piped {
            items.push(fitting(piped, takes(function, items.len()))?);
        }
        if self.data == Data::Head && functions::NOT_IN_HEADS.contains(&name) {
            return Ok(items.swap_remove(0));
        }
        (function.run)(&items).map_err(|error| {
            self.at = whole;
            format!("error calling {name}: {error}")
        })
    }

    /// `or` and `and`: the first argument that decides, else the last.
    fn first_that(
        &mut self,
        wanted: bool,
        arguments: &'v [Word],
        piped: Option<Item<'v>>,
        dot: &Item<'v>,
    ) -> Done<Item<'v>> {
        let mut last = Item::NOTHING;
        for word in arguments {
            last = self.argument(word, Takes::Any, dot)?;
            if truth(&last) == wanted {
                return Ok(last);
            }
        }
        Ok(piped.unwrap_or(last))
    }

    /// The value of an argument, if it fits.
    fn argument(&mut self, word: &'v Word, takes: Takes, dot: &Item<'v>) -> Done<Item<'v>> {
        self.at = (word.at, word);
        let wrong = |what: &str| Err(format!("expected {what}; found {word}"));
        match (&word.operand, takes) {
            (Operand::Nil, Takes::Text) => return Err("cannot assign nil to string".to_owned()),
            (Operand::Nil, Takes::Number) => return Err("cannot assign nil to int".to_owned()),
            (Operand::Number(..) | Operand::Bool(_), Takes::Text) => return wrong("string"),
            (Operand::Text(..) | Operand::Bool(_), Takes::Number) => return wrong("integer"),
            (Operand::Number(_, value), Takes::Number) if !value.is_i64() && !value.is_u64() => {
                return wrong("integer");
            }
            (Operand::Number(..) | Operand::Bool(_) | Operand::Text(..), Takes::Texts) => {
                return Err(format!("can't handle {word} for arg of type []string"));
            }
            _ => {}
        }
        let item = self.word(word, &[], None, dot)?;
        if self.data == Data::Head && takes == Takes::Texts {
            return Ok(item);
        }
        fitting(item, takes)
    }
}

fn takes(function: &Function, number: usize) -> Takes {
    function.takes.get(number).copied().unwrap_or(Takes::Any)
}

/// The value, if it is of the type.
fn fitting<'v>(item: Item<'v>, takes: Takes) -> Done<Item<'v>> {
    let (wanted, fits) = match takes {
        Takes::Any => return Ok(item),
        Takes::Text => ("string", matches!(item.get(), Value::String(_))),
        Takes::Number => ("int", matches!(item.get(), Value::Number(_)) && item.from != From::Json),
        Takes::Texts => {
            let is_list = matches!(item.get(), Value::Array(_) | Value::Null) && item.from != From::Json;
            ("[]string", is_list || item.value.is_none())
        }
    };
    match item.value {
        _ if fits => Ok(item),
        None => Err(format!("invalid value; expected {wanted}")),
        Some(_) => Err(format!("wrong type for value; expected {wanted}; got {}", item.type_name())),
    }
}
