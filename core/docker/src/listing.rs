//! Lists with `--format`: a table by default, a template for each row on request.

use serde_json::{Map, Value};

use crate::{
    failure::Failure,
    table,
    template::{Data, Template, TemplateError},
};

/// How a list is shown.
pub(crate) struct Listing {
    /// Fields and their column headers.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// The template of the default table, without `table `.
    pub(crate) default: &'static str,
    /// The template of `--format raw`; empty where that is a text like any other.
    pub(crate) raw: &'static str,
    /// Go's name of a row's type, for messages.
    pub(crate) type_name: &'static str,
}

impl Listing {
    /// The text of the list; `format` is the user's `--format`.
    pub(crate) fn show(&self, format: Option<&str>, rows: &[Value]) -> Result<String, Failure> {
        let format = format.filter(|format| !format.is_empty());
        let (tabular, template) = match format {
            None | Some("table") => (true, self.default.to_owned()),
            Some("raw") if !self.raw.is_empty() => (false, self.raw.to_owned()),
            Some(format) => match format.strip_prefix("table") {
                Some(rest) => (true, unescape(rest)),
                None => (false, unescape(format)),
            },
        };
        let parsed = Template::parse(&template).map_err(list_failure)?;
        let execute = |row: &Value| parsed.execute(row, Data::Row(self.type_name)).map_err(list_failure);
        if !tabular {
            return rows.iter().map(|row| Ok(execute(row)? + "\n")).collect();
        }
        let rows: Vec<String> = rows.iter().map(execute).collect::<Result<_, _>>()?;
        let headers: Map<String, Value> =
            self.headers.iter().map(|(field, header)| ((*field).to_owned(), Value::from(*header))).collect();
        // Docker prints what it has of a head that fails.
        let head = parsed.execute(&Value::Object(headers), Data::Head).unwrap_or_default();
        let lines: Vec<Vec<String>> = std::iter::once(head).chain(rows).map(|line| cells(&line)).collect();
        Ok(table::layout(&lines))
    }

    /// The same with `--quiet`: names alone, if the user has no other wish.
    pub(crate) fn show_quiet(
        &self,
        format: Option<&str>,
        name: &str,
        label: &str,
        rows: &[Value],
    ) -> Result<String, Failure> {
        let label = match format {
            None | Some("" | "table") => "",
            Some("raw") if !self.raw.is_empty() => label,
            format => return self.show(format, rows),
        };
        let names = rows.iter().filter_map(|row| row[name].as_str());
        Ok(names.map(|name| format!("{label}{name}\n")).collect())
    }
}

fn cells(line: &str) -> Vec<String> {
    line.split('\t').map(str::to_owned).collect()
}

/// The two escapes that docker's client replaces in a format.
fn unescape(format: &str) -> String {
    format.trim_matches(' ').replace("\\t", "\t").replace("\\n", "\n")
}

fn list_failure(error: TemplateError) -> Failure {
    Failure::client(format!("template parsing error: {error}"))
}

/// A template that the command itself cannot read, before it asks for anything.
pub(crate) fn parse_failure(error: TemplateError) -> Failure {
    Failure::Client { message: format!("template parsing error: {error}"), exit: 64 }
}
