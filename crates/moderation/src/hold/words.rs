//! Watched words (MOD-01) of a site; how they are compared is in `publication::words`.

use crate::ModerationError;
use accounts::{Permission, roles};
use diesel::prelude::*;
use publication::words::{folded, stands_in};
use store::schema::watched_words;
use store::{Conn, Id, StoreError, Ts};

/// Words of a site.
const MOST: usize = 500;
/// Characters of a word.
const LONGEST: usize = 100;

/// The words of a site.
#[derive(Debug, Clone, Default)]
pub struct Watched {
    words: Vec<String>,
    folded: Vec<String>,
}

impl Watched {
    /// Reads them, in alphabetical order.
    pub fn read(conn: &mut Conn, site: Id) -> Result<Self, StoreError> {
        let rows: Vec<(String, String)> = watched_words::table
            .filter(watched_words::site_id.eq(site))
            .order(watched_words::folded)
            .select((watched_words::word, watched_words::folded))
            .load(conn)?;
        let (words, folded) = rows.into_iter().unzip();
        Ok(Self { words, folded })
    }

    /// As they were typed.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Replaces them, in the name of an administrator.
    pub fn write(
        conn: &mut Conn,
        site: Id,
        by: Id,
        words: &[String],
        now: Ts,
    ) -> Result<(), ModerationError> {
        roles::require_permission(conn, site, by, Permission::Settings)?;
        let long = |word: &String| word.chars().count() > LONGEST;
        if words.len() > MOST || words.iter().any(long) {
            return Err(ModerationError::TooLong);
        }
        diesel::delete(watched_words::table.filter(watched_words::site_id.eq(site)))
            .execute(conn)?;
        for word in words {
            let key = folded(word);
            let key = key.trim();
            if key.is_empty() {
                continue;
            }
            let row = (
                watched_words::site_id.eq(site),
                watched_words::folded.eq(key),
                watched_words::word.eq(word.trim()),
                watched_words::created_at.eq(now),
            );
            let insert = diesel::insert_into(watched_words::table).values(row);
            store::Portable(insert.on_conflict_do_nothing()).execute(conn)?;
        }
        Ok(())
    }

    /// True when one of the words stands in one of the texts, as a whole word.
    pub fn is_in(&self, texts: &[String]) -> bool {
        if self.folded.is_empty() {
            return false;
        }
        texts.iter().any(|text| {
            let text = folded(text);
            self.folded.iter().any(|word| stands_in(&text, word))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(word: &str) -> Watched {
        Watched {
            words: vec![word.to_owned()],
            folded: vec![folded(word)],
        }
    }

    #[test]
    fn mod_01_a_watched_word_is_found_however_it_is_dressed() {
        let list = watched("casino");
        for text in [
            "Le CASINO du coin",
            "le cásino",
            "un ca\u{200b}si\u{ad}no",
            "un c\u{430}sin\u{43e}",
            "un &#99;asino",
            "un ca<b>si</b>no",
            "ｃａｓｉｎｏ",
            "casino",
            "« casino »",
        ] {
            assert!(list.is_in(&[text.to_owned()]), "{text}");
        }
    }

    #[test]
    fn mod_01_a_word_within_another_is_another() {
        let list = watched("con");
        for text in ["un concert", "la leçon", "flacon"] {
            assert!(!list.is_in(&[text.to_owned()]), "{text}");
        }
        assert!(list.is_in(&["quel con !".to_owned()]));
    }
}
