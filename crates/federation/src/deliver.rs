//! Deliveries: one row per activity and inbox, sent in order per (actor, inbox), signed at the moment
//! of sending, tried for seven days.

use crate::Federation;
use crate::client::{Answer, RequestError};
use crate::peer::{Peer, SignatureScheme, wants_other_scheme};
use crate::settings::Settings;
use bytes::Bytes;
use chrono::Duration;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use reqwest::Method;
use signatures::{Body, Outgoing};
use store::schema::{activities, actors, deliveries, follows, peers};
use store::{Conn, Id, StoreError, Ts};
use url::Url;

/// A delivery that is due.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Due {
    /// Key.
    pub id: Id,
    /// Who signs.
    pub actor_id: Id,
    /// Where it goes.
    pub inbox: String,
    /// Host of the inbox.
    pub host: String,
    /// Tries so far.
    pub attempts: i32,
    /// When it was first due.
    pub created_at: Ts,
    /// The document.
    pub body: String,
}

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Delivered(u16),
    /// Not now; perhaps the server said when.
    Later {
        status: Option<u16>,
        reason: String,
        after: Option<std::time::Duration>,
    },
    /// The server does not want this activity; another one may pass (DEL-02).
    Refused(u16),
    /// The inbox is gone (410).
    Gone,
    /// It cannot be sent at all.
    Unsendable(String),
}

/// `Retry-After` in seconds, at most a day; dates are left to the usual wait.
fn retry_after(answer: &Answer) -> Option<std::time::Duration> {
    let seconds: u64 = answer.header("retry-after")?.trim().parse().ok()?;
    Some(std::time::Duration::from_secs(seconds.min(86_400)))
}

pub(crate) fn judge(answer: &Answer) -> Outcome {
    match answer.status.as_u16() {
        status @ 200..=299 => Outcome::Delivered(status),
        410 => Outcome::Gone,
        status @ (408 | 425 | 429 | 500..=599) => Outcome::Later {
            status: Some(status),
            reason: format!("the server answered {status}"),
            after: retry_after(answer),
        },
        status => Outcome::Refused(status),
    }
}

/// The oldest waiting delivery of each (actor, inbox): the others keep behind it.
macro_rules! lane_heads {
    () => {{
        let earlier = diesel::alias!(deliveries as earlier);
        let ahead = earlier
            .filter(earlier.field(deliveries::state).eq("queued"))
            .filter(earlier.field(deliveries::actor_id).eq(deliveries::actor_id))
            .filter(earlier.field(deliveries::inbox).eq(deliveries::inbox))
            .filter(earlier.field(deliveries::id).lt(deliveries::id));
        deliveries::table
            .inner_join(activities::table)
            .filter(deliveries::state.eq("queued"))
            .filter(not(exists(ahead)))
    }};
}

impl Federation {
    /// Due deliveries, the oldest of each lane only, without those under way.
    pub(crate) async fn due_deliveries(&self, limit: i64) -> Result<Vec<Due>, StoreError> {
        let now = self.0.clock.ts();
        self.0
            .database
            .read(move |c| {
                lane_heads!()
                    .filter(deliveries::next_try_at.le(now))
                    .order(deliveries::next_try_at)
                    .limit(limit)
                    .select((
                        deliveries::id,
                        deliveries::actor_id,
                        deliveries::inbox,
                        deliveries::host,
                        deliveries::attempts,
                        deliveries::created_at,
                        activities::body,
                    ))
                    .load(c)
                    .map_err(StoreError::from)
            })
            .await
    }

    /// When the next delivery is due, if any waits.
    pub(crate) async fn next_delivery_at(&self) -> Result<Option<Ts>, StoreError> {
        self.0
            .database
            .read(|c| {
                Ok(lane_heads!()
                    .select(diesel::dsl::min(deliveries::next_try_at))
                    .first(c)?)
            })
            .await
    }

    /// Sends one delivery and writes down what came of it.
    pub(crate) async fn deliver(&self, due: Due) -> Result<(), StoreError> {
        let (hub, row) = (self.clone(), due.clone());
        // In a task of its own, so that a panic ends one try and not the worker (DOS-15).
        let sent = tokio::spawn(async move { hub.send(&row).await }).await;
        let outcome = sent.unwrap_or_else(|_| Outcome::Later {
            status: None,
            reason: "the delivery made its worker fail".to_owned(),
            after: None,
        });
        let label = match &outcome {
            Outcome::Delivered(_) => "delivered",
            Outcome::Later { .. } => "later",
            Outcome::Refused(_) => "refused",
            Outcome::Gone => "gone",
            Outcome::Unsendable(_) => "unsendable",
        };
        metrics::counter!("kiosque_deliveries", "outcome" => label).increment(1);
        tracing::debug!(inbox = %due.inbox, attempts = due.attempts, outcome = label, "delivery tried");
        let (settings, now) = (self.0.settings.clone(), self.0.clock.ts());
        self.0
            .database
            .write(move |c| note_outcome(c, &settings, &due, &outcome, now))
            .await
    }

    async fn send(&self, due: &Due) -> Outcome {
        let Ok(url) = Url::parse(&due.inbox) else {
            return Outcome::Unsendable("the inbox is no address".to_owned());
        };
        let signer = match self.signer(due.actor_id).await {
            Ok(signer) => signer,
            Err(reason) => return Outcome::Unsendable(reason),
        };
        let body = Bytes::from(due.body.clone());
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut last = Outcome::Unsendable("not tried".to_owned());
        for scheme in self.peer_scheme(&host).await.order() {
            let outgoing = Outgoing {
                method: "POST",
                url: &url,
                body: Some(Body {
                    content_type: activitystreams::ACTIVITY_JSON,
                    bytes: &body,
                }),
            };
            let headers = match scheme.sign(&signer, &outgoing, self.0.clock.now()) {
                Ok(headers) => headers,
                Err(error) => return Outcome::Unsendable(error.to_string()),
            };
            match self
                .0
                .client
                .send_briefly(Method::POST, &url, &headers, Some(body.clone()), 64 * 1024)
                .await
            {
                Ok(answer) if wants_other_scheme(answer.status) => last = judge(&answer),
                Ok(answer) => {
                    if answer.status.is_success() {
                        self.note_scheme(&host, scheme).await;
                    }
                    return judge(&answer);
                }
                Err(RequestError::Unreachable { reason, .. }) => {
                    return Outcome::Later {
                        status: None,
                        reason,
                        after: None,
                    };
                }
                Err(error) => return Outcome::Unsendable(error.to_string()),
            }
        }
        last
    }

    /// The scheme order that a host is known to take; for tests.
    pub async fn known_scheme(&self, host: &str) -> SignatureScheme {
        self.peer_scheme(host).await
    }
}

fn note_outcome(
    conn: &mut Conn,
    settings: &Settings,
    due: &Due,
    outcome: &Outcome,
    now: Ts,
) -> Result<(), StoreError> {
    let attempts = due.attempts + 1;
    let (state, status, error, next) = match outcome {
        Outcome::Delivered(status) => ("delivered", Some(*status), None, now),
        Outcome::Refused(status) => (
            "refused",
            Some(*status),
            Some(format!("the server answered {status}")),
            now,
        ),
        Outcome::Gone => ("gone", Some(410), Some("the inbox is gone".to_owned()), now),
        Outcome::Unsendable(reason) => ("failed", None, Some(reason.clone()), now),
        Outcome::Later {
            status,
            reason,
            after,
        } => {
            let wait = after.unwrap_or_else(|| settings.backoff(attempts));
            let wait = Duration::from_std(wait).unwrap_or(Duration::days(1));
            let next = Ts::new(now.0 + spread(wait, due.id));
            let over = next.0 - due.created_at.0 > Settings::PATIENCE;
            (
                if over { "failed" } else { "queued" },
                *status,
                Some(reason.clone()),
                next,
            )
        }
    };
    let finished = (state != "queued").then_some(now);
    diesel::update(deliveries::table.find(due.id))
        .set((
            deliveries::state.eq(state),
            deliveries::attempts.eq(attempts),
            deliveries::next_try_at.eq(next),
            deliveries::last_status.eq(status.map(i32::from)),
            deliveries::last_error.eq(&error),
            deliveries::finished_at.eq(finished),
        ))
        .execute(conn)?;
    Peer::ensure(conn, &due.host)?;
    let peer = peers::table.find(&due.host);
    if state == "delivered" {
        let set = (
            peers::last_success_at.eq(now),
            peers::failures.eq(0),
            peers::last_error.eq(None::<String>),
        );
        diesel::update(peer).set(set).execute(conn)?;
    } else {
        let set = (
            peers::last_failure_at.eq(now),
            peers::failures.eq(peers::failures + 1),
            peers::last_error.eq(&error),
        );
        diesel::update(peer).set(set).execute(conn)?;
    }
    if *outcome == Outcome::Gone {
        end_inbox(conn, &due.inbox, now)?;
    }
    Ok(())
}

/// Nothing more goes to an inbox that is gone; who followed through it is lost.
fn end_inbox(conn: &mut Conn, inbox: &str, now: Ts) -> Result<(), StoreError> {
    let waiting = deliveries::table
        .filter(deliveries::inbox.eq(inbox))
        .filter(deliveries::state.eq("queued"));
    diesel::update(waiting)
        .set((
            deliveries::state.eq("gone"),
            deliveries::finished_at.eq(now),
        ))
        .execute(conn)?;
    let owners: Vec<Id> = actors::table
        .filter(actors::inbox.eq(inbox).or(actors::shared_inbox.eq(inbox)))
        .filter(actors::site_id.is_null())
        .select(actors::id)
        .load(conn)?;
    diesel::update(follows::table.filter(follows::follower_id.eq_any(owners)))
        .set((follows::state.eq("lost"), follows::decided_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// A wait moved by up to a fifth either way, so that hosts are not all asked at once. The key's
/// random part decides, so no hidden randomness is needed.
fn spread(wait: Duration, id: Id) -> Duration {
    let byte = i64::from(id.0.as_bytes()[15]);
    wait + wait / 5 * i32::try_from(byte - 128).unwrap_or(0) / 128
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header;
    use reqwest::header::{HeaderMap, HeaderValue};

    fn answer(status: u16, retry: Option<&'static str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(retry) = retry {
            headers.insert(
                header::RETRY_AFTER.as_str(),
                HeaderValue::from_static(retry),
            );
        }
        Answer {
            status: reqwest::StatusCode::from_u16(status).expect("status"),
            headers,
            body: Bytes::new(),
        }
    }

    #[test]
    fn del_02_each_status_has_its_meaning() {
        assert_eq!(judge(&answer(202, None)), Outcome::Delivered(202));
        assert_eq!(judge(&answer(410, None)), Outcome::Gone);
        for refused in [401, 403, 404, 413, 422] {
            assert_eq!(judge(&answer(refused, None)), Outcome::Refused(refused));
        }
        for later in [408, 429, 500, 502, 503] {
            assert!(
                matches!(
                    judge(&answer(later, None)),
                    Outcome::Later { after: None, .. }
                ),
                "{later}"
            );
        }
        let wait = judge(&answer(503, Some("120")));
        assert!(
            matches!(wait, Outcome::Later { after: Some(after), .. } if after.as_secs() == 120)
        );
    }
}
