//! After a follow of ours was accepted: what the other side has announced for the days to come, from
//! its `upcomingEvents` (FEP-8a8e) or the first page of its outbox. A durable job, at most
//! [`MOST`] documents, harmless when repeated.

use crate::actor::{Actor, ActorState};
use crate::fetch::FetchError;
use crate::follow::{Follow, FollowState};
use crate::inbound::{ApplyError, Believed, take_in};
use crate::{Federation, IngestError, Purpose};
use activitystreams::{Activity, ActivityKind, ActorDocument, CollectionDocument, Item, PageRef};
use diesel::prelude::*;
use serde_json::json;
use sites::Site;
use std::collections::HashSet;
use std::sync::Arc;
use store::schema::jobs;
use store::{Conn, Id, Json, Portable, StoreError, Ts, fresh_id};
use url::Url;

/// Documents taken over at once.
pub(crate) const MOST: usize = 200;
/// Pages of a collection read after the collection itself.
const PAGES: usize = 3;
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
        let due: Vec<(Id, String, i32)> = self
            .0
            .database
            .read(move |c| {
                jobs::table
                    .filter(jobs::kind.eq(KIND))
                    .filter(jobs::state.eq("queued"))
                    .filter(jobs::next_try_at.le(now))
                    .order(jobs::id)
                    .limit(10)
                    .select((jobs::id, jobs::key, jobs::attempts))
                    .load(c)
                    .map_err(StoreError::from)
            })
            .await?;
        let count = due.len();
        for (job, key, attempts) in due {
            let outcome = match Id::parse(&key) {
                Some(follow) => self.backfill(follow).await,
                None => Ok(()),
            };
            let (attempts, now) = (attempts + 1, self.0.clock.ts());
            let wait = self.0.settings.backoff(attempts);
            self.0
                .database
                .write(move |c| {
                    let row = jobs::table.find(job);
                    match outcome {
                        Ok(()) => diesel::delete(row).execute(c)?,
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

    async fn backfill(&self, follow: Id) -> Result<(), ApplyError> {
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
            return Ok(());
        };
        let site = follower.site_id.and_then(|id| self.0.sites.by_id(id));
        let (Some(site), FollowState::Accepted, false) = (site, row.state(), target.is_local())
        else {
            return Ok(());
        };
        let Some(address) = self.collection_of(&site, &target).await? else {
            return Ok(());
        };
        for item in self.first_items(&site, &address).await? {
            if let Err(error) = self.take_over(&site, &target, &address, item).await {
                tracing::info!(%error, "an item of a collection was not taken over");
            }
        }
        Ok(())
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

    /// The items at hand in a collection and on its first pages, as long as all of it is served by
    /// the origin that the actor is of (ORI-11); at most [`PAGES`] pages and [`MOST`] items,
    /// whatever the collection counts (DOS-08).
    async fn first_items(&self, site: &Arc<Site>, address: &Url) -> Result<Vec<Item>, ApplyError> {
        let mut items = Vec::new();
        let mut asked = HashSet::new();
        let mut next = Some(PageRef::Url(address.clone()));
        // The collection itself comes before its pages.
        for _ in 0..=PAGES {
            let page = match next.take() {
                Some(PageRef::Inline(page)) => *page,
                Some(PageRef::Url(url)) if asked.insert(url.clone()) => {
                    match self.page(site, address, &url).await {
                        Ok(Some(page)) => page,
                        Ok(None) => break,
                        // What is at hand is worth more than the rest.
                        Err(_) if !items.is_empty() => break,
                        Err(error) => return Err(error),
                    }
                }
                Some(PageRef::Url(_)) | None => break,
            };
            items.extend(page.items);
            if items.len() >= MOST {
                break;
            }
            next = page.first.or(page.next.map(PageRef::Url));
        }
        items.truncate(MOST);
        Ok(items)
    }

    /// A collection or a page of it; none when another origin answers or is named.
    async fn page(
        &self,
        site: &Arc<Site>,
        home: &Url,
        url: &Url,
    ) -> Result<Option<CollectionDocument>, ApplyError> {
        let at_home = |url: &Url| activitystreams::origin::same_origin(url, home);
        if !at_home(url) {
            return Ok(None);
        }
        let fetched = self.fetch_json(Purpose::Collection, site, url).await;
        let (at, document) = fetched.map_err(later)?;
        let page = CollectionDocument::read(&document)
            .map_err(|error| ApplyError::Later(error.to_string()))?;
        Ok((at_home(&at) && page.id.as_ref().is_some_and(at_home)).then_some(page))
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
        Ok((author.state() == ActorState::Active).then(|| Believed {
            document: document.clone(),
            author,
        }))
    }
}

fn later(error: FetchError) -> ApplyError {
    ApplyError::Later(error.to_string())
}
