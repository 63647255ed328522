//! Lists with `--format`: a table by default, a template for each row on request.

use serde_json::{Map, Value};

use crate::{
    failure::Failure,
    table,
    template::{Missing, Template, TemplateError},
};

/// How a list is shown.
pub(crate) struct Listing {
    /// Fields and their column headers.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// The template of the default table, without `table `.
    pub(crate) default: &'static str,
    /// Go's name of a row's type, for messages.
    pub(crate) type_name: &'static str,
}

impl Listing {
    /// The text of the list; `format` is the user's `--format`.
    pub(crate) fn show(&self, format: Option<&str>, rows: &[Value]) -> Result<String, Failure> {
        let format = format.filter(|format| !format.is_empty());
        let (tabular, template) = match format {
            None | Some("table") => (true, self.default.to_owned()),
            Some(format) => match format.strip_prefix("table") {
                Some(rest) => (true, unescape(rest.trim_start())),
                None => (false, unescape(format)),
            },
        };
        let parsed = Template::parse(&template).map_err(parse_failure)?;
        let execute = |row: &Value| parsed.execute(row, Missing::Error(self.type_name)).map_err(run_failure);
        if !tabular {
            return rows.iter().map(|row| Ok(execute(row)? + "\n")).collect();
        }
        let headers: Map<String, Value> =
            self.headers.iter().map(|(field, header)| ((*field).to_owned(), Value::from(*header))).collect();
        let mut lines = vec![cells(&execute(&Value::Object(headers))?)];
        for row in rows {
            lines.push(cells(&execute(row)?));
        }
        Ok(table::layout(&lines))
    }
}

fn cells(line: &str) -> Vec<String> {
    line.split('\t').map(str::to_owned).collect()
}

/// The two escapes that docker's client replaces in a format.
fn unescape(format: &str) -> String {
    format.replace("\\t", "\t").replace("\\n", "\n")
}

pub(crate) fn parse_failure(error: TemplateError) -> Failure {
    Failure::client(format!("Template parsing error: {error}"))
}

pub(crate) fn run_failure(error: TemplateError) -> Failure {
    Failure::client(error.to_string())
}
