//! The PEM container. Peers wrap at odd widths and end lines in CR LF, so the body is read by
//! dropping white space, but there must be one block and nothing around it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::KeyError;

/// An RSA key of 16384 bits with its private half stays below this.
const MAX_PEM_BYTES: usize = 16 * 1024;
const LINE_WIDTH: usize = 64;

/// The label and the DER bytes of the only PEM block in `text`.
pub(super) fn decode(text: &str) -> Result<(&str, Vec<u8>), KeyError> {
    if text.len() > MAX_PEM_BYTES {
        return Err(KeyError::NotPem);
    }
    let after_begin = text
        .trim()
        .strip_prefix("-----BEGIN ")
        .ok_or(KeyError::NotPem)?;
    let (label, rest) = after_begin.split_once("-----").ok_or(KeyError::NotPem)?;
    let (body, end) = rest.split_once("-----END ").ok_or(KeyError::NotPem)?;
    if end.strip_suffix("-----") != Some(label) {
        return Err(KeyError::NotPem);
    }
    let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let der = STANDARD.decode(body).map_err(|_| KeyError::NotPem)?;
    Ok((label, der))
}

/// A PEM block of 64 columns with a newline at its end.
pub(super) fn encode(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = String::with_capacity(body.len() + body.len() / LINE_WIDTH + 64);
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    for (position, c) in body.chars().enumerate() {
        if position > 0 && position % LINE_WIDTH == 0 {
            text.push('\n');
        }
        text.push(c);
    }
    text.push_str("\n-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}
