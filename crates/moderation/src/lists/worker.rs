//! Reads the lists that sites subscribed to.

use super::file::{MOST_BYTES, read};
use super::freshness::{rest, retry_after};
use super::subscription::BlockList;
use crate::Moderation;
use chrono::Duration as Span;
use federation::{Federation, Method, Purpose};
use std::time::Duration;
use store::{Clock, Database, StoreError};
use tokio::sync::watch;
use url::Url;

const REDIRECTS: usize = 3;
/// Looked for what is due this often.
const LOOK: Duration = Duration::from_secs(60);

/// Reads lists until told to stop.
pub struct ListWorker {
    /// Where they are kept.
    pub database: Database,
    /// The way out.
    pub federation: Federation,
    /// Says when one is due at once.
    pub moderation: Moderation,
    /// What time it is.
    pub clock: Clock,
}

impl ListWorker {
    /// Runs it.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.read_due().await {
                tracing::error!(%error, "block lists");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = self.moderation.lists_rung() => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Reads what is due; gives how many were tried.
    pub async fn read_due(&self) -> Result<usize, StoreError> {
        let now = self.clock.ts();
        let due = self.database.read(move |c| BlockList::due(c, now)).await?;
        let count = due.len();
        for list in due {
            let fetched = self.fetch(&list).await;
            let now = self.clock.ts();
            let written = self.database.write(move |c| match fetched {
                Ok((read, rest)) => list.put(c, read, rest, now),
                Err(Failure { why, wait }) => {
                    tracing::info!(list = %list.url, why, "a block list was not read");
                    list.fail(c, &why, wait, now)
                }
            });
            written.await?;
            self.moderation.bell.ring();
        }
        Ok(count)
    }

    /// Its lines and version, `None` when it did not change, and how long that holds. What cannot be read as a list changes
    /// nothing here: an error page must not lift what a list proposed.
    async fn fetch(
        &self,
        list: &BlockList,
    ) -> Result<(Option<(Vec<super::Line>, Option<String>)>, Span), Failure> {
        let mut at = Url::parse(&list.url).map_err(|error| error.to_string())?;
        let mut headers = vec![("accept".to_owned(), "text/csv, text/plain;q=0.9".to_owned())];
        if let Some(etag) = &list.etag {
            headers.push(("if-none-match".to_owned(), etag.clone()));
        }
        for _ in 0..=REDIRECTS {
            let answer = self
                .federation
                .client()
                .send(
                    Purpose::BlockList,
                    Method::GET,
                    &at,
                    &headers,
                    None,
                    MOST_BYTES,
                )
                .await
                .map_err(|error| error.to_string())?;
            let now = self.clock.now();
            match answer.status.as_u16() {
                304 => return Ok((None, rest(&answer, now))),
                301 | 302 | 303 | 307 | 308 => {
                    let next = answer.header("location").and_then(|to| at.join(to).ok());
                    at = next.ok_or("a redirect that leads nowhere".to_owned())?;
                }
                200 => {
                    let etag = answer.header("etag").filter(|etag| etag.len() <= 300);
                    let etag = etag.map(ToOwned::to_owned);
                    let text = std::str::from_utf8(&answer.body)
                        .map_err(|_| "the list is not text".to_owned())?;
                    let file = read(text);
                    if file.lines.is_empty() {
                        return Err("no line of it names a server".to_owned().into());
                    }
                    if file.cut {
                        return Err("the list is too long".to_owned().into());
                    }
                    return Ok((Some((file.lines, etag)), rest(&answer, now)));
                }
                status => {
                    return Err(Failure {
                        why: format!("the server answered {status}"),
                        wait: retry_after(&answer, now),
                    });
                }
            }
        }
        Err("too many redirects".to_owned().into())
    }
}

/// Why a list was not read, and how long its server asks to be left alone.
struct Failure {
    why: String,
    wait: Option<Span>,
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self { why, wait: None }
    }
}
