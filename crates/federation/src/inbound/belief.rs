//! What is believed of what comes in.
//!
//! A document is believed in two cases only: the actor that signed the activity is its author, or its
//! own server served it under its own id. Everything else is fetched again from where it lives
//! (R-SIG-18, ORI-08..10, AUT-01, AUT-02).

use super::{ApplyError, Scene};
use crate::Federation;
use crate::actor::{Actor, ActorState};
use crate::fetch::FetchError;
use activitystreams::Item;
use serde_json::Value;
use sites::Site;
use std::sync::Arc;
use url::Url;

/// A document that may be believed, cut to what is kept of one (DOS-06), with its author.
pub(crate) struct Believed {
    pub(super) document: Value,
    pub(super) author: Actor,
}

impl Believed {
    pub(crate) fn new(mut document: Value, author: Actor) -> Self {
        activitystreams::shorten(&mut document);
        Self { document, author }
    }
}

impl Federation {
    /// The object of a Create or Update, believed or the reason why not.
    pub(super) async fn believe(
        &self,
        scene: &Scene,
        item: &Item,
        url: &Url,
    ) -> Result<Result<Believed, &'static str>, ApplyError> {
        if self.0.sites.is_ours(url) {
            return Ok(Err("an object of this server"));
        }
        if let Some(document) = item.embedded()
            && scene.activity.embedded_is_trusted(item).is_ok()
            && let Ok(authors) = activitystreams::origin::attributed_to_matches(document)
            && authors
                .first()
                .is_some_and(|author| author.as_str() == scene.actor.uri)
        {
            if self.names_blocked(document) {
                return Ok(Err("of a blocked host"));
            }
            // Known under another author: only its server can tell (ORI-10, AUT-01).
            let known = scene.known.as_ref();
            if known.is_none_or(|known| known.actor_id == scene.actor.id) {
                let author = scene.actor.clone();
                return Ok(Ok(Believed::new(document.clone(), author)));
            }
        }
        self.as_its_origin_tells(&scene.site, url).await
    }

    /// The object as its own server serves it, with its author.
    pub(crate) async fn as_its_origin_tells(
        &self,
        site: &Arc<Site>,
        url: &Url,
    ) -> Result<Result<Believed, &'static str>, ApplyError> {
        let document = match self.fetch_document(site, url).await {
            Ok(document) => document,
            Err(FetchError::Gone(_)) => return Ok(Err("gone at its origin")),
            Err(error) if error.is_passing() => return Err(ApplyError::Later(error.to_string())),
            Err(_) => return Ok(Err("not to be had at its origin")),
        };
        if !self
            .0
            .content
            .understands(&activitystreams::types(&document))
        {
            return Ok(Err("a kind not shown here"));
        }
        if self.names_blocked(&document) {
            return Ok(Err("of a blocked host"));
        }
        let Ok(authors) = activitystreams::origin::attributed_to_matches(&document) else {
            return Ok(Err("its author is not of its own server"));
        };
        let Some(author) = authors.first() else {
            return Ok(Err("nobody is its author"));
        };
        let author = self.resolve_actor(site, author).await?;
        if author.state() != ActorState::Active {
            return Ok(Err("its author may not act"));
        }
        Ok(Ok(Believed::new(document, author)))
    }
}
