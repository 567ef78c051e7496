//! From an address or a handle to a stored actor.

mod keep;

use crate::actor::Actor;
use crate::client::authority;
use crate::fetch::{FetchError, without_fragment};
use crate::{Federation, Purpose, SignatureScheme};
use activitystreams::{ActorDocument, WebFinger};
use chrono::Duration;
use keep::Name;
use sites::Site;
use std::sync::Arc;
use store::StoreError;
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
        // On the heap: nested as it is, it would take more stack than a thread of two megabytes has in a debug build.
        let read = Box::pin(async move { hub.read_actor(&site, &url).await });
        let fetched = self.0.fetching.try_get_with(key.clone(), read);
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
        Ok(self.read_whole_actor(site, url).await?.0)
    }

    /// Reads an actor's document now, whatever is known or failed before; gives it with what it says.
    pub(crate) async fn read_whole_actor(
        &self,
        site: &Arc<Site>,
        url: &Url,
    ) -> Result<(Actor, ActorDocument), ResolveError> {
        let document = self.fetch_as(Purpose::Actor, site, url).await?;
        let actor = ActorDocument::read(&document)
            .map_err(|error| ResolveError::NotAnActor(error.to_string()))?;
        let name = self.confirmed_name(&actor).await;
        let said = actor.clone();
        let kept = self.keep_actor(document, actor, Name::Asked(name)).await?;
        Ok((kept, said))
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
