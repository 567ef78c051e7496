//! Actors: our sites' own and those of other servers, in one table.

use crate::settings::Randomness;
use activitypub_federation::protocol::public_key::PublicKey as PublishedKey;
use diesel::prelude::*;
use signatures::sealed::MasterKey;
use signatures::{PrivateKey, PublicKey};
use sites::Site;
use store::schema::{actor_keys, actors};
use store::{Conn, Id, StoreError, Ts, fresh_id, text_enum};
use url::Url;

text_enum! {
    /// Whether an actor may act.
    pub enum ActorState {
        /// Yes.
        Active = "active",
        /// A moderator stopped it: what it signs has no effect (SIG-16).
        Suspended = "suspended",
        /// Its host is blocked; active again when the block is lifted (DOM-03).
        Blocked = "blocked",
        /// Gone for ever.
        Deleted = "deleted",
    }
}

/// An actor's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = actors)]
pub struct Actor {
    /// Key.
    pub id: Id,
    /// ActivityPub id.
    pub uri: String,
    /// Host of the id, with an unusual port.
    pub host: String,
    /// The site it belongs to; `None` for other servers' actors.
    pub site_id: Option<Id>,
    /// ActivityStreams type.
    pub kind: String,
    /// `preferredUsername`; for a remote actor only shown when WebFinger agreed (ORI-14).
    pub username: String,
    /// Display name, plain text.
    pub name: String,
    /// Sanitised HTML, or for our own actors Markdown's HTML.
    pub summary: String,
    /// Page for people.
    pub url: Option<String>,
    /// Where deliveries go.
    pub inbox: String,
    /// Where deliveries for several actors of a host go.
    pub shared_inbox: Option<String>,
    /// What it published.
    pub outbox: Option<String>,
    /// The collection that stands for its followers in `to` and `cc`.
    pub followers_url: Option<String>,
    /// Picture.
    pub icon_url: Option<String>,
    /// Follows wait for a person.
    pub manually_approves: bool,
    /// Word of [`ActorState`].
    pub state: String,
    /// When a remote document was last read.
    pub fetched_at: Option<Ts>,
}

impl Actor {
    /// Who may act; an unknown word counts as suspended.
    pub fn state(&self) -> ActorState {
        ActorState::from_word(&self.state).unwrap_or(ActorState::Suspended)
    }

    /// True for actors of our sites.
    pub fn is_local(&self) -> bool {
        self.site_id.is_some()
    }

    /// `@name@host`, as people write it.
    pub fn handle(&self) -> String {
        format!("@{}@{}", self.username, self.host)
    }

    /// The inbox to use when the same activity goes to several actors of its host.
    pub fn best_inbox(&self) -> &str {
        self.shared_inbox.as_deref().unwrap_or(&self.inbox)
    }

    /// Address of the key that signs for it.
    pub fn key_id(&self) -> String {
        format!("{}#main-key", self.uri)
    }

    /// By key.
    pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Self>, StoreError> {
        Ok(actors::table
            .find(id)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// By ActivityPub id.
    pub fn by_uri(conn: &mut Conn, uri: &str) -> Result<Option<Self>, StoreError> {
        let found = actors::table
            .filter(actors::uri.eq(uri))
            .select(Self::as_select());
        Ok(found.first(conn).optional()?)
    }

    /// An active actor of a site by its name, whatever the case.
    pub fn local(conn: &mut Conn, site: Id, username: &str) -> Result<Option<Self>, StoreError> {
        let found = actors::table
            .filter(actors::site_id.eq(site))
            .filter(actors::username.eq(username.to_ascii_lowercase()))
            .select(Self::as_select());
        Ok(found.first(conn).optional()?)
    }

    /// All active actors of a site of one ActivityStreams type, by name.
    pub fn all_of(conn: &mut Conn, site: Id, kind: &str) -> Result<Vec<Self>, StoreError> {
        Ok(actors::table
            .filter(actors::site_id.eq(site))
            .filter(actors::kind.eq(kind))
            .filter(actors::state.eq(ActorState::Active.as_str()))
            .order(actors::name)
            .select(Self::as_select())
            .load(conn)?)
    }
}

/// Why a name cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum NewActorError {
    /// R-ACT-04.
    #[error("a name has 3 to 30 small letters, digits or underscores")]
    Name,
    /// Kept for the site itself.
    #[error("this name is reserved")]
    Reserved,
    /// In use, or once in use: a name never changes hands (AUT-10).
    #[error("this name is taken")]
    Taken,
    /// The key could not be made.
    #[error("no key could be made: {0}")]
    Key(String),
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for NewActorError {
    fn from(error: diesel::result::Error) -> Self {
        if store::is_duplicate(&error) {
            Self::Taken
        } else {
            Self::Store(error.into())
        }
    }
}

impl NewActorError {
    /// Stable name for the API and for translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name => "name_malformed",
            Self::Reserved => "name_reserved",
            Self::Taken => "name_taken",
            Self::Key(_) => "key_failed",
            Self::Store(_) => "store_failed",
        }
    }
}

/// Names that mean something else on a site.
const RESERVED: &[&str] = &[
    "kiosque",
    "relay",
    "events",
    "actor",
    "admin",
    "administrator",
    "peertube",
    "mobilizon",
    "root",
    "instance",
    "inbox",
    "api",
    "abuse",
    "postmaster",
    "webmaster",
    "security",
];

/// The name of each site's own actor (R-ACT-04; not `peertube`, not the host).
pub const INSTANCE_NAME: &str = "kiosque";

/// A key pair made before the transaction that stores it: it takes a tenth of a second.
pub struct FreshKey {
    private: PrivateKey,
    nonce: [u8; 12],
    /// For proofs and signatures of peers that take Ed25519 (FEP-521a).
    second: PrivateKey,
    second_nonce: [u8; 12],
}

impl FreshKey {
    /// Makes an RSA 2048 key (R-ACT-05). Blocking.
    pub fn make(randomness: &Randomness) -> Result<Self, NewActorError> {
        let private = PrivateKey::generate_rsa(randomness.bytes::<32>())
            .map_err(|error| NewActorError::Key(error.to_string()))?;
        let second = PrivateKey::from_ed25519_seed(&randomness.bytes::<32>())
            .map_err(|error| NewActorError::Key(error.to_string()))?;
        Ok(Self {
            private,
            nonce: randomness.bytes::<12>(),
            second,
            second_nonce: randomness.bytes::<12>(),
        })
    }
}

/// What a new local actor needs.
pub struct NewActor<'a> {
    /// `Group` for an agenda, `Application` for the site itself.
    pub kind: &'a str,
    /// `preferredUsername`.
    pub username: &'a str,
    /// Display name.
    pub name: &'a str,
    /// Sanitised HTML.
    pub summary: &'a str,
}

/// R-ACT-04.
pub fn check_username(name: &str) -> Result<(), NewActorError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if !(3..=30).contains(&name.len()) || !name.bytes().all(allowed) {
        return Err(NewActorError::Name);
    }
    if RESERVED.contains(&name) {
        Err(NewActorError::Reserved)
    } else {
        Ok(())
    }
}

fn insert(
    conn: &mut Conn,
    site: &Site,
    uri: String,
    new: &NewActor<'_>,
    key: &FreshKey,
    seal: &MasterKey,
    now: Ts,
) -> Result<Actor, NewActorError> {
    let id = fresh_id(now.0);
    let instance = new.kind == "Application";
    let page = if instance {
        site.url("/about")
    } else {
        uri.clone()
    };
    diesel::insert_into(actors::table)
        .values((
            (
                actors::id.eq(id),
                actors::uri.eq(&uri),
                actors::host.eq(&site.host),
                actors::site_id.eq(site.id),
                actors::kind.eq(new.kind),
                actors::username.eq(new.username),
                actors::name.eq(new.name),
                actors::summary.eq(new.summary),
                actors::url.eq(page),
                actors::inbox.eq(format!("{uri}/inbox")),
                actors::shared_inbox.eq(site.url("/inbox")),
                actors::outbox.eq(format!("{uri}/outbox")),
            ),
            (
                actors::followers_url.eq(format!("{uri}/followers")),
                actors::manually_approves.eq(false),
                actors::discoverable.eq(true),
                actors::indexable.eq(true),
                actors::state.eq(ActorState::Active.as_str()),
                actors::created_at.eq(now),
                actors::updated_at.eq(now),
            ),
        ))
        .execute(conn)?;
    let public = key.private.public_key().to_pem().unwrap_or_default();
    let multikey = key.second.public_key().to_multikey().unwrap_or_default();
    for (part, algorithm, public, private, nonce) in [
        ("main-key", "rsa", public, &key.private, key.nonce),
        (
            "ed25519-key",
            "multikey",
            multikey,
            &key.second,
            key.second_nonce,
        ),
    ] {
        let key_uri = format!("{uri}#{part}");
        let sealed = seal
            .seal_key(private, &key_uri, nonce)
            .map_err(|error| NewActorError::Key(error.to_string()))?;
        diesel::insert_into(actor_keys::table)
            .values((
                actor_keys::id.eq(fresh_id(now.0)),
                actor_keys::actor_id.eq(id),
                actor_keys::key_uri.eq(key_uri),
                actor_keys::algorithm.eq(algorithm),
                actor_keys::public_key.eq(public),
                actor_keys::private_key.eq(sealed),
                actor_keys::created_at.eq(now),
            ))
            .execute(conn)?;
    }
    Actor::by_id(conn, id)?.ok_or(NewActorError::Store(StoreError::Cancelled))
}

/// Makes the site's own actor and notes it on the site.
pub fn create_instance_actor(
    conn: &mut Conn,
    site: &Site,
    key: &FreshKey,
    seal: &MasterKey,
    now: Ts,
) -> Result<Actor, NewActorError> {
    let new = NewActor {
        kind: "Application",
        username: INSTANCE_NAME,
        name: &site.name,
        summary: "",
    };
    let actor = insert(conn, site, site.actor_uri(), &new, key, seal, now)?;
    let change = sites::SiteChange {
        actor_id: Some(Some(actor.id)),
        ..Default::default()
    };
    Site::change(conn, site.id, &change)?;
    Ok(actor)
}

/// Makes an actor of a site that people follow.
pub fn create_actor(
    conn: &mut Conn,
    site: &Site,
    new: &NewActor<'_>,
    key: &FreshKey,
    seal: &MasterKey,
    now: Ts,
) -> Result<Actor, NewActorError> {
    check_username(new.username)?;
    let uri = site.url(&format!("/@{}", new.username));
    if crate::erased::is_erased(conn, &uri)? {
        return Err(NewActorError::Taken);
    }
    insert(conn, site, uri, new, key, seal, now)
}

/// The public key in the form that actor documents carry.
pub fn published_key(conn: &mut Conn, actor: &Actor) -> Result<Option<PublishedKey>, StoreError> {
    let found: Option<(String, String)> = actor_keys::table
        .filter(actor_keys::actor_id.eq(actor.id))
        .filter(actor_keys::algorithm.eq("rsa"))
        .filter(actor_keys::private_key.is_not_null())
        .select((actor_keys::key_uri, actor_keys::public_key))
        .first(conn)
        .optional()?;
    let Ok(owner) = Url::parse(&actor.uri) else {
        return Ok(None);
    };
    Ok(found.map(|(id, public_key_pem)| PublishedKey {
        id,
        owner,
        public_key_pem,
    }))
}

/// The Ed25519 key of one of our actors, as Multikey text (FEP-521a).
pub fn published_multikey(conn: &mut Conn, actor: Id) -> Result<Option<String>, StoreError> {
    Ok(actor_keys::table
        .filter(actor_keys::actor_id.eq(actor))
        .filter(actor_keys::algorithm.eq("multikey"))
        .filter(actor_keys::private_key.is_not_null())
        .select(actor_keys::public_key)
        .first(conn)
        .optional()?)
}

/// A stored key of a remote actor.
pub(crate) struct KnownKey {
    pub(crate) uri: String,
    pub(crate) actor: Actor,
    pub(crate) key: Option<PublicKey>,
}

macro_rules! stored_keys {
    () => {
        actor_keys::table.inner_join(actors::table).select((
            Actor::as_select(),
            actor_keys::key_uri,
            actor_keys::algorithm,
            actor_keys::public_key,
        ))
    };
}

fn parsed((actor, uri, algorithm, text): (Actor, String, String, String)) -> KnownKey {
    KnownKey {
        uri,
        actor,
        key: match algorithm.as_str() {
            "multikey" => PublicKey::from_multikey(&text).ok(),
            _ => PublicKey::from_pem(&text).ok(),
        },
    }
}

/// A stored key by its id.
pub(crate) fn known_key(conn: &mut Conn, key_uri: &str) -> Result<Option<KnownKey>, StoreError> {
    let found = stored_keys!().filter(actor_keys::key_uri.eq(key_uri));
    Ok(found.first(conn).optional()?.map(parsed))
}

/// All stored keys of an actor.
pub(crate) fn keys_of_actor(conn: &mut Conn, actor_uri: &str) -> Result<Vec<KnownKey>, StoreError> {
    let found = stored_keys!().filter(actors::uri.eq(actor_uri));
    Ok(found.load(conn)?.into_iter().map(parsed).collect())
}
