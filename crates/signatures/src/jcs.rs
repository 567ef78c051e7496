//! JSON Canonicalization Scheme (RFC 8785), the form FEP-8b32 proofs are made over.
//!
//! Members are sorted by UTF-16 code units and numbers written as ECMAScript writes them.

use serde_json::{Map, Number, Value};

/// Deeper than any document that came through a parser.
const MAX_DEPTH: usize = 128;

/// A value that has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JcsError {
    /// Nested deeper than 128 levels.
    #[error("the document is nested too deeply")]
    TooDeep,
    /// A number that no IEEE 754 double can hold.
    #[error("a number is out of range")]
    Number,
    /// A string that could not be written.
    #[error("a string could not be written")]
    String,
}

/// The canonical text of `value`.
///
/// # Errors
/// When it has none.
pub fn canonicalize(value: &Value) -> Result<String, JcsError> {
    let mut text = String::new();
    write(value, &mut text, 0)?;
    Ok(text)
}

fn write(value: &Value, text: &mut String, depth: usize) -> Result<(), JcsError> {
    if depth > MAX_DEPTH {
        return Err(JcsError::TooDeep);
    }
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => write_number(number, text)?,
        Value::String(string) => write_string(string, text)?,
        Value::Array(items) => {
            text.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                write(item, text, depth + 1)?;
            }
            text.push(']');
        }
        Value::Object(members) => write_object(members, text, depth)?,
    }
    Ok(())
}

fn write_object(
    members: &Map<String, Value>,
    text: &mut String,
    depth: usize,
) -> Result<(), JcsError> {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    text.push('{');
    for (position, (name, value)) in sorted.into_iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        write_string(name, text)?;
        text.push(':');
        write(value, text, depth + 1)?;
    }
    text.push('}');
    Ok(())
}

/// `serde_json` escapes the same characters in the same way (section 3.2.2.2).
fn write_string(string: &str, text: &mut String) -> Result<(), JcsError> {
    text.push_str(&serde_json::to_string(string).map_err(|_| JcsError::String)?);
    Ok(())
}

/// All numbers are doubles, integers too: 9007199254740993 becomes 9007199254740992.
fn write_number(number: &Number, text: &mut String) -> Result<(), JcsError> {
    let value = number
        .as_f64()
        .filter(|value| value.is_finite())
        .ok_or(JcsError::Number)?;
    if value == 0.0 {
        text.push('0');
        return Ok(());
    }
    if value < 0.0 {
        text.push('-');
    }
    let (digits, point) = shortest(value.abs())?;
    layout(&digits, point, text);
    Ok(())
}

/// The shortest digits that read back as the same double, and where the point stands: the value is
/// 0.`digits` times ten to `point`. Of two equally short the closest counts, and of two equally
/// close the even one: `serde_json` does it so, `std` rounds such a tie up.
fn shortest(value: f64) -> Result<(String, i32), JcsError> {
    let written = serde_json::to_string(&value).map_err(|_| JcsError::Number)?;
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().map_err(|_| JcsError::Number)?;
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0');
    let length = |text: &str| i32::try_from(text.len()).map_err(|_| JcsError::Number);
    let point = exponent + length(whole)? - length(&all)? + length(digits)?;
    Ok((digits.trim_end_matches('0').to_owned(), point))
}

/// ECMAScript's `Number::toString` of 0.`digits` times ten to `point`.
fn layout(digits: &str, point: i32, text: &mut String) {
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    let exponent = point - 1;
    if (count..=21).contains(&point) {
        text.push_str(digits);
        text.push_str(&zeros(point - count));
    } else if (1..=21).contains(&point) {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or_default());
        text.push_str(&format!("{whole}.{fraction}"));
    } else if (-5..=0).contains(&point) {
        text.push_str(&format!("0.{}{digits}", zeros(-point)));
    } else {
        let (first, fraction) = digits.split_at(1);
        text.push_str(first);
        if !fraction.is_empty() {
            text.push_str(&format!(".{fraction}"));
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        text.push_str(&format!("e{sign}{}", exponent.abs()));
    }
}
