//! Reports between servers: a `Flag` that comes in, and one that is sent on (R-MOD-01, R-MOD-02).

use super::Reporter;
use crate::case::Case;
use crate::complaint::{Complaint, LONGEST_TEXT, Reason};
use crate::desk::Moderation;
use crate::record::{Action, Deed};
use crate::target::{Target, TargetKind};
use crate::{ModerationError, record};
use activitystreams::write as strict;
use diesel::prelude::*;
use federation::Actor;
use federation::outbox::{Recipients, Spoken, say};
use serde_json::json;
use sites::Site;
use store::schema::reports;
use store::{Conn, Id, Ts, fresh_id};
use url::Url;

/// Objects of one `Flag` that are looked at (AUT-14).
const MOST_FLAGGED: usize = 20;

impl Moderation {
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
                TargetKind::Actor => {
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
            value: String::new(),
            rule: None,
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
