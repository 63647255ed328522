//! printf's formats, and numbers as text.

use crate::frame::cformat::Spec;

use super::value::Value;

/// The messages of formats that are refused.
const INVALID: &str = "Invalid format specifier";
const STAR: &str = "%*x formats are not supported";

/// C's conversion of a double to an int on the machine that is simulated: what does not fit is the least one.
pub(super) fn int(number: f64) -> i32 {
    let whole = number.trunc();
    if (-2_147_483_648.0..=2_147_483_647.0).contains(&whole) { whole as i32 } else { i32::MIN }
}

/// The same to a long.
pub(super) fn long(number: f64) -> i64 {
    let whole = number.trunc();
    if whole.abs() < 9_223_372_036_854_775_808.0 { whole as i64 } else { i64::MIN }
}

/// A number by CONVFMT or OFMT, whose conversion may be any.
pub(super) fn number(number: f64, format: &[u8]) -> Vec<u8> {
    sprintf(format, &[Value::Num(number)], b"%.6g").unwrap_or_default()
}

/// `sprintf(format, ...)`; the error is a message.
pub(super) fn sprintf(format: &[u8], arguments: &[Value], convfmt: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::with_capacity(format.len() + 16);
    let mut arguments = arguments.iter();
    let mut rest = format;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(b"%") {
            out.push(b'%');
            rest = after;
            continue;
        }
        if rest.is_empty() {
            out.push(b'%');
            break;
        }
        let (spec, conversion, after) = spec(rest)?;
        rest = after;
        let missing = Value::Uninit;
        let argument = arguments.next().unwrap_or(&missing);
        out.extend_from_slice(&convert(&spec, conversion, argument, convfmt)?);
    }
    out.extend_from_slice(rest);
    Ok(out)
}

fn spec(text: &[u8]) -> Result<(Spec, u8, &[u8]), &'static str> {
    let mut spec = Spec::default();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'-' => spec.left = true,
            b'+' => spec.plus = true,
            b' ' => spec.space = true,
            b'#' => spec.alternate = true,
            b'0' => spec.zero = true,
            _ => break,
        }
        rest = after;
    }
    spec.width = digits(&mut rest);
    if let Some(after) = rest.strip_prefix(b".") {
        rest = after;
        spec.precision = Some(digits(&mut rest));
    }
    match rest.split_first() {
        Some((b'*', _)) => Err(STAR),
        Some((&conversion, after)) => Ok((spec, conversion, after)),
        None => Err(INVALID),
    }
}

fn digits(rest: &mut &[u8]) -> usize {
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = rest[..count]
        .iter()
        .fold(0usize, |value, digit| value.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
    *rest = &rest[count..];
    value
}

fn convert(spec: &Spec, conversion: u8, argument: &Value, convfmt: &[u8]) -> Result<Vec<u8>, &'static str> {
    Ok(match conversion {
        b'c' => spec.byte(match argument {
            Value::Str(text) | Value::User(text) if argument.as_numeric().is_none() => {
                text.first().copied().unwrap_or(0)
            }
            other => int(other.number()) as u8,
        }),
        b's' => spec.string(&argument.text(convfmt)),
        b'd' | b'i' => spec.signed(i64::from(int(argument.number()))),
        b'u' => spec.unsigned(u64::from(int(argument.number()).cast_unsigned())),
        b'o' | b'x' | b'X' => {
            spec.radix(char::from(conversion), u64::from(int(argument.number()).cast_unsigned()))
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => spec.float(char::from(conversion), argument.number()),
        _ => return Err(INVALID),
    }
    .into())
}

/// The bits of a number, for the functions that work on bits.
pub(super) fn bits(number: f64) -> u64 {
    if number >= 0.0 { number as u64 } else { long(number).cast_unsigned() }
}
