use serde_json::Value;

use super::{
    MAX_OUTPUT, Missing, TemplateError, functions,
    parse::{Node, Operand, Pipeline, Template},
    print::{print, truth},
};

/// Executes a template.
pub(super) fn execute(template: &Template, dot: &Value, missing: Missing) -> Result<String, TemplateError> {
    let mut run = Run { missing, output: String::new(), variables: vec![(String::new(), dot.clone())] };
    run.nodes(&template.nodes, dot)?;
    Ok(run.output)
}

struct Run {
    missing: Missing,
    output: String,
    /// Innermost last; the root is the variable with the empty name (`$`).
    variables: Vec<(String, Value)>,
}

impl Run {
    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<(), TemplateError> {
        let scope = self.variables.len();
        for node in nodes {
            self.node(node, dot)?;
            if self.output.len() > MAX_OUTPUT {
                return Err(TemplateError::new(format!("more than {MAX_OUTPUT} bytes of output")));
            }
        }
        self.variables.truncate(scope);
        Ok(())
    }

    fn node(&mut self, node: &Node, dot: &Value) -> Result<(), TemplateError> {
        match node {
            Node::Text(text) => self.output.push_str(text),
            Node::Print(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.names.is_empty() {
                    self.output.push_str(&print(&value));
                }
            }
            Node::If { branches, otherwise } => {
                for (condition, body) in branches {
                    if truth(&self.pipeline(condition, dot)?) {
                        return self.nodes(body, dot);
                    }
                }
                return self.nodes(otherwise, dot);
            }
            Node::With { value, body, otherwise } => {
                let scope = self.variables.len();
                let value = self.pipeline(value, dot)?;
                let (nodes, dot) = if truth(&value) { (body, &value) } else { (otherwise, dot) };
                self.nodes(nodes, dot)?;
                self.variables.truncate(scope);
            }
            Node::Range { over, body, otherwise } => return self.range(over, body, otherwise, dot),
        }
        Ok(())
    }

    fn range(
        &mut self,
        over: &Pipeline,
        body: &[Node],
        otherwise: &[Node],
        dot: &Value,
    ) -> Result<(), TemplateError> {
        let commands = Pipeline { names: Vec::new(), declares: false, commands: over.commands.clone() };
        let items: Vec<(Value, Value)> = match self.pipeline(&commands, dot)? {
            Value::Array(items) => {
                items.into_iter().enumerate().map(|(at, item)| (Value::from(at), item)).collect()
            }
            Value::Object(map) => {
                let mut pairs: Vec<_> = map.into_iter().collect();
                pairs.sort_by(|left, right| left.0.cmp(&right.0));
                pairs.into_iter().map(|(key, item)| (Value::String(key), item)).collect()
            }
            Value::Null => Vec::new(),
            other => return Err(TemplateError::new(format!("range can't iterate over {}", print(&other)))),
        };
        if items.is_empty() {
            return self.nodes(otherwise, dot);
        }
        let scope = self.variables.len();
        for (key, item) in items {
            match over.names.as_slice() {
                [] => {}
                [value] => self.variables.push((value.clone(), item.clone())),
                [at, value, ..] => {
                    self.variables.push((at.clone(), key));
                    self.variables.push((value.clone(), item.clone()));
                }
            }
            self.nodes(body, &item)?;
            self.variables.truncate(scope);
        }
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Value, TemplateError> {
        let mut piped = None;
        for command in &pipeline.commands {
            piped = Some(self.command(command, piped, dot)?);
        }
        let value = piped.unwrap_or(Value::Null);
        if let Some(name) = pipeline.names.first() {
            self.bind(name, value.clone(), pipeline.declares)?;
        }
        Ok(value)
    }

    fn bind(&mut self, name: &str, value: Value, declares: bool) -> Result<(), TemplateError> {
        if declares {
            self.variables.push((name.to_owned(), value));
            return Ok(());
        }
        let slot = self.variables.iter_mut().rev().find(|(known, _)| known == name);
        let slot = slot.ok_or_else(|| TemplateError::new(format!("undefined variable \"${name}\"")))?;
        slot.1 = value;
        Ok(())
    }

    fn command(
        &mut self,
        command: &[Operand],
        piped: Option<Value>,
        dot: &Value,
    ) -> Result<Value, TemplateError> {
        let (first, rest) =
            command.split_first().ok_or_else(|| TemplateError::new("missing value for command"))?;
        let Operand::Function(name) = first else {
            if let (Operand::Field(path), [Operand::Text(wanted)], None) = (first, rest, &piped)
                && path.as_slice() == ["Label"]
            {
                return Ok(Value::from(label(dot, wanted)));
            }
            return match rest.is_empty() && piped.is_none() {
                true => self.operand(first, dot),
                false => Err(TemplateError::new("can't give argument to non-function")),
            };
        };
        let mut arguments = Vec::with_capacity(rest.len() + 1);
        for operand in rest {
            arguments.push(self.operand(operand, dot)?);
        }
        arguments.extend(piped);
        functions::call(name, &arguments)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value) -> Result<Value, TemplateError> {
        match operand {
            Operand::Field(names) => {
                if let (Missing::Error(type_name), Some(first), (_, root)) =
                    (self.missing, names.first(), &self.variables[0])
                    && dot == root
                    && dot.get(first).is_none()
                {
                    return Err(TemplateError::new(format!(
                        "can't evaluate field {first} in type {type_name}"
                    )));
                }
                if self.missing == Missing::Entry
                    && let Some(name) = unknown(dot, names)
                {
                    let path = names.join(".");
                    return Err(TemplateError::new(format!(
                        "executing \"\" at <.{path}>: map has no entry for key {name:?}"
                    )));
                }
                field(dot, names)
            }
            Operand::Variable(name, fields) => {
                let value =
                    self.variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value);
                field(
                    value.ok_or_else(|| TemplateError::new(format!("undefined variable \"${name}\"")))?,
                    fields,
                )
            }
            Operand::Function(name) => functions::call(name, &[]),
            Operand::Text(text) => Ok(Value::String(text.clone())),
            Operand::Number(number) => Ok(Value::from(*number)),
            Operand::Bool(value) => Ok(Value::Bool(*value)),
            Operand::Nil => Ok(Value::Null),
            Operand::Group(inner, fields) => field(&self.pipeline(inner, dot)?, fields),
        }
    }
}

/// The first name of a path that an object does not have.
fn unknown<'n>(value: &Value, names: &'n [String]) -> Option<&'n String> {
    let mut value = value;
    for name in names {
        match value {
            Value::Object(map) => match map.get(name) {
                Some(inner) => value = inner,
                None => return Some(name),
            },
            _ => return None,
        }
    }
    None
}

fn field(value: &Value, names: &[String]) -> Result<Value, TemplateError> {
    let mut value = value;
    for name in names {
        value = match value {
            Value::Object(map) => map.get(name).unwrap_or(&Value::Null),
            Value::Null => return Err(TemplateError::new(format!("nil data; no entry for key {name:?}"))),
            other => {
                return Err(TemplateError::new(format!(
                    "can't evaluate field {name} in type {}",
                    type_name(other)
                )));
            }
        };
    }
    Ok(value.clone())
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Number(_) => "int",
        Value::Bool(_) => "bool",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) | Value::Null => "interface {}",
    }
}

/// Docker's method `.Label "NAME"` of a row: its value among the row's labels.
fn label<'a>(row: &'a Value, wanted: &str) -> &'a str {
    let labels = row.get("Labels").and_then(Value::as_str).unwrap_or_default();
    let pairs = labels.split(',').filter_map(|label| label.split_once('='));
    pairs.filter(|(name, _)| *name == wanted).map(|(_, value)| value).next().unwrap_or_default()
}
