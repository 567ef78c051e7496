//! E-mail addresses, stricter than RFC 5321 (INJ-05).

use std::fmt;
use std::str::FromStr;

/// A deliverable address: printable ASCII, one `@`, a full domain name.
///
/// The local part is kept as written; the domain is lower-case, an internationalised one in its
/// ASCII form (RFC 5891). Quoted local parts, routes, address literals and the characters that
/// some mail software treats specially are refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress {
    text: String,
    at: usize,
}

/// Why a text is not an address we write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing there.
    #[error("the address is empty")]
    Empty,
    /// More than 320 bytes in all, 64 before the `@` or 255 after.
    #[error("the address is too long")]
    TooLong,
    /// No `@`, or more than one.
    #[error("an address has exactly one @")]
    At,
    /// Before the `@`: a character that is not accepted, or a misplaced dot.
    #[error("the part before the @ has a character that is not accepted")]
    LocalPart,
    /// After the `@`: not a full domain name.
    #[error("the part after the @ is not a domain name")]
    Domain,
}

impl AddressError {
    /// A stable word for interfaces and translations.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "address_empty",
            Self::TooLong => "address_too_long",
            Self::At => "address_at",
            Self::LocalPart => "address_local_part",
            Self::Domain => "address_domain",
        }
    }
}

impl EmailAddress {
    /// Longest address in bytes, as given by the person.
    pub const MAX_BYTES: usize = 320;

    /// Reads an address; spaces and tabs around it are ignored, anywhere else they are refused.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.len() > Self::MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        let text = text.trim_matches([' ', '\t']);
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressError::At)?;
        if domain.contains('@') {
            return Err(AddressError::At);
        }
        if local.len() > 64 {
            return Err(AddressError::TooLong);
        }
        if !local_part_is_plain(local) {
            return Err(AddressError::LocalPart);
        }
        let domain = full_domain(domain)?;
        Ok(Self {
            text: format!("{local}@{domain}"),
            at: local.len(),
        })
    }

    /// As written to; the domain in lower case.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Before the `@`.
    pub fn local_part(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// After the `@`: lower-case ASCII.
    pub fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    /// For comparing: all lower-case. Two people whose addresses differ by case only do not exist
    /// in practice; one person who types it both ways does.
    pub fn folded(&self) -> String {
        self.text.to_ascii_lowercase()
    }
}

/// RFC 5322 `dot-atom` without `% ! | { } $ ^` and backtick, and never looking like an option of a
/// command.
fn local_part_is_plain(local: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".#&'*+-/=?_~".contains(&byte);
    !local.is_empty()
        && local.bytes().all(plain)
        && !local.starts_with(['.', '-'])
        && !local.ends_with('.')
        && !local.contains("..")
}

fn full_domain(domain: &str) -> Result<String, AddressError> {
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| AddressError::Domain)?;
    if ascii.len() > 255 {
        return Err(AddressError::TooLong);
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = ascii.rsplit('.').next().unwrap_or_default();
    let named = ascii.contains('.') && top.bytes().any(|byte| byte.is_ascii_alphabetic());
    if named && ascii.split('.').all(label) {
        Ok(ascii)
    } else {
        Err(AddressError::Domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests;
