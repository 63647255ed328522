//! The part of JSON Schema that our schemas use. An unknown keyword is an error, so that none is passed over.

use serde_json::Value;

/// What says nothing about a value.
const REMARKS: [&str; 10] = [
    "$schema",
    "$defs",
    "title",
    "description",
    "examples",
    "default",
    "format",
    "minimum",
    "maximum",
    "maxLength",
];

/// What is wrong with a value, each with its place.
pub(crate) fn errors(root: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(root, root, value, "", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Value::Object(keywords) = schema else { return };
    for (keyword, rule) in keywords {
        let mut wrong = |what: String| found.push(format!("{at}: {what}"));
        match keyword.as_str() {
            "type" => {
                let types = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                if !types.iter().any(|ty| is(ty, value)) {
                    wrong(format!("{value} is not of type {rule}"));
                }
            }
            "enum" if !rule.as_array().is_some_and(|all| all.contains(value)) => {
                wrong(format!("{value} is none of {rule}"))
            }
            "const" if rule != value => wrong(format!("{value} is not {rule}")),
            "required" => {
                let missing = |name: &&Value| {
                    value.is_object() && value.get(name.as_str().unwrap_or_default()).is_none()
                };
                rule.as_array()
                    .into_iter()
                    .flatten()
                    .filter(missing)
                    .for_each(|name| wrong(format!("{name} is missing")));
            }
            "additionalProperties" => {
                let known = schema.get("properties");
                for (name, below) in value.as_object().into_iter().flatten() {
                    if known.and_then(|known| known.get(name)).is_none() {
                        match rule {
                            Value::Bool(false) => found.push(format!("{at}: {name:?} is not known")),
                            rule => check(root, rule, below, &format!("{at}/{name}"), found),
                        }
                    }
                }
            }
            "properties" => {
                for (name, rule) in rule.as_object().into_iter().flatten() {
                    if let Some(below) = value.get(name) {
                        check(root, rule, below, &format!("{at}/{name}"), found);
                    }
                }
            }
            "items" => {
                for (number, below) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, below, &format!("{at}/{number}"), found);
                }
            }
            "$ref" => {
                let target = rule.as_str().and_then(|path| root.pointer(path.trim_start_matches('#')));
                check(root, target.expect("the reference leads somewhere"), value, at, found);
            }
            "anyOf" | "oneOf" => {
                let fits = |rule: &&Value| {
                    let mut problems = Vec::new();
                    check(root, rule, value, at, &mut problems);
                    problems.is_empty()
                };
                if !rule.as_array().into_iter().flatten().any(|rule| fits(&rule)) {
                    wrong(format!("{value} fits none of {rule}"));
                }
            }
            "enum" | "const" => {}
            known if REMARKS.contains(&known) => {}
            other => panic!("the keyword {other} is not checked here"),
        }
    }
}

fn is(ty: &Value, value: &Value) -> bool {
    match ty.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => false,
    }
}
