//! RFC 9421, HTTP Message Signatures (R-SIG-12).

use sfv::{
    BareItem, Dictionary, FieldType as _, InnerList, Item, Key, List, ListEntry, Parser, StringRef,
};

use crate::{Algorithm, Refusal, Request};

/// The label of what we sign.
const LABEL: &str = "sig1";
/// More labels than a request has hops; each costs a reading.
const MAX_LABELS: usize = 4;
/// More components than any peer signs.
const MAX_COVERED: usize = 32;

/// One label of `Signature-Input` with its entry of `Signature`.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) key_id: String,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) created: i64,
    pub(crate) expires: Option<i64>,
    /// Component names in the order of signing, without repetition.
    pub(crate) covered: Vec<String>,
    pub(crate) signature: Vec<u8>,
    /// The value of `@signature-params`.
    pub(crate) parameters: String,
}

impl Candidate {
    pub(crate) fn covers(&self, name: &str) -> bool {
        self.covered.iter().any(|covered| covered == name)
    }

    /// The signature base (section 2.5).
    pub(crate) fn base(&self, request: &Request<'_>) -> Result<String, Refusal> {
        base(request, &self.covered, &self.parameters)
    }
}

/// Reads the two headers. Each label is a result of its own, so that an unreadable one does not
/// spoil its neighbour.
///
/// # Errors
/// When either header is not a structured dictionary, or there is no label or too many.
pub(crate) fn candidates(
    input: &str,
    signature: &str,
) -> Result<Vec<Result<Candidate, Refusal>>, Refusal> {
    const DICTIONARY: Refusal = Refusal::SignatureMalformed("not a structured dictionary");
    let inputs: Dictionary = Parser::new(input).parse().map_err(|_| DICTIONARY)?;
    let signatures: Dictionary = Parser::new(signature).parse().map_err(|_| DICTIONARY)?;
    if inputs.is_empty() || inputs.len() > MAX_LABELS {
        return Err(Refusal::SignatureMalformed("number of labels"));
    }
    let read = |(label, entry): (Key, ListEntry)| candidate(entry, signatures.get(&label));
    Ok(inputs.into_iter().map(read).collect())
}

fn candidate(entry: ListEntry, signature: Option<&ListEntry>) -> Result<Candidate, Refusal> {
    let ListEntry::InnerList(list) = entry else {
        return Err(Refusal::SignatureMalformed("no list of components"));
    };
    let signature = match signature {
        Some(ListEntry::Item(item)) => match &item.bare_item {
            BareItem::ByteSequence(bytes) => bytes.clone(),
            _ => return Err(Refusal::SignatureMalformed("signature")),
        },
        _ => return Err(Refusal::SignatureMalformed("a label without a signature")),
    };
    let covered = covered(&list.items)?;
    let mut key_id = None;
    let mut algorithm = None;
    let mut created = None;
    let mut expires = None;
    for (name, value) in &list.params {
        match name.as_str() {
            "keyid" => key_id = Some(string(value, "keyid")?.to_owned()),
            "alg" => algorithm = Some(algorithm_named(string(value, "alg")?)?),
            "created" => created = Some(integer(value)?),
            "expires" => expires = Some(integer(value)?),
            _ => {}
        }
    }
    Ok(Candidate {
        key_id: key_id
            .filter(|id| !id.is_empty())
            .ok_or(Refusal::SignatureMalformed("keyid"))?,
        algorithm,
        created: created.ok_or(Refusal::NotCovered("created"))?,
        expires,
        covered,
        signature,
        parameters: serialize(list)?,
    })
}

/// Component names. Parameters such as `;req`, `;bs` or `;name` change what is signed; no peer
/// sends them and none is accepted.
fn covered(items: &[Item]) -> Result<Vec<String>, Refusal> {
    const COMPONENTS: Refusal = Refusal::SignatureMalformed("components");
    if items.len() > MAX_COVERED {
        return Err(COMPONENTS);
    }
    let mut names: Vec<String> = Vec::with_capacity(items.len());
    for item in items {
        let name = string(&item.bare_item, "components")?;
        let lower = !name.is_empty() && !name.bytes().any(|b| b.is_ascii_uppercase());
        if !lower || !item.params.is_empty() || names.iter().any(|known| known == name) {
            return Err(COMPONENTS);
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

fn string<'a>(value: &'a BareItem, part: &'static str) -> Result<&'a str, Refusal> {
    value
        .as_string()
        .map(StringRef::as_str)
        .ok_or(Refusal::SignatureMalformed(part))
}

fn integer(value: &BareItem) -> Result<i64, Refusal> {
    value
        .as_integer()
        .map(i64::from)
        .ok_or(Refusal::DateUnreadable)
}

/// The registered names (section 6.2.2) that are accepted; RSA-PSS, ECDSA and HMAC are not.
fn algorithm_named(name: &str) -> Result<Algorithm, Refusal> {
    match name {
        "rsa-v1_5-sha256" => Ok(Algorithm::RsaSha256),
        "ed25519" => Ok(Algorithm::Ed25519),
        _ => Err(Refusal::AlgorithmRefused),
    }
}

/// The registered name of an algorithm.
pub(crate) const fn name_of(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::RsaSha256 => "rsa-v1_5-sha256",
        Algorithm::Ed25519 => "ed25519",
    }
}

fn serialize(list: InnerList) -> Result<String, Refusal> {
    let list: List = vec![ListEntry::InnerList(list)];
    list.serialize()
        .ok_or(Refusal::SignatureMalformed("components"))
}

/// The signature base over `covered` with `parameters` as its last line.
pub(crate) fn base(
    request: &Request<'_>,
    covered: &[String],
    parameters: &str,
) -> Result<String, Refusal> {
    let mut base = String::new();
    for name in covered {
        base.push_str(&format!("\"{name}\": {}\n", component(request, name)?));
    }
    base.push_str("\"@signature-params\": ");
    base.push_str(parameters);
    Ok(base)
}

/// The value of a component (sections 2.1 and 2.2).
fn component(request: &Request<'_>, name: &str) -> Result<String, Refusal> {
    let authority = || canonical_authority(request);
    match name {
        "@method" => Ok(request.method.to_owned()),
        "@scheme" => Ok(request.scheme.to_owned()),
        "@authority" => Ok(authority()),
        "@target-uri" => Ok(format!(
            "{}://{}{}",
            request.scheme,
            authority(),
            request.target
        )),
        "@request-target" => Ok(request.target.to_owned()),
        "@path" => Ok(request.path().to_owned()),
        "@query" => Ok(format!("?{}", request.query().unwrap_or_default())),
        derived if derived.starts_with('@') => Err(Refusal::SignatureMalformed("components")),
        "signature" | "signature-input" => Err(Refusal::SignatureMalformed("components")),
        header => request
            .joined(header)?
            .ok_or_else(|| Refusal::HeaderMissing(header.to_owned())),
    }
}

/// Lower case, without the scheme's own port.
fn canonical_authority(request: &Request<'_>) -> String {
    let authority = request.authority.to_ascii_lowercase();
    let port = match request.scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return authority,
    };
    match authority.strip_suffix(port) {
        Some(host) => host.to_owned(),
        None => authority,
    }
}

/// What an outgoing request covers and says about itself, without its label.
pub(crate) fn outgoing_parameters(
    covered: &[String],
    created: i64,
    key_id: &str,
    algorithm: Algorithm,
) -> Result<String, Refusal> {
    const INPUT: Refusal = Refusal::SignatureMalformed("parameters");
    let text = |value: &str| {
        sfv::String::from_string(value.to_owned())
            .map(BareItem::String)
            .map_err(|_| INPUT)
    };
    let key = |name: &str| Key::from_string(name.to_owned()).map_err(|_| INPUT);
    let created = sfv::Integer::try_from(created).map_err(|_| INPUT)?;
    let mut list = InnerList::default();
    for name in covered {
        list.items.push(Item::new(text(name)?));
    }
    let params = [
        ("created", BareItem::Integer(created)),
        ("keyid", text(key_id)?),
        ("alg", text(name_of(algorithm))?),
    ];
    for (name, value) in params {
        list.params.insert(key(name)?, value);
    }
    serialize(list)
}

/// The values of `Signature-Input` and `Signature`.
pub(crate) fn headers(parameters: &str, signature: &[u8]) -> (String, String) {
    use base64::Engine as _;
    let signature = base64::engine::general_purpose::STANDARD.encode(signature);
    (
        format!("{LABEL}={parameters}"),
        format!("{LABEL}=:{signature}:"),
    )
}

#[cfg(test)]
mod tests;
