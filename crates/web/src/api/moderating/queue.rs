//! What waits for a moderator.

use super::refusal;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use moderation::ModerationError;
use moderation::queue::{BulkMeasure, Deciding, Look, Mark, Waiting};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use std::collections::BTreeMap;
use store::{Id, Ts};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WaitingView {
    /// `reports`, `appeals`, `held`, `comments`, `sign-ups`, `followers` or `parked`.
    source: &'static str,
    id: String,
    since: DateTime<Utc>,
    title: String,
    about: String,
    reason: String,
    /// Path of the page on which it is decided, or address of what is shown there.
    page: String,
    /// Account of the moderator who looks after it.
    assigned_to: Option<String>,
    /// What `POST /api/v1/queue` does with it.
    actions: Vec<&'static str>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct QueueView {
    /// How many wait, by source.
    counts: BTreeMap<&'static str, i64>,
    /// Longest first.
    items: Vec<WaitingView>,
    /// For `after`, when there are more.
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    source: Option<String>,
    #[serde(default)]
    mine: bool,
    after: Option<String>,
    limit: Option<i64>,
}

#[utoipa::path(
    get, path = "/api/v1/queue", security(("bearer" = [])),
    params(("source" = Option<String>, Query), ("mine" = Option<bool>, Query), ("after" = Option<String>, Query),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default")),
    responses((status = 200, body = QueueView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn read(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let limit = store::page_size(asked.limit, 50, 200);
    let queue = rooms.queue.as_ref().clone();
    let all = Look {
        site: site.0.clone(),
        may: who.permissions,
        assigned_to: None,
        after: None,
    };
    let look = Look {
        assigned_to: asked.mine.then_some(who.account.id),
        after: asked.after.as_deref().and_then(Mark::parse),
        ..all.clone()
    };
    let only = asked.source.clone();
    let read = queue.clone();
    let found = rooms.database.read(move |conn| {
        let counts = read.counts(conn, &all)?;
        let waiting = read.waiting(conn, &look, only.as_deref(), limit + 1)?;
        Ok::<_, ModerationError>((counts, waiting))
    });
    let (counts, mut waiting) = found.await.map_err(refusal)?;
    let more = i64::try_from(waiting.len()).unwrap_or(0) > limit;
    waiting.truncate(usize::try_from(limit).unwrap_or(0));
    let next = waiting
        .last()
        .filter(|_| more)
        .map(|last| last.mark().to_string());
    let view = |one: Waiting| WaitingView {
        source: one.source,
        id: one.key.to_string(),
        since: one.since.0,
        title: one.title,
        about: one.about,
        reason: one.reason,
        page: one.link,
        assigned_to: one.assigned_to.map(|id| id.to_string()),
        actions: queue
            .named(one.source)
            .map(|source| source.acts().to_vec())
            .unwrap_or_default(),
    };
    Ok(HttpResponse::Ok().json(QueueView {
        counts: counts.into_iter().collect(),
        items: waiting.into_iter().map(view).collect(),
        next,
    }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct QueueAct {
    source: String,
    ids: Vec<String>,
    action: String,
    /// To whom it concerns.
    #[serde(default)]
    words: String,
    /// Of `measure`: which one.
    #[serde(default)]
    measure: Option<BulkMeasureInput>,
}

/// A measure taken on what each case is about, which closes the case.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct BulkMeasureInput {
    /// `remove`, `sensitive`, `unlist`, `lock`, `warn`, `hold`, `freeze` or `suspend`.
    kind: String,
    /// As in `POST /api/v1/reports`.
    reason: String,
    /// On whoever answers for the things, and not on the things.
    #[serde(default)]
    on_author: bool,
    ends_at: Option<DateTime<Utc>>,
}

impl BulkMeasureInput {
    fn read(&self) -> Result<BulkMeasure, ModerationError> {
        Ok(BulkMeasure {
            kind: BulkMeasure::kind_named(&self.kind)?,
            ground: self.reason.clone(),
            on_author: self.on_author,
            ends_at: self.ends_at.map(Ts::new),
        })
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ActedView {
    id: String,
    /// Empty when it was done.
    error: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ActedList {
    items: Vec<ActedView>,
}

#[utoipa::path(
    post, path = "/api/v1/queue", request_body = QueueAct, security(("bearer" = [])),
    responses((status = 200, body = ActedList, description = "Each by itself"), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn act(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<QueueAct>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let source = rooms.queue.open_to(&input.source, who.permissions);
    let source = source.filter(|source| source.acts().contains(&input.action.as_str()));
    let source = source.ok_or_else(|| refusal(ModerationError::NotFitting))?;
    if input.ids.len() > 100 {
        return Err(refusal(ModerationError::TooLong));
    }
    let measure = input.measure.as_ref().map(BulkMeasureInput::read);
    let measure = measure.transpose().map_err(refusal)?;
    let hands = rooms.hands();
    let deciding = Deciding {
        site: site.0.clone(),
        by: who.account.id,
        words: input.words.clone(),
        measure,
    };
    let mut items = Vec::new();
    for id in &input.ids {
        let done = match Id::parse(id) {
            Some(key) => source.act(&hands, &deciding, key, &input.action).await,
            None => Err(ModerationError::Unknown),
        };
        items.push(ActedView {
            id: id.clone(),
            error: match done {
                Ok(()) => String::new(),
                Err(error) => {
                    if error.status() >= 500 {
                        tracing::error!(%error, "a line of the queue failed");
                    }
                    error.code().to_owned()
                }
            },
        });
    }
    rooms.decided().await;
    Ok(HttpResponse::Ok().json(ActedList { items }))
}
