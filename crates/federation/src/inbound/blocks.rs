//! Block as it comes in.

use super::follows::end;
use super::{ApplyError, Effect, Scene, object_url};
use crate::Federation;
use crate::actor::Actor;
use crate::follow::{DecidedBy, Follow, FollowState, decide};
use store::Id;

impl Federation {
    /// Somebody elsewhere blocks an actor of ours: they no longer follow it, it no longer follows them. What it publishes is
    /// public and stays so; nobody here is told.
    pub(super) async fn on_block(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        self.commit(id, move |c| {
            let Some(target) = object_url(&scene.activity) else {
                return Ok(Effect::Ignored("a Block of nothing"));
            };
            let target = Actor::by_uri(c, target.as_str())?.filter(Actor::is_local);
            let Some(target) = target else {
                return Ok(Effect::Ignored("a Block of nobody here"));
            };
            if let Some(theirs) = Follow::between(c, scene.actor.id, target.id)? {
                // As after an Undo: they may ask again, and a refusal of ours stays one.
                end(c, &theirs)?;
            }
            let running = [FollowState::Pending, FollowState::Accepted];
            let ours = Follow::between(c, target.id, scene.actor.id)?;
            if let Some(ours) = ours.filter(|ours| running.contains(&ours.state())) {
                decide(
                    c,
                    ours.id,
                    FollowState::Refused,
                    DecidedBy::Target,
                    scene.now,
                )?;
                crate::follow::relay_forgotten(c, &ours)?;
            }
            Ok(Effect::Applied)
        })
        .await
    }
}
