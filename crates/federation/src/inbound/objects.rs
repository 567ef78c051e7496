//! Create, Update, Announce, Delete as they come in.
//!
//! What is believed of them is decided in `belief`.

use super::belief::Believed;
use super::gone::{bury, is_gone};
use super::{ApplyError, Effect, Scene, object_url};
use crate::actor::{Actor, ActorState};
use crate::fetch::FetchError;
use crate::follow::Follow;
use crate::{Content, Federation, Incoming, IngestError};
use activitystreams::{ActivityKind, Item, NoteObject};
use diesel::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use store::schema::{actors, follows};
use store::{Conn, Id, StoreError, Ts};
use url::Url;

impl From<IngestError> for ApplyError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Store(error) => Self::Store(error),
            other => Self::Later(other.to_string()),
        }
    }
}

impl Federation {
    pub(super) async fn on_publish(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        let Some(item) = scene.activity.object.first().cloned() else {
            return self.finish(id, Effect::Ignored("nothing in it")).await;
        };
        let types = item
            .embedded()
            .map(activitystreams::types)
            .unwrap_or_default();
        let is_note = ["Note", "Article", "Page", "Question"]
            .iter()
            .any(|kind| types.contains(kind));
        if is_note {
            return self.on_note(id, scene, &item).await;
        }
        let Some(url) = item.id() else {
            return self
                .finish(id, Effect::Ignored("an object without an id"))
                .await;
        };
        if url.as_str() == scene.actor.uri && scene.activity.kind == ActivityKind::Update {
            // The profile as its server tells it, not as the activity does.
            self.refetch_actor(&scene.site, &url).await?;
            return self.finish(id, Effect::Applied).await;
        }
        if item.embedded().is_some() && !self.0.content.understands(&types) {
            return self
                .finish(id, Effect::Ignored("a kind not shown here"))
                .await;
        }
        if !scene.awaited {
            return self
                .finish(id, Effect::Ignored("nobody here follows its author"))
                .await;
        }
        let believed = match self.believe(&scene, &item, &url).await? {
            Ok(believed) => believed,
            Err(reason) => return self.finish(id, Effect::Ignored(reason)).await,
        };
        let content = Arc::clone(&self.0.content);
        let now = scene.now;
        self.commit_in_silence(id, move |c| {
            take_in(c, content.as_ref(), &believed, now)
                .map(|_| Effect::Applied)
                .or_else(kept_out)
        })
        .await
    }

    async fn on_note(&self, id: Id, scene: Scene, item: &Item) -> Result<Effect, ApplyError> {
        let trusted = scene.activity.embedded_is_trusted(item).is_ok()
            && !item.embedded().is_some_and(|note| self.names_blocked(note));
        let note = item
            .embedded()
            .and_then(|value| NoteObject::read(value).ok());
        let Some(note) = note.filter(|_| trusted) else {
            return self
                .finish(id, Effect::Ignored("a text that cannot be believed"))
                .await;
        };
        if note.author().map(Url::as_str) != Ok(scene.actor.uri.as_str()) {
            return self
                .finish(id, Effect::Ignored("a text of somebody else"))
                .await;
        }
        let content = Arc::clone(&self.0.content);
        self.commit(id, move |c| {
            if !crate::is_keepable(note.id.as_str()) {
                return Ok(Effect::Ignored("an id that is too long"));
            }
            if is_gone(c, note.id.as_str(), &scene.actor.uri)? {
                return Ok(Effect::Ignored("deleted before"));
            }
            let replied =
                store::write_transaction(c, |c| content.replied(c, &note, &scene.actor, scene.now));
            match replied {
                Ok(true) => Ok(Effect::Applied),
                Ok(false) => Ok(Effect::Ignored("a reply to nothing here")),
                Err(error) => kept_out(error),
            }
        })
        .await
    }

    /// A complaint: what it says goes to the moderators, whoever follows whom.
    pub(super) async fn on_flag(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        let content = Arc::clone(&self.0.content);
        self.commit(id, move |c| {
            let flagged = store::write_transaction(c, |c| {
                content.flagged(c, scene.site.id, &scene.activity, &scene.actor, scene.now)
            });
            match flagged {
                Ok(true) => Ok(Effect::Applied),
                Ok(false) => Ok(Effect::Ignored("nothing of ours to judge")),
                Err(error) => kept_out(error),
            }
        })
        .await
    }

    pub(super) async fn on_announce(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        let Some(mut url) = object_url(&scene.activity) else {
            return self
                .finish(id, Effect::Ignored("an Announce of nothing"))
                .await;
        };
        // Some servers pass on the Create and not the object (FEP-1b12); its object's id is the hint.
        if let Some(inner) = scene.activity.object.first().and_then(Item::embedded)
            && let Ok(inner) = activitystreams::Activity::read(inner)
            && let Some(object) = inner.object_id()
        {
            url = object;
        }
        let follower = scene.actor.id;
        let awaited = self
            .0
            .database
            .read(move |c| Follow::any_local(c, follower))
            .await?;
        if !awaited {
            return self
                .finish(id, Effect::Ignored("nobody here follows it"))
                .await;
        }
        if self.0.sites.is_ours(&url) {
            return self
                .finish(id, Effect::Ignored("an object of ours, passed on"))
                .await;
        }
        // Only the origin's own answer counts, whatever was sent along (R-AP-07).
        let believed = match self.as_its_origin_tells(&scene.site, &url).await? {
            Ok(believed) => believed,
            Err(reason) => return self.finish(id, Effect::Ignored(reason)).await,
        };
        let content = Arc::clone(&self.0.content);
        self.commit(id, move |c| {
            if is_gone(c, &scene.uri, &scene.actor.uri)? {
                return Ok(Effect::Ignored("undone before"));
            }
            let object = match take_in(c, content.as_ref(), &believed, scene.now) {
                Ok(object) => object,
                Err(error) => return kept_out(error),
            };
            content.announced(c, object, &scene.actor, &scene.uri, scene.now)?;
            Ok(Effect::Applied)
        })
        .await
    }

    pub(super) async fn on_delete(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        let urls: Vec<Url> = scene
            .activity
            .object
            .iter()
            .filter_map(Item::id)
            .take(100)
            .collect();
        if urls.iter().any(|url| url.as_str() == scene.actor.uri) {
            let content = Arc::clone(&self.0.content);
            return self
                .commit(id, move |c| {
                    farewell(c, content.as_ref(), &scene.actor, scene.now)
                })
                .await;
        }
        let mut gone = Vec::new();
        for url in urls {
            let theirs = activitystreams::origin::same_origin(&url, &scene.activity.actor);
            if !theirs {
                let sender = scene.actor.id;
                let relay = self
                    .0
                    .database
                    .read(move |c| crate::follow::is_relay(c, sender));
                if !relay.await? {
                    continue;
                }
            }
            // A relay's word counts for nothing: only the origin's (R-REL-01).
            if let Some(word) = self.may_delete(&scene, &url).await?
                && (theirs || word.is_empty())
            {
                gone.push((url, word));
            }
        }
        let content = Arc::clone(&self.0.content);
        self.commit(id, move |c| {
            for (url, word) in &gone {
                content.remove(c, url.as_str(), scene.now)?;
                bury(c, url.as_str(), word, scene.now)?;
            }
            Ok(if gone.is_empty() {
                Effect::Ignored("not theirs to delete")
            } else {
                Effect::Applied
            })
        })
        .await
    }

    /// Whose word it is that an object is gone, when it may be believed: the sender's, who is its
    /// stored author or speaks of something unknown, or everybody's (empty) when its own server
    /// says so.
    async fn may_delete(&self, scene: &Scene, url: &Url) -> Result<Option<String>, ApplyError> {
        let uri = url.to_string();
        let content = Arc::clone(&self.0.content);
        let known = self.0.database.read(move |c| {
            // An actor deletes itself, or its server says that it is gone; no neighbour does.
            Ok::<_, StoreError>((content.find(c, &uri)?, Actor::by_uri(c, &uri)?.is_some()))
        });
        let theirs = Some(scene.actor.uri.clone());
        match known.await? {
            (_, true) => Ok(None),
            (None, _) => Ok(theirs),
            (Some(known), _) if known.local => Ok(None),
            (Some(known), _) if known.actor_id == scene.actor.id => Ok(theirs),
            (Some(_), _) => match self.fetch_document(&scene.site, url).await {
                // 404 is also what a server says to those who may not see it.
                Err(FetchError::Gone(410)) => Ok(Some(String::new())),
                Ok(document) => Ok(activitystreams::types(&document)
                    .contains(&"Tombstone")
                    .then(String::new)),
                Err(error) if error.is_passing() => Err(ApplyError::Later(error.to_string())),
                Err(_) => Ok(None),
            },
        }
    }
}

/// Takes a document in whole or not at all: a refusal half-way leaves nothing behind.
pub(crate) fn take_in(
    conn: &mut Conn,
    content: &dyn Content,
    believed: &Believed,
    now: Ts,
) -> Result<Id, IngestError> {
    store::write_transaction(conn, |conn| receive(conn, content, believed, now))
}

fn receive(
    conn: &mut Conn,
    content: &dyn Content,
    believed: &Believed,
    now: Ts,
) -> Result<Id, IngestError> {
    let id = believed
        .document
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !crate::is_keepable(id) {
        return Err(IngestError::Refused("an id that is too long"));
    }
    if is_gone(conn, id, &believed.author.uri)? {
        return Err(IngestError::Refused("deleted before"));
    }
    content.receive(
        conn,
        &Incoming {
            document: &believed.document,
            author: &believed.author,
            now,
        },
    )
}

/// What was not taken in is acknowledged; only the database's own failures are tried again.
fn kept_out(error: IngestError) -> Result<Effect, ApplyError> {
    match error {
        IngestError::Store(error) => Err(error.into()),
        IngestError::Refused(reason) => Ok(Effect::Ignored(reason)),
        IngestError::Unreadable(reason) => {
            tracing::info!(reason, "document not taken in");
            Ok(Effect::Ignored("unreadable"))
        }
    }
}

/// An actor of another server deleted itself.
fn farewell(
    conn: &mut Conn,
    content: &dyn Content,
    actor: &Actor,
    now: Ts,
) -> Result<Effect, ApplyError> {
    content.remove_all_of(conn, actor.id, now)?;
    let either = follows::follower_id
        .eq(actor.id)
        .or(follows::target_id.eq(actor.id));
    let open = either.and(follows::state.eq_any(["pending", "accepted"]));
    diesel::update(follows::table.filter(open))
        .set((follows::state.eq("lost"), follows::decided_at.eq(now)))
        .execute(conn)?;
    diesel::update(actors::table.find(actor.id))
        .set((
            actors::state.eq(ActorState::Deleted.as_str()),
            actors::deleted_at.eq(now),
            actors::name.eq(""),
            actors::summary.eq(""),
            actors::icon_url.eq(None::<String>),
            actors::raw.eq(None::<String>),
        ))
        .execute(conn)?;
    bury(conn, &actor.uri, &actor.uri, now)?;
    Ok(Effect::Applied)
}
