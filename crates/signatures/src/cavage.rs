//! draft-cavage-http-signatures: the `Signature` header of most of the fediverse (R-SIG-10).
//!
//! The header is read here, strictly; the string that is signed is built by
//! `http-signature-normalization`, which is handed a header rewritten from what was read. That
//! library splits values at bare commas, panics on a `created` near the end of `u64` and compares
//! times with the system's clock, so key ids and times never reach it as parameters.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use http_signature_normalization::Config;
use http_signature_normalization::verify::Unverified;

use crate::{Refusal, Request};

pub(crate) const REQUEST_TARGET: &str = "(request-target)";
pub(crate) const CREATED: &str = "(created)";
pub(crate) const EXPIRES: &str = "(expires)";

/// More names than any peer signs.
const MAX_COVERED: usize = 32;
/// So long that the library's own look at the system clock never refuses anything.
const NO_EXPIRY: Duration = Duration::from_secs(1 << 40);

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The parameters of a `Signature` header.
#[derive(Debug)]
pub(crate) struct Parameters {
    pub(crate) key_id: String,
    pub(crate) algorithm: Option<String>,
    pub(crate) created: Option<i64>,
    pub(crate) expires: Option<i64>,
    /// In lower case, in the order of signing, without repetition.
    pub(crate) covered: Vec<String>,
    pub(crate) signature: Vec<u8>,
}

impl Parameters {
    /// Reads `key="value"` pairs between commas, with or without white space around them.
    pub(crate) fn parse(header: &str) -> Result<Self, Refusal> {
        let mut fields = BTreeMap::new();
        let mut rest = header.trim();
        while !rest.is_empty() {
            let (name, value, after) = pair(rest)?;
            if fields.insert(name, value).is_some() {
                return Err(Refusal::SignatureMalformed("a parameter is given twice"));
            }
            rest = after;
        }
        let required = |name: &'static str| {
            fields
                .get(name)
                .copied()
                .filter(|value| !value.is_empty())
                .ok_or(Refusal::SignatureMalformed(name))
        };
        let time = |name: &'static str| {
            fields
                .get(name)
                .map(|value| value.parse::<i64>())
                .transpose()
                .map_err(|_| Refusal::DateUnreadable)
        };
        let signature = BASE64
            .decode(required("signature")?)
            .map_err(|_| Refusal::SignatureMalformed("signature"))?;
        Ok(Self {
            key_id: required("keyId")?.to_owned(),
            algorithm: fields.get("algorithm").map(|name| (*name).to_owned()),
            created: time("created")?,
            expires: time("expires")?,
            covered: covered(fields.get("headers").copied().unwrap_or_default())?,
            signature,
        })
    }

    pub(crate) fn covers(&self, name: &str) -> bool {
        self.covered.iter().any(|covered| covered == name)
    }

    /// The algorithms nobody may ask us to use (SIG-15). Any other name is ignored in favour of
    /// the key's own kind (R-SIG-10).
    pub(crate) fn algorithm_is_refused(&self) -> bool {
        self.algorithm.as_deref().is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            name == "none" || name.contains("hmac") || name.contains("sha1") || name.contains("md5")
        })
    }

    /// The signature beside the string it should be of, for `target`.
    pub(crate) fn prepare(
        &self,
        request: &Request<'_>,
        target: &str,
    ) -> Result<Unverified, Refusal> {
        let names: Vec<&str> = self.covered.iter().map(String::as_str).collect();
        let mut values = BTreeMap::new();
        for name in &names {
            let value = match *name {
                REQUEST_TARGET => continue,
                CREATED => self.created.map(|time| time.to_string()),
                EXPIRES => self.expires.map(|time| time.to_string()),
                header => request.joined(header)?,
            };
            let value = value.ok_or_else(|| Refusal::HeaderMissing((*name).to_owned()))?;
            values.insert((*name).to_owned(), value);
        }
        values.insert(
            "signature".to_owned(),
            format!(
                r#"keyId="-",headers="{}",signature="{}""#,
                names.join(" "),
                STANDARD.encode(&self.signature)
            ),
        );
        Config::new()
            .set_expiration(NO_EXPIRY)
            .require_header(REQUEST_TARGET)
            .begin_verify(request.method, target, values)
            .map_err(|_| Refusal::SignatureMalformed("headers"))
    }
}

/// The string to sign over `covered` of an outgoing request, from the library that verifies.
pub(crate) fn signing_string(request: &Request<'_>, covered: &[&str]) -> Result<String, Refusal> {
    let parameters = Parameters {
        key_id: String::new(),
        algorithm: None,
        created: None,
        expires: None,
        covered: covered.iter().map(|name| (*name).to_owned()).collect(),
        signature: vec![0],
    };
    let prepared = parameters.prepare(request, request.target)?;
    Ok(prepared.signing_string().to_owned())
}

/// The value of the `Signature` header.
pub(crate) fn header(key_id: &str, algorithm: &str, covered: &[&str], signature: &[u8]) -> String {
    format!(
        r#"keyId="{key_id}",algorithm="{algorithm}",headers="{}",signature="{}""#,
        covered.join(" "),
        STANDARD.encode(signature)
    )
}

/// The first `name=value` of `text` and what follows its comma.
fn pair(text: &str) -> Result<(&str, &str, &str), Refusal> {
    const PAIR: Refusal = Refusal::SignatureMalformed("not a list of parameters");
    let (name, rest) = text.split_once('=').ok_or(PAIR)?;
    let name = name.trim();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(PAIR);
    }
    let rest = rest.trim_start();
    let (value, rest) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or(PAIR)?,
        None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
    };
    if value.contains('\\') {
        return Err(PAIR);
    }
    let rest = rest.trim_start();
    let after = match rest.strip_prefix(',') {
        Some(after) if !after.trim().is_empty() => after.trim_start(),
        None if rest.is_empty() => "",
        _ => return Err(PAIR),
    };
    Ok((name, value.trim(), after))
}

fn covered(list: &str) -> Result<Vec<String>, Refusal> {
    const LIST: Refusal = Refusal::SignatureMalformed("headers");
    let mut names: Vec<String> = Vec::new();
    for name in list.split_ascii_whitespace() {
        let name = name.to_ascii_lowercase();
        let pseudo = matches!(name.as_str(), REQUEST_TARGET | CREATED | EXPIRES);
        let token = name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        let circular = matches!(name.as_str(), "signature" | "authorization");
        if !(pseudo || token) || circular || names.contains(&name) || names.len() >= MAX_COVERED {
            return Err(LIST);
        }
        names.push(name);
    }
    Ok(names)
}
