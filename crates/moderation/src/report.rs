//! Reports: from accounts, from visitors with a confirmed address, from other servers (R-MOD-01, R-MOD-02).

mod flag;

pub use crate::complaint::{Complaint, LONGEST_TEXT, Reason, Report, Source};

use crate::case::{Case, CaseState};
use crate::desk::Moderation;
use crate::record::{Action, Deed};
use crate::target::{Target, TargetKind};
use crate::{ModerationError, copy, record};
use accounts::{Letter, LimitKind, token_hash};
use chrono::Duration;
use diesel::prelude::*;
use mail::EmailAddress;
use publication::{Correction, Object, Proposed};
use serde_json::json;
use sites::Site;
use store::schema::{cases, corrections, reports};
use store::{Conn, Id, Json, StoreError, Ts, fresh_id};

/// A visitor's link lives so many hours.
const LINK_HOURS: i64 = 24;
/// Page on which a visitor confirms a report.
pub const CONFIRM_REPORT_PATH: &str = "/report/confirm";

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
        accounts::email_rules::require_taken(conn, site.id, &email)?;
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
        type Row = (
            Id,
            String,
            Option<Id>,
            Option<String>,
            String,
            String,
            Option<Id>,
        );
        let row: Option<Row> = reports::table
            .filter(reports::token_hash.eq(token_hash(token)))
            .filter(reports::site_id.eq(site.id))
            .filter(reports::confirmed_at.is_null())
            .filter(reports::created_at.gt(fresh))
            .select((
                reports::id,
                reports::target_kind,
                reports::target_id,
                reports::email,
                reports::text,
                reports::reason,
                reports::rule_id,
            ))
            .first(conn)
            .optional()?;
        let (id, kind, key, email, text, reason, rule) = row.ok_or(ModerationError::DeadLink)?;
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
        let kind = TargetKind::from_word(&kind).ok_or(ModerationError::Unknown)?;
        let key = key.map(|key| key.to_string()).unwrap_or_default();
        let target = Target::named(conn, kind, &key)?.ok_or(ModerationError::Unknown)?;
        let email = email.and_then(|email| EmailAddress::parse(&email).ok());
        if let Some(email) = &email
            && let Some(known) = known(conn, site, &target.uri, &Reporter::Visitor(email))?
        {
            add_words(conn, &known, &text)?;
            say_why(conn, known.id, &reason, rule)?;
            diesel::update(corrections::table.filter(corrections::report_id.eq(id)))
                .set(corrections::report_id.eq(known.id))
                .execute(conn)?;
            diesel::delete(reports::table.find(id)).execute(conn)?;
            return self.join_case(conn, site, &target, known.id, now);
        }
        self.join_case(conn, site, &target, id, now)
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
        let proposed = self.read_proposal(conn, target, complaint)?;
        // A visitor's report waits for its own link, and joins another one when that was followed.
        if !matches!(reporter, Reporter::Visitor(_))
            && let Some(known) = known(conn, site, &target.uri, reporter)?
        {
            add_words(conn, &known, &complaint.text)?;
            say_why(conn, known.id, complaint.reason.as_str(), complaint.rule)?;
            if let Some((object, proposed)) = &proposed {
                Correction::keep(conn, known.id, *object, proposed, now)?;
            }
            return Ok(known.id);
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
                    reports::rule_id.eq(complaint.rule),
                    reports::field.eq(complaint.field.trim()),
                    reports::text.eq(complaint.text.trim()),
                    reports::copy.eq(Json(copy::of(conn, &self.registry, target)?)),
                    reports::flag_uri.eq(flag),
                    reports::times.eq(1),
                    reports::created_at.eq(now),
                ),
            ))
            .execute(conn)?;
        if let Some((object, proposed)) = &proposed {
            Correction::keep(conn, id, *object, proposed, now)?;
        }
        Ok(id)
    }

    /// What a report proposes to correct, and of which publication.
    fn read_proposal(
        &self,
        conn: &mut Conn,
        target: &Target,
        complaint: &Complaint,
    ) -> Result<Option<(Id, Proposed)>, ModerationError> {
        if complaint.value.trim().is_empty() {
            return Ok(None);
        }
        let object = match (target.kind, target.id) {
            (TargetKind::Object, Some(id)) => Object::by_id(conn, id)?,
            _ => None,
        };
        let object = object.ok_or(ModerationError::Field)?;
        let field = complaint.field.trim();
        let proposed = self
            .registry
            .proposed(conn, &object, field, &complaint.value)?;
        Ok(Some((object.id, proposed)))
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
        self.tell_author(conn, site, &case, report, now)?;
        Ok(case)
    }
}

/// A report that the same reporter made before.
#[derive(Queryable)]
struct Known {
    id: Id,
    text: String,
}

/// The report that the same reporter made of the same target, while its case is open.
fn known(
    conn: &mut Conn,
    site: &Site,
    target: &str,
    reporter: &Reporter<'_>,
) -> Result<Option<Known>, StoreError> {
    let query = reports::table
        .inner_join(cases::table)
        .filter(cases::site_id.eq(site.id))
        .filter(cases::target_uri.eq(target))
        .filter(cases::state.eq(CaseState::Open.as_str()))
        .into_boxed::<store::MultiBackend>();
    let query = match reporter {
        Reporter::Account(account) => query.filter(reports::account_id.eq(*account)),
        Reporter::Visitor(email) => query.filter(reports::email.eq(email.as_str())),
        Reporter::Server { host, .. } => query.filter(reports::host.eq(*host)),
    };
    Ok(query
        .select((reports::id, reports::text))
        .first(conn)
        .optional()?)
}

/// The same reporter says it once more.
fn add_words(conn: &mut Conn, known: &Known, words: &str) -> Result<(), StoreError> {
    let mut text = known.text.clone();
    if !words.is_empty() && !text.contains(words) {
        text = format!("{text}\n\n{words}");
    }
    let text: String = text.trim().chars().take(LONGEST_TEXT).collect();
    diesel::update(reports::table.find(known.id))
        .set((
            reports::times.eq(reports::times + 1),
            reports::text.eq(text),
        ))
        .execute(conn)?;
    Ok(())
}

/// The same reporter gives another reason: the last one counts.
fn say_why(conn: &mut Conn, id: Id, reason: &str, rule: Option<Id>) -> Result<(), StoreError> {
    diesel::update(reports::table.find(id))
        .set((reports::reason.eq(reason), reports::rule_id.eq(rule)))
        .execute(conn)?;
    Ok(())
}

/// Forgets what visitors said and never confirmed, with their addresses; gives how many.
pub fn forget_unconfirmed(conn: &mut Conn, now: Ts) -> Result<usize, StoreError> {
    let old = Ts::new(now.0 - Duration::hours(LINK_HOURS));
    let dead = reports::table
        .filter(reports::token_hash.is_not_null())
        .filter(reports::created_at.le(old));
    Ok(diesel::delete(dead).execute(conn)?)
}
