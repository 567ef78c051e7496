//! Outboxes, follow counts, and what is still to come.

use super::{activity_json, named, url};
use crate::follow::Follow;
use crate::{Federation, Scope, outbox};
use activitystreams::write;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use sites::CurrentSite;
use std::sync::Arc;
use store::{Id, StoreError, Ts};

#[derive(Deserialize)]
pub(super) struct Paging {
    page: Option<String>,
    before: Option<String>,
}

const PAGE: i64 = 20;

pub(super) async fn outbox_page(
    request: HttpRequest,
    site: CurrentSite,
    hub: web::Data<Federation>,
    paging: web::Query<Paging>,
) -> HttpResponse {
    let actor = match named(&hub, &site, &request).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let base = format!("{}/outbox", actor.uri);
    let (Some(id), Some(first)) = (url(&base), url(&format!("{base}?page=1"))) else {
        return HttpResponse::NotFound().finish();
    };
    let before = paging.before.as_deref().and_then(Id::parse);
    let content = Arc::clone(&hub.0.content);
    let (now, owner, own_site) = (hub.0.clock.ts(), actor.clone(), site.id);
    let read = hub
        .0
        .database
        .read(move |c| {
            let mut total = outbox::listed_count(c, owner.id)?;
            let mut items = outbox::listed(c, owner.id, before, PAGE)?;
            let last = items
                .last()
                .map(|(id, _)| *id)
                .filter(|_| items.len() as i64 == PAGE);
            let mut documents: Vec<Value> = Vec::new();
            // Gancio reads the first page only and wants what is still to come on it (R-GA-01).
            if owner.kind == "Application" {
                let coming = content.upcoming(c, Scope::Site(own_site), now, PAGE)?;
                total += i64::try_from(coming.len()).unwrap_or(0);
                let coming = if before.is_none() { coming } else { Vec::new() };
                documents.extend(coming.iter().map(write::create));
            }
            documents.extend(items.drain(..).map(|(_, document)| document));
            Ok::<_, StoreError>((total, documents, last))
        })
        .await;
    let Ok((total, documents, last)) = read else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    if paging.page.is_none() && before.is_none() {
        return activity_json(&write::collection(
            &id,
            u64::try_from(total).unwrap_or(0),
            &first,
        ));
    }
    let at = before
        .and_then(|before| url(&format!("{base}?before={before}")))
        .unwrap_or(first);
    let next = last.and_then(|last| url(&format!("{base}?before={last}")));
    activity_json(&write::collection_page(
        &at,
        &id,
        documents,
        next.as_ref(),
        None,
        None,
    ))
}

/// Counts only: who follows is nobody's business but theirs (ACL-05).
pub(super) async fn followers(
    request: HttpRequest,
    site: CurrentSite,
    hub: web::Data<Federation>,
) -> HttpResponse {
    let actor = match named(&hub, &site, &request).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let id = actor.id;
    let count = hub
        .0
        .database
        .read(move |c| Follow::count_followers(c, id))
        .await;
    let (Ok(count), Some(id)) = (count, url(&format!("{}/followers", actor.uri))) else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let mut document = write::collection_with_items(&id, Vec::new(), None);
    if let Some(map) = document.as_object_mut() {
        map.insert("totalItems".to_owned(), json!(count));
    }
    activity_json(&document)
}

/// Whom the site follows is public, as on PeerTube; an agenda follows nobody.
pub(super) async fn following(
    request: HttpRequest,
    site: CurrentSite,
    hub: web::Data<Federation>,
) -> HttpResponse {
    let actor = match named(&hub, &site, &request).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let id = actor.id;
    let rows = hub.0.database.read(move |c| Follow::following(c, id)).await;
    let (Ok(rows), Some(id)) = (rows, url(&format!("{}/following", actor.uri))) else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let accepted = rows
        .into_iter()
        .filter(|(follow, _)| follow.state == "accepted");
    activity_json(&write::collection_with_items(
        &id,
        accepted.map(|(_, target)| json!(target.uri)).collect(),
        None,
    ))
}

pub(super) async fn upcoming(
    request: HttpRequest,
    site: CurrentSite,
    hub: web::Data<Federation>,
) -> HttpResponse {
    let actor = match named(&hub, &site, &request).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let content = Arc::clone(&hub.0.content);
    let scope = if actor.kind == "Application" {
        Scope::Site(site.id)
    } else {
        Scope::Actor(actor.id)
    };
    let now: Ts = hub.0.clock.ts();
    let documents = hub
        .0
        .database
        .read(move |c| content.upcoming(c, scope, now, 200))
        .await;
    let here = url(&site.url(request.path()));
    match (documents, here) {
        (Ok(documents), Some(id)) => {
            activity_json(&write::collection_with_items(&id, documents, None))
        }
        _ => HttpResponse::ServiceUnavailable().finish(),
    }
}

/// Collections that Mobilizon asks of every group and that an agenda has nothing in (A.7).
pub(super) async fn empty(
    request: HttpRequest,
    site: CurrentSite,
    hub: web::Data<Federation>,
) -> HttpResponse {
    if let Err(answer) = named(&hub, &site, &request).await {
        return answer;
    }
    match url(&site.url(request.path())) {
        Some(id) => activity_json(&write::collection_with_items(&id, Vec::new(), None)),
        None => HttpResponse::NotFound().finish(),
    }
}
