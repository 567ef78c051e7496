//! Following the instances of a list, a few a day: PeerTube's `/api/v1/instances/hosts`, or plain text
//! with one host a line.
//!
//! The list proposes, it never insists: what was asked, refused, removed, excluded or blocked is passed
//! over for ever, and a host that could not be followed is left alone for a week.

use super::back::is_free;
use super::policy::FollowSettings;
use super::{FollowError, Via};
use crate::fetch::{FetchError, version};
use crate::{Federation, Purpose};
use chrono::Duration as Span;
use diesel::prelude::*;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;
use sites::Site;
use std::sync::Arc;
use std::time::Duration;
use store::schema::{follow_settings, jobs};
use store::{Id, Json, Portable, StoreError, Ts, fresh_id};
use tokio::sync::watch;
use url::Url;

/// Hosts asked for on a page of PeerTube's form.
const PAGE: usize = 100;
/// Most pages read.
const PAGES: usize = 50;
/// Most hosts kept.
const MOST: usize = 5_000;
/// How long a host that could not be followed is left alone.
const LEFT_ALONE: Span = Span::days(7);
/// Kind of job that remembers such a host.
const FAILED: &str = "index_host";
/// Waits this long after an error of the database.
const AFTER_ERROR: Duration = Duration::from_secs(60);

/// What is wrong with a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not an address that may be asked.
    #[error("not an address that may be asked")]
    Address,
    /// No answer.
    #[error("the list's server does not answer")]
    Unreachable,
    /// Not there, or kept from us.
    #[error("the list's server answered {0}")]
    Status(u16),
    /// Neither form.
    #[error("neither a JSON list of hosts nor one host a line")]
    Unreadable,
    /// No host in it.
    #[error("no host in it")]
    Empty,
    /// Larger than is read.
    #[error("more than is read of a list")]
    TooLong,
}

impl ListError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Unreachable => "unreachable",
            Self::Status(_) => "status",
            Self::Unreadable => "unreadable",
            Self::Empty => "empty",
            Self::TooLong => "too-long",
        }
    }
}

impl From<FetchError> for ListError {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Gone(status) | FetchError::Status(status) => Self::Status(status),
            FetchError::Request(crate::RequestError::TooLarge(_)) => Self::TooLong,
            FetchError::Request(crate::RequestError::Unreachable { .. }) => Self::Unreachable,
            FetchError::Request(_) | FetchError::Redirects => Self::Address,
            _ => Self::Unreadable,
        }
    }
}

#[derive(Deserialize)]
struct HostPage {
    #[serde(default)]
    total: Option<usize>,
    data: Vec<HostEntry>,
}

#[derive(Deserialize)]
struct HostEntry {
    host: String,
}

/// A page of PeerTube's form: its hosts as written, and how many there are in all.
fn read_json(body: &[u8]) -> Result<(Vec<String>, Option<usize>), ListError> {
    let page: HostPage = serde_json::from_slice(body).map_err(|_| ListError::Unreadable)?;
    Ok((
        page.data.into_iter().map(|entry| entry.host).collect(),
        page.total,
    ))
}

/// Plain text: a host a line, `#` begins a remark. One line that is none, and it is no list.
fn read_text(body: &[u8]) -> Result<Vec<String>, ListError> {
    let text = std::str::from_utf8(body).map_err(|_| ListError::Unreadable)?;
    let mut hosts = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        hosts.push(sites::normalise_host(line, 443).map_err(|_| ListError::Unreadable)?);
    }
    Ok(hosts)
}

fn tidy(hosts: Vec<String>) -> Result<Vec<String>, ListError> {
    let mut seen = std::collections::HashSet::new();
    let hosts: Vec<String> = hosts
        .iter()
        .filter_map(|host| sites::normalise_host(host, 443).ok())
        .filter(|host| host.contains('.') && seen.insert(host.clone()))
        .collect();
    match hosts.len() {
        0 => Err(ListError::Empty),
        n if n > MOST => Err(ListError::TooLong),
        _ => Ok(hosts),
    }
}

impl Federation {
    /// The hosts of a list and its version; nothing when it is the version known.
    async fn read_list(
        &self,
        url: &Url,
        known: Option<&str>,
    ) -> Result<Option<(Vec<String>, Option<String>)>, ListError> {
        let accept = "application/json, text/plain;q=0.9";
        let (_, first) = self
            .fetch_plain_if(Purpose::IndexList, url, accept, known)
            .await?;
        if first.status == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        let version = version(&first);
        let json = first.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        if !json {
            return Ok(Some((tidy(read_text(&first.body)?)?, version)));
        }
        let (mut hosts, total) = read_json(&first.body)?;
        let total = total.unwrap_or(hosts.len());
        if total > MOST {
            return Err(ListError::TooLong);
        }
        for _ in 1..PAGES {
            if hosts.len() >= total {
                break;
            }
            let mut next = url.clone();
            let kept: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(name, _)| name != "start" && name != "count")
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            next.query_pairs_mut()
                .clear()
                .extend_pairs(kept)
                .append_pair("start", &hosts.len().to_string())
                .append_pair("count", &PAGE.to_string());
            let (_, answer) = self.fetch_plain(Purpose::IndexList, &next, accept).await?;
            let (more, _) = read_json(&answer.body)?;
            if more.is_empty() {
                break;
            }
            hosts.extend(more);
        }
        Ok(Some((tidy(hosts)?, version)))
    }

    /// Reads a site's list now and follows what may be followed of it, within the day's measure. Gives
    /// how many were asked.
    pub async fn follow_list(&self, site: &Arc<Site>) -> Result<usize, FollowError> {
        let own = site.actor_id.ok_or(FollowError::NoActor)?;
        let id = site.id;
        let mut settings = self
            .0
            .database
            .read(move |c| FollowSettings::read(c, id))
            .await?;
        let Some(address) = settings.index_url.clone() else {
            return Ok(0);
        };
        let now = self.0.clock.ts();
        let known = settings.index_etag.as_deref();
        let read = match Url::parse(&address) {
            Ok(url) => self.read_list(&url, known).await,
            Err(_) => Err(ListError::Address),
        };
        settings.index_error = None;
        match read {
            Ok(Some((hosts, version))) => {
                (settings.index_hosts, settings.index_etag) = (hosts.join("\n"), version);
            }
            Ok(None) => {}
            Err(error) => settings.index_error = Some(error.code().to_owned()),
        }
        settings.index_checked_at = Some(now);
        let hours = i64::from(settings.index_hours.clamp(1, 720));
        settings.index_next_at = Some(Ts::new(now.0 + Span::hours(hours)));
        let day = now.0.date_naive().to_string();
        if settings.index_day != day {
            (settings.index_day, settings.index_used) = (day, 0);
        }
        let failed = settings.index_error.is_some();
        let (mut left, hosts) = (
            usize::try_from(settings.index_daily - settings.index_used).unwrap_or(0),
            settings.index_hosts.clone(),
        );
        // What a person chose in the meantime stays chosen.
        let kept = settings.clone();
        self.0
            .database
            .write(move |c| {
                diesel::update(follow_settings::table.find(id))
                    .filter(follow_settings::index_url.eq(&address))
                    .set((
                        follow_settings::index_hosts.eq(&kept.index_hosts),
                        follow_settings::index_etag.eq(&kept.index_etag),
                        follow_settings::index_checked_at.eq(kept.index_checked_at),
                        follow_settings::index_next_at.eq(kept.index_next_at),
                        follow_settings::index_error.eq(&kept.index_error),
                        follow_settings::index_day.eq(&kept.index_day),
                        follow_settings::index_used.eq(kept.index_used),
                    ))
                    .execute(c)?;
                Ok::<_, StoreError>(())
            })
            .await?;
        let mut asked = 0;
        if failed {
            return Ok(asked);
        }
        for host in hosts.lines() {
            if left == 0 {
                break;
            }
            if host == site.host || self.is_blocked(host) || !self.may_try(id, own, host).await? {
                continue;
            }
            left -= 1;
            let followed = self.follow_via(site, host, Via::Index).await;
            let (ok, host) = (followed.is_ok(), host.to_owned());
            if let Err(FollowError::Store(error)) = followed {
                return Err(error.into());
            }
            asked += usize::from(ok);
            self.0
                .database
                .write(move |c| {
                    diesel::update(follow_settings::table.find(id))
                        .set(follow_settings::index_used.eq(follow_settings::index_used + 1))
                        .execute(c)?;
                    if ok {
                        Ok(())
                    } else {
                        leave_alone(c, id, &host, now)
                    }
                })
                .await?;
        }
        Ok(asked)
    }

    async fn may_try(&self, site: Id, own: Id, host: &str) -> Result<bool, StoreError> {
        let (host, now) = (host.to_owned(), self.0.clock.ts());
        self.0
            .database
            .read(move |c| {
                let resting = jobs::table
                    .filter(jobs::kind.eq(FAILED))
                    .filter(jobs::key.eq(format!("{site} {host}")))
                    .filter(jobs::next_try_at.gt(now));
                let resting: bool = diesel::select(diesel::dsl::exists(resting)).get_result(c)?;
                Ok(!resting && is_free(c, site, own, &host)?)
            })
            .await
    }

    async fn lists_due(&self) -> Result<Option<Duration>, FollowError> {
        let now = self.0.clock.ts();
        let due: Vec<(Id, Option<Ts>)> = self
            .0
            .database
            .read(|c| {
                follow_settings::table
                    .filter(follow_settings::index_url.is_not_null())
                    .select((follow_settings::site_id, follow_settings::index_next_at))
                    .load(c)
                    .map_err(StoreError::from)
            })
            .await?;
        let mut next: Option<Duration> = None;
        for (site, at) in due {
            let wait = at.map_or(Span::zero(), |at| at.0 - now.0);
            if wait <= Span::zero() {
                if let Some(site) = self.0.sites.by_id(site) {
                    self.follow_list(&site).await?;
                }
                next = Some(Duration::from_secs(1));
            } else {
                let wait = wait.to_std().unwrap_or(Duration::from_secs(1));
                next = Some(next.map_or(wait, |known| known.min(wait)));
            }
        }
        Ok(next)
    }

    /// Tells the worker that a list was chosen.
    pub fn list_chosen(&self) {
        self.0.index_wake.notify_one();
    }
}

fn leave_alone(conn: &mut store::Conn, site: Id, host: &str, now: Ts) -> Result<(), StoreError> {
    let until = jobs::next_try_at.eq(Ts::new(now.0 + LEFT_ALONE));
    let row = (
        jobs::id.eq(fresh_id(now.0)),
        jobs::kind.eq(FAILED),
        jobs::key.eq(format!("{site} {host}")),
        jobs::payload.eq(Json(json!({}))),
        jobs::state.eq("failed"),
        jobs::attempts.eq(1),
        until,
        jobs::created_at.eq(now),
    );
    let insert = diesel::insert_into(jobs::table).values(row);
    let upsert = insert
        .on_conflict((jobs::kind, jobs::key))
        .do_update()
        .set(until);
    Portable(upsert).execute(conn)?;
    Ok(())
}

/// The worker: sleeps until a list is due or one is chosen.
pub(crate) async fn run(hub: Federation, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let wait = match hub.lists_due().await {
            Ok(wait) => wait.unwrap_or(Duration::from_secs(3_600)),
            Err(error) => {
                tracing::error!(%error, "lists of instances");
                AFTER_ERROR
            }
        };
        tokio::select! {
            () = hub.0.index_wake.notified() => {}
            () = tokio::time::sleep(wait.min(Duration::from_secs(3_600))) => {}
            _ = stop.changed() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_nothing_else() {
        let json = br#"{"total": 3, "data": [{"host": "A.example.org"}, {"host": "b.example.org", "x": 1}]}"#;
        let (hosts, total) = read_json(json).unwrap();
        assert_eq!(total, Some(3));
        assert_eq!(tidy(hosts).unwrap(), ["a.example.org", "b.example.org"]);
        let text = "\u{feff}# ours\n\na.example.org # here\nB.example.org\r\na.example.org\n";
        let hosts = read_text(text.as_bytes()).unwrap();
        assert_eq!(tidy(hosts).unwrap(), ["a.example.org", "b.example.org"]);
        assert_eq!(
            tidy(read_text(b"# nobody\n").unwrap()),
            Err(ListError::Empty)
        );
        for bad in [
            &b"<html><body>no</body></html>"[..],
            b"a b c",
            b"\xff\xfe",
            b"https://a.example/x",
        ] {
            assert_eq!(read_text(bad), Err(ListError::Unreadable));
        }
        for bad in [
            &b"{}"[..],
            br#"{"data": ["a.example"]}"#,
            br#"{"data": [{"host": 1}]}"#,
        ] {
            assert_eq!(read_json(bad), Err(ListError::Unreadable));
        }
        let many = (0..=MOST).map(|n| format!("h{n}.example")).collect();
        assert_eq!(tidy(many), Err(ListError::TooLong));
    }
}
