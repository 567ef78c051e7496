//! Calendars of others become events: compared with what the same source brought before, by UID and
//! original date, and by a fingerprint that tells whether anything a reader sees changed.

mod source;
mod subscription;

pub use source::{
    Source, SourceState, check_now, sources_of, subscribe, unsubscribe, upload_source,
};
pub use subscription::CalendarWorker;

use crate::event::{Details, Event, EventStatus, Picture, write_details};
use crate::listing::one;
use crate::place::PlaceDetails;
use calendar::{Entry, ReadOptions, Status};
use chrono::Duration;
use diesel::prelude::*;
use federation::Actor;
use publication::{
    Audience, CommentPolicy, LifeError, NewObject, Object, ObjectState, Registry, Revision,
    publish, revise, text,
};
use serde::{Deserialize, Serialize};
use sites::{Site, Sites};
use std::collections::HashSet;
use store::schema::{calendar_sources, objects};
use store::{Conn, Database, Id, Json, StoreError, Ts};
use ui::Lang;

/// Bounds of one calendar (DOS-13).
const MOST_EVENTS: usize = 20_000;
const MOST_BYTES: usize = 20 * 1024 * 1024;
const MOST_OCCURRENCES: usize = 200;
/// Series are unrolled this far ahead.
const AHEAD: Duration = Duration::days(365);

/// One line of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remark {
    /// Line of the file, from 1; 0 when unknown.
    pub line: usize,
    /// Title of the event, as far as it could be read.
    pub title: String,
    /// Stable word; `ics-<code>` is its translation.
    pub code: String,
    /// What exactly.
    pub detail: String,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportReport {
    /// Events in the file.
    pub seen: usize,
    /// New ones.
    pub created: usize,
    /// Changed ones.
    pub changed: usize,
    /// Same as before.
    pub unchanged: usize,
    /// No longer in the calendar: cancelled here.
    pub cancelled: usize,
    /// Tasks and other things that are no events.
    pub skipped: usize,
    /// Not taken, with the reason; the first 200.
    pub refused: Vec<Remark>,
    /// Not taken, all.
    pub refused_total: usize,
    /// Taken with a guess or a repair; the first 200.
    pub warnings: Vec<Remark>,
}

impl ImportReport {
    /// The report in sentences.
    pub fn summary(&self, lang: Lang) -> Vec<String> {
        let count = |key: &str, n: usize| {
            lang.ta(key, &[("n", i64::try_from(n).unwrap_or(i64::MAX).into())])
        };
        let mut lines = vec![
            count("ics-seen", self.seen),
            count("ics-created", self.created),
        ];
        let rest = [
            ("ics-changed", self.changed),
            ("ics-unchanged", self.unchanged),
            ("ics-gone", self.cancelled),
            ("ics-refused", self.refused_total),
            ("ics-skipped", self.skipped),
        ];
        lines.extend(
            rest.iter()
                .filter(|(_, n)| *n > 0)
                .map(|(key, n)| count(key, *n)),
        );
        for remark in self.refused.iter().chain(&self.warnings) {
            lines.push(remark.words());
        }
        lines
    }
}

impl Remark {
    /// The remark in one line: where, which event, what.
    pub fn words(&self) -> String {
        let place = if self.line > 0 {
            format!("{} · ", self.line)
        } else {
            String::new()
        };
        let title = if self.title.is_empty() {
            String::new()
        } else {
            format!("« {} » ", self.title)
        };
        format!("{place}{title}{} {}", self.code, self.detail)
            .trim()
            .to_owned()
    }
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Nobody of that name here.
    #[error("no such agenda: {0}")]
    NoAgenda(String),
    /// An agenda without an owner takes no calendars.
    #[error("this agenda has nobody who organises it")]
    NoOrganiser,
    /// Too large.
    #[error("the calendar is larger than {0} bytes")]
    TooLarge(usize),
    /// Publication.
    #[error(transparent)]
    Life(#[from] LifeError),
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for ImportError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Imports a calendar's bytes into its source's agenda; call it in one write transaction.
pub fn import_calendar(
    conn: &mut Conn,
    registry: &Registry,
    site: &Site,
    source: &Source,
    bytes: &[u8],
    now: Ts,
) -> Result<ImportReport, ImportError> {
    if bytes.len() > MOST_BYTES {
        return Err(ImportError::TooLarge(MOST_BYTES));
    }
    let options = ReadOptions {
        default_zone: site.timezone,
        horizon: (now.0 - Duration::days(31), now.0 + AHEAD),
        max_events: MOST_EVENTS,
        max_occurrences_per_series: MOST_OCCURRENCES,
        max_bytes: MOST_BYTES,
    };
    let read = calendar::read(bytes, &options);
    let mut report = ImportReport {
        seen: read.events_seen,
        skipped: read.skipped_todos + read.skipped_others,
        refused_total: read.refusals_total,
        ..ImportReport::default()
    };
    let refused = read.refusals.iter().take(200).map(|refusal| Remark {
        line: refusal.line.unwrap_or(0),
        title: refusal.title.clone().unwrap_or_default(),
        code: refusal.code.code().to_owned(),
        detail: refusal.detail.clone(),
    });
    report.refused = refused.collect();
    let warnings = read.warnings.iter().take(200).map(|warning| Remark {
        line: warning.line.unwrap_or(0),
        title: warning.title.clone().unwrap_or_default(),
        code: warning.code.code().to_owned(),
        detail: warning.detail.clone(),
    });
    report.warnings = warnings.collect();
    let mut present = HashSet::new();
    for entry in &read.entries {
        let key = key_of(entry);
        take_in(conn, registry, site, source, entry, &key, &mut report, now)?;
        present.insert(key);
    }
    // Refused under its own UID, it is still there (and may be repaired tomorrow).
    let kept: HashSet<&str> = read
        .refusals
        .iter()
        .filter_map(|refusal| refusal.uid.as_deref())
        .collect();
    if read.complete && source.url.is_some() {
        cancel_missing(conn, registry, source, &present, &kept, &mut report, now)?;
    }
    let row = calendar_sources::table.find(source.id);
    let changed = (report.created + report.changed + report.cancelled > 0).then_some(now);
    diesel::update(row)
        .set((
            calendar_sources::report.eq(Json::of(&report)),
            calendar_sources::checked_at.eq(now),
        ))
        .execute(conn)?;
    if changed.is_some() {
        diesel::update(row)
            .set(calendar_sources::changed_at.eq(changed))
            .execute(conn)?;
    }
    Ok(report)
}

/// UID and original date, shortened when a calendar writes novels.
fn key_of(entry: &Entry) -> String {
    let key = match &entry.occurrence {
        Some(occurrence) => format!("{}\n{occurrence}", entry.uid),
        None => entry.uid.clone(),
    };
    if key.len() <= 500 {
        return key;
    }
    use sha2::{Digest, Sha256};
    let hash: String = Sha256::digest(key.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256:{hash}")
}

fn details(entry: &Entry) -> Details {
    let title: String = entry.title.trim().chars().take(200).collect();
    let mut details = Details::new(
        if title.is_empty() {
            "…".to_owned()
        } else {
            title
        },
        entry.start,
        entry.zone,
    );
    let words = entry.description.as_deref().unwrap_or_default();
    // Text of a calendar is plain: nothing in it is Markdown or HTML.
    let escaped = words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let paragraphs = escaped
        .split("\n\n")
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let html: String = paragraphs
        .map(|part| format!("<p>{}</p>", part.replace('\n', "<br>")))
        .collect();
    details.content = text::clean_html(&html);
    details.end = entry.end;
    details.status = match entry.status {
        Status::Confirmed => EventStatus::Confirmed,
        Status::Tentative => EventStatus::Tentative,
        Status::Cancelled => EventStatus::Cancelled,
    };
    let name: String = entry
        .place_name
        .as_deref()
        .unwrap_or_default()
        .trim()
        .chars()
        .take(200)
        .collect();
    if !name.is_empty() {
        details.place = Some(PlaceDetails {
            name,
            coordinates: entry.coordinates.map(|at| (at.lat, at.lon)),
            ..PlaceDetails::default()
        });
    }
    let address = |url: &Option<url::Url>| {
        url.as_ref()
            .map(ToString::to_string)
            .filter(|url| url.len() <= 2_000)
    };
    details.website_url = address(&entry.url);
    details.online_url = address(&entry.online_url);
    details.picture = address(&entry.image_url).map_or(Picture::None, Picture::Remote);
    details.organizer = entry
        .organizer
        .as_ref()
        .and_then(|who| who.name.clone())
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect();
    details.fingerprint.clone_from(&entry.fingerprint);
    details
}

#[expect(clippy::too_many_arguments, reason = "one entry, all it meets")]
fn take_in(
    conn: &mut Conn,
    registry: &Registry,
    site: &Site,
    source: &Source,
    entry: &Entry,
    key: &str,
    report: &mut ImportReport,
    now: Ts,
) -> Result<(), ImportError> {
    let details = details(entry);
    let tags: Vec<String> = entry.categories.iter().take(20).cloned().collect();
    let Some(known) = Object::by_source(conn, source.id, key)? else {
        let new = NewObject {
            kind: "event",
            collection: "events",
            page: "e",
            site,
            actor: source.actor_id,
            account: Some(source.account_id),
            state: ObjectState::Public,
            audience: Audience::Public,
            title: &details.title,
            language: &site.default_language,
            source: Some((source.id, key)),
            comments: CommentPolicy::Open,
        };
        publish(
            conn,
            registry,
            &new,
            &tags,
            |c, object| write_details(c, object, &details, &tags, now),
            now,
        )?;
        report.created += 1;
        return Ok(());
    };
    let event = Event::of(conn, known.id)?;
    let same = event
        .as_ref()
        .is_some_and(|event| event.fingerprint == details.fingerprint);
    if known.state() == ObjectState::Deleted || same {
        // What a person deleted here stays deleted, whatever the calendar says.
        report.unchanged += 1;
        return Ok(());
    }
    let before = one(conn, known.id)?;
    let changes = before.map_or_else(Default::default, |before| {
        crate::form::changes(&before, &details.title, &details)
    });
    let revision = Revision {
        title: Some(details.title.clone()),
        ..Revision::default()
    };
    revise(
        conn,
        registry,
        &known,
        None,
        &revision,
        Some(&tags),
        None,
        changes,
        |c, object| write_details(c, object, &details, &tags, now),
        now,
    )?;
    report.changed += 1;
    Ok(())
}

/// Events still to come that a whole calendar no longer has are cancelled, not silently dropped (A2).
fn cancel_missing(
    conn: &mut Conn,
    registry: &Registry,
    source: &Source,
    present: &HashSet<String>,
    kept: &HashSet<&str>,
    report: &mut ImportReport,
    now: Ts,
) -> Result<(), ImportError> {
    let known: Vec<Object> = objects::table
        .filter(objects::source_id.eq(source.id))
        .filter(objects::state.eq(ObjectState::Public.as_str()))
        .select(Object::as_select())
        .load(conn)?;
    for object in known {
        let key = object.source_key.as_deref().unwrap_or_default();
        let uid = key.split('\n').next().unwrap_or_default();
        if present.contains(key) || kept.contains(uid) {
            continue;
        }
        let Some(listed) = one(conn, object.id)? else {
            continue;
        };
        let ahead = listed.event.starts_at.0 < now.0 + AHEAD;
        if listed.event.is_past(now) || listed.event.status() == EventStatus::Cancelled || !ahead {
            continue;
        }
        let mut details = listed
            .event
            .details(&listed.object.title, listed.place.as_ref());
        details.status = EventStatus::Cancelled;
        // Another fingerprint than any calendar's: if it comes back, it is a change.
        details.fingerprint = "gone".to_owned();
        let changes = crate::form::changes(&listed, &details.title, &details);
        let tags = listed.tags.clone();
        revise(
            conn,
            registry,
            &object,
            None,
            &Revision::default(),
            None,
            None,
            changes,
            |c, object| write_details(c, object, &details, &tags, now),
            now,
        )?;
        report.cancelled += 1;
    }
    Ok(())
}

/// For the command line: a file into `name@host`. The same file name into the same agenda is the same
/// source, so that a second import changes nothing.
pub fn import_file(
    database: &Database,
    registry: &Registry,
    sites: &Sites,
    handle: &str,
    label: &str,
    bytes: &[u8],
    now: Ts,
) -> Result<ImportReport, ImportError> {
    let unknown = || ImportError::NoAgenda(handle.to_owned());
    let (name, host) = handle
        .trim_start_matches('@')
        .split_once('@')
        .ok_or_else(unknown)?;
    let site = sites
        .by_host(&host.to_ascii_lowercase())
        .ok_or_else(unknown)?;
    database.write_now(|conn| {
        let actor = Actor::local(conn, site.id, name)?.ok_or_else(unknown)?;
        let people = accounts::roles::people_of_actor(conn, actor.id)
            .map_err(|error| StoreError::Damaged(error.to_string()))?;
        let owner = people.first().ok_or(ImportError::NoOrganiser)?.0.id;
        let source = upload_source(conn, &site, actor.id, owner, label, now)?;
        import_calendar(conn, registry, &site, &source, bytes, now)
    })
}

/// What a page shows of a source.
pub(crate) fn report_of(conn: &mut Conn, source: Id) -> Result<ImportReport, StoreError> {
    let report: Option<Json> = calendar_sources::table
        .find(source)
        .select(calendar_sources::report)
        .first(conn)
        .optional()?;
    Ok(report.map(|report| report.read()).unwrap_or_default())
}
