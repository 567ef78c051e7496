//! The rules of a site, and the reasons for which something is reported there.
//!
//! A rule is never changed: reworded, it is a new row of the same root that counts from a date on, and the old one until
//! then. What was decided names the row, so that its words can still be read.

use crate::ModerationError;
use crate::complaint::Reason;
use crate::desk::Moderation;
use crate::record::{self, Action, Deed};
use accounts::{AccountState, Letter, Permission, SiteRole, roles};
use diesel::prelude::*;
use serde_json::json;
use sites::Site;
use std::collections::BTreeMap;
use store::schema::{hidden_reasons, site_rules};
use store::{Conn, Id, Json, StoreError, Ts, fresh_id};

/// Page of the rules.
pub const RULES_PATH: &str = "/rules";
/// Rules in force on one site.
const MOST: usize = 50;
/// Characters of a rule in one language.
pub const LONGEST_RULE: u32 = 1_000;
/// Rows of the history.
const HISTORY: i64 = 500;

/// A rule, in the words of one time.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = site_rules)]
pub struct SiteRule {
    /// Key of these words.
    pub id: Id,
    /// Key of the rule, whatever its words.
    pub root_id: Id,
    /// Word of the [`Reason`] that it is about.
    pub reason: String,
    /// The words, by language (BCP 47).
    pub texts: Json,
    /// From when on it counts.
    pub since: Ts,
    /// Until when; none: it stands.
    pub until: Option<Ts>,
}

impl SiteRule {
    /// Its words in a language, else in the site's, else in any.
    pub fn text(&self, language: &str, default: &str) -> String {
        let texts = self.texts.0.as_object();
        let in_language = |tag: &str| {
            texts
                .and_then(|texts| texts.get(tag))
                .and_then(|text| text.as_str())
                .filter(|text| !text.is_empty())
        };
        let any = || {
            texts.and_then(|texts| {
                texts
                    .values()
                    .filter_map(|text| text.as_str())
                    .find(|text| !text.is_empty())
            })
        };
        in_language(language)
            .or_else(|| in_language(default))
            .or_else(any)
            .unwrap_or_default()
            .to_owned()
    }

    /// True when it counts at a moment.
    pub fn counts_at(&self, now: Ts) -> bool {
        self.since <= now && self.until.is_none_or(|until| until > now)
    }

    /// All rules that a site ever had, in the order in which they were made; the newest words of each last.
    pub fn all(conn: &mut Conn, site: Id) -> Result<Vec<Self>, StoreError> {
        Ok(site_rules::table
            .filter(site_rules::site_id.eq(site))
            .order((site_rules::root_id, site_rules::since, site_rules::id))
            .limit(HISTORY)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Those that count now.
    pub fn in_force(conn: &mut Conn, site: Id, now: Ts) -> Result<Vec<Self>, StoreError> {
        let mut rules = Self::all(conn, site)?;
        rules.retain(|rule| rule.counts_at(now));
        Ok(rules)
    }

    /// One of a site, of whatever time.
    pub fn of(conn: &mut Conn, site: Id, id: Id) -> Result<Self, ModerationError> {
        let found = site_rules::table
            .find(id)
            .filter(site_rules::site_id.eq(site))
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        found.ok_or(ModerationError::Unknown)
    }
}

/// What is to be a rule.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// The rule that it rewords.
    pub replaces: Option<Id>,
    /// What it is about.
    pub reason: Reason,
    /// Its words, by language; one at least.
    pub texts: BTreeMap<String, String>,
    /// From when on it counts; not before now.
    pub since: Ts,
}

/// Why something is reported on a site: a rule of it, or one of the usual reasons.
#[derive(Debug, Clone, PartialEq)]
pub enum Ground {
    /// A rule.
    Rule(SiteRule),
    /// A usual reason.
    Usual(Reason),
}

impl Ground {
    /// What a site offers: its rules, then the usual reasons that it did not hide.
    pub fn offered(conn: &mut Conn, site: Id, now: Ts) -> Result<Vec<Self>, StoreError> {
        let hidden = hidden(conn, site)?;
        let rules = SiteRule::in_force(conn, site, now)?.into_iter();
        let usual = Reason::ALL.iter().copied();
        let usual = usual.filter(|reason| !hidden.contains(reason));
        Ok(rules
            .map(Self::Rule)
            .chain(usual.map(Self::Usual))
            .collect())
    }

    /// Reads what a form or the API names: a word of [`Reason`], or `rule:` and a key. Rules of the past are no grounds.
    pub fn read(conn: &mut Conn, site: Id, word: &str, now: Ts) -> Result<Self, ModerationError> {
        match word.strip_prefix("rule:") {
            Some(key) => {
                let id = Id::parse(key).ok_or(ModerationError::Reason)?;
                let rule = SiteRule::of(conn, site, id).map_err(|error| match error {
                    ModerationError::Unknown => ModerationError::Reason,
                    other => other,
                })?;
                match rule.counts_at(now) {
                    true => Ok(Self::Rule(rule)),
                    false => Err(ModerationError::Reason),
                }
            }
            None => Reason::from_word(word)
                .map(Self::Usual)
                .ok_or(ModerationError::Reason),
        }
    }

    /// As [`Ground::read`] reads it.
    pub fn word(&self) -> String {
        match self {
            Self::Rule(rule) => format!("rule:{}", rule.id),
            Self::Usual(reason) => reason.as_str().to_owned(),
        }
    }

    /// The usual reason that it is, or that the rule is about.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Rule(rule) => Reason::from_word(&rule.reason).unwrap_or(Reason::Other),
            Self::Usual(reason) => *reason,
        }
    }

    /// The rule's key.
    pub fn rule(&self) -> Option<Id> {
        match self {
            Self::Rule(rule) => Some(rule.id),
            Self::Usual(_) => None,
        }
    }
}

/// Usual reasons that a site does not offer.
pub fn hidden(conn: &mut Conn, site: Id) -> Result<Vec<Reason>, StoreError> {
    let words: Vec<String> = hidden_reasons::table
        .filter(hidden_reasons::site_id.eq(site))
        .select(hidden_reasons::word)
        .load(conn)?;
    Ok(words
        .iter()
        .filter_map(|word| Reason::from_word(word))
        .collect())
}

/// Hides usual reasons, all others are offered. "Other" always is: a reporter must be able to say what nobody foresaw.
pub fn hide(conn: &mut Conn, site: Id, by: Id, reasons: &[Reason]) -> Result<(), ModerationError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    diesel::delete(hidden_reasons::table.filter(hidden_reasons::site_id.eq(site))).execute(conn)?;
    let mut words: Vec<&str> = reasons
        .iter()
        .filter(|reason| **reason != Reason::Other)
        .map(|reason| reason.as_str())
        .collect();
    words.sort_unstable();
    words.dedup();
    for word in words {
        diesel::insert_into(hidden_reasons::table)
            .values((
                hidden_reasons::site_id.eq(site),
                hidden_reasons::word.eq(word),
            ))
            .execute(conn)?;
    }
    Ok(())
}

impl Moderation {
    /// Makes a rule, or rewords one; with `tell` every member of the site is written to.
    pub fn set_rule(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        new: &NewRule,
        tell: bool,
        now: Ts,
    ) -> Result<SiteRule, ModerationError> {
        roles::require_permission(conn, site.id, by, Permission::Settings)?;
        let texts: BTreeMap<&str, &str> = new
            .texts
            .iter()
            .map(|(tag, text)| (tag.as_str(), text.trim()))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        if texts.is_empty() {
            return Err(ModerationError::Missing);
        }
        let long = |text: &&str| text.chars().count() > LONGEST_RULE as usize;
        if texts.values().any(long) {
            return Err(ModerationError::TooLong);
        }
        if new.since < now {
            return Err(ModerationError::End);
        }
        let id = fresh_id(now.0);
        let root = match new.replaces {
            Some(before) => {
                let before = SiteRule::of(conn, site.id, before)?;
                if before.until.is_some() {
                    return Err(ModerationError::Decided);
                }
                end(conn, before.id, new.since)?;
                before.root_id
            }
            None if SiteRule::in_force(conn, site.id, now)?.len() >= MOST => {
                return Err(ModerationError::TooLong);
            }
            None => id,
        };
        diesel::insert_into(site_rules::table)
            .values((
                site_rules::id.eq(id),
                site_rules::site_id.eq(site.id),
                site_rules::root_id.eq(root),
                site_rules::reason.eq(new.reason.as_str()),
                site_rules::texts.eq(Json(json!(texts))),
                site_rules::since.eq(new.since),
                site_rules::created_at.eq(now),
            ))
            .execute(conn)?;
        self.note_rule(
            conn,
            site,
            by,
            id,
            json!({"root": root.to_string(), "since": new.since}),
            now,
        )?;
        if tell {
            self.tell_of_rules(conn, site, new.since, now)?;
        }
        SiteRule::of(conn, site.id, id)
    }

    /// Ends a rule at a moment; its words stay in the history.
    pub fn end_rule(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        id: Id,
        tell: bool,
        now: Ts,
    ) -> Result<(), ModerationError> {
        roles::require_permission(conn, site.id, by, Permission::Settings)?;
        let rule = SiteRule::of(conn, site.id, id)?;
        if rule.until.is_some_and(|until| until <= now) {
            return Err(ModerationError::Decided);
        }
        end(conn, id, now)?;
        self.note_rule(conn, site, by, id, json!({"ended": now}), now)?;
        match tell {
            true => self.tell_of_rules(conn, site, now, now),
            false => Ok(()),
        }
    }

    fn note_rule(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        id: Id,
        detail: serde_json::Value,
        now: Ts,
    ) -> Result<(), StoreError> {
        let target = format!("rule:{id}");
        let deed = Deed {
            site: site.id,
            by: Some(by),
            action: Action::RuleChanged,
            target_kind: "rule",
            target: &target,
            reason: "",
            detail,
        };
        record::write(conn, &deed, now)
    }

    /// A letter to everybody let in on the site.
    fn tell_of_rules(
        &self,
        conn: &mut Conn,
        site: &Site,
        since: Ts,
        now: Ts,
    ) -> Result<(), ModerationError> {
        let letter = Letter::RulesChanged {
            since: since.0.with_timezone(&site.timezone).date_naive(),
            link: site.url(RULES_PATH),
        };
        let told = [SiteRole::Admin, SiteRole::Moderator, SiteRole::Member];
        for (account, _) in roles::people_of(conn, site.id, &told)? {
            if account.state == AccountState::Active {
                self.write_to_account(conn, site, &account, &letter, now)?;
            }
        }
        Ok(())
    }
}

fn end(conn: &mut Conn, id: Id, at: Ts) -> Result<(), StoreError> {
    diesel::update(site_rules::table.find(id))
        .set(site_rules::until.eq(at))
        .execute(conn)?;
    Ok(())
}
