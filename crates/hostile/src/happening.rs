//! A small real kind of object for tests: ActivityStreams events kept in the shared table alone.

use activitystreams::{EventObject, Visibility};
use diesel::prelude::*;
use federation::{Actor, Incoming, IngestError, Scope};
use publication::{Audience, Common, Kind, Object, put_remote};
use serde_json::{Value, json};
use sites::Site;
use store::schema::objects;
use store::{Conn, Id, StoreError, Ts};
use url::Url;

/// Events without columns of their own. One called `poison` makes whoever takes it in panic; one
/// whose title begins with `over` is past.
pub struct Happening;

impl Kind for Happening {
    fn name(&self) -> &'static str {
        "happening"
    }

    fn types(&self) -> &'static [&'static str] {
        &["Event"]
    }

    fn collection(&self) -> &'static str {
        "events"
    }

    fn page(&self) -> &'static str {
        "e"
    }

    fn receive(&self, conn: &mut Conn, incoming: &Incoming<'_>) -> Result<Id, IngestError> {
        let read = EventObject::read(incoming.document)
            .map_err(|error| IngestError::Unreadable(error.to_string()))?;
        let title = read.name.clone();
        let followers = incoming.author.followers_url.as_deref();
        let followers = followers.and_then(|url| Url::parse(url).ok());
        let common = Common {
            uri: read.id.to_string(),
            url: read.url.as_ref().unwrap_or(&read.id).to_string(),
            title: title.clone(),
            language: String::new(),
            audience: match read.audience.visibility(followers.as_ref()) {
                Visibility::Public => Audience::Public,
                Visibility::Unlisted => Audience::Unlisted,
                Visibility::Followers => Audience::Followers,
                Visibility::Private => Audience::Private,
            },
            published: read.published.map(|at| Ts::new(at.to_utc())),
            updated: read.updated.map(|at| Ts::new(at.to_utc())),
            tags: read.tags.clone(),
        };
        let stored = put_remote(conn, self.name(), incoming, &common)?;
        assert!(title != "poison", "the poison was swallowed");
        match stored {
            Some(object) => Ok(object.id),
            None => Object::by_uri(conn, &common.uri)?
                .map(|object| object.id)
                .ok_or(IngestError::Refused("unknown")),
        }
    }

    fn document(
        &self,
        conn: &mut Conn,
        _: &Site,
        object: &Object,
    ) -> Result<Option<Value>, StoreError> {
        let Some(author) = Actor::by_id(conn, object.actor_id)? else {
            return Ok(None);
        };
        Ok(Some(json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": object.uri, "type": "Event", "name": object.title, "attributedTo": author.uri,
            "to": [activitystreams::PUBLIC], "cc": [author.followers_url],
            "url": object.url, "published": object.published_at.0.to_rfc3339(),
            "updated": object.updated_at.0.to_rfc3339(), "startTime": "2027-01-15T19:00:00Z",
        })))
    }

    fn upcoming(
        &self,
        conn: &mut Conn,
        scope: Scope,
        _: Ts,
        limit: i64,
    ) -> Result<Vec<Object>, StoreError> {
        let mut found = objects::table
            .filter(objects::state.eq("public"))
            .filter(objects::audience.eq("public"))
            .filter(objects::site_id.is_not_null())
            .filter(objects::title.not_like("over%"))
            .order(objects::id)
            .limit(limit)
            .select(Object::as_select())
            .into_boxed::<store::MultiBackend>();
        found = match scope {
            Scope::Actor(actor) => found.filter(objects::actor_id.eq(actor)),
            Scope::Site(site) => found.filter(objects::site_id.eq(site)),
        };
        Ok(found.load(conn)?)
    }

    fn is_current(&self, conn: &mut Conn, object: Id, _: Ts) -> Result<bool, StoreError> {
        let found = Object::by_id(conn, object)?;
        Ok(found.is_some_and(|object| !object.title.starts_with("over")))
    }

    fn forget(&self, _: &mut Conn, _: Id) -> Result<(), StoreError> {
        Ok(())
    }
}
