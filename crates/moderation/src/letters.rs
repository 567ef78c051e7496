//! What people are told.

use crate::ModerationError;
use crate::desk::Moderation;
use crate::measure::Measure;
use crate::rules::SiteRule;
use accounts::{Account, Letter};
use mail::EmailAddress;
use sites::Site;
use store::{Conn, Ts};

/// A measure was taken: what, why, until when, and where to answer.
pub(crate) fn taken(
    site: &Site,
    person: &Account,
    measure: &Measure,
    rule: Option<&SiteRule>,
    link: String,
) -> Letter {
    let until = measure
        .ends_at
        .map(|at| at.0.with_timezone(&site.timezone).date_naive());
    Letter::MeasureTaken {
        name: person.name.clone(),
        kind: measure.kind.clone(),
        title: measure.title.clone(),
        reason: measure.reason.clone(),
        rule: rule.map(|rule| rule.text(&person.language, &site.default_language)),
        text: measure.message.clone(),
        until,
        link,
    }
}

/// A measure is over: taken back, or ended by itself.
pub(crate) fn ended(person: &Account, measure: &Measure, undone: bool) -> Letter {
    Letter::MeasureEnded {
        name: person.name.clone(),
        kind: measure.kind.clone(),
        title: measure.title.clone(),
        undone,
    }
}

impl Moderation {
    /// A letter to a person of ours; nothing on a server without mail.
    pub(crate) fn write_to_account(
        &self,
        conn: &mut Conn,
        site: &Site,
        account: &Account,
        letter: &Letter,
        now: Ts,
    ) -> Result<(), ModerationError> {
        if self.accounts.sends_mail() {
            accounts::post_to(
                conn,
                self.accounts.letters().as_ref(),
                site,
                account,
                letter,
                now,
            )?;
        }
        Ok(())
    }

    /// A letter to a visitor.
    pub(crate) fn write_to(
        &self,
        conn: &mut Conn,
        site: &Site,
        email: &EmailAddress,
        language: &str,
        letter: &Letter,
        now: Ts,
    ) -> Result<(), ModerationError> {
        if self.accounts.sends_mail() {
            let letters = self.accounts.letters();
            accounts::post(conn, letters.as_ref(), site, email, language, letter, now)?;
        }
        Ok(())
    }
}
