//! Subscribed calendars, read when due, through the same checked client as everything else.

use super::source::{Source, SourceState};
use super::{ImportError, import_calendar};
use chrono::TimeDelta;
use diesel::prelude::*;
use federation::{Answer, Federation};
use publication::Registry;
use sites::Sites;
use std::sync::Arc;
use store::schema::calendar_sources;
use store::{Clock, Database, StoreError, Ts};
use tokio::sync::{Notify, watch};
use url::Url;

/// Largest calendar fetched, in bytes.
const MOST: usize = 5 * 1024 * 1024;
const REDIRECTS: usize = 3;
/// Readings of a calendar are at least this far apart, and at most that.
const FLOOR: TimeDelta = TimeDelta::hours(1);
const CEILING: TimeDelta = TimeDelta::days(7);

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
}

enum Fetched {
    Same,
    New {
        bytes: Vec<u8>,
        etag: Option<String>,
        modified: Option<String>,
    },
}

impl CalendarWorker {
    /// Runs until told to stop; `notify` wakes it when a calendar was added.
    pub async fn run(self, mut stop: watch::Receiver<bool>, notify: Arc<Notify>) {
        while !*stop.borrow() {
            if let Err(error) = self.check_due().await {
                tracing::error!(%error, "subscribed calendars");
            }
            tokio::select! {
                () = notify.notified() => {}
                () = tokio::time::sleep(std::time::Duration::from_secs(60)) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Reads every calendar that is due, one after the other; gives how many.
    pub async fn check_due(&self) -> Result<usize, StoreError> {
        let now = self.clock.ts();
        let due: Vec<Source> = self
            .database
            .read(move |c| {
                calendar_sources::table
                    .filter(calendar_sources::state.eq(SourceState::Active.as_str()))
                    .filter(calendar_sources::next_check_at.le(now).assume_not_null())
                    .filter(calendar_sources::url.is_not_null())
                    .order(calendar_sources::next_check_at)
                    .limit(50)
                    .select(Source::as_select())
                    .load(c)
                    .map_err(StoreError::from)
            })
            .await?;
        let count = due.len();
        for source in due {
            self.check(source).await?;
        }
        Ok(count)
    }

    async fn check(&self, source: Source) -> Result<(), StoreError> {
        let now = self.clock.ts();
        let outcome = match self.fetch(&source).await {
            Ok(Fetched::Same) => Ok((None, None)),
            Ok(Fetched::New {
                bytes,
                etag,
                modified,
            }) => self
                .take_in(&source, bytes, now)
                .await
                .map(|()| (etag, modified)),
            Err(reason) => Err(reason),
        };
        let (id, interval) = (
            source.id,
            TimeDelta::minutes(source.interval_minutes.into()),
        );
        self.database
            .write(move |c| {
                let row = calendar_sources::table.find(id);
                let next = Ts::new(now.0 + interval.clamp(FLOOR, CEILING));
                diesel::update(row)
                    .set((
                        calendar_sources::checked_at.eq(now),
                        calendar_sources::next_check_at.eq(next),
                    ))
                    .execute(c)?;
                match outcome {
                    Ok((None, None)) => {
                        diesel::update(row)
                            .set(calendar_sources::last_error.eq(None::<String>))
                            .execute(c)?;
                    }
                    Ok((etag, modified)) => {
                        diesel::update(row)
                            .set((
                                calendar_sources::last_error.eq(None::<String>),
                                calendar_sources::etag.eq(etag),
                                calendar_sources::last_modified.eq(modified),
                            ))
                            .execute(c)?;
                    }
                    Err(reason) => {
                        diesel::update(row)
                            .set(calendar_sources::last_error.eq(reason))
                            .execute(c)?;
                    }
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        self.federation.wake();
        Ok(())
    }

    async fn take_in(&self, source: &Source, bytes: Vec<u8>, now: Ts) -> Result<(), String> {
        let Some(site) = self.sites.by_id(source.site_id) else {
            return Ok(());
        };
        let (registry, source) = (self.registry.clone(), source.clone());
        let done = self
            .database
            .write(move |c| import_calendar(c, &registry, &site, &source, &bytes, now).map(|_| ()))
            .await;
        done.map_err(|error: ImportError| error.to_string())
    }

    async fn fetch(&self, source: &Source) -> Result<Fetched, String> {
        let mut at = Url::parse(source.url.as_deref().unwrap_or_default())
            .map_err(|error| error.to_string())?;
        for _ in 0..=REDIRECTS {
            let mut headers = vec![("accept".to_owned(), "text/calendar, */*;q=0.1".to_owned())];
            if let Some(etag) = &source.etag {
                headers.push(("if-none-match".to_owned(), etag.clone()));
            }
            if let Some(modified) = &source.last_modified {
                headers.push(("if-modified-since".to_owned(), modified.clone()));
            }
            let answer: Answer = self
                .federation
                .client()
                .send(federation::Method::GET, &at, &headers, None, MOST)
                .await
                .map_err(|error| error.to_string())?;
            match answer.status.as_u16() {
                304 => return Ok(Fetched::Same),
                200 => {
                    let header = |name: &str| {
                        answer
                            .header(name)
                            .map(|value| value.chars().take(300).collect())
                    };
                    return Ok(Fetched::New {
                        etag: header("etag"),
                        modified: header("last-modified"),
                        bytes: answer.body.to_vec(),
                    });
                }
                301 | 302 | 303 | 307 | 308 => {
                    let next = answer.header("location").and_then(|to| at.join(to).ok());
                    at = next.ok_or("a redirect that leads nowhere")?;
                }
                status => return Err(format!("the server answered {status}")),
            }
        }
        Err("too many redirects".to_owned())
    }
}
