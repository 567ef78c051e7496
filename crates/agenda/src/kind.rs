//! The event as a kind of published object: its ActivityStreams form, both ways.

mod correcting;
mod reading;
mod writing;

use crate::event::{Event, write_details};
use crate::place::Place;
use activitystreams::{EventObject, write};
use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use diesel::prelude::*;
use federation::{Actor, ActorState, Incoming, IngestError, Scope};
use publication::{
    Audience, Common, CorrectionError, Kind, Object, Proposed, Registry, Takeaway, Veils,
    not_hidden_on, not_unlisted_on, put_remote,
};
use reading::details;
use serde_json::Value;
use sites::Site;
use std::sync::Arc;
use store::schema::{actors, events, objects};
use store::{Conn, Id, MultiBackend, StoreError, Ts};
use url::Url;
use writing::{Written, stored_picture};

/// The kind "event".
#[derive(Clone)]
pub struct Agenda {
    namespace: String,
    zone: Arc<dyn Fn() -> Tz + Send + Sync>,
}

impl Agenda {
    /// `namespace` is the address of our own vocabulary. Events that name no zone are shown in UTC.
    pub fn new(namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            zone: Arc::new(|| Tz::UTC),
        }
    }

    /// Events in UTC that name no zone are shown on this zone's clock: many servers send nothing else.
    pub fn in_zone(mut self, zone: impl Fn() -> Tz + Send + Sync + 'static) -> Self {
        self.zone = Arc::new(zone);
        self
    }
}

impl Kind for Agenda {
    fn name(&self) -> &'static str {
        "event"
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
        let unreadable =
            |error: activitystreams::ReadError| IngestError::Unreadable(error.to_string());
        let read = EventObject::read(incoming.document).map_err(unreadable)?;
        if read.draft {
            return Err(IngestError::Refused("a draft"));
        }
        let start = read.require_start().map_err(unreadable)?;
        let details = details(&read, start, (self.zone)());
        let followers = incoming
            .author
            .followers_url
            .as_deref()
            .and_then(|url| Url::parse(url).ok());
        let at = |time: Option<DateTime<FixedOffset>>| time.map(|time| Ts::new(time.to_utc()));
        let common = Common {
            uri: read.id.to_string(),
            url: read.url.as_ref().unwrap_or(&read.id).to_string(),
            title: details.title.clone(),
            language: read.in_language.clone().unwrap_or_default(),
            audience: match read.audience.visibility(followers.as_ref()) {
                activitystreams::Visibility::Public => Audience::Public,
                activitystreams::Visibility::Unlisted => Audience::Unlisted,
                activitystreams::Visibility::Followers => Audience::Followers,
                activitystreams::Visibility::Private => Audience::Private,
            },
            published: at(read.published),
            updated: at(read.updated),
            tags: read.tags.clone(),
        };
        match put_remote(conn, self.name(), incoming, &common)? {
            Some(object) => {
                write_details(conn, &object, &details, &read.tags, incoming.now)?;
                crate::focus::follow_document(conn, object.id, &read, incoming.now)?;
                Ok(object.id)
            }
            None => {
                let known = Object::by_uri(conn, &common.uri)?;
                known
                    .map(|object| object.id)
                    .ok_or(IngestError::Refused("unknown"))
            }
        }
    }

    fn document(
        &self,
        conn: &mut Conn,
        site: &Site,
        object: &Object,
    ) -> Result<Option<Value>, StoreError> {
        let Some(event) = Event::of(conn, object.id)? else {
            return Ok(None);
        };
        let Some(author) = Actor::by_id(conn, object.actor_id)? else {
            return Ok(None);
        };
        let place = match event.place_id {
            Some(id) => Place::by_id(conn, id)?,
            None => None,
        };
        let picture = match event.picture_id {
            Some(id) => stored_picture(conn, site, id)?,
            None => None,
        };
        let tags: Vec<String> = publication::tags_of(conn, &[object.id])?
            .into_iter()
            .map(|(_, tag)| tag)
            .collect();
        let form = Written {
            site,
            object,
            event: &event,
            author: &author,
            place: place.as_ref(),
            picture,
            tags,
        };
        match form.form() {
            Some(form) => {
                let mut document = write::event(&form, &self.namespace)
                    .map_err(|error| StoreError::Damaged(error.to_string()))?;
                if Veils::read(conn, site.id)?.of(object, &author).sensitive {
                    document["sensitive"] = Value::Bool(true);
                }
                Ok(Some(document))
            }
            None => Ok(None),
        }
    }

    fn upcoming(
        &self,
        conn: &mut Conn,
        scope: Scope,
        now: Ts,
        limit: i64,
    ) -> Result<Vec<Object>, StoreError> {
        let site: Option<Id> = match scope {
            Scope::Site(site) => Some(site),
            Scope::Actor(actor) => actors::table
                .find(actor)
                .select(actors::site_id)
                .first(conn)
                .optional()?
                .flatten(),
        };
        let Some(site) = site else {
            return Ok(Vec::new());
        };
        let mut query = objects::table
            .inner_join(events::table.on(events::object_id.eq(objects::id)))
            .inner_join(actors::table)
            .filter(actors::state.eq(ActorState::Active.as_str()))
            .filter(objects::state.eq("public"))
            .filter(objects::audience.eq("public"))
            // As in the lists for people: nothing that moderators keep out of them.
            .filter(not_hidden_on!(site))
            .filter(not_unlisted_on!(site))
            .filter(
                events::ends_at
                    .gt(now)
                    .assume_not_null()
                    .or(events::ends_at.is_null().and(events::starts_at.gt(now))),
            )
            .into_boxed::<MultiBackend>();
        query = match scope {
            Scope::Actor(actor) => query.filter(objects::actor_id.eq(actor)),
            Scope::Site(site) => query.filter(objects::site_id.eq(site)),
        };
        Ok(query
            .filter(objects::site_id.is_not_null())
            .order((events::starts_at, objects::id))
            .limit(limit)
            .select(Object::as_select())
            .load(conn)?)
    }

    fn is_current(&self, conn: &mut Conn, object: Id, now: Ts) -> Result<bool, StoreError> {
        Ok(Event::of(conn, object)?.is_some_and(|event| !event.is_past(now)))
    }

    fn forget(&self, conn: &mut Conn, object: Id) -> Result<(), StoreError> {
        diesel::delete(events::table.find(object)).execute(conn)?;
        Ok(())
    }

    fn correctable(&self) -> &'static [&'static str] {
        correcting::FIELDS
    }

    fn proposed(
        &self,
        conn: &mut Conn,
        object: &Object,
        field: &str,
        value: &str,
    ) -> Result<Proposed, CorrectionError> {
        correcting::proposed(conn, object, field, value)
    }

    fn correct(
        &self,
        conn: &mut Conn,
        registry: &Registry,
        object: &Object,
        field: &str,
        value: &str,
        account: Id,
        now: Ts,
    ) -> Result<(), CorrectionError> {
        correcting::correct(conn, registry, object, field, value, account, now)
    }

    fn takeaway(
        &self,
        conn: &mut Conn,
        site: &Site,
        actor: &Actor,
    ) -> Result<Vec<Takeaway>, StoreError> {
        Ok(vec![Takeaway {
            name: "events.ics",
            bytes: crate::feeds::whole(conn, site, actor)?.into_bytes(),
        }])
    }
}
