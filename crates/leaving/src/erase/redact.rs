//! Names of an erased person within the words of others that stay.

use accounts::Account;
use federation::Actor;

/// What stands in the place of a name.
const GONE: &str = "…";

/// What a text must not say any more.
pub(super) struct Redact(Vec<String>);

impl Redact {
    /// The address, the name, the handles of agendas that ended.
    pub(super) fn of(account: &Account, ended: &[Actor]) -> Self {
        let mut names = vec![account.email.clone(), account.email_folded.clone()];
        names.extend(ended.iter().map(Actor::handle));
        names.extend(ended.iter().map(|agenda| agenda.uri.clone()));
        let of_page = |agenda: &Actor| format!("/agendas/{}", agenda.username);
        names.extend(ended.iter().map(of_page));
        names.push(account.name.clone());
        // "a" or "Jo" is a word of other people's sentences before it is a name.
        names.retain(|name| name.trim().chars().count() > 2);
        names.dedup();
        Self(names)
    }

    /// What to look for.
    pub(super) fn names(&self) -> &[String] {
        &self.0
    }

    /// The text without them, where they stand as words of their own.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for name in &self.0 {
            text = without(&text, name);
        }
        text
    }
}

fn without(text: &str, name: &str) -> String {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for (at, found) in text.match_indices(name) {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        if letter(before) || letter(after) {
            continue;
        }
        out.push_str(&text[kept..at]);
        out.push_str(GONE);
        kept = at + found.len();
    }
    out.push_str(&text[kept..]);
    out
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn a_name_goes_and_a_word_that_begins_like_it_stays() {
        assert_eq!(without("Léa, voici Léa.", "Léa"), "…, voici ….");
        assert_eq!(without("Léandre et Léa", "Léa"), "Léandre et …");
        assert_eq!(without("rien", "Léa"), "rien");
    }
}
