//! What a report or a measure is about.

use diesel::prelude::*;
use federation::{Actor, ActorState};
use publication::{Audience, Object, ObjectState};
use sites::Site;
use store::schema::{accounts, actor_roles, actors, comments, objects};
use store::{Conn, Id, StoreError};
use url::Url;

store::text_enum! {
    /// Kinds of targets.
    pub enum TargetKind {
        /// A published object, ours or another server's.
        Object = "object",
        /// A reply.
        Comment = "comment",
        /// Who publishes: an agenda of ours, an actor of another server.
        Actor = "actor",
        /// A person with an account here.
        Account = "account",
        /// A whole server.
        Host = "host",
    }
}

/// One target, as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its kind.
    pub kind: TargetKind,
    /// Its key; a host has none.
    pub id: Option<Id>,
    /// Its address: the ActivityPub id, `account:` and the key, `host:` and the name.
    pub uri: String,
    /// How a person calls it, plain text.
    pub title: String,
    /// Where it is shown; empty where there is no page.
    pub page: String,
    /// The actor that answers for it.
    pub actor: Option<Id>,
    /// The person of ours who wrote it, or whose account it is.
    pub account: Option<Id>,
    /// The server it comes from; empty for ours.
    pub host: String,
}

/// Characters of a title.
const LONGEST_TITLE: usize = 200;

fn cut(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(LONGEST_TITLE).collect()
}

impl Target {
    /// An object, in whatever state.
    pub fn object(conn: &mut Conn, id: Id) -> Result<Option<Self>, StoreError> {
        let Some(object) = Object::by_id(conn, id)? else {
            return Ok(None);
        };
        Self::of_object(conn, &object).map(Some)
    }

    fn of_object(conn: &mut Conn, object: &Object) -> Result<Self, StoreError> {
        let author = Actor::by_id(conn, object.actor_id)?;
        let host = match object.site_id {
            Some(_) => String::new(),
            None => author.map(|author| author.host).unwrap_or_default(),
        };
        Ok(Self {
            kind: TargetKind::Object,
            id: Some(object.id),
            uri: object.uri.clone(),
            title: cut(&object.title),
            page: object.url.clone(),
            actor: Some(object.actor_id),
            account: object.account_id,
            host,
        })
    }

    /// A reply, in whatever state.
    pub fn comment(conn: &mut Conn, id: Id) -> Result<Option<Self>, StoreError> {
        type Row = (String, Id, String, Option<String>);
        let row: Option<Row> = comments::table
            .find(id)
            .select((
                comments::uri,
                comments::actor_id,
                comments::content,
                comments::url,
            ))
            .first(conn)
            .optional()?;
        let Some((uri, actor, content, url)) = row else {
            return Ok(None);
        };
        let author = Actor::by_id(conn, actor)?;
        Ok(Some(Self {
            kind: TargetKind::Comment,
            id: Some(id),
            title: cut(&text::plain(&content)),
            page: url.unwrap_or_else(|| uri.clone()),
            uri,
            actor: Some(actor),
            account: None,
            host: author.map(|author| author.host).unwrap_or_default(),
        }))
    }

    /// An actor, in whatever state.
    pub fn actor(conn: &mut Conn, id: Id) -> Result<Option<Self>, StoreError> {
        Ok(Actor::by_id(conn, id)?.map(Self::of_actor))
    }

    fn of_actor(actor: Actor) -> Self {
        let title = match actor.name.trim() {
            "" => &actor.username,
            name => name,
        };
        Self {
            kind: TargetKind::Actor,
            id: Some(actor.id),
            title: cut(title),
            page: actor.url.clone().unwrap_or_else(|| actor.uri.clone()),
            actor: Some(actor.id),
            account: None,
            host: match actor.site_id {
                Some(_) => String::new(),
                None => actor.host.clone(),
            },
            uri: actor.uri,
        }
    }

    /// A person of this server.
    pub fn account(conn: &mut Conn, id: Id) -> Result<Option<Self>, StoreError> {
        let name: Option<String> = accounts::table
            .find(id)
            .select(accounts::name)
            .first(conn)
            .optional()?;
        Ok(name.map(|name| Self {
            kind: TargetKind::Account,
            id: Some(id),
            uri: format!("account:{id}"),
            title: cut(&name),
            page: String::new(),
            actor: None,
            account: Some(id),
            host: String::new(),
        }))
    }

    /// A server that was heard of, or is named by an administrator; `None` for what is no host (DOM-01).
    pub fn host(name: &str) -> Option<Self> {
        let host = federation::normal_host(name)?;
        Some(Self {
            kind: TargetKind::Host,
            id: None,
            uri: format!("host:{host}"),
            title: host.clone(),
            page: String::new(),
            actor: None,
            account: None,
            host,
        })
    }

    /// By kind and key, or by kind and name for a host.
    pub fn named(conn: &mut Conn, kind: TargetKind, key: &str) -> Result<Option<Self>, StoreError> {
        if kind == TargetKind::Host {
            return Ok(Self::host(key));
        }
        let Some(id) = Id::parse(key) else {
            return Ok(None);
        };
        match kind {
            TargetKind::Object => Self::object(conn, id),
            TargetKind::Comment => Self::comment(conn, id),
            TargetKind::Actor => Self::actor(conn, id),
            TargetKind::Account => Self::account(conn, id),
            TargetKind::Host => Ok(None),
        }
    }

    /// What anybody may see on a site under this address: its id or its page. Anything else is not there (ACL-03).
    pub fn seen(conn: &mut Conn, site: &Site, uri: &str) -> Result<Option<Self>, StoreError> {
        if let Some(object) = object_at(conn, site, uri)? {
            return match is_seen(conn, site, &object)? {
                true => Self::of_object(conn, &object).map(Some),
                false => Ok(None),
            };
        }
        let reply: Option<(Id, Id)> = comments::table
            .inner_join(actors::table)
            .filter(comments::uri.eq(uri))
            .filter(comments::state.eq("public"))
            .filter(actors::state.eq(ActorState::Active.as_str()))
            .select((comments::id, comments::object_id))
            .first(conn)
            .optional()?;
        if let Some((id, under)) = reply {
            let under = Object::by_id(conn, under)?;
            let seen = match under {
                Some(object) => is_seen(conn, site, &object)?,
                None => false,
            };
            return match seen {
                true => Self::comment(conn, id),
                false => Ok(None),
            };
        }
        let actor = match Actor::by_uri(conn, uri)? {
            Some(actor) => Some(actor),
            None => match own_path(site, uri)
                .as_deref()
                .and_then(|path| path.strip_prefix("/@"))
            {
                Some(name) => Actor::local(conn, site.id, name)?,
                None => None,
            },
        };
        let here = |actor: &Actor| {
            actor.state() == ActorState::Active && actor.site_id.is_none_or(|own| own == site.id)
        };
        Ok(actor.filter(here).map(Self::of_actor))
    }

    /// True when it came from another server.
    pub fn is_remote(&self) -> bool {
        !self.host.is_empty()
    }

    /// The people of ours whom it touches: who wrote it, and whoever acts for its actor.
    pub fn people(&self, conn: &mut Conn) -> Result<Vec<Id>, StoreError> {
        let mut people: Vec<Id> = self.account.into_iter().collect();
        if let Some(actor) = self.actor {
            let held: Vec<Id> = actor_roles::table
                .filter(actor_roles::actor_id.eq(actor))
                .select(actor_roles::account_id)
                .load(conn)?;
            people.extend(held);
        }
        people.sort_unstable();
        people.dedup();
        Ok(people)
    }
}

/// The path of an address of this site.
fn own_path(site: &Site, uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    site.owns(&url).then(|| url.path().to_owned())
}

/// An object by its id, or by its page here, which ends in its key.
fn object_at(conn: &mut Conn, site: &Site, uri: &str) -> Result<Option<Object>, StoreError> {
    if let Some(object) = Object::by_uri(conn, uri)? {
        return Ok(Some(object));
    }
    let path = own_path(site, uri);
    let key = path.as_deref().and_then(|path| path.rsplit('/').next());
    match key.and_then(Id::parse) {
        Some(id) => Object::by_id(conn, id),
        None => Ok(None),
    }
}

fn is_seen(conn: &mut Conn, site: &Site, object: &Object) -> Result<bool, StoreError> {
    let author = Actor::by_id(conn, object.actor_id)?;
    if author.is_none_or(|author| author.state() != ActorState::Active) {
        return Ok(false);
    }
    let own = object.site_id == Some(site.id);
    match (object.state(), object.audience()) {
        (ObjectState::Public, Audience::Unlisted) => Ok(own),
        (ObjectState::Public, Audience::Public) => {
            let actor = site.actor_id.unwrap_or(site.id);
            let shown = objects::table
                .find(object.id)
                .filter(publication::reachable_on!(site.id, actor));
            Ok(diesel::select(diesel::dsl::exists(shown)).get_result(conn)?)
        }
        _ => Ok(false),
    }
}
