//! Who asks: signed reads by those who may not act here (SIG-17).

use crate::Federation;
use crate::actor::{Actor, ActorState, known_key};
use crate::client::authority;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use signatures::{Claim, Policy, Request};
use sites::Site;
use store::StoreError;
use url::Url;

impl Federation {
    /// False for a signed read that says it is from a blocked host or from an actor that may not
    /// act. What a reader says against itself is believed without a look at the signature; a
    /// request that is not signed, or badly, sees what anybody sees.
    pub async fn may_read(&self, site: &Site, request: &HttpRequest) -> bool {
        let headers: Vec<(&str, &[u8])> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let target = request.uri().path_and_query();
        let seen = Request {
            method: request.method().as_str(),
            target: target.map_or("/", |target| target.as_str()),
            scheme: &site.scheme,
            authority: &site.host,
            headers: &headers,
            body: &[],
        };
        let Ok(claim) = Claim::read(&seen, &Policy::default(), self.0.clock.now()) else {
            return true;
        };
        let key_id = claim.key_id().to_owned();
        let host = match Url::parse(&key_id) {
            Ok(url) if url.has_host() => authority(&url),
            _ => key_id.rsplit('@').next().unwrap_or_default().to_owned(),
        };
        if self.is_blocked(&host) {
            return false;
        }
        let allowed = self.0.database.read(move |c| {
            // Some key ids are the actor's own address or a part of it; a key that was rotated away
            // still says whose it was.
            let of_key = known_key(c, &key_id)?.map(|known| known.actor);
            let owner = key_id.split('#').next().unwrap_or_default();
            let of_address = Actor::by_uri(c, owner)?;
            let buried = crate::inbound::is_buried(c, owner)?;
            let active = |actor: Actor| actor.state() == ActorState::Active;
            let may_act = of_key.into_iter().chain(of_address).all(active);
            Ok::<_, StoreError>(may_act && !buried)
        });
        allowed.await.unwrap_or(false)
    }
}

/// The answer to a signed read by somebody who may not: kept by no cache, so that it reaches
/// nobody else (SIG-17).
pub fn no_reader() -> HttpResponse {
    HttpResponse::Forbidden()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::VARY, "Accept, Signature"))
        .finish()
}
