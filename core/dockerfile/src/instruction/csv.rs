//! One record of comma-separated values, as the values of `--mount` and `--device` are.

/// The fields, unquoted. Errors are Go's texts (`encoding/csv`).
pub(super) fn fields(record: &str) -> Result<Vec<String>, String> {
    if record.trim_end_matches(['\r', '\n']).is_empty() {
        return Err("EOF".to_owned());
    }
    let mut fields = Vec::new();
    let mut rest = record;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted, record)?,
            None => plain_field(rest, record)?,
        };
        fields.push(field);
        match after {
            Some(after) => rest = after,
            None => return Ok(fields),
        }
    }
}

fn plain_field<'r>(rest: &'r str, record: &str) -> Result<(String, Option<&'r str>), String> {
    let (field, after) = match rest.split_once(',') {
        Some((field, after)) => (field, Some(after)),
        None => (rest, None),
    };
    match field.find('"') {
        None => Ok((field.to_owned(), after)),
        Some(at) => Err(at_column(record, rest.len() - at, "bare \" in non-quoted-field")),
    }
}

fn quoted_field<'r>(mut rest: &'r str, record: &str) -> Result<(String, Option<&'r str>), String> {
    const STRAY: &str = "extraneous or missing \" in quoted-field";
    let mut field = String::new();
    loop {
        let Some((text, after)) = rest.split_once('"') else { return Err(at_column(record, 0, STRAY)) };
        field.push_str(text);
        if let Some(after) = after.strip_prefix('"') {
            field.push('"');
            rest = after;
        } else if let Some(after) = after.strip_prefix(',') {
            return Ok((field, Some(after)));
        } else if after.is_empty() {
            return Ok((field, None));
        } else {
            return Err(at_column(record, after.len() + 1, STRAY));
        }
    }
}

/// `left` is how many bytes of the record are left at the fault.
fn at_column(record: &str, left: usize, why: &str) -> String {
    format!("parse error on line 1, column {}: {why}", record.len() - left + 1)
}
