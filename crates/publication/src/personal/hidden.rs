//! A person's rules as they are asked while a page is made.

use super::{RuleKind, rules};
use crate::words::{folded, stands_in};
use federation::{Actor, Barred};
use store::{Conn, Id, StoreError, Ts};

/// A condition on `objects` joined with `actors`: no rule of the account names its author or its author's server.
#[macro_export]
#[doc(hidden)]
macro_rules! not_hidden_from {
    ($account:expr, $now:expr) => {{
        let (account, now): (store::Id, store::Ts) = ($account, $now);
        diesel::dsl::sql::<diesel::sql_types::Bool>(
            "NOT EXISTS (SELECT 1 FROM personal_blocks b WHERE b.account_id = ",
        )
        .bind::<store::sql::Key, _>(account)
        .sql(" AND (b.ends_at IS NULL OR b.ends_at > ")
        .bind::<store::sql::Moment, _>(now)
        .sql(
            ") AND (b.actor_id = objects.actor_id OR (b.kind = 'host' AND (actors.host = b.value \
             OR actors.host LIKE b.value || ':%' OR actors.host LIKE '%.' || b.value \
             OR actors.host LIKE '%.' || b.value || ':%'))))",
        )
    }};
}

/// What is not shown to one person; nothing for a visitor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hidden {
    /// Whose rules; `None` when they name no actor and no server.
    by_author: Option<(Id, Ts)>,
    authors: Barred,
    words: Vec<String>,
    /// Agendas that the person acts for: their words are not hidden from themselves.
    own: Vec<Id>,
}

impl Hidden {
    /// What `account` hid; one query.
    pub fn of(conn: &mut Conn, account: Id, own: &[Id], now: Ts) -> Result<Self, StoreError> {
        let mut hidden = Self::default();
        for rule in rules(conn, account, now)? {
            match (RuleKind::from_word(&rule.kind), rule.actor_id) {
                (Some(RuleKind::Actor), Some(actor)) => hidden.authors.actors.push(actor),
                (Some(RuleKind::Host), _) => hidden.authors.hosts.push(rule.value),
                (Some(RuleKind::Word), _) => hidden.words.push(rule.value),
                _ => {}
            }
        }
        if !hidden.authors.is_empty() {
            hidden.by_author = Some((account, now));
        }
        if !hidden.words.is_empty() {
            hidden.own = own.to_vec();
        }
        Ok(hidden)
    }

    /// Account and time for [`not_hidden_from!`], where a rule names an actor or a server.
    pub fn by_author(&self) -> Option<(Id, Ts)> {
        self.by_author
    }

    /// True when a word is hidden: texts must then be looked at.
    pub fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// True when nothing of this actor is shown.
    pub fn covers(&self, actor: &Actor) -> bool {
        self.authors.covers(actor)
    }

    /// True when one of the texts of `author`, HTML or plain, has a hidden word.
    pub fn says(&self, author: Id, texts: &[&str]) -> bool {
        if self.words.is_empty() || self.own.contains(&author) {
            return false;
        }
        texts.iter().any(|text| {
            let text = folded(text);
            self.words.iter().any(|word| stands_in(&text, word))
        })
    }
}
