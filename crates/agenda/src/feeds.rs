//! Calendars and feeds to subscribe to, for every list and every event.

mod atom;
mod ics;

use crate::listing::{Listed, Search};
use crate::query::{Query, run};
use crate::rooms::Rooms;
use crate::{access, cards};
use accounts::Viewer;
use actix_web::dev::Payload;
use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, LAST_MODIFIED};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use federation::{Actor, ActorState};
use sha2::{Digest, Sha256};
use sites::{CurrentSite, Site};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use store::{Conn, Id, StoreError, Ts};

/// Events in one feed at most.
const MOST: i64 = 2_000;

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let id = "{id:[0-9a-f-]{36}}";
    let form = "{form:ics|atom}";
    config
        .route("/{list:agenda|search}.{form:ics|atom}", web::get().to(all))
        .route(
            &format!("/@{{name:[A-Za-z0-9_]+}}.{form}"),
            web::get().to(of_agenda),
        )
        .route(&format!("/places/{id}.{form}"), web::get().to(of_place))
        .route(&format!("/tags/{{tag}}.{form}"), web::get().to(of_tag))
        .route(&format!("/e/{id}.ics"), web::get().to(one));
}

/// What a feed is called and where the same list stands for people.
struct About {
    name: String,
    /// Address of the page.
    page: String,
    /// Address of the feed itself.
    feed: Option<String>,
}

/// Why there is no feed.
enum Missing {
    Absent,
    Gone,
    Store,
}

impl From<StoreError> for Missing {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a feed could not be read");
        Self::Store
    }
}

impl Missing {
    fn answer(&self) -> HttpResponse {
        match self {
            Self::Absent => HttpResponse::NotFound().finish(),
            Self::Gone => HttpResponse::Gone().finish(),
            Self::Store => HttpResponse::ServiceUnavailable().finish(),
        }
    }
}

/// What is asked, whatever the list. An extractor.
struct Asked {
    request: HttpRequest,
    site: Arc<Site>,
    rooms: Rooms,
    query: Query,
    /// `ics` or `atom`.
    form: String,
}

impl FromRequest for Asked {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let site = CurrentSite::extract(&request).await?.0;
            let rooms = Rooms::extract(&request).await?;
            let query = web::Query::<Query>::extract(&request).await?.into_inner();
            let form = request.match_info().query("form").to_owned();
            Ok(Self {
                request,
                site,
                rooms,
                query,
                form,
            })
        })
    }
}

async fn all(asked: Asked, path: web::Path<(String, String)>) -> HttpResponse {
    let (list, form) = path.into_inner();
    let (site, query) = (&asked.site, &asked.query);
    let about = About {
        name: site.name.clone(),
        page: site.url(&query.address("/", &[])),
        feed: Some(site.url(&query.address(&format!("/{list}.{form}"), &[]))),
    };
    asked.answer(about, |_| {}).await
}

async fn of_agenda(asked: Asked, path: web::Path<(String, String)>) -> HttpResponse {
    let (name, form) = path.into_inner();
    let id = asked.site.id;
    let found = asked
        .rooms
        .database
        .read(move |c| Actor::local(c, id, &name))
        .await;
    let actor = match found.map_err(Missing::from) {
        Err(missing) => return missing.answer(),
        Ok(Some(actor)) if actor.state() == ActorState::Active => actor,
        Ok(Some(actor)) if actor.state() == ActorState::Deleted => return Missing::Gone.answer(),
        Ok(_) => return Missing::Absent.answer(),
    };
    let (site, query) = (&asked.site, &asked.query);
    let path = format!("/@{}.{form}", actor.username);
    let about = About {
        name: actor.name.clone(),
        page: actor.uri.clone(),
        feed: Some(site.url(&query.address(&path, &[]))),
    };
    asked
        .answer(about, |search| search.actor = Some(actor.id))
        .await
}

async fn of_place(asked: Asked, path: web::Path<(String, String)>) -> HttpResponse {
    let (id, form) = path.into_inner();
    let Some(key) = Id::parse(&id) else {
        return Missing::Absent.answer();
    };
    let site = asked.site.clone();
    let found = asked
        .rooms
        .database
        .read(move |c| access::place(c, &site, key))
        .await;
    let place = match found.map_err(Missing::from) {
        Err(missing) => return missing.answer(),
        Ok(None) => return Missing::Absent.answer(),
        Ok(Some(place)) => place,
    };
    let site = &asked.site;
    let about = About {
        name: place.name,
        page: site.url(&format!("/places/{id}")),
        feed: Some(site.url(&format!("/places/{id}.{form}"))),
    };
    asked
        .answer(about, |search| search.place_id = Some(key))
        .await
}

async fn of_tag(asked: Asked, path: web::Path<(String, String)>) -> HttpResponse {
    let (tag, _) = path.into_inner();
    let site = &asked.site;
    let about = About {
        name: format!("{} #{tag}", site.name),
        page: site.url(&cards::tag_path(&tag)),
        feed: Some(site.url(asked.request.path())),
    };
    asked.answer(about, |search| search.tag = Some(tag)).await
}

impl Asked {
    async fn answer(self, about: About, narrow: impl FnOnce(&mut Search)) -> HttpResponse {
        let Self {
            request,
            site,
            rooms,
            query,
            form,
        } = self;
        let now = rooms.clock.ts();
        let today = now.0.with_timezone(&site.timezone).date_naive();
        let mut filters = query.search(&site, today);
        // A calendar keeps the last month, so that a change of yesterday's event still arrives.
        if query.is_undated() {
            filters.from = Some(Ts::new(now.0 - chrono::Duration::days(31)));
        }
        narrow(&mut filters);
        let asked = site.clone();
        let read = rooms
            .database
            .read(move |c| run(c, &asked, &query, filters, None, MOST))
            .await;
        let listed = match read.map_err(Missing::from) {
            Ok(listed) => listed.unwrap_or_default(),
            Err(missing) => return missing.answer(),
        };
        match form.as_str() {
            "ics" => calendar(&request, &about, &site, &listed, rooms).await,
            _ => cached(
                &request,
                "application/atom+xml; charset=utf-8",
                newest(&listed),
                atom::write(&about, &site, &listed),
            ),
        }
    }
}

/// Everything of an agenda as a calendar file, drafts among it: for whoever takes it along.
pub(crate) fn whole(conn: &mut Conn, site: &Site, actor: &Actor) -> Result<String, StoreError> {
    let listed = crate::listing::all_of(conn, actor.id)?;
    let pictures = cards::pictures(conn, &listed)?;
    let about = About {
        name: actor.name.clone(),
        page: actor.uri.clone(),
        feed: None,
    };
    Ok(ics::write(
        &about,
        site,
        &listed,
        &pictures,
        newest(&listed),
    ))
}

/// `GET /e/{id}.ics`: what everybody may see; organisers have the page.
async fn one(
    request: HttpRequest,
    site: CurrentSite,
    rooms: Rooms,
    path: web::Path<String>,
) -> HttpResponse {
    let Some(id) = Id::parse(&path) else {
        return Missing::Absent.answer();
    };
    let asked = site.0.clone();
    let read = rooms.database.read(move |c| {
        let nobody = Viewer::default();
        access::find(c, &asked, nobody.identity(), id)
    });
    let listed = match read.await.map_err(Missing::from) {
        Ok(access::Found::Here(listed)) => *listed,
        Ok(access::Found::Gone) => return Missing::Gone.answer(),
        Ok(access::Found::Nothing) => return Missing::Absent.answer(),
        Err(missing) => return missing.answer(),
    };
    let about = About {
        name: listed.object.title.clone(),
        page: site.url(&cards::path(&listed)),
        feed: None,
    };
    calendar(
        &request,
        &about,
        &site,
        std::slice::from_ref(&listed),
        rooms,
    )
    .await
}

async fn calendar(
    request: &HttpRequest,
    about: &About,
    site: &Site,
    listed: &[Listed],
    rooms: Rooms,
) -> HttpResponse {
    let list = listed.to_vec();
    let pictures = rooms
        .database
        .read(move |c| cards::pictures(c, &list))
        .await;
    let pictures = match pictures.map_err(Missing::from) {
        Ok(pictures) => pictures,
        Err(missing) => return missing.answer(),
    };
    // Dated by the newest change, so that the same list is the same file.
    let stamp = newest(listed);
    let body = ics::write(about, site, listed, &pictures, stamp);
    cached(request, "text/calendar; charset=utf-8", stamp, body)
}

fn newest(listed: &[Listed]) -> Ts {
    let newest = listed.iter().map(|one| one.object.updated_at).max();
    newest.unwrap_or(Ts::new(chrono::DateTime::UNIX_EPOCH))
}

/// An answer with its `ETag`, or 304. `If-Modified-Since` alone is not answered by 304: a deletion
/// leaves no later date behind.
fn cached(request: &HttpRequest, kind: &'static str, changed: Ts, body: String) -> HttpResponse {
    let hash: String = Sha256::digest(body.as_bytes())
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{hash}\"");
    let known = request
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let same = known
        .split(',')
        .any(|one| one.trim().trim_start_matches("W/") == tag);
    let mut response = match same {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    let date = changed.0.format("%a, %d %b %Y %H:%M:%S GMT");
    response
        .insert_header((ETAG, tag))
        .insert_header((LAST_MODIFIED, date.to_string()))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header(("access-control-allow-origin", "*"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"));
    match same {
        true => response.finish(),
        false => response.content_type(kind).body(body),
    }
}
