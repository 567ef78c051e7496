//! One delivery: signed at the moment of sending, and what each answer means (DEL-02).

use crate::Federation;
use crate::client::{Answer, RequestError};
use crate::peer::{SignatureScheme, wants_other_scheme};
use bytes::Bytes;
use diesel::prelude::*;
use reqwest::Method;
use signatures::{Body, Outgoing};
use store::schema::{activities, deliveries};
use store::{Conn, Id, StoreError, Ts};
use url::Url;

/// A delivery that waits.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub(crate) struct Due {
    pub(crate) id: Id,
    pub(crate) activity_id: Id,
    /// Who signs.
    pub(crate) actor_id: Id,
    pub(crate) inbox: String,
    pub(crate) attempts: i32,
    pub(crate) next_try_at: Ts,
    pub(crate) created_at: Ts,
    /// Others of its lane do not wait for it.
    pub(crate) aside: bool,
}

/// What is sent, serialised once for all its deliveries, and the request that caused it.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    body: Bytes,
    request: Option<Id>,
}

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Delivered(u16),
    /// The host cannot be spoken to now: everything for it waits. Perhaps it said until when.
    HostDown {
        status: Option<u16>,
        reason: String,
        after: Option<std::time::Duration>,
    },
    /// The server failed on this activity.
    Later {
        status: Option<u16>,
        reason: String,
    },
    /// The server does not want this activity; another one may pass (DEL-02).
    Refused(u16),
    /// The inbox is gone (410).
    Gone,
    /// It cannot be sent at all.
    Unsendable(String),
}

impl Outcome {
    /// Its name in metrics and logs.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Delivered(_) => "delivered",
            Self::HostDown { .. } => "host_down",
            Self::Later { .. } => "later",
            Self::Refused(_) => "refused",
            Self::Gone => "gone",
            Self::Unsendable(_) => "unsendable",
        }
    }
}

/// `Retry-After` in seconds, at most a day; dates are left to the usual wait.
fn retry_after(answer: &Answer) -> Option<std::time::Duration> {
    let seconds: u64 = answer.header("retry-after")?.trim().parse().ok()?;
    Some(std::time::Duration::from_secs(seconds.min(86_400)))
}

pub(crate) fn judge(answer: &Answer) -> Outcome {
    let status = answer.status.as_u16();
    let reason = format!("the server answered {status}");
    match status {
        200..=299 => Outcome::Delivered(status),
        410 => Outcome::Gone,
        // What a proxy says when the server behind it is away, and what a server says that has enough.
        429 | 502 | 503 | 504 => Outcome::HostDown {
            status: Some(status),
            reason,
            after: retry_after(answer),
        },
        408 | 425 | 500..=599 => Outcome::Later {
            status: Some(status),
            reason,
        },
        _ => Outcome::Refused(status),
    }
}

impl Federation {
    /// Tries one delivery.
    pub(crate) async fn deliver(&self, due: &Due) -> Outcome {
        let begun = tokio::time::Instant::now();
        let document = self.outgoing_document(due.activity_id).await;
        let request = document
            .as_ref()
            .ok()
            .and_then(|found| found.as_ref()?.request);
        let (hub, row) = (self.clone(), due.clone());
        // In a task of its own, so that a panic ends one try and not the worker (DOS-15).
        let sending = async move { hub.send(&row, document).await };
        let sent = tokio::spawn(store::trail::follow(request, sending)).await;
        let outcome = sent.unwrap_or_else(|_| Outcome::Later {
            status: None,
            reason: "the delivery made its worker fail".to_owned(),
        });
        metrics::counter!("kiosque_deliveries", "outcome" => outcome.label()).increment(1);
        metrics::histogram!("kiosque_delivery_seconds", "outcome" => outcome.label())
            .record(begun.elapsed().as_secs_f64());
        store::trail::follow(request, async {
            tracing::debug!(delivery = %due.id, activity = %due.activity_id, inbox = %due.inbox,
                attempts = due.attempts, outcome = outcome.label(), "delivery tried");
        })
        .await;
        outcome
    }

    async fn send(&self, due: &Due, document: Result<Option<Document>, StoreError>) -> Outcome {
        let Ok(url) = Url::parse(&due.inbox) else {
            return Outcome::Unsendable("the inbox is no address".to_owned());
        };
        let signer = match self.signer(due.actor_id).await {
            Ok(signer) => signer,
            Err(reason) => return Outcome::Unsendable(reason),
        };
        let body = match document {
            Ok(Some(document)) => document.body,
            Ok(None) => return Outcome::Unsendable("its activity is gone".to_owned()),
            Err(error) => {
                return Outcome::Later {
                    status: None,
                    reason: error.to_string(),
                };
            }
        };
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
                    return Outcome::HostDown {
                        status: None,
                        reason,
                        after: None,
                    };
                }
                Err(error @ (RequestError::Spent | RequestError::TooManyHosts)) => {
                    return Outcome::Later {
                        status: None,
                        reason: error.to_string(),
                    };
                }
                Err(error) => return Outcome::Unsendable(error.to_string()),
            }
        }
        last
    }

    /// The document of an activity, read once for all its deliveries.
    async fn outgoing_document(&self, activity: Id) -> Result<Option<Document>, StoreError> {
        if let Some(document) = self.0.documents.get(&activity).await {
            return Ok(Some(document));
        }
        let found = self.0.database.read(move |c| stored(c, activity)).await?;
        let Some((text, request)) = found else {
            return Ok(None);
        };
        let document = Document {
            body: Bytes::from(text),
            request,
        };
        self.0.documents.insert(activity, document.clone()).await;
        Ok(Some(document))
    }

    /// The scheme order that a host is known to take; for tests.
    pub async fn known_scheme(&self, host: &str) -> SignatureScheme {
        self.peer_scheme(host).await
    }
}

fn stored(conn: &mut Conn, activity: Id) -> Result<Option<(String, Option<Id>)>, StoreError> {
    Ok(activities::table
        .find(activity)
        .select((activities::body, activities::request_id))
        .first(conn)
        .optional()?)
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
        for later in [408, 500, 501] {
            let outcome = judge(&answer(later, None));
            assert!(matches!(outcome, Outcome::Later { .. }), "{later}");
        }
        for down in [429, 502, 503, 504] {
            let outcome = judge(&answer(down, None));
            assert!(
                matches!(outcome, Outcome::HostDown { after: None, .. }),
                "{down}"
            );
        }
        let wait = judge(&answer(503, Some("120")));
        assert!(
            matches!(wait, Outcome::HostDown { after: Some(after), .. } if after.as_secs() == 120)
        );
    }
}
