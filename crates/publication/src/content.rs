//! All kinds together, as federation sees them.

use crate::comments;
use crate::kind::Registry;
use crate::object::{Audience, Object, ObjectState};
use activitystreams::{Activity, NoteObject};
use diesel::prelude::*;
use federation::{Actor, Content, Incoming, IngestError, Known, Scope};
use serde_json::Value;
use store::schema::{announces, object_tags, objects};
use store::{Conn, Id, Portable, StoreError, Ts};

impl Content for Registry {
    fn understands(&self, types: &[&str]) -> bool {
        self.reading(types).is_some()
    }

    fn receive(&self, conn: &mut Conn, incoming: &Incoming<'_>) -> Result<Id, IngestError> {
        let types = activitystreams::types(incoming.document);
        let kind = self
            .reading(&types)
            .ok_or(IngestError::Refused("a kind not shown here"))?;
        kind.receive(conn, incoming)
    }

    fn find(&self, conn: &mut Conn, uri: &str) -> Result<Option<Known>, StoreError> {
        if let Some(object) = Object::by_uri(conn, uri)? {
            return Ok(Some(Known {
                id: object.id,
                actor_id: object.actor_id,
                local: object.site_id.is_some(),
                public: object.is_visible(),
            }));
        }
        comments::known(conn, uri)
    }

    fn remove(&self, conn: &mut Conn, uri: &str, now: Ts) -> Result<bool, StoreError> {
        if let Some(object) = Object::by_uri(conn, uri)? {
            if object.site_id.is_none() && object.state() != ObjectState::Deleted {
                self.bury(conn, &object, now)?;
            }
            return Ok(true);
        }
        comments::remove(conn, uri, now)
    }

    fn returned(&self, conn: &mut Conn, uri: &str, author: Id) -> Result<bool, StoreError> {
        let gone = objects::table
            .filter(objects::uri.eq(uri))
            .filter(objects::site_id.is_null())
            .filter(objects::actor_id.eq(author))
            .filter(objects::state.eq(ObjectState::Deleted.as_str()));
        // Shown once its content is here: see `put_remote`.
        let back = diesel::update(gone)
            .set((
                objects::state.eq(ObjectState::Draft.as_str()),
                objects::deleted_at.eq(None::<Ts>),
            ))
            .execute(conn)?;
        Ok(back > 0)
    }

    fn remove_all_of(&self, conn: &mut Conn, actor: Id, now: Ts) -> Result<(), StoreError> {
        let theirs: Vec<Object> = objects::table
            .filter(objects::actor_id.eq(actor))
            .filter(objects::site_id.is_null())
            .select(Object::as_select())
            .load(conn)?;
        for object in theirs {
            self.bury(conn, &object, now)?;
        }
        comments::remove_all_of(conn, actor, now)
    }

    fn announced(
        &self,
        conn: &mut Conn,
        object: Id,
        actor: &Actor,
        activity: &str,
        now: Ts,
    ) -> Result<(), StoreError> {
        let row = (
            announces::uri.eq(activity),
            announces::object_id.eq(object),
            announces::actor_id.eq(actor.id),
            announces::announced_at.eq(now),
        );
        Portable(
            diesel::insert_into(announces::table)
                .values(row)
                .on_conflict_do_nothing(),
        )
        .execute(conn)?;
        Ok(())
    }

    fn announce_undone(
        &self,
        conn: &mut Conn,
        activity: &str,
        actor: Id,
    ) -> Result<(), StoreError> {
        let named = announces::table
            .filter(announces::uri.eq(activity))
            .filter(announces::actor_id.eq(actor));
        diesel::delete(named).execute(conn)?;
        Ok(())
    }

    fn replied(
        &self,
        conn: &mut Conn,
        note: &NoteObject,
        author: &Actor,
        now: Ts,
    ) -> Result<bool, IngestError> {
        comments::receive(conn, self.desk.as_deref(), note, author, now)
    }

    fn flagged(
        &self,
        conn: &mut Conn,
        site: Id,
        flag: &Activity,
        sender: &Actor,
        now: Ts,
    ) -> Result<bool, IngestError> {
        match &self.desk {
            Some(desk) => desk.flagged(conn, site, flag, sender, now),
            None => Ok(false),
        }
    }

    fn moved(&self, conn: &mut Conn, old: Id, new: Id, now: Ts) -> Result<(), StoreError> {
        crate::narrowing::go_along(conn, old, new, now)?;
        match &self.desk {
            Some(desk) => desk.moved(conn, old, new, now),
            None => Ok(()),
        }
    }

    fn upcoming(
        &self,
        conn: &mut Conn,
        scope: Scope,
        now: Ts,
        limit: i64,
    ) -> Result<Vec<Value>, StoreError> {
        let mut documents = Vec::new();
        for kind in self.all() {
            for object in kind.upcoming(conn, scope, now, limit)? {
                documents.extend(self.document(conn, &object)?);
            }
        }
        Ok(documents)
    }

    fn count(&self, conn: &mut Conn, site: Id) -> Result<i64, StoreError> {
        count_published(conn, site)
    }
}

/// How many objects of its own a site shows in its lists; what is hidden is not counted (ACL-01).
pub fn count_published(conn: &mut Conn, site: Id) -> Result<i64, StoreError> {
    let published = objects::table
        .filter(objects::site_id.eq(site))
        .filter(objects::state.eq(ObjectState::Public.as_str()))
        .filter(objects::audience.eq(Audience::Public.as_str()))
        .filter(crate::not_hidden_on!(site))
        .filter(crate::not_unlisted_on!(site));
    Ok(published.count().get_result(conn)?)
}

/// Objects of an actor that are still to come, of every kind.
pub(crate) fn to_come(
    registry: &Registry,
    conn: &mut Conn,
    actor: Id,
    now: Ts,
    limit: i64,
) -> Result<Vec<Object>, StoreError> {
    let mut all = Vec::new();
    for kind in registry.all() {
        all.extend(kind.upcoming(conn, Scope::Actor(actor), now, limit)?);
    }
    Ok(all)
}

impl Registry {
    /// Empties an object but for its id, its author and the fact that it is gone.
    pub(crate) fn bury(&self, conn: &mut Conn, object: &Object, now: Ts) -> Result<(), StoreError> {
        if let Some(kind) = self.named(&object.kind) {
            kind.forget(conn, object.id)?;
        }
        diesel::delete(object_tags::table.filter(object_tags::object_id.eq(object.id)))
            .execute(conn)?;
        diesel::delete(announces::table.filter(announces::object_id.eq(object.id)))
            .execute(conn)?;
        diesel::update(objects::table.find(object.id))
            .set((
                objects::state.eq(ObjectState::Deleted.as_str()),
                objects::deleted_at.eq(now),
                objects::title.eq(""),
                objects::raw.eq(None::<String>),
            ))
            .execute(conn)?;
        Ok(())
    }
}
