//! From an address or a handle to a stored actor.

use crate::actor::{Actor, ActorState};
use crate::client::authority;
use crate::fetch::{FetchError, without_fragment};
use crate::{Federation, Purpose, SignatureScheme};
use activitystreams::{ActorDocument, KeyMaterial, WebFinger};
use chrono::Duration;
use diesel::prelude::*;
use serde_json::Value;
use sites::Site;
use std::sync::Arc;
use store::schema::{actor_keys, actors};
use store::{Conn, Portable, StoreError, Ts, fresh_id};
use url::Url;

/// Why an actor could not be found.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ResolveError {
    /// Neither an address nor a handle.
    #[error("neither an address nor a name such as @agenda@example.org")]
    Malformed,
    /// WebFinger knows no such name, or its two directions disagree (ORI-14).
    #[error("nobody of that name there")]
    Unknown,
    /// The document is no usable actor.
    #[error("not an actor: {0}")]
    NotAnActor(String),
    /// Fetching failed.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Database.
    #[error("{0}")]
    Store(Arc<StoreError>),
}

impl From<StoreError> for ResolveError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<diesel::result::Error> for ResolveError {
    fn from(error: diesel::result::Error) -> Self {
        Self::from(StoreError::from(error))
    }
}

impl ResolveError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::NotAnActor(_) => "not_an_actor",
            Self::Fetch(error) => error.code(),
            Self::Store(_) => "store_failed",
        }
    }

    /// True when another try later may succeed.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Fetch(error) => error.is_passing(),
            Self::Store(_) => true,
            Self::Malformed | Self::Unknown | Self::NotAnActor(_) => false,
        }
    }
}

/// Actor documents are read again after this long.
const FRESH: Duration = Duration::hours(24);

impl Federation {
    /// The actor with an id, from the database when fresh, else from its server.
    ///
    /// Our own actors never leave the database (ORI-07).
    pub async fn resolve_actor(&self, site: &Arc<Site>, url: &Url) -> Result<Actor, ResolveError> {
        let (uri, now) = (url.to_string(), self.0.clock.ts());
        let known = self
            .0
            .database
            .read(move |c| Actor::by_uri(c, &uri))
            .await?;
        match known {
            Some(actor) if actor.is_local() => Ok(actor),
            Some(actor) if actor.fetched_at.is_some_and(|at| now.0 - at.0 < FRESH) => Ok(actor),
            Some(actor) => match self.refetch_actor(site, url).await {
                Ok(fresh) => Ok(fresh),
                // An unreachable server does not make us forget what it said.
                Err(ResolveError::Fetch(error)) if error.is_passing() => Ok(actor),
                Err(error) => Err(error),
            },
            None if self.0.sites.is_ours(url) => Err(ResolveError::Unknown),
            None => self.refetch_actor(site, url).await,
        }
    }

    /// Reads an actor's document now. One fetch per actor at a time; a failure is remembered.
    pub async fn refetch_actor(&self, site: &Arc<Site>, url: &Url) -> Result<Actor, ResolveError> {
        let key = without_fragment(url).to_string();
        if let Some(failed) = self.0.failures.get(&key).await {
            return Err(failed);
        }
        let (hub, site, url) = (self.clone(), Arc::clone(site), without_fragment(url));
        let fetched =
            self.0.fetching.try_get_with(
                key.clone(),
                async move { hub.read_actor(&site, &url).await },
            );
        match fetched.await {
            Ok(actor) => {
                // The cache only joins simultaneous fetches.
                self.0.fetching.invalidate(&key).await;
                Ok(actor)
            }
            Err(error) => {
                let error = ResolveError::clone(&error);
                let ours = matches!(&error, ResolveError::Fetch(error) if error.is_ours());
                if !ours {
                    self.0.failures.insert(key, error.clone()).await;
                }
                Err(error)
            }
        }
    }

    async fn read_actor(&self, site: &Arc<Site>, url: &Url) -> Result<Actor, ResolveError> {
        let document = self.fetch_as(Purpose::Actor, site, url).await?;
        let actor = ActorDocument::read(&document)
            .map_err(|error| ResolveError::NotAnActor(error.to_string()))?;
        let name = self.confirmed_name(&actor).await;
        self.keep_actor(document, actor, Name::Asked(name)).await
    }

    /// An actor as its own server describes it, for a delivery that nothing verifies yet: one request,
    /// whatever the answer (DOS-14). Its name is asked for once its key has signed something:
    /// [`Federation::name_actor`].
    pub(crate) async fn ask_stranger(
        &self,
        site: &Arc<Site>,
        url: &Url,
        scheme: SignatureScheme,
    ) -> Result<Actor, ResolveError> {
        let url = without_fragment(url);
        if let Some(failed) = self.0.failures.get(url.as_str()).await {
            return Err(failed);
        }
        let document = self.fetch_once(Purpose::Actor, site, &url, scheme).await?;
        let actor = ActorDocument::read(&document)
            .map_err(|error| ResolveError::NotAnActor(error.to_string()))?;
        self.keep_actor(document, actor, Name::NotAsked).await
    }

    async fn keep_actor(
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

    /// The name, when the host's WebFinger leads back to this very actor (ORI-14).
    async fn confirmed_name(&self, actor: &ActorDocument) -> Option<String> {
        let name = actor.preferred_username.as_deref()?;
        let found = self
            .webfinger(name, &authority(&actor.id), actor.id.scheme())
            .await
            .ok()?;
        (found == actor.id).then(|| name.to_owned())
    }

    /// Asks a host's WebFinger for a name; gives the actor's address.
    pub(crate) async fn webfinger(
        &self,
        name: &str,
        host: &str,
        scheme: &str,
    ) -> Result<Url, ResolveError> {
        let mut url = Url::parse(&format!("{scheme}://{host}/.well-known/webfinger"))
            .map_err(|_| ResolveError::Malformed)?;
        url.query_pairs_mut()
            .append_pair("resource", &format!("acct:{name}@{host}"));
        let (_, answer) = self
            .fetch_plain(
                Purpose::WebFinger,
                &url,
                "application/jrd+json, application/json",
            )
            .await?;
        let document = activitystreams::parse(&answer.body).map_err(|_| ResolveError::Unknown)?;
        let bare = host.split(':').next().unwrap_or(host);
        let jrd = WebFinger::read(&document, &[host, bare]).map_err(|_| ResolveError::Unknown)?;
        // The subject is what was asked, or the answer is about somebody else (ORI-14).
        if !jrd
            .subject
            .eq_ignore_ascii_case(&format!("acct:{name}@{host}"))
        {
            return Err(ResolveError::Unknown);
        }
        Ok(jrd.actor)
    }

    /// What a person typed: an address, `@name@host`, `acct:name@host`, or a host alone, which
    /// means that instance's own actor (FEP-2677, FEP-d556, `relay@host`).
    pub async fn look_up(&self, site: &Arc<Site>, text: &str) -> Result<Actor, ResolveError> {
        let text = text.trim();
        let scheme = site.scheme.as_str();
        if text.starts_with("https://") || text.starts_with("http://") {
            let url = Url::parse(text).map_err(|_| ResolveError::Malformed)?;
            if url.path() == "/" {
                return self.look_up_instance(site, &authority(&url)).await;
            }
            if let Some(owner) = self.0.sites.owner(&url) {
                return self.look_up_local(&owner, &url).await;
            }
            return self.resolve_actor(site, &url).await;
        }
        let handle = text
            .strip_prefix("acct:")
            .unwrap_or(text)
            .trim_start_matches(['@', '!']);
        match handle.split_once('@') {
            Some((name, host)) if !name.is_empty() && plain_host(host) => {
                if let Some(owner) = self.0.sites.by_host(&host.to_ascii_lowercase()) {
                    return self.look_up_name(&owner, name).await;
                }
                let url = self
                    .webfinger(name, &host.to_ascii_lowercase(), scheme)
                    .await?;
                self.resolve_actor(site, &url).await
            }
            None if plain_host(handle) && handle.contains('.') => {
                self.look_up_instance(site, &handle.to_ascii_lowercase())
                    .await
            }
            _ => Err(ResolveError::Malformed),
        }
    }

    async fn look_up_name(&self, owner: &Site, name: &str) -> Result<Actor, ResolveError> {
        let (site, name) = (owner.id, name.to_ascii_lowercase());
        let found = self
            .0
            .database
            .read(move |c| Actor::local(c, site, &name))
            .await?;
        found.ok_or(ResolveError::Unknown)
    }

    async fn look_up_local(&self, owner: &Site, url: &Url) -> Result<Actor, ResolveError> {
        let uri = owner.url(url.path());
        let found = self
            .0
            .database
            .read(move |c| Actor::by_uri(c, &uri))
            .await?;
        found.ok_or(ResolveError::Unknown)
    }

    async fn look_up_instance(&self, site: &Arc<Site>, host: &str) -> Result<Actor, ResolveError> {
        if let Some(owner) = self.0.sites.by_host(host) {
            return self.look_up_name(&owner, crate::actor::INSTANCE_NAME).await;
        }
        let peer = self.peer(&site.scheme, host).await?;
        let named = peer.and_then(|peer| Url::parse(&peer.application_uri?).ok());
        if let Some(url) = named {
            return self.resolve_actor(site, &url).await;
        }
        for name in [host, "relay", "events", "peertube"] {
            if let Ok(url) = self.webfinger(name, host, &site.scheme).await {
                return self.resolve_actor(site, &url).await;
            }
        }
        Err(ResolveError::Unknown)
    }
}

fn plain_host(host: &str) -> bool {
    !host.is_empty()
        && host.len() < 254
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.:".contains(&b))
}

/// What WebFinger says of an actor's name.
enum Name {
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
