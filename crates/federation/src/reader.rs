//! Who asks: signed reads by those who may not act here (SIG-17).

use crate::Federation;
use crate::actor::{ActorState, known_key};
use crate::client::authority;
use actix_web::HttpRequest;
use signatures::{Claim, Policy, Request};
use sites::Site;
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
        let known = self.0.database.read(move |c| known_key(c, &key_id)).await;
        let may_act = |actor: &crate::Actor| actor.state() == ActorState::Active;
        known.is_ok_and(|known| known.is_none_or(|known| may_act(&known.actor)))
    }
}
