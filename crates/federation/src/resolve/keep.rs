//! Actors of other servers as they are kept.

use super::ResolveError;
use crate::Federation;
use crate::actor::{Actor, ActorState};
use crate::client::authority;
use activitystreams::{ActorDocument, KeyMaterial};
use diesel::prelude::*;
use serde_json::Value;
use store::schema::{actor_keys, actors};
use store::{Conn, Portable, StoreError, Ts, fresh_id};
use url::Url;

impl Federation {
    pub(super) async fn keep_actor(
        &self,
        mut document: Value,
        actor: ActorDocument,
        name: Name,
    ) -> Result<Actor, ResolveError> {
        activitystreams::shorten(&mut document);
        let (raw, now) = (document.to_string(), self.0.clock.ts());
        let uri = actor.id.to_string();
        let stored = self
            .0
            .database
            .write(move |c| store_actor(c, &actor, &name, &raw, now))
            .await;
        self.0.verifiers.invalidate(&uri).await;
        stored
    }

    /// Asks for the name of an actor that [`Federation::ask_stranger`] brought, once.
    pub(crate) async fn name_actor(&self, actor: &Actor) -> Result<(), StoreError> {
        let (id, now) = (actor.id, self.0.clock.ts());
        let raw: Option<String> = self
            .0
            .database
            .read(move |c| {
                let row = actors::table.find(id).select(actors::raw);
                Ok::<_, StoreError>(row.first(c)?)
            })
            .await?;
        let document = raw.and_then(|raw| serde_json::from_str(&raw).ok());
        let name = match document.map(|value: Value| ActorDocument::read(&value)) {
            Some(Ok(document)) => self.confirmed_name(&document).await.unwrap_or_default(),
            _ => String::new(),
        };
        self.0
            .database
            .write(move |c| {
                let row = actors::table.find(id);
                let set = (actors::username.eq(&name), actors::fetched_at.eq(now));
                diesel::update(row).set(set).execute(c)?;
                // Who has no other name goes by this one.
                diesel::update(row.filter(actors::name.eq("")))
                    .set(actors::name.eq(&name))
                    .execute(c)?;
                Ok::<_, StoreError>(())
            })
            .await?;
        self.0.verifiers.invalidate(&actor.uri).await;
        Ok(())
    }
}

/// What WebFinger says of an actor's name.
pub(super) enum Name {
    /// The name it confirmed, if any.
    Asked(Option<String>),
    /// Nobody asked; one that was confirmed before and is still in the document stays.
    NotAsked,
}

/// Writes an actor as its own server describes it. The id decides which row; keys are replaced as a
/// whole, so that a rotated key stops working at once. One whose name is still to be asked for counts
/// as never read.
fn store_actor(
    conn: &mut Conn,
    document: &ActorDocument,
    name: &Name,
    raw: &str,
    now: Ts,
) -> Result<Actor, ResolveError> {
    let uri = document.id.to_string();
    let known = Actor::by_uri(conn, &uri)?;
    if known.as_ref().is_some_and(Actor::is_local) {
        return Err(ResolveError::NotAnActor(
            "an actor of this server".to_owned(),
        ));
    }
    if known
        .as_ref()
        .is_some_and(|actor| actor.state() == ActorState::Deleted)
    {
        return Err(ResolveError::NotAnActor("deleted".to_owned()));
    }
    if !crate::is_keepable(&uri) || !crate::is_keepable(document.inbox.as_str()) {
        return Err(ResolveError::NotAnActor(
            "an id that is too long".to_owned(),
        ));
    }
    let text = |url: &Option<Url>| url.as_ref().map(Url::to_string);
    let kept = known.filter(|actor| {
        !actor.username.is_empty() && document.preferred_username.as_ref() == Some(&actor.username)
    });
    let (confirmed_name, read_at) = match (name, &kept) {
        (Name::Asked(name), _) => (name.as_deref(), Some(now)),
        (Name::NotAsked, Some(kept)) => (Some(kept.username.as_str()), kept.fetched_at),
        (Name::NotAsked, None) => (None, None),
    };
    let name = document
        .name
        .clone()
        .or_else(|| confirmed_name.map(str::to_owned))
        .unwrap_or_default();
    let summary = text::clean_html(document.summary.as_deref().unwrap_or_default());
    let columns = (
        (
            actors::kind.eq(document.types.first().cloned().unwrap_or_default()),
            actors::username.eq(confirmed_name.unwrap_or_default()),
            actors::name.eq(name),
            actors::summary.eq(summary),
            actors::url.eq(text(&document.url)),
            actors::inbox.eq(document.inbox.to_string()),
            actors::shared_inbox
                .eq(text(&document.shared_inbox).filter(|url| crate::is_keepable(url))),
            actors::outbox.eq(text(&document.outbox)),
            actors::followers_url.eq(text(&document.followers)),
        ),
        (
            actors::icon_url.eq(text(&document.icon_url)),
            actors::manually_approves.eq(document.manually_approves_followers),
            actors::discoverable.eq(document.discoverable),
            actors::indexable.eq(document.indexable),
            actors::moved_to.eq(text(&document.moved_to)),
            actors::raw.eq(raw),
            actors::fetched_at.eq(read_at),
            actors::updated_at.eq(now),
        ),
    );
    let insert = (
        actors::id.eq(fresh_id(now.0)),
        actors::uri.eq(&uri),
        actors::host.eq(authority(&document.id)),
        actors::state.eq(ActorState::Active.as_str()),
        actors::created_at.eq(now),
        columns.clone(),
    );
    Portable(
        diesel::insert_into(actors::table)
            .values(insert)
            .on_conflict(actors::uri)
            .do_update()
            .set(columns),
    )
    .execute(conn)?;
    let actor = Actor::by_uri(conn, &uri)?.ok_or(ResolveError::Unknown)?;
    diesel::delete(actor_keys::table.filter(actor_keys::actor_id.eq(actor.id))).execute(conn)?;
    let keys = document.keys.iter();
    for key in keys
        .filter(|key| crate::is_keepable(key.id.as_str()))
        .take(10)
    {
        let (algorithm, public) = match &key.material {
            KeyMaterial::Pem(pem) => ("rsa", pem),
            KeyMaterial::Multikey(text) => ("multikey", text),
        };
        let row = (
            actor_keys::id.eq(fresh_id(now.0)),
            actor_keys::actor_id.eq(actor.id),
            actor_keys::key_uri.eq(key.id.as_str()),
            actor_keys::algorithm.eq(algorithm),
            actor_keys::public_key.eq(public),
            actor_keys::created_at.eq(now),
            actor_keys::fetched_at.eq(now),
        );
        // A key id that another actor already holds stays that actor's.
        Portable(
            diesel::insert_into(actor_keys::table)
                .values(row)
                .on_conflict_do_nothing(),
        )
        .execute(conn)?;
    }
    Ok(actor)
}
