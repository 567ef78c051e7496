//! Calendars of others become events: compared with what the same source brought before, by UID and
//! original date, and by a fingerprint that tells whether anything a reader sees changed.

mod comparing;
mod mapping;
mod report;
mod source;
mod subscription;

pub use report::{ImportReport, Remark};
pub use source::{
    Source, SourceState, check_now, remove_with_events, sources_of, subscribe, unsubscribe,
    upload_source,
};
pub use subscription::{CalendarBell, CalendarWorker};

use calendar::ReadOptions;
use chrono::{Duration, TimeDelta};
use comparing::{Import, key_of, uid_key};
use diesel::prelude::*;
use federation::Actor;
use publication::{LifeError, Registry};
use sites::{Site, Sites};
use std::collections::HashSet;
use store::schema::calendar_sources;
use store::{Conn, Database, Id, Json, StoreError, Ts};

/// Bounds of one calendar (DOS-13). Every date becomes an object that peers are told of.
const MOST_EVENTS: usize = 5_000;
const MOST_BYTES: usize = 20 * 1024 * 1024;
/// A daily series over the whole horizon.
const MOST_OCCURRENCES: usize = 400;
/// Series are unrolled this far back and ahead.
const BACK: Duration = Duration::days(31);
const AHEAD: Duration = Duration::days(365);
/// How often a calendar is read that says nothing about it, and the bounds for one that does.
const INTERVAL: TimeDelta = TimeDelta::hours(6);
const FLOOR: TimeDelta = TimeDelta::hours(1);
const CEILING: TimeDelta = TimeDelta::days(7);

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Nobody of that name here.
    #[error("no such agenda: {0}")]
    NoAgenda(String),
    /// An agenda without an owner takes no calendars.
    #[error("this agenda has nobody who organises it")]
    NoOrganiser,
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

impl ImportError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAgenda(_) => "no_agenda",
            Self::NoOrganiser => "no_organiser",
            Self::Life(error) => error.code(),
            Self::Store(_) => "store_failed",
        }
    }
}

/// Imports a calendar's bytes into its source's agenda; call it in one write transaction.
///
/// A file that is no calendar, or too large, changes nothing but the report. What a subscribed
/// calendar no longer has is cancelled when it is still to come; a file that lacks something says
/// nothing about it, for people export parts.
pub fn import_calendar(
    conn: &mut Conn,
    registry: &Registry,
    site: &Site,
    source: &Source,
    bytes: &[u8],
    now: Ts,
) -> Result<ImportReport, ImportError> {
    let row = calendar_sources::table.find(source.id);
    // Written first: two imports of one source come one after the other.
    diesel::update(row)
        .set(calendar_sources::checked_at.eq(now))
        .execute(conn)?;
    let horizon = (now.0 - BACK, now.0 + AHEAD);
    let options = ReadOptions {
        default_zone: site.timezone,
        horizon,
        max_events: MOST_EVENTS,
        max_occurrences_per_series: MOST_OCCURRENCES,
        max_bytes: MOST_BYTES,
    };
    let read = calendar::read(bytes, &options);
    let mut report = ImportReport::of(&read, now);
    let import = Import {
        registry,
        site,
        source,
        now,
    };
    let mut present = HashSet::new();
    for entry in &read.entries {
        let key = key_of(entry);
        // Two UIDs may differ in nothing that is kept.
        if present.insert(key.clone()) {
            import.take_in(conn, entry, &key, read.cancels, &mut report)?;
        }
    }
    if read.complete && source.url.is_some() && !read.cancels {
        // Refused under its own UID, it is still there (and may be repaired tomorrow).
        let uids = read
            .refusals
            .iter()
            .filter_map(|refusal| refusal.uid.as_deref());
        let kept = uids.map(uid_key).collect();
        import.cancel_missing(conn, &present, &kept, Ts::new(horizon.1), &mut report)?;
    }
    let interval = read.polling_interval(INTERVAL, FLOOR, CEILING);
    diesel::update(row)
        .set((
            calendar_sources::report.eq(Json::of(&report)),
            calendar_sources::interval_minutes
                .eq(i32::try_from(interval.num_minutes()).unwrap_or(360)),
        ))
        .execute(conn)?;
    if report.created + report.changed + report.cancelled > 0 {
        diesel::update(row)
            .set(calendar_sources::changed_at.eq(now))
            .execute(conn)?;
    }
    Ok(report)
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
pub fn report_of(conn: &mut Conn, source: Id) -> Result<ImportReport, StoreError> {
    let report: Option<Json> = calendar_sources::table
        .find(source)
        .select(calendar_sources::report)
        .first(conn)
        .optional()?;
    Ok(report.map(|report| report.read()).unwrap_or_default())
}
