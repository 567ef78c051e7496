//! A request as the gate sees it.

use crate::Refusal;

/// A request as it came over the wire, borrowed from the server.
///
/// With HTTP/2 the caller adds a `host` line from `:authority` when there is none (SIG-18).
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// Path and query as on the request line, not normalised.
    pub target: &'a str,
    /// `https`, or `http` in development: the public one, whatever the proxy speaks to us.
    pub scheme: &'a str,
    /// The configured public host in lower case, with the port unless it is the scheme's own.
    pub authority: &'a str,
    /// Every header line in wire order: name in lower case, raw value. Duplicates stay.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The raw body, empty when there is none.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// The path without the query.
    pub(crate) fn path(&self) -> &'a str {
        self.target
            .split_once('?')
            .map_or(self.target, |(path, _)| path)
    }

    /// The query without its question mark, when there is one.
    pub(crate) fn query(&self) -> Option<&'a str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// GET and HEAD carry no content of their own.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }

    /// The values of every line called `name`.
    pub(crate) fn lines(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers
            .iter()
            .filter(move |(line, _)| line.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The value of `name` when it is there once, `None` when it is not there.
    pub(crate) fn single(&self, name: &'static str) -> Result<Option<&'a str>, Refusal> {
        let mut lines = self.lines(name);
        match (lines.next(), lines.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => text(value).map(Some),
            (Some(_), Some(_)) => Err(Refusal::DuplicateHeader(name)),
        }
    }

    /// The lines of `name` as a signature sees them: trimmed and joined by a comma and a space.
    pub(crate) fn joined(&self, name: &str) -> Result<Option<String>, Refusal> {
        let values = self.lines(name).map(text).collect::<Result<Vec<_>, _>>()?;
        Ok((!values.is_empty()).then(|| values.join(", ")))
    }

    /// Refuses what a server should never have let through: folded lines, control characters, a
    /// request line that is not `METHOD /path`.
    pub(crate) fn screen(&self) -> Result<(), Refusal> {
        let method = !self.method.is_empty() && self.method.bytes().all(|b| b.is_ascii_uppercase());
        let target = self.target.starts_with('/')
            && self
                .target
                .bytes()
                .all(|b| b.is_ascii_graphic() && b != b'#');
        if !method || !target {
            return Err(Refusal::MalformedRequestLine);
        }
        let broken = |value: &[u8]| value.iter().any(|b| matches!(b, b'\r' | b'\n' | 0));
        if self.headers.iter().any(|(_, value)| broken(value)) {
            return Err(Refusal::MalformedHeader);
        }
        Ok(())
    }
}

fn text(value: &[u8]) -> Result<&str, Refusal> {
    let text = std::str::from_utf8(value).map_err(|_| Refusal::MalformedHeader)?;
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err(Refusal::MalformedHeader);
    }
    Ok(text.trim_matches([' ', '\t']))
}
