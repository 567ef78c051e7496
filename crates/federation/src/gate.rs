//! The gate before every inbox: who sent this, decided before anything is fetched or stored.
//!
//! Order (security.md, top): header rules, coverage, digest, date; one parse of the body; the key's
//! origin against the actor's; blocked hosts; only then, where the key is unknown and who asks has
//! not cost too much of late, one request for the actor; then the signature, the actor's state, its budget,
//! its name, the received-id table and the durable queue.

mod queue;
mod verified;

use crate::actor::{Actor, ActorState, KnownKey, keys_of_actor};
use crate::budget::{Cost, MOST_REQUESTS, registrable, within};
use crate::client::authority;
use crate::{Federation, ResolveError, SignatureScheme};
use activitystreams::{Activity, ActivityKind};
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpRequest, HttpResponse, web};
use signatures::{Claim, KeyLocation, Policy, Refusal, Request, Scheme};
use sites::{CurrentSite, Site, address_key};
use std::net::IpAddr;
use std::sync::Arc;
use store::{StoreError, Ts};
use url::Url;
use verified::{Verified, check};

/// Largest body an inbox reads, in bytes (DOS-04).
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// Why a delivery was turned away.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Turned {
    #[error(transparent)]
    Signature(#[from] Refusal),
    #[error("unreadable activity: {0}")]
    Unreadable(String),
    #[error("the key does not belong to the activity's actor")]
    ForeignKey,
    #[error("the actor could not be found")]
    NoActor(ResolveError),
    #[error("not accepted from this sender")]
    Unwelcome,
    #[error("too much of late")]
    TooMuch { retry_after: u64 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Turned {
    fn status(&self) -> StatusCode {
        match self {
            Self::Signature(refusal) => {
                StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::UNAUTHORIZED)
            }
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::ForeignKey | Self::NoActor(_) => StatusCode::UNAUTHORIZED,
            Self::Unwelcome => StatusCode::FORBIDDEN,
            Self::TooMuch { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Signature(refusal) => refusal.code(),
            Self::Unreadable(_) => "unreadable",
            Self::ForeignKey => "foreign_key",
            Self::NoActor(_) => "no_actor",
            Self::Unwelcome => "unwelcome",
            Self::TooMuch { .. } => "too_much",
            Self::Store(_) => "store_failed",
        }
    }
}

/// `POST` to any inbox of a site.
pub(crate) async fn inbox(
    request: HttpRequest,
    site: CurrentSite,
    hub: web::Data<Federation>,
    body: web::Bytes,
) -> HttpResponse {
    let admitted = within(MOST_REQUESTS, hub.admit(&site.0, &request, &body));
    match admitted.await {
        Ok(()) => {
            metrics::counter!("kiosque_inbox_accepted").increment(1);
            HttpResponse::Accepted().finish()
        }
        Err(turned) => {
            metrics::counter!("kiosque_inbox_refused", "code" => turned.code()).increment(1);
            // Why an actor was not found stays here: it may be in words of the server that was asked,
            // and whoever sent this is not to learn by us what is where (SSRF-07).
            let why = match &turned {
                Turned::NoActor(error) => error.to_string(),
                other => other.to_string(),
            };
            tracing::debug!(site = %site.host, code = turned.code(), why, "delivery turned away");
            let mut answer = HttpResponse::build(turned.status());
            if let Turned::TooMuch { retry_after } = &turned {
                answer.insert_header((RETRY_AFTER, *retry_after));
            }
            answer.json(serde_json::json!({
                "error": turned.code(),
                "message": turned.to_string(),
            }))
        }
    }
}

impl Federation {
    async fn admit(
        &self,
        site: &Arc<Site>,
        request: &HttpRequest,
        body: &[u8],
    ) -> Result<(), Turned> {
        let headers: Vec<(&str, &[u8])> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let target = request
            .uri()
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let seen = Request {
            method: request.method().as_str(),
            target,
            scheme: &site.scheme,
            authority: &site.host,
            headers: &headers,
            body,
        };
        let now = self.0.clock.ts();
        let claim = Claim::read(&seen, &Policy::default(), now.0)?;
        let document =
            activitystreams::parse(body).map_err(|error| Turned::Unreadable(error.to_string()))?;
        let activity =
            Activity::read(&document).map_err(|error| Turned::Unreadable(error.to_string()))?;
        let ids = activity.id.iter().chain([&activity.actor]);
        if !ids.map(Url::as_str).all(crate::is_keepable) {
            return Err(Turned::Unreadable("an id that is too long".to_owned()));
        }
        let location = KeyLocation::from_key_id(claim.key_id()).map_err(|_| Turned::ForeignKey)?;
        if self.0.sites.is_ours(&activity.actor) {
            return Err(Turned::ForeignKey);
        }
        if !location.same_origin(&activity.actor) {
            return self.forwarded(site, claim, &activity, now).await;
        }
        if self.is_blocked(&authority(&activity.actor)) {
            return Err(Turned::Unwelcome);
        }
        let known = self.keys_of(&activity.actor).await?;
        if known.is_empty() && self.is_farewell(&activity).await? {
            // Deletes of actors never seen here: nothing to do, nothing to fetch (DOS-10).
            return Ok(());
        }
        let claim = Arc::new(claim);
        let address = request.peer_addr().map(|peer| peer.ip());
        let address = self.0.settings.proxies.client(address, request.headers());
        let actor = self
            .verified(site, &claim, &activity, known, address)
            .await?;
        if actor.state() != ActorState::Active {
            return Err(Turned::Unwelcome);
        }
        self.spend_on(&actor, now)?;
        if actor.fetched_at.is_none() {
            self.name_once(&actor).await;
        }
        self.enqueue(site, &activity, actor, body, now).await
    }

    /// Asks for the name of one whose key has just verified something for the first time; deliveries
    /// at the same moment wait for the same answer.
    async fn name_once(&self, verified: &Verified) {
        let actor: &Actor = verified;
        let (hub, asked) = (self.clone(), actor.clone());
        let ask = async move {
            if let Err(error) = hub.name_actor(&asked).await {
                tracing::warn!(actor = %asked.uri, %error, "name not asked for");
            }
            Ok(asked.uri)
        };
        let key = format!("name {}", actor.uri);
        let _ = self.0.rechecked.get_with(key, ask).await;
    }

    /// Somebody else's activity: refused, but from a relay that a site is subscribed to, which is taken
    /// for a hint to ask its origin (R-REL-01).
    async fn forwarded(
        &self,
        site: &Arc<Site>,
        claim: Claim,
        activity: &Activity,
        now: Ts,
    ) -> Result<(), Turned> {
        let relay = self.relay_of(claim.key_id()).await?;
        let relay = relay.ok_or(Turned::ForeignKey)?;
        if self.is_blocked(&relay.host) || self.is_blocked(&authority(&activity.actor)) {
            return Err(Turned::Unwelcome);
        }
        let uri = Url::parse(&relay.uri).map_err(|_| Turned::ForeignKey)?;
        let known = self.keys_of(&uri).await?;
        let relay = check(&Arc::new(claim), &uri, known).await?;
        let Some((uri, body)) = crate::follow::relay_hint(&relay, activity) else {
            return Ok(());
        };
        self.spend_on(&relay, now)?;
        let (site, body) = (site.id, body.to_string());
        self.0
            .database
            .write_grouped(move |c| queue::enqueue(c, site, &uri, &relay, body, now))
            .await?;
        self.0.inbox_wake.notify_one();
        Ok(())
    }

    /// The stored keys of an actor; parsed keys are kept for a minute.
    async fn keys_of(&self, actor: &Url) -> Result<Arc<Vec<KnownKey>>, Turned> {
        if let Some(known) = self.0.verifiers.get(actor.as_str()).await {
            return Ok(known);
        }
        let uri = actor.to_string();
        let known = self.0.database.read(move |c| keys_of_actor(c, &uri));
        let known = Arc::new(known.await?);
        if !known.is_empty() {
            self.0
                .verifiers
                .insert(actor.to_string(), Arc::clone(&known))
                .await;
        }
        Ok(known)
    }

    async fn is_farewell(&self, activity: &Activity) -> Result<bool, Turned> {
        if activity.kind != ActivityKind::Delete {
            return Ok(false);
        }
        let uri = activity.actor.to_string();
        Ok(self
            .0
            .database
            .read(move |c| Actor::by_uri(c, &uri))
            .await?
            .is_none())
    }

    /// The actor, once one of its keys has verified the claim; its document is read again once when
    /// the known key fails, at most every five minutes (SIG-14, R-SIG-16).
    async fn verified(
        &self,
        site: &Arc<Site>,
        claim: &Arc<Claim>,
        activity: &Activity,
        known: Arc<Vec<KnownKey>>,
        address: IpAddr,
    ) -> Result<Verified, Turned> {
        let refusal = match check(claim, &activity.actor, known).await {
            Ok(actor) => return Ok(actor),
            Err(refusal) => refusal,
        };
        let uri = activity.actor.to_string();
        // Nobody is asked for one that may not act, whatever its key says (SIG-16).
        let asked = uri.clone();
        let stopped = self.0.database.read(move |c| {
            let known = Actor::by_uri(c, &asked)?;
            let stopped = known.is_some_and(|actor| actor.state() != ActorState::Active);
            Ok::<_, StoreError>(stopped || crate::inbound::is_buried(c, &asked)?)
        });
        if stopped.await? {
            return Err(Turned::Unwelcome);
        }
        // By the scheme that the delivery is signed with, which its sender understands: another knock
        // would be a second request (DOS-14). Remembered for each, or who forges in one that the actor's
        // server does not take would keep the actor out.
        let scheme = match claim.scheme() {
            Scheme::Cavage => SignatureScheme::Cavage,
            Scheme::Rfc9421 => SignatureScheme::Rfc9421,
        };
        let key = format!("{} {uri}", scheme.as_str());
        if !self.0.rechecked.contains_key(&key) {
            self.spend_on_stranger(&activity.actor, address)?;
        }
        let (hub, home, url) = (self.clone(), Arc::clone(site), activity.actor.clone());
        // Simultaneous deliveries wait for the same fetch, later ones find it made: whatever key
        // ids they name, an actor is asked for once in five minutes.
        let ask = async move {
            let asked = hub.ask_stranger(&home, &url, scheme).await;
            asked.map(|actor| actor.uri)
        };
        let found = self.0.rechecked.get_with(key.clone(), ask).await;
        if matches!(&found, Err(ResolveError::Fetch(error)) if error.is_ours()) {
            // Not asked, because of what its domain had cost: nothing is known of it.
            self.0.rechecked.invalidate(&key).await;
            return Err(Turned::TooMuch { retry_after: 600 });
        }
        if found.map_err(Turned::NoActor)? != uri {
            return Err(Turned::ForeignKey);
        }
        let known = self.keys_of(&activity.actor).await?;
        let found = check(claim, &activity.actor, known).await;
        found.map_err(|_| refusal.into())
    }

    /// Counts a question about somebody whom no known key verifies: by the address that it is caused
    /// from, and by the domain that would be asked (DOS-14).
    fn spend_on_stranger(&self, actor: &Url, address: IpAddr) -> Result<(), Turned> {
        let (now, budgets) = (self.0.clock.ts(), &self.0.budgets);
        let host = authority(actor);
        budgets
            .spend(Cost::StrangersOfAddress, &address_key(address), now)
            .and_then(|()| budgets.spend(Cost::StrangersOfDomain, registrable(&host), now))
            .map_err(|retry_after| Turned::TooMuch { retry_after })
    }

    /// Counts an activity for whom it was verified to be from (RATE-01).
    fn spend_on(&self, actor: &Verified, now: Ts) -> Result<(), Turned> {
        let budgets = &self.0.budgets;
        budgets
            .spend(Cost::Actor, &actor.uri, now)
            .and_then(|()| budgets.spend(Cost::Host, &actor.host, now))
            .map_err(|retry_after| Turned::TooMuch { retry_after })
    }
}
