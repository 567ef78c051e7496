//! Follows, in both directions: ours of others, others' of ours.

mod back;
pub mod index;
mod notice;
pub mod peers;
pub mod policy;
mod records;
mod relay;
mod row;
pub mod rules;

pub(crate) use back::{follow_back, is_refused};
pub use notice::Waiting;
pub(crate) use notice::note;
pub(crate) use records::{ask, decide, record, reply, take_back};
pub(crate) use relay::{
    forget as relay_forgotten, hint as relay_hint, is_public, is_relay, joined as relay_joined,
};

pub use row::{DecidedBy, Follow, FollowError, FollowState, Via};

use crate::Federation;
use crate::actor::Actor;
use sites::Site;
use std::sync::Arc;
use store::{Id, StoreError};

impl Federation {
    /// The site's own actor asks to follow whoever `text` names (address, handle or host).
    ///
    /// A follow that was refused or removed is asked anew only here, by a person.
    pub async fn follow(
        &self,
        site: &Arc<Site>,
        text: &str,
    ) -> Result<(Follow, Actor), FollowError> {
        self.follow_via(site, text, Via::Person).await
    }

    pub(crate) async fn follow_via(
        &self,
        site: &Arc<Site>,
        text: &str,
        via: Via,
    ) -> Result<(Follow, Actor), FollowError> {
        let follower = site.actor_id.ok_or(FollowError::NoActor)?;
        let target = self.look_up(site, text).await?;
        if target.id == follower {
            return Err(FollowError::Itself);
        }
        if self.is_blocked(&target.host) {
            return Err(FollowError::Blocked);
        }
        // Known before the first Announce comes, so that it can be judged by its software.
        if !target.is_local() {
            let _ = self.peer(&site.scheme, &target.host).await;
        }
        let (now, theirs) = (self.0.clock.ts(), target.clone());
        let sibling = target.site_id.and_then(|id| self.0.sites.by_id(id));
        let site = Arc::clone(site);
        let follow = self
            .0
            .database
            .write(move |c| ask(c, &site, follower, &theirs, sibling.as_deref(), via, now))
            .await?;
        self.wake();
        Ok((follow, target))
    }

    /// Asks again, by a person's wish: what still waits is taken back first, or the other side would
    /// see no difference.
    pub async fn ask_again(&self, site: &Arc<Site>, follow: Id) -> Result<(), FollowError> {
        let own = site.actor_id.ok_or(FollowError::NoActor)?;
        let found = self.0.database.read(move |c| {
            let Some(row) = Follow::by_id(c, follow)?.filter(|row| row.follower_id == own) else {
                return Ok(None);
            };
            Ok::<_, StoreError>(Actor::by_id(c, row.target_id)?.map(|target| (row, target)))
        });
        let (row, target) = found.await?.ok_or(FollowError::Unknown)?;
        if row.state() == FollowState::Pending {
            self.unfollow(site, follow).await?;
        }
        if row.via == Via::Relay.as_str() {
            self.subscribe(site, &target.uri).await?;
        } else {
            self.follow(site, &target.uri).await?;
        }
        Ok(())
    }

    /// Takes a follow of ours back.
    pub async fn unfollow(&self, site: &Arc<Site>, follow: Id) -> Result<(), FollowError> {
        let follower = site.actor_id.ok_or(FollowError::NoActor)?;
        let (now, site) = (self.0.clock.ts(), Arc::clone(site));
        self.0
            .database
            .write(move |c| {
                let row = Follow::by_id(c, follow)?.filter(|row| row.follower_id == follower);
                let row = row.ok_or(FollowError::Unknown)?;
                let target = Actor::by_id(c, row.target_id)?.ok_or(FollowError::Unknown)?;
                take_back(c, &site, &row, &target, now)
            })
            .await?;
        self.wake();
        Ok(())
    }

    /// A person of ours says yes or no to a follower of an actor of the site; no also ends a follow
    /// that was accepted.
    pub async fn answer(&self, site: &Arc<Site>, follow: Id, yes: bool) -> Result<(), FollowError> {
        let state = match yes {
            true => FollowState::Accepted,
            false => FollowState::Refused,
        };
        self.settle(site, follow, state).await
    }

    /// A person of ours ends somebody's follow; it stays ended until a person says yes again.
    pub async fn remove_follower(&self, site: &Arc<Site>, follow: Id) -> Result<(), FollowError> {
        self.settle(site, follow, FollowState::Removed).await
    }

    async fn settle(
        &self,
        site: &Arc<Site>,
        follow: Id,
        state: FollowState,
    ) -> Result<(), FollowError> {
        let (now, site, hub) = (self.0.clock.ts(), Arc::clone(site), self.clone());
        let (target, follower) = self
            .0
            .database
            .write(move |c| {
                // Whom somebody no longer wants to follow cannot make them.
                let row = Follow::by_id(c, follow)?.filter(|row| !row.is_taken_back());
                let row = row.ok_or(FollowError::Unknown)?;
                let target = Actor::by_id(c, row.target_id)?.filter(|t| t.site_id == Some(site.id));
                let target = target.ok_or(FollowError::Unknown)?;
                let follower = Actor::by_id(c, row.follower_id)?.ok_or(FollowError::Unknown)?;
                if row.decided_by == DecidedBy::Both.as_str() {
                    // A yes lifts the no, and what was taken back stays so.
                    let (state, by) = match state {
                        FollowState::Accepted => (FollowState::Removed, DecidedBy::Follower),
                        no => (no, DecidedBy::Both),
                    };
                    decide(c, row.id, state, by, now)?;
                    return Ok((row.target_id, follower));
                }
                reply(
                    c,
                    &site,
                    &target,
                    &follower,
                    &row,
                    (state, DecidedBy::Target),
                    now,
                )?;
                if state == FollowState::Accepted {
                    back::follow_back(c, &hub, &site, &target, &follower, now)?;
                }
                Ok::<_, FollowError>((row.target_id, follower))
            })
            .await?;
        if state == FollowState::Accepted {
            self.greet(&follower, target).await?;
        }
        self.wake();
        Ok(())
    }
}
