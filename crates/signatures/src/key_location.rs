//! Where the key of a `keyId` is to be found (R-SIG-13).

use url::{Host, Url};

/// The longest key id looked at, in bytes.
const MAX_KEY_ID: usize = 2048;
/// Last path segments that name a key document beside its actor.
const KEY_SEGMENTS: [&str; 4] = ["main-key", "publickey", "public-key", "key"];

/// What to fetch to find a key. Nothing here has been fetched or believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyLocation {
    /// `https://host/actor#main-key`: the key is inside this document, the actor's.
    Actor(Url),
    /// `https://host/actor/main-key` (`GoToSocial`, Mobilizon's `/publickey`): fetch it, take its
    /// `owner`, fetch the owner and check that it lists this key.
    KeyDocument(Url),
    /// `https://host/actor` (`PeerTube`): the actor's document itself, or a bare key document.
    Document(Url),
    /// `acct:name@host` (old Mastodon): ask the host's `WebFinger`.
    Handle {
        /// The part before the at sign, as given.
        name: String,
        /// The host in lower case and ASCII, with its port if it has one.
        host: String,
    },
}

/// A key id that leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyIdError {
    /// Empty, longer than 2048 bytes, or neither a URL nor a handle.
    #[error("the key id is not a URL or a handle")]
    Malformed,
    /// Another scheme than `https`, `http` or `acct`.
    #[error("the key id has a scheme that is not supported")]
    Scheme,
    /// A URL with a user name or a password.
    #[error("the key id carries credentials")]
    Credentials,
}

impl KeyIdError {
    /// A stable name for logs and answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "key_id_malformed",
            Self::Scheme => "key_id_scheme",
            Self::Credentials => "key_id_credentials",
        }
    }
}

impl KeyLocation {
    /// Reads a `keyId`. Whether `http` may be fetched is the fetcher's business.
    ///
    /// # Errors
    /// When nothing could be fetched for it.
    pub fn from_key_id(key_id: &str) -> Result<Self, KeyIdError> {
        if key_id.len() > MAX_KEY_ID {
            return Err(KeyIdError::Malformed);
        }
        if let Some(handle) = key_id.strip_prefix("acct:") {
            return handle_location(handle);
        }
        let mut url = Url::parse(key_id).map_err(|_| KeyIdError::Malformed)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(KeyIdError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(KeyIdError::Credentials);
        }
        if url.fragment().is_some() {
            url.set_fragment(None);
            return Ok(Self::Actor(url));
        }
        let last = url.path().rsplit('/').next().unwrap_or_default();
        let names_key = KEY_SEGMENTS
            .iter()
            .any(|segment| last.eq_ignore_ascii_case(segment));
        Ok(if names_key {
            Self::KeyDocument(url)
        } else {
            Self::Document(url)
        })
    }

    /// The document to fetch first; `None` for a handle.
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        match self {
            Self::Actor(url) | Self::KeyDocument(url) | Self::Document(url) => Some(url),
            Self::Handle { .. } => None,
        }
    }

    /// Whether the key has the scheme, host and port of `actor` (SIG-11, SIG-12). A handle has no
    /// scheme of its own and is compared by host and port.
    #[must_use]
    pub fn same_origin(&self, actor: &Url) -> bool {
        match self {
            Self::Actor(url) | Self::KeyDocument(url) | Self::Document(url) => {
                url.origin() == actor.origin()
            }
            Self::Handle { host, .. } => {
                let actor_host = actor.host_str().map(|name| match actor.port() {
                    Some(port) => format!("{name}:{port}"),
                    None => name.to_owned(),
                });
                actor_host.is_some_and(|actor_host| actor_host == *host)
            }
        }
    }
}

fn handle_location(handle: &str) -> Result<KeyLocation, KeyIdError> {
    let (name, authority) = handle
        .trim_start_matches('@')
        .split_once('@')
        .ok_or(KeyIdError::Malformed)?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || !name.chars().all(plain) {
        return Err(KeyIdError::Malformed);
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>())),
        None => (authority, None),
    };
    let port = port.transpose().map_err(|_| KeyIdError::Malformed)?;
    // A handle names a domain; an address in its place is an attempt at something.
    let Ok(Host::Domain(host)) = Host::parse(host) else {
        return Err(KeyIdError::Malformed);
    };
    Ok(KeyLocation::Handle {
        name: name.to_owned(),
        host: match port {
            Some(443) | None => host,
            Some(port) => format!("{host}:{port}"),
        },
    })
}
