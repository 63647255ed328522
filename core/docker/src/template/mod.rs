//! Go's text/template, as far as docker's `--format` documents it: fields, pipelines, variables, `if`, `range`, `with`
//! and the functions of docker's formatter.

mod eval;
mod functions;
mod lex;
mod parse;
mod print;

use serde_json::Value;
use thiserror::Error;

pub(crate) use parse::Template;

/// Nesting of blocks and parentheses that a template may have.
const MAX_DEPTH: usize = 64;
/// Bytes that one execution may print.
const MAX_OUTPUT: usize = 16 << 20;

/// A template that cannot be read or executed, in Go's words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("template: :1: {0}")]
pub(crate) struct TemplateError(pub(crate) String);

impl TemplateError {
    fn new(message: impl Into<String>) -> Self {
        TemplateError(message.into())
    }
}

impl Template {
    /// Executes the template on a value; the text has no line end of its own.
    pub(crate) fn execute(&self, dot: &Value, missing: Missing) -> Result<String, TemplateError> {
        eval::execute(self, dot, missing)
    }
}

/// What a field means that the data does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The data is a Go map (or raw JSON): `<no value>`.
    NoValue,
    /// The same, but an error that says where.
    Entry,
    /// The top of the data is a Go struct of this name: an error.
    Error(&'static str),
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(template: &str) -> String {
        let data = json!({
            "ID": "abc", "Tags": ["x", "y"], "N": 3, "Empty": "", "Null": null, "On": true,
            "Lists": [{"Name": "a"}, {"Name": "b"}],
            "Config": {"Env": ["A=1", "B=2"], "Labels": {"b": "2", "a": "<1>"}}
        });
        match Template::parse(template).and_then(|parsed| parsed.execute(&data, Missing::NoValue)) {
            Ok(text) => text,
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn fields_and_functions() {
        assert_eq!(run("{{.ID}} {{.N}} {{.On}}"), "abc 3 true");
        assert_eq!(run("{{.Config.Env}} {{.Config.Labels}}"), "[A=1 B=2] map[a:<1> b:2]");
        assert_eq!(run("{{json .Config.Labels}}"), r#"{"b":"2","a":"\u003c1\u003e"}"#);
        assert_eq!(run("{{join .Tags \", \"}}|{{upper .ID}}|{{title .ID}}|{{len .Tags}}"), "x, y|ABC|Abc|2");
        assert_eq!(run("{{index .Tags 1}} {{index .Config.Labels \"a\"}}"), "y <1>");
        assert_eq!(run("{{.ID | upper | printf \"%s-%q\" \"k\"}}"), "k-\"ABC\"");
        assert_eq!(run("{{split \"a:b\" \":\"}} {{truncate .ID 2}} {{pad .ID 1 2}}|"), "[a b] ab  abc  |");
        assert_eq!(run("{{(index .Lists 1).Name}} {{(index .Lists 0).Name}}"), "b a");
        assert_eq!(run("{{.Null}} {{.Missing}}"), "<no value> <no value>");
    }

    #[test]
    fn blocks() {
        assert_eq!(run("{{if .Empty}}a{{else if .On}}b{{else}}c{{end}}"), "b");
        assert_eq!(run("{{range .Tags}}<{{.}}>{{end}}{{range .Null}}x{{else}}none{{end}}"), "<x><y>none");
        assert_eq!(run("{{range $i, $t := .Tags}}{{$i}}={{$t}} {{end}}"), "0=x 1=y ");
        assert_eq!(run("{{range $k, $v := .Config.Labels}}{{$k}}:{{$v}};{{end}}"), "a:<1>;b:2;");
        assert_eq!(run("{{with .Config}}{{len .Env}}{{$.ID}}{{end}}"), "2abc");
        assert_eq!(run("{{$x := .N}}{{if and (eq $x 3) (ne .ID \"z\")}}yes{{end}}"), "yes");
        assert_eq!(run("a {{- \" b \" -}} c{{/* note */}}"), "a b c");
    }

    #[test]
    fn complaints() {
        assert_eq!(run("{{.ID"), "! template: :1: unclosed action");
        assert_eq!(run("{{if .ID}}"), "! template: :1: unexpected EOF");
        assert_eq!(run("{{nosuch .ID}}"), "! template: :1: function \"nosuch\" not defined");
        assert_eq!(run("{{end}}"), "! template: :1: unexpected {{end}}");
        let strict = Template::parse("{{.Foo}}")
            .unwrap()
            .execute(&json!({}), Missing::Error("*formatter.imageContext"));
        assert_eq!(
            strict.unwrap_err().to_string(),
            "template: :1: can't evaluate field Foo in type *formatter.imageContext"
        );
        assert_eq!(run(&"{{if .ID}}".repeat(100)), "! template: :1: more than 64 nested blocks");
    }
}
