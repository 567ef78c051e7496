//! Reports: from accounts, from visitors with a confirmed address, from other servers (R-MOD-01, R-MOD-02).

use crate::case::{Case, CaseState};
use crate::desk::Moderation;
use crate::record::{Action, Deed};
use crate::target::Target;
use crate::{ModerationError, copy, record};
use accounts::{Letter, LimitKind, token_hash};
use activitystreams::write as strict;
use chrono::Duration;
use diesel::prelude::*;
use federation::Actor;
use federation::outbox::{Recipients, Spoken, say};
use mail::EmailAddress;
use serde_json::json;
use sites::Site;
use store::schema::{cases, reports};
use store::{Conn, Id, Json, Ts, fresh_id, text_enum};
use url::Url;

text_enum! {
    /// Why something is reported. The words are the same on every site; what they mean there, its rules say.
    pub enum Reason {
        /// A date, place, price, credit or licence that is not right.
        WrongFact = "wrong_fact",
        /// Advertising, or the same again and again.
        Spam = "spam",
        /// Insults, threats, pestering.
        Harassment = "harassment",
        /// Against people for what they are.
        Hate = "hate",
        /// Somebody's address, name or picture against their will.
        Privacy = "privacy",
        /// Pretends to be somebody else.
        Impersonation = "impersonation",
        /// Somebody's work without leave.
        Copyright = "copyright",
        /// Not for everybody's eyes, and not marked so.
        Sensitive = "sensitive",
        /// Against the law.
        Illegal = "illegal",
        /// Something else; the text says what.
        Other = "other",
    }
}

text_enum! {
    /// Who reported.
    pub enum Source {
        /// Somebody signed in.
        Account = "account",
        /// Somebody without an account, whose address is confirmed.
        Visitor = "visitor",
        /// Another server.
        Server = "server",
    }
}

/// A report's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = reports)]
pub struct Report {
    /// Key.
    pub id: Id,
    /// Its case; none until a visitor's address is confirmed.
    pub case_id: Option<Id>,
    /// Word of [`Source`].
    pub source: String,
    /// The reporter, when they have an account.
    pub account_id: Option<Id>,
    /// A visitor's address.
    pub email: Option<String>,
    /// The server that reported; empty for people here.
    pub host: String,
    /// Language to answer in, BCP 47.
    pub language: String,
    /// Word of [`Reason`].
    pub reason: String,
    /// What of the target is meant: a field of an event, a moment of a recording; may be empty.
    pub field: String,
    /// Their words, plain text.
    pub text: String,
    /// The target as it was; see the `copy` module.
    pub copy: Json,
    /// How often the same reporter came back to it.
    pub times: i32,
    /// When it was sent on to the server it is about.
    pub forwarded_at: Option<Ts>,
    /// When the reporter was told what came of it.
    pub told_at: Option<Ts>,
    /// When.
    pub created_at: Ts,
}

impl Report {
    /// Who reported.
    pub fn source(&self) -> Source {
        Source::from_word(&self.source).unwrap_or(Source::Server)
    }
}

/// What a person says.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// Why.
    pub reason: Reason,
    /// What of it; may be empty.
    pub field: String,
    /// Their words; may be empty unless the reason is [`Reason::Other`] or [`Reason::WrongFact`].
    pub text: String,
    /// Language to answer in.
    pub language: String,
}

/// Characters of a report's text (Mastodon allows 1,000; other servers send up to 5,000).
pub const LONGEST_TEXT: usize = 5_000;
/// Characters of the field.
const LONGEST_FIELD: usize = 100;
/// A visitor's link lives so many hours.
const LINK_HOURS: i64 = 24;
/// Objects of one `Flag` that are looked at (AUT-14).
const MOST_FLAGGED: usize = 20;
/// Page on which a visitor confirms a report.
pub const CONFIRM_REPORT_PATH: &str = "/report/confirm";

impl Complaint {
    fn check(&self) -> Result<(), ModerationError> {
        if self.text.chars().count() > LONGEST_TEXT || self.field.chars().count() > LONGEST_FIELD {
            return Err(ModerationError::TooLong);
        }
        let needs_words = matches!(self.reason, Reason::Other | Reason::WrongFact);
        if needs_words && self.text.trim().is_empty() {
            return Err(ModerationError::Missing);
        }
        Ok(())
    }
}

/// Who reports, while it is written.
enum Reporter<'a> {
    Account(Id),
    Visitor(&'a EmailAddress),
    Server {
        host: &'a str,
        actor: &'a str,
        flag: Option<&'a str>,
    },
}

impl Moderation {
    /// A report of somebody signed in. They must be able to see the target ([`Target::seen`]).
    pub fn report(
        &self,
        conn: &mut Conn,
        site: &Site,
        account: Id,
        target: &Target,
        complaint: &Complaint,
        now: Ts,
    ) -> Result<Case, ModerationError> {
        complaint.check()?;
        let report = self.add(
            conn,
            site,
            target,
            &Reporter::Account(account),
            complaint,
            now,
        )?;
        self.join_case(conn, site, target, report, now)
    }

    /// A report of a visitor: a letter goes to the address, and what it says counts when the link in it is followed.
    pub fn report_as_visitor(
        &self,
        conn: &mut Conn,
        site: &Site,
        email: &str,
        target: &Target,
        complaint: &Complaint,
        now: Ts,
    ) -> Result<(), ModerationError> {
        if !self.accounts.sends_mail() {
            return Err(ModerationError::NoMail);
        }
        complaint.check()?;
        let email = EmailAddress::parse(email).map_err(|_| ModerationError::Email)?;
        let limits = self.accounts.limits();
        limits
            .check(LimitKind::Recipient, None, &email.folded(), now)
            .map_err(|retry_after| ModerationError::TooMany { retry_after })?;
        let report = self.add(
            conn,
            site,
            target,
            &Reporter::Visitor(&email),
            complaint,
            now,
        )?;
        let token = self.secrets.token();
        diesel::update(reports::table.find(report))
            .set(reports::token_hash.eq(token_hash(&token)))
            .execute(conn)?;
        let letter = Letter::ConfirmReport {
            title: target.title.clone(),
            link: format!("{}?token={token}", site.url(CONFIRM_REPORT_PATH)),
            hours: LINK_HOURS,
        };
        self.write_to(conn, site, &email, &complaint.language, &letter, now)
    }

    /// Follows a visitor's link, once.
    pub fn confirm_report(
        &self,
        conn: &mut Conn,
        site: &Site,
        token: &str,
        now: Ts,
    ) -> Result<Case, ModerationError> {
        let fresh = Ts::new(now.0 - Duration::hours(LINK_HOURS));
        type Row = (Id, String, Option<Id>, String);
        let row: Option<Row> = reports::table
            .filter(reports::token_hash.eq(token_hash(token)))
            .filter(reports::site_id.eq(site.id))
            .filter(reports::confirmed_at.is_null())
            .filter(reports::created_at.gt(fresh))
            .select((
                reports::id,
                reports::target_kind,
                reports::target_id,
                reports::target_uri,
            ))
            .first(conn)
            .optional()?;
        let (id, kind, key, _) = row.ok_or(ModerationError::DeadLink)?;
        let alive = reports::table
            .find(id)
            .filter(reports::confirmed_at.is_null());
        let used = diesel::update(alive)
            .set((
                reports::confirmed_at.eq(now),
                reports::token_hash.eq(None::<String>),
            ))
            .execute(conn)?;
        if used == 0 {
            return Err(ModerationError::DeadLink);
        }
        let kind = crate::target::TargetKind::from_word(&kind).ok_or(ModerationError::Unknown)?;
        let key = key.map(|key| key.to_string()).unwrap_or_default();
        let target = Target::named(conn, kind, &key)?.ok_or(ModerationError::Unknown)?;
        self.join_case(conn, site, &target, id, now)
    }

    /// A `Flag` of another server. What it may not see, and what is not ours to judge, is left out (AUT-14); true when
    /// something was left.
    pub(crate) fn flagged(
        &self,
        conn: &mut Conn,
        site: &Site,
        flag: &activitystreams::Activity,
        sender: &Actor,
        now: Ts,
    ) -> Result<bool, ModerationError> {
        let mut targets: Vec<Target> = Vec::new();
        let mut actor = None;
        for url in flag
            .object
            .iter()
            .filter_map(activitystreams::Item::id)
            .take(200)
        {
            let Some(target) = Target::seen(conn, site, url.as_str())? else {
                continue;
            };
            match target.kind {
                crate::target::TargetKind::Actor => {
                    actor = actor.or(Some(target));
                }
                _ if targets.len() < MOST_FLAGGED => targets.push(target),
                _ => {}
            }
        }
        // Named beside what it published, the author is how the form of the activity is; alone, it is what is meant.
        let targets = match targets.is_empty() {
            true => actor.into_iter().collect(),
            false => targets,
        };
        let words = flag
            .content
            .as_deref()
            .or(flag.summary.as_deref())
            .unwrap_or_default();
        let complaint = Complaint {
            reason: reason_of(flag),
            field: String::new(),
            text: text::plain(words).chars().take(LONGEST_TEXT).collect(),
            language: site.default_language.clone(),
        };
        let reporter = Reporter::Server {
            host: &sender.host,
            actor: &sender.uri,
            flag: flag.id.as_ref().map(Url::as_str),
        };
        for target in &targets {
            let report = self.add(conn, site, target, &reporter, &complaint, now)?;
            self.join_case(conn, site, target, report, now)?;
        }
        Ok(!targets.is_empty())
    }

    /// Writes a report, or adds to the one that the same reporter made of the same target and that is still open.
    fn add(
        &self,
        conn: &mut Conn,
        site: &Site,
        target: &Target,
        reporter: &Reporter<'_>,
        complaint: &Complaint,
        now: Ts,
    ) -> Result<Id, ModerationError> {
        if let Some((known, before)) = self.known(conn, site, target, reporter)? {
            let mut text = before;
            if !complaint.text.is_empty() && !text.contains(&complaint.text) {
                text = format!("{text}\n\n{}", complaint.text);
            }
            let text: String = text.trim().chars().take(LONGEST_TEXT).collect();
            diesel::update(reports::table.find(known))
                .set((
                    reports::times.eq(reports::times + 1),
                    reports::text.eq(text),
                ))
                .execute(conn)?;
            return Ok(known);
        }
        let id = fresh_id(now.0);
        let (source, account, email, host, actor, flag) = match reporter {
            Reporter::Account(account) => (Source::Account, Some(*account), None, "", None, None),
            Reporter::Visitor(email) => {
                (Source::Visitor, None, Some(email.as_str()), "", None, None)
            }
            Reporter::Server { host, actor, flag } => {
                (Source::Server, None, None, *host, Some(*actor), *flag)
            }
        };
        diesel::insert_into(reports::table)
            .values((
                (
                    reports::id.eq(id),
                    reports::site_id.eq(site.id),
                    reports::target_kind.eq(target.kind.as_str()),
                    reports::target_id.eq(target.id),
                    reports::target_uri.eq(&target.uri),
                    reports::source.eq(source.as_str()),
                    reports::account_id.eq(account),
                    reports::email.eq(email),
                    reports::host.eq(host),
                    reports::actor_uri.eq(actor),
                ),
                (
                    reports::language.eq(&complaint.language),
                    reports::reason.eq(complaint.reason.as_str()),
                    reports::field.eq(complaint.field.trim()),
                    reports::text.eq(complaint.text.trim()),
                    reports::copy.eq(Json(copy::of(conn, &self.registry, target)?)),
                    reports::flag_uri.eq(flag),
                    reports::times.eq(1),
                    reports::created_at.eq(now),
                ),
            ))
            .execute(conn)?;
        Ok(id)
    }

    /// The report that the same reporter made of the same target, while its case is open or it is not confirmed.
    fn known(
        &self,
        conn: &mut Conn,
        site: &Site,
        target: &Target,
        reporter: &Reporter<'_>,
    ) -> Result<Option<(Id, String)>, ModerationError> {
        let mut query = reports::table
            .inner_join(cases::table)
            .filter(cases::site_id.eq(site.id))
            .filter(cases::target_uri.eq(&target.uri))
            .filter(cases::state.eq(CaseState::Open.as_str()))
            .into_boxed::<store::MultiBackend>();
        query = match reporter {
            Reporter::Account(account) => query.filter(reports::account_id.eq(*account)),
            // Each of a visitor's reports waits for its own link.
            Reporter::Visitor(_) => return Ok(None),
            Reporter::Server { host, .. } => query.filter(reports::host.eq(*host)),
        };
        Ok(query
            .select((reports::id, reports::text))
            .first(conn)
            .optional()?)
    }

    /// Puts a report to the open case of its target, or opens one.
    fn join_case(
        &self,
        conn: &mut Conn,
        site: &Site,
        target: &Target,
        report: Id,
        now: Ts,
    ) -> Result<Case, ModerationError> {
        let reason: String = reports::table
            .find(report)
            .select(reports::reason)
            .first(conn)?;
        let (case, opened) = Case::open_for(conn, site.id, target, &reason, now)?;
        diesel::update(reports::table.find(report))
            .set(reports::case_id.eq(case.id))
            .execute(conn)?;
        let case = Case::count_reports(conn, case.id, now)?;
        if opened {
            let deed = Deed {
                site: site.id,
                by: None,
                action: Action::CaseOpened,
                target_kind: target.kind.as_str(),
                target: &target.uri,
                reason: &reason,
                detail: json!({"case": case.id.to_string()}),
            };
            record::write(conn, &deed, now)?;
            self.bell.ring();
        }
        Ok(case)
    }

    /// Sends a report on to the server that its target comes from, as the site's own actor, never naming the reporter
    /// (R-MOD-02). `words` is what is said there.
    pub fn forward(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        report: Id,
        words: &str,
        now: Ts,
    ) -> Result<(), ModerationError> {
        if words.chars().count() > LONGEST_TEXT {
            return Err(ModerationError::TooLong);
        }
        let row: Option<(Option<Id>, Option<Ts>)> = reports::table
            .find(report)
            .filter(reports::site_id.eq(site.id))
            .select((reports::case_id, reports::forwarded_at))
            .first(conn)
            .optional()?;
        let case = match row {
            Some((Some(case), None)) => Case::of(conn, site.id, case)?,
            Some((_, Some(_))) => return Err(ModerationError::Decided),
            _ => return Err(ModerationError::Unknown),
        };
        let author = match case.actor_id {
            Some(actor) => Actor::by_id(conn, actor)?,
            None => None,
        };
        let author = author
            .filter(|actor| !actor.is_local())
            .ok_or(ModerationError::NotFitting)?;
        let own = match site.actor_id {
            Some(own) => Actor::by_id(conn, own)?,
            None => None,
        };
        let own = own.ok_or(ModerationError::Unknown)?;
        let url = |text: &str| Url::parse(text).map_err(|_| ModerationError::NotFitting);
        let uri = site.url(&format!("/reports/{}", fresh_id(now.0)));
        let objects = match case.target_uri == author.uri {
            true => Vec::new(),
            false => vec![url(&case.target_uri)?],
        };
        let body = strict::flag(
            &url(&uri)?,
            &url(&own.uri)?,
            &url(&author.uri)?,
            &objects,
            words,
        );
        let spoken = Spoken {
            site: site.id,
            actor: own.id,
            kind: "Flag",
            uri,
            object_id: None,
            object_uri: case.target_uri.clone(),
            body,
            recipients: Recipients::inbox(author.best_inbox()),
            listed: false,
        };
        say(conn, &spoken, now)?;
        diesel::update(reports::table.find(report))
            .set(reports::forwarded_at.eq(now))
            .execute(conn)?;
        let deed = Deed {
            site: site.id,
            by: Some(by),
            action: Action::ReportForwarded,
            target_kind: &case.target_kind,
            target: &case.target_uri,
            reason: &case.reason,
            detail: json!({"case": case.id.to_string(), "host": author.host}),
        };
        record::write(conn, &deed, now)?;
        Ok(())
    }
}

/// The reason that a `Flag` names by a hashtag, as PeerTube's and Funkwhale's do; [`Reason::Other`] without.
fn reason_of(flag: &activitystreams::Activity) -> Reason {
    let tags = match &flag.raw["tag"] {
        serde_json::Value::Array(tags) => tags.as_slice(),
        _ => return Reason::Other,
    };
    let names = tags.iter().take(20).filter_map(|tag| tag["name"].as_str());
    let known = names.filter_map(|name| {
        Some(match name.trim_start_matches('#') {
            "spamOrMisleading" | "spam" | "takedown_request_spam" => Reason::Spam,
            "violentOrRepulsive" | "offensive_content" | "thumbnails" | "captions" => {
                Reason::Sensitive
            }
            "hatefulOrAbusive" | "hate" => Reason::Hate,
            "privacy" => Reason::Privacy,
            "rights" | "takedown_request" => Reason::Copyright,
            "illegal_content" => Reason::Illegal,
            "invalid_metadata" => Reason::WrongFact,
            _ => return None,
        })
    });
    known.into_iter().next().unwrap_or(Reason::Other)
}
