//! After a follow of ours was accepted: what the other side has announced for the days to come, from
//! its `upcomingEvents` (FEP-8a8e) or its outbox. A durable job that keeps its place: interrupted, it goes
//! on where it was. At most as many documents as the site wants, in small portions, harmless when
//! repeated; what has not changed since the last time (`ETag`) is not read again.

use crate::actor::{Actor, ActorState};
use crate::fetch::FetchError;
use crate::follow::policy::FollowSettings;
use crate::follow::{Follow, FollowState};
use crate::inbound::{ApplyError, Believed, take_in};
use crate::{Federation, IngestError, Purpose};
use activitystreams::{Activity, ActivityKind, ActorDocument, CollectionDocument, Item, PageRef};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sites::Site;
use std::sync::Arc;
use std::time::Duration;
use store::schema::jobs;
use store::{Conn, Id, Json, Portable, StoreError, Ts, fresh_id};
use url::Url;

/// Pages of a collection read after the collection itself, whatever it counts (DOS-08).
const PAGES: usize = 3;
/// Documents taken over in one portion, before others have their turn.
const PORTION: usize = 20;
/// Rest after a portion.
const REST: Duration = Duration::from_millis(500);

/// Where a job stands, and what it knows from the last time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// Page under way.
    page: Option<String>,
    /// Items of it that are done.
    at: usize,
    /// Documents looked at in all.
    done: usize,
    /// Version of the collection when it was last read to the end.
    etag: Option<String>,
    /// The one being read.
    reading: Option<String>,
    /// Pages read after the collection itself.
    pages: usize,
}
const TRIES: i32 = 5;
const KIND: &str = "backfill";

/// Notes that an accepted follow waits to be filled; in the transaction that accepts it.
pub(crate) fn ask(conn: &mut Conn, follow: Id, now: Ts) -> Result<(), StoreError> {
    let changed = (
        jobs::state.eq("queued"),
        jobs::attempts.eq(0),
        jobs::next_try_at.eq(now),
    );
    let row = (
        jobs::id.eq(fresh_id(now.0)),
        jobs::kind.eq(KIND),
        jobs::key.eq(follow.to_string()),
        jobs::payload.eq(Json(json!({}))),
        jobs::created_at.eq(now),
        changed,
    );
    let insert = diesel::insert_into(jobs::table).values(row);
    Portable(
        insert
            .on_conflict((jobs::kind, jobs::key))
            .do_update()
            .set(changed),
    )
    .execute(conn)?;
    Ok(())
}

impl Federation {
    /// Does what is due; gives how many follows were looked at.
    pub(crate) async fn backfill_due(&self) -> Result<usize, StoreError> {
        let now = self.0.clock.ts();
        let due: Vec<(Id, String, i32, Json)> = self
            .0
            .database
            .read(move |c| {
                jobs::table
                    .filter(jobs::kind.eq(KIND))
                    .filter(jobs::state.eq("queued"))
                    .filter(jobs::next_try_at.le(now))
                    .order(jobs::id)
                    .limit(10)
                    .select((jobs::id, jobs::key, jobs::attempts, jobs::payload))
                    .load(c)
                    .map_err(StoreError::from)
            })
            .await?;
        let count = due.len();
        for (job, key, attempts, payload) in due {
            let outcome = match Id::parse(&key) {
                Some(follow) => self.backfill(job, follow, payload.read()).await,
                None => Ok(true),
            };
            let (attempts, now) = (attempts + 1, self.0.clock.ts());
            let wait = self.0.settings.backoff(attempts);
            self.0
                .database
                .write(move |c| {
                    let row = jobs::table.find(job);
                    match outcome {
                        // Kept for what it knows of the collection.
                        Ok(true) => diesel::update(row).set(jobs::state.eq("done")).execute(c)?,
                        Ok(false) => diesel::update(row).set(jobs::attempts.eq(0)).execute(c)?,
                        Err(error) => {
                            let next = now.0 + chrono::Duration::from_std(wait).unwrap_or_default();
                            let state = if attempts >= TRIES {
                                "failed"
                            } else {
                                "queued"
                            };
                            let set = (
                                jobs::attempts.eq(attempts),
                                jobs::state.eq(state),
                                jobs::next_try_at.eq(Ts::new(next)),
                                jobs::last_error.eq(error.to_string()),
                            );
                            diesel::update(row).set(set).execute(c)?
                        }
                    };
                    Ok::<_, StoreError>(())
                })
                .await?;
        }
        Ok(count)
    }

    /// When the next one is due.
    pub(crate) async fn next_backfill_at(&self) -> Result<Option<Ts>, StoreError> {
        self.0
            .database
            .read(|c| {
                let queued = jobs::table
                    .filter(jobs::kind.eq(KIND))
                    .filter(jobs::state.eq("queued"));
                Ok(queued
                    .select(diesel::dsl::min(jobs::next_try_at))
                    .first(c)?)
            })
            .await
    }

    /// One portion; true when there is nothing left.
    async fn backfill(&self, job: Id, follow: Id, mut cursor: Cursor) -> Result<bool, ApplyError> {
        let read = self.0.database.read(move |c| {
            let Some(row) = Follow::by_id(c, follow)? else {
                return Ok(None);
            };
            let follower = Actor::by_id(c, row.follower_id)?;
            let target = Actor::by_id(c, row.target_id)?;
            Ok::<_, StoreError>(
                follower
                    .zip(target)
                    .map(|(follower, target)| (row, follower, target)),
            )
        });
        let Some((row, follower, target)) = read.await? else {
            return Ok(true);
        };
        let site = follower.site_id.and_then(|id| self.0.sites.by_id(id));
        let (Some(site), FollowState::Accepted, false) = (site, row.state(), target.is_local())
        else {
            return Ok(true);
        };
        let Some(address) = self.collection_of(&site, &target).await? else {
            return Ok(true);
        };
        let id = site.id;
        let settings = self.0.database.read(move |c| FollowSettings::read(c, id));
        let most = usize::try_from(settings.await?.backfill_most).unwrap_or(0);
        let Some((items, next)) = self.page(&site, &address, &mut cursor).await? else {
            return Ok(true);
        };
        let mut portion = 0;
        for item in items.iter().skip(cursor.at) {
            if cursor.done >= most {
                break;
            }
            if portion == PORTION {
                self.keep(job, cursor).await?;
                let rest = if self.0.settings.fast {
                    REST / 50
                } else {
                    REST
                };
                tokio::time::sleep(rest).await;
                return Ok(false);
            }
            if let Err(error) = self.take_over(&site, &target, &address, item.clone()).await {
                tracing::info!(%error, "an item of a collection was not taken over");
            }
            (cursor.at, cursor.done, portion) = (cursor.at + 1, cursor.done + 1, portion + 1);
            self.keep(job, cursor.clone()).await?;
        }
        let next = next.filter(|_| cursor.done < most && cursor.pages < PAGES);
        let more = next.is_some();
        cursor = match next {
            Some(next) => Cursor {
                page: Some(next.to_string()),
                at: 0,
                pages: cursor.pages + 1,
                ..cursor
            },
            None => Cursor {
                etag: cursor.reading.take(),
                ..Cursor::default()
            },
        };
        self.keep(job, cursor).await?;
        Ok(!more)
    }

    async fn keep(&self, job: Id, cursor: Cursor) -> Result<(), StoreError> {
        self.0
            .database
            .write(move |c| {
                diesel::update(jobs::table.find(job))
                    .set(jobs::payload.eq(Json::of(&cursor)))
                    .execute(c)?;
                Ok(())
            })
            .await
    }

    async fn collection_of(
        &self,
        site: &Arc<Site>,
        target: &Actor,
    ) -> Result<Option<Url>, ApplyError> {
        let Ok(id) = Url::parse(&target.uri) else {
            return Ok(None);
        };
        let document = self
            .fetch_as(Purpose::Actor, site, &id)
            .await
            .map_err(later)?;
        let actor =
            ActorDocument::read(&document).map_err(|error| ApplyError::Later(error.to_string()))?;
        let named = [actor.upcoming_events, actor.events, actor.outbox];
        let own = |url: &Url| activitystreams::origin::same_origin(url, &id);
        Ok(named.into_iter().flatten().find(own))
    }

    /// The page under way and the one after it; nothing when the collection is the one known.
    ///
    /// All of it is served by the origin that the actor is of (ORI-11).
    async fn page(
        &self,
        site: &Arc<Site>,
        address: &Url,
        cursor: &mut Cursor,
    ) -> Result<Option<(Vec<Item>, Option<Url>)>, ApplyError> {
        let near = |url: &Url| activitystreams::origin::same_origin(url, address);
        let under_way = cursor
            .page
            .as_deref()
            .and_then(|page| Url::parse(page).ok());
        if let Some(url) = under_way.filter(near) {
            return Ok(self
                .read_page(site, address, &url, None)
                .await?
                .map(|(page, _)| {
                    let next = page.next.filter(near);
                    (page.items, next.filter(|next| *next != url))
                }));
        }
        let known = cursor.etag.as_deref().filter(|_| cursor.at == 0);
        let Some((mut collection, version)) = self.read_page(site, address, address, known).await?
        else {
            return Ok(None);
        };
        cursor.reading = version;
        if collection.items.is_empty() {
            collection = match collection.first {
                Some(PageRef::Inline(page)) => *page,
                Some(PageRef::Url(url)) if near(&url) && url != *address => {
                    let Some((page, _)) = self.read_page(site, address, &url, None).await? else {
                        return Ok(None);
                    };
                    cursor.page = Some(url.to_string());
                    cursor.pages += 1;
                    page
                }
                _ => collection,
            };
        }
        // A next page that is this one leads nowhere.
        let here = cursor
            .page
            .as_deref()
            .unwrap_or(address.as_str())
            .to_owned();
        let next = collection.next.filter(near);
        let next = next.filter(|next| next.as_str() != here && next != address);
        Ok(Some((collection.items, next)))
    }

    /// A collection or a page of it, with its version; none when it is the one known, or when another origin answers
    /// or is named.
    async fn read_page(
        &self,
        site: &Arc<Site>,
        home: &Url,
        url: &Url,
        known: Option<&str>,
    ) -> Result<Option<(CollectionDocument, Option<String>)>, ApplyError> {
        let at_home = |url: &Url| activitystreams::origin::same_origin(url, home);
        let fetched = self.fetch_json_if(Purpose::Collection, site, url, known);
        let Some((at, document, version)) = fetched.await.map_err(later)? else {
            return Ok(None);
        };
        let page = CollectionDocument::read(&document)
            .map_err(|error| ApplyError::Later(error.to_string()))?;
        let ours = at_home(&at) && page.id.as_ref().is_some_and(at_home);
        Ok(ours.then_some((page, version)))
    }

    /// An item: an object, a Create of one, or an id.
    async fn take_over(
        &self,
        site: &Arc<Site>,
        target: &Actor,
        collection: &Url,
        item: Item,
    ) -> Result<(), ApplyError> {
        // An event has an `actor` too: only what wraps an object is taken for an activity.
        let wraps = |activity: &Activity| {
            matches!(activity.kind, ActivityKind::Create | ActivityKind::Announce)
        };
        let activity = item
            .embedded()
            .and_then(|value| Activity::read(value).ok())
            .filter(wraps);
        let object = match activity {
            Some(activity) => activity.object.into_iter().next(),
            None => Some(item),
        };
        let Some(object) = object else { return Ok(()) };
        let Some(id) = object.id() else { return Ok(()) };
        // Neither believed nor asked for at whatever host an item names (ORI-11, DOS-07).
        if self.0.sites.is_ours(&id) || !activitystreams::origin::same_origin(&id, collection) {
            return Ok(());
        }
        let believed = match self.embedded(site, &object).await? {
            Some(believed) => believed,
            None => match self.as_its_origin_tells(site, &id).await? {
                Ok(believed) => believed,
                Err(_) => return Ok(()),
            },
        };
        let content = Arc::clone(&self.0.content);
        let (target, now) = (target.clone(), self.0.clock.ts());
        self.0
            .database
            .write(move |c| {
                let object = match take_in(c, content.as_ref(), &believed, now) {
                    Ok(object) => object,
                    Err(IngestError::Store(error)) => return Err(ApplyError::Store(error)),
                    Err(_) => return Ok(()),
                };
                let uri = format!("{}#listed/{object}", target.uri);
                content.announced(c, object, &target, &uri, now)?;
                Ok(())
            })
            .await
    }

    /// A document that its own server sent inside a collection of its own counts as served by it.
    async fn embedded(
        &self,
        site: &Arc<Site>,
        object: &Item,
    ) -> Result<Option<Believed>, ApplyError> {
        let Some(document) = object.embedded() else {
            return Ok(None);
        };
        let known_kind = self
            .0
            .content
            .understands(&activitystreams::types(document));
        if !known_kind || self.names_blocked(document) {
            return Ok(None);
        }
        let Ok(authors) = activitystreams::origin::attributed_to_matches(document) else {
            return Ok(None);
        };
        let Some(author) = authors.first() else {
            return Ok(None);
        };
        let author = self.resolve_actor(site, author).await?;
        Ok((author.state() == ActorState::Active).then(|| Believed::new(document.clone(), author)))
    }
}

fn later(error: FetchError) -> ApplyError {
    ApplyError::Later(error.to_string())
}
