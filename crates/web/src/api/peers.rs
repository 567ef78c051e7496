//! The servers around the site: who follows it, whom it follows, what waits for each.

use super::Items;
use super::follows::refusal;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use federation::follow::peers::{
    PeerAct, PeerEntry, PeerFilter, Side, list as peers_of, one as peer_of,
};
use federation::{Backlog, BacklogAct, Undelivered};
use pages::{ApiError, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PeerSideView {
    /// ActivityPub id of the actor on the other server.
    actor: String,
    /// `pending`, `accepted`, `refused`, `removed` or `lost`.
    state: &'static str,
    /// `follower`, `target`, `policy`, or empty while nobody has.
    decided_by: String,
    /// `person`, `back`, `index` or `relay`.
    via: String,
    asked_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PeerView {
    host: String,
    software: Option<String>,
    /// Its follow of this site.
    follower: Option<PeerSideView>,
    /// This site's follow of it.
    following: Option<PeerSideView>,
    last_received_at: Option<DateTime<Utc>>,
    last_delivered_at: Option<DateTime<Utc>>,
    /// Deliveries that wait for it.
    waiting: i64,
    error: Option<String>,
    blocked: bool,
    /// What can be done now.
    actions: Vec<&'static str>,
}

fn side(side: &Option<Side>) -> Option<PeerSideView> {
    side.as_ref().map(|side| PeerSideView {
        actor: side.actor.uri.clone(),
        state: side.follow.state().as_str(),
        decided_by: side.follow.decided_by.clone(),
        via: side.follow.via.clone(),
        asked_at: side.follow.created_at.0,
        answered_at: side.follow.decided_at.map(|at| at.0),
    })
}

impl PeerView {
    fn of(entry: &PeerEntry) -> Self {
        Self {
            host: entry.host.clone(),
            software: entry.software.clone(),
            follower: side(&entry.follower),
            following: side(&entry.following),
            last_received_at: entry.last_received.map(|at| at.0),
            last_delivered_at: entry.last_success.map(|at| at.0),
            waiting: entry.waiting,
            error: entry.last_error.clone(),
            blocked: entry.blocked,
            actions: entry.acts().into_iter().map(|act| act.as_str()).collect(),
        }
    }
}

/// A delivery that waits or did not arrive.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UndeliveredView {
    /// Id of the activity.
    activity: String,
    /// Its type.
    kind: String,
    inbox: String,
    /// `queued`, `refused`, `failed` or `gone`.
    state: String,
    attempts: i32,
    error: Option<String>,
    made_at: DateTime<Utc>,
}

impl From<Undelivered> for UndeliveredView {
    fn from(row: Undelivered) -> Self {
        Self {
            activity: row.activity,
            kind: row.kind,
            inbox: row.inbox,
            state: row.state,
            attempts: row.attempts,
            error: row.last_error,
            made_at: row.created_at.0,
        }
    }
}

/// A server with what was exchanged.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ExchangeView {
    #[serde(flatten)]
    peer: PeerView,
    /// Deliveries that it refused, or that were given up.
    refused: i64,
    /// Deliveries that arrived, of all sites of this server.
    delivered: i64,
    /// When the oldest delivery that waits was made.
    waiting_since: Option<DateTime<Utc>>,
    next_try_at: Option<DateTime<Utc>>,
    last_failure_at: Option<DateTime<Utc>>,
    failing_since: Option<DateTime<Utc>>,
    /// Given up since, and asked once a day.
    unreachable_since: Option<DateTime<Utc>>,
    /// What waits or did not arrive, latest first; at most 200.
    undelivered: Vec<UndeliveredView>,
}

impl ExchangeView {
    fn of(entry: &PeerEntry, backlog: Option<Backlog>) -> Self {
        let peer = backlog.as_ref().map(|backlog| &backlog.peer);
        Self {
            refused: backlog.as_ref().map_or(0, |backlog| backlog.refused),
            delivered: peer.map_or(0, |peer| peer.delivered),
            waiting_since: backlog.as_ref().and_then(|b| Some(b.oldest?.0)),
            next_try_at: backlog.as_ref().and_then(|b| Some(b.next_try?.0)),
            last_failure_at: peer.and_then(|peer| Some(peer.last_failure_at?.0)),
            failing_since: peer.and_then(|peer| Some(peer.failing_since?.0)),
            unreachable_since: entry.unreachable.map(|at| at.0),
            peer: PeerView::of(entry),
            undelivered: backlog.map_or_else(Vec::new, |backlog| {
                let rows = backlog.undelivered.into_iter();
                rows.map(UndeliveredView::from).collect()
            }),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    show: Option<String>,
    q: Option<String>,
    after: Option<String>,
    limit: Option<i64>,
}

#[utoipa::path(
    get, path = "/api/v1/peers", security(("bearer" = [])),
    params(
        ("show" = Option<String>, Query, description = "`all`, `waiting`, `asked`, `followers`, `following`, `refused`, `removed`, `lost` or `trouble`"),
        ("q" = Option<String>, Query, description = "Part of the host"),
        ("after" = Option<String>, Query, description = "Host that the page before ended with"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
    ),
    responses((status = 200, body = Items<PeerView>), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let own = site.actor_id.ok_or_else(ApiError::not_found)?;
    let asked = asked.into_inner();
    let filter = match asked.show.as_deref() {
        None => PeerFilter::All,
        Some(word) => PeerFilter::from_word(word)
            .ok_or_else(|| ApiError::new(422, "unknown_filter", "no such filter".to_owned()))?,
    };
    let (id, limit) = (site.id, store::page_size(asked.limit, 50, 200));
    let (text, after) = (asked.q.unwrap_or_default(), asked.after.unwrap_or_default());
    let found = rooms
        .database
        .read(move |c| peers_of(c, (id, own), filter, &text, &after, limit));
    let items = found.await?.iter().map(PeerView::of).collect();
    Ok(HttpResponse::Ok().json(Items { items }))
}

#[utoipa::path(
    get, path = "/api/v1/peers/{host}", security(("bearer" = [])),
    params(("host" = String, Path)),
    responses((status = 200, body = ExchangeView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn show(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    host: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let own = site.actor_id.ok_or_else(ApiError::not_found)?;
    let (id, host) = (site.id, host.to_lowercase());
    let found = rooms.database.read(move |c| {
        let entry = peer_of(c, (id, own), &host)?;
        Ok::<_, store::StoreError>((entry, Backlog::of(c, id, &host, 200)?))
    });
    let (entry, backlog) = found.await?;
    let entry = entry.ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok().json(ExchangeView::of(&entry, backlog)))
}

#[utoipa::path(
    post, path = "/api/v1/peers/{host}/{action}", security(("bearer" = [])),
    params(("host" = String, Path), ("action" = String, Path,
        description = "`approve`, `refuse`, `remove`, `follow`, `retry` or `unfollow`; `try`: send what waits at once; \
            `replay`: send anew what the server refused")),
    responses((status = 204), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody), (status = 502, body = pages::ApiErrorBody)),
)]
pub(crate) async fn act(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let (host, word) = path.into_inner();
    if let Some(act) = BacklogAct::from_word(&word) {
        let acted = rooms.federation.act_on_backlog(&site.0, &host, act).await;
        acted.map_err(refusal)?;
        return Ok(HttpResponse::NoContent().finish());
    }
    let act = PeerAct::from_word(&word).ok_or_else(ApiError::not_found)?;
    let acted = rooms.federation.act_on_peer(&site.0, &host, act).await;
    acted.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}
