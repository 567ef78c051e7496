//! Subscribed calendars, read when due, through the same checked client as everything else (SSRF-08).

use super::source::{Source, SourceState};
use super::{CEILING, FLOOR, ImportReport, import_calendar};
use chrono::TimeDelta;
use diesel::prelude::*;
use federation::{Answer, Federation, Method, Purpose, RequestError};
use publication::Registry;
use sites::{Site, Sites};
use std::sync::Arc;
use store::schema::calendar_sources;
use store::{Clock, Database, Json, StoreError, Ts};
use tokio::sync::{Notify, watch};
use ui::Lang;
use url::Url;

/// Largest calendar fetched, in bytes.
const MOST: usize = 5 * 1024 * 1024;
const REDIRECTS: usize = 3;
/// After a failure the waits double, up to this.
const PATIENCE: TimeDelta = TimeDelta::days(1);
/// A calendar that only answers "not changed" is asked whole this often: its series move on.
const WHOLE: TimeDelta = TimeDelta::days(7);

/// Reads subscribed calendars.
#[derive(Clone)]
pub struct CalendarWorker {
    /// Where they are kept.
    pub database: Database,
    /// Sites they belong to.
    pub sites: Sites,
    /// Kinds.
    pub registry: Registry,
    /// The way out, and who to wake.
    pub federation: Federation,
    /// What time it is.
    pub clock: Clock,
    /// What wakes it.
    pub bell: CalendarBell,
}

/// Rings when somebody waits for a calendar: the pages hold one end, the worker the other.
#[derive(Debug, Clone, Default)]
pub struct CalendarBell(Arc<Notify>);

impl CalendarBell {
    /// Wakes the worker, after a calendar was added or asked for.
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }
}

enum Fetched {
    Same,
    New {
        bytes: Vec<u8>,
        etag: Option<String>,
        modified: Option<String>,
    },
}

/// Why a reading failed; kept in words of the site's language.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("not an address")]
    Address,
    #[error("a redirect that leads nowhere, or too many")]
    Redirects,
    #[error("the server answered {0}")]
    Status(u16),
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("the file was refused: {0}")]
    File(String),
    #[error(transparent)]
    Import(#[from] super::ImportError),
}

impl Failure {
    fn words(&self, lang: Lang) -> String {
        match self {
            Self::Address | Self::Request(RequestError::Address(_)) => lang.t("ics-error-address"),
            Self::Redirects => lang.t("ics-error-redirects"),
            Self::Status(status) => lang.ta(
                "ics-error-status",
                // As text: a number would be grouped.
                &[("status", status.to_string().into())],
            ),
            Self::Request(RequestError::Blocked) => lang.t("ics-error-blocked"),
            Self::Request(RequestError::Unreachable { .. }) => lang.t("ics-error-unreachable"),
            Self::Request(RequestError::TooLarge(_)) => lang.t("ics-why-too-large"),
            Self::File(code) => lang.t(&format!("ics-why-{}", code.replace('_', "-"))),
            Self::Import(_) | Self::Request(RequestError::Spent | RequestError::TooManyHosts) => {
                lang.t("ics-error-here")
            }
        }
    }
}

impl CalendarWorker {
    /// Runs until told to stop; the bell wakes it.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.check_due().await {
                tracing::error!(%error, "subscribed calendars");
            }
            tokio::select! {
                () = self.bell.0.notified() => {}
                () = tokio::time::sleep(std::time::Duration::from_secs(60)) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Reads every calendar that is due, one after the other; gives how many.
    pub async fn check_due(&self) -> Result<usize, StoreError> {
        let now = self.clock.ts();
        let due: Vec<(Source, Json)> = self
            .database
            .read(move |c| {
                calendar_sources::table
                    .filter(calendar_sources::state.eq(SourceState::Active.as_str()))
                    .filter(calendar_sources::next_check_at.le(now).assume_not_null())
                    .filter(calendar_sources::url.is_not_null())
                    .order(calendar_sources::next_check_at)
                    .limit(50)
                    .select((Source::as_select(), calendar_sources::report))
                    .load(c)
                    .map_err(StoreError::from)
            })
            .await?;
        let count = due.len();
        for (source, report) in due {
            self.check(source, &report.read()).await?;
        }
        Ok(count)
    }

    async fn check(&self, source: Source, last: &ImportReport) -> Result<(), StoreError> {
        let Some(site) = self.sites.by_id(source.site_id) else {
            return Ok(());
        };
        let now = self.clock.ts();
        let whole = last.read_at.is_none_or(|at| now.0 - at.0 >= WHOLE);
        let outcome = match self.fetch(&source, whole).await {
            Ok(Fetched::Same) => Ok(None),
            Ok(Fetched::New {
                bytes,
                etag,
                modified,
            }) => {
                let taken = self.take_in(&source, &site, bytes, now).await;
                taken.map(|()| Some((etag, modified)))
            }
            Err(failure) => Err(failure),
        };
        let lang = crate::words::lang_of(&site.default_language);
        let outcome = outcome.map_err(|failure| {
            tracing::info!(source = %source.id, %failure, "a calendar was not read");
            failure.words(lang)
        });
        self.database
            .write(move |c| note(c, &source, outcome, now))
            .await?;
        self.federation.wake();
        Ok(())
    }

    async fn take_in(
        &self,
        source: &Source,
        site: &Arc<Site>,
        bytes: Vec<u8>,
        now: Ts,
    ) -> Result<(), Failure> {
        let (registry, source, site) = (self.registry.clone(), source.clone(), Arc::clone(site));
        let report = self
            .database
            .write(move |c| import_calendar(c, &registry, &site, &source, &bytes, now))
            .await?;
        match report.whole_refusal() {
            Some(refusal) => Err(Failure::File(refusal.code.clone())),
            None => Ok(()),
        }
    }

    async fn fetch(&self, source: &Source, whole: bool) -> Result<Fetched, Failure> {
        let mut at =
            Url::parse(source.url.as_deref().unwrap_or_default()).map_err(|_| Failure::Address)?;
        let mut headers = vec![("accept".to_owned(), "text/calendar, */*;q=0.1".to_owned())];
        if !whole {
            if let Some(etag) = &source.etag {
                headers.push(("if-none-match".to_owned(), etag.clone()));
            }
            if let Some(modified) = &source.last_modified {
                headers.push(("if-modified-since".to_owned(), modified.clone()));
            }
        }
        for _ in 0..=REDIRECTS {
            let answer: Answer = self
                .federation
                .client()
                .send(Purpose::Calendar, Method::GET, &at, &headers, None, MOST)
                .await?;
            match answer.status.as_u16() {
                304 if !whole => return Ok(Fetched::Same),
                200 => {
                    let header = |name: &str| {
                        let value = answer.header(name);
                        value
                            .filter(|value| value.len() <= 300)
                            .map(ToOwned::to_owned)
                    };
                    return Ok(Fetched::New {
                        etag: header("etag"),
                        modified: header("last-modified"),
                        bytes: answer.body.to_vec(),
                    });
                }
                301 | 302 | 303 | 307 | 308 => {
                    let next = answer.header("location").and_then(|to| at.join(to).ok());
                    at = next.ok_or(Failure::Redirects)?;
                }
                status => return Err(Failure::Status(status)),
            }
        }
        Err(Failure::Redirects)
    }
}

type Validators = (Option<String>, Option<String>);

/// Writes down how a reading went and when the next one is due.
fn note(
    c: &mut store::Conn,
    source: &Source,
    outcome: Result<Option<Validators>, String>,
    now: Ts,
) -> Result<(), StoreError> {
    let row = calendar_sources::table.find(source.id);
    let minutes: i32 = row.select(calendar_sources::interval_minutes).first(c)?;
    let wait = match &outcome {
        Ok(_) => TimeDelta::minutes(minutes.into()).clamp(FLOOR, CEILING),
        // Twice the wait that was, when that one had followed a failure as well.
        Err(_) => match (&source.last_error, source.checked_at, source.next_check_at) {
            (Some(_), Some(last), Some(due)) => ((due.0 - last.0) * 2).clamp(FLOOR, PATIENCE),
            _ => FLOOR,
        },
    };
    diesel::update(row)
        .set((
            calendar_sources::checked_at.eq(now),
            calendar_sources::next_check_at.eq(Ts::new(now.0 + wait)),
            calendar_sources::last_error.eq(outcome.as_ref().err()),
        ))
        .execute(c)?;
    if let Ok(Some((etag, modified))) = outcome {
        diesel::update(row)
            .set((
                calendar_sources::etag.eq(etag),
                calendar_sources::last_modified.eq(modified),
            ))
            .execute(c)?;
    }
    Ok(())
}
