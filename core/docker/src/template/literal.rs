//! Constants of a template: Go's quoted texts and numbers.

use serde_json::Value;

/// What a quoted text means.
///
/// # Errors
/// An escape that Go does not know.
pub(super) fn text(quoted: &str) -> Result<String, String> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if quoted.starts_with('`') {
        return Ok(inner.replace('\r', ""));
    }
    let bytes = unescape(inner, '"').ok_or("invalid syntax")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a number or a letter in quotes means.
///
/// # Errors
/// No number, or one that does not fit.
pub(super) fn number(text: &str) -> Result<Value, String> {
    if text.starts_with('\'') {
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        let letters = unescape(inner, '\'').map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let mut letters = letters.iter().flat_map(|letters| letters.chars());
        return match (letters.next(), letters.next()) {
            (Some(letter), None) => Ok(Value::from(u32::from(letter))),
            _ => Err(format!("malformed character constant: {text}")),
        };
    }
    let plain = text.replace('_', "");
    let (sign, digits) = match plain.strip_prefix(['-', '+']) {
        Some(digits) => (if plain.starts_with('-') { "-" } else { "" }, digits),
        None => ("", plain.as_str()),
    };
    let radix = |prefix: [&str; 2], radix: u32| {
        let digits = digits.strip_prefix(prefix[0]).or_else(|| digits.strip_prefix(prefix[1]))?;
        i64::from_str_radix(&format!("{sign}{digits}"), radix).ok()
    };
    let octal = || {
        let digits = digits.strip_prefix('0').filter(|digits| !digits.is_empty())?;
        i64::from_str_radix(&format!("{sign}{digits}"), 8).ok()
    };
    let whole = radix(["0x", "0X"], 16)
        .or_else(|| radix(["0o", "0O"], 8))
        .or_else(|| radix(["0b", "0B"], 2))
        .or_else(octal)
        .or_else(|| plain.parse().ok());
    match (whole, plain.parse::<f64>()) {
        (Some(whole), _) => Ok(Value::from(whole)),
        (None, Ok(float)) if plain.contains(['.', 'e', 'E']) && float.is_finite() => Ok(Value::from(float)),
        (None, Ok(_)) => Err(format!("integer overflow: {text:?}")),
        (None, Err(_)) => Err(format!("illegal number syntax: {text:?}")),
    }
}

/// Go's escapes.
fn unescape(text: &str, quote: char) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            bytes.extend(letter.to_string().bytes());
            continue;
        }
        let escape = letters.next()?;
        let mut digits = |count: usize, radix: u32, first: &str| {
            let mut text = first.to_owned();
            text.extend(letters.by_ref().take(count));
            (text.len() == count + first.len()).then(|| u32::from_str_radix(&text, radix).ok())?
        };
        match escape {
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'f' => bytes.push(12),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(11),
            '\\' => bytes.push(b'\\'),
            'x' => bytes.push(u8::try_from(digits(2, 16, "")?).ok()?),
            'u' => bytes.extend(char::from_u32(digits(4, 16, "")?)?.to_string().bytes()),
            'U' => bytes.extend(char::from_u32(digits(8, 16, "")?)?.to_string().bytes()),
            first @ '0'..='7' => bytes.push(u8::try_from(digits(2, 8, &first.to_string())?).ok()?),
            other if other == quote => bytes.extend(other.to_string().bytes()),
            _ => return None,
        }
    }
    Some(bytes)
}
