//! Follows, in both directions: ours of others, others' of ours.

mod back;
pub mod index;
mod notice;
pub mod peers;
pub mod policy;
mod relay;

pub(crate) use back::{follow_back, is_refused};
pub use notice::Waiting;
pub(crate) use notice::note;
pub(crate) use relay::{
    forget as relay_forgotten, hint as relay_hint, is_public, is_relay, joined as relay_joined,
};

use crate::actor::Actor;
use crate::outbox::{Recipients, Spoken, say};
use crate::{Federation, ResolveError, write};
use diesel::prelude::*;
use policy::Standing;
use serde_json::Value;
use sites::Site;
use std::sync::Arc;
use store::schema::follows;
use store::{Conn, Id, StoreError, Ts, fresh_id, text_enum};

text_enum! {
    /// Where a follow stands.
    pub enum FollowState {
        /// Asked, not answered.
        Pending = "pending",
        /// In force.
        Accepted = "accepted",
        /// Answered no; it stays no until a person changes it (R-FOL-01).
        Refused = "refused",
        /// Taken back by a person of ours.
        Removed = "removed",
        /// The other side is gone.
        Lost = "lost",
    }
}

text_enum! {
    /// Whose word a follow's state is.
    pub enum DecidedBy {
        /// Nobody's yet; also rows older than this column.
        Nobody = "",
        /// Who follows took it back.
        Follower = "follower",
        /// Who is followed said so: a person, or the other server. It stands until a person lifts it.
        Target = "target",
        /// The follower policy; judged anew at each Follow.
        Policy = "policy",
    }
}

text_enum! {
    /// What brought a follow about.
    pub enum Via {
        /// Somebody asked for it.
        Person = "person",
        /// They followed first.
        Back = "back",
        /// A list of instances.
        Index = "index",
        /// A subscription to a relay, or its way back (R-REL-01).
        Relay = "relay",
    }
}

/// A follow's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = follows)]
pub struct Follow {
    /// Key.
    pub id: Id,
    /// Who follows.
    pub follower_id: Id,
    /// Who is followed.
    pub target_id: Id,
    /// Id of the Follow activity.
    pub uri: String,
    /// Word of [`FollowState`].
    pub state: String,
    /// The Follow as it was sent, for an Accept to embed unchanged (R-AP-02).
    pub activity: String,
    /// When it was asked.
    pub created_at: Ts,
    /// When it was answered.
    pub decided_at: Option<Ts>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Word of [`DecidedBy`].
    pub decided_by: String,
    /// Word of [`Via`].
    pub via: String,
}

impl Follow {
    /// Where it stands; an unknown word counts as refused.
    pub fn state(&self) -> FollowState {
        FollowState::from_word(&self.state).unwrap_or(FollowState::Refused)
    }

    /// True when who is followed said no, or a person ended it: nothing but a person undoes that
    /// (R-FOL-01).
    pub fn is_shut(&self) -> bool {
        matches!(self.state(), FollowState::Refused | FollowState::Removed)
            && !["follower", "policy"].contains(&self.decided_by.as_str())
    }

    /// By key.
    pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Self>, StoreError> {
        Ok(follows::table
            .find(id)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// Between two actors.
    pub fn between(conn: &mut Conn, follower: Id, target: Id) -> Result<Option<Self>, StoreError> {
        let found = follows::table
            .filter(follows::follower_id.eq(follower))
            .filter(follows::target_id.eq(target))
            .select(Self::as_select());
        Ok(found.first(conn).optional()?)
    }

    /// Whom an actor follows or asked to, with the other side, newest first.
    pub fn following(conn: &mut Conn, follower: Id) -> Result<Vec<(Self, Actor)>, StoreError> {
        use store::schema::actors;
        Ok(follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
            .filter(follows::follower_id.eq(follower))
            .order(follows::id.desc())
            .limit(1_000)
            .select((Self::as_select(), Actor::as_select()))
            .load(conn)?)
    }

    /// Who follows an actor or asked to, newest first.
    pub fn followers(conn: &mut Conn, target: Id) -> Result<Vec<(Self, Actor)>, StoreError> {
        use store::schema::actors;
        Ok(follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
            .filter(follows::target_id.eq(target))
            .order(follows::id.desc())
            .limit(1_000)
            .select((Self::as_select(), Actor::as_select()))
            .load(conn)?)
    }

    /// How many accepted followers an actor has.
    pub fn count_followers(conn: &mut Conn, target: Id) -> Result<i64, StoreError> {
        let accepted = follows::table
            .filter(follows::target_id.eq(target))
            .filter(follows::state.eq("accepted"));
        Ok(accepted.count().get_result(conn)?)
    }

    /// True when any actor of this server follows this one, accepted.
    pub(crate) fn any_local(conn: &mut Conn, target: Id) -> Result<bool, StoreError> {
        use store::schema::actors;
        let found = follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
            .filter(follows::target_id.eq(target))
            .filter(follows::state.eq("accepted"))
            .filter(actors::site_id.is_not_null());
        Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
    }
}

/// Why a follow cannot be made or answered.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The other side was not found.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// Oneself.
    #[error("an actor cannot follow itself")]
    Itself,
    /// No such follow, or not one of this site.
    #[error("no such follow")]
    Unknown,
    /// The site has no actor yet.
    #[error("the site is not set up")]
    NoActor,
    /// Blocked here.
    #[error("that server is blocked here")]
    Blocked,
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for FollowError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl FollowError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Resolve(error) => error.code(),
            Self::Itself => "itself",
            Self::Unknown => "unknown_follow",
            Self::NoActor => "no_actor",
            Self::Blocked => "host_blocked",
            Self::Store(_) => "store_failed",
        }
    }
}

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
                // The row of two siblings is the memory of both: a no of the other one stays.
                let by = match target.is_local() && row.is_shut() {
                    true => DecidedBy::Target,
                    false => DecidedBy::Follower,
                };
                decide(c, row.id, FollowState::Removed, by, now)?;
                relay::forget(c, &row)?;
                if !target.is_local() {
                    let follow: Value = serde_json::from_str(&row.activity).unwrap_or_default();
                    let uri = format!("{}#undos/{}", site.actor_uri(), fresh_id(now.0));
                    let body = write::undo(&uri, &site.actor_uri(), &follow, &target.uri)?;
                    say(
                        c,
                        &spoken(&site, follower, "Undo", uri, &row.uri, body, &target),
                        now,
                    )?;
                }
                Ok::<_, FollowError>(())
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
                let row = Follow::by_id(c, follow)?.ok_or(FollowError::Unknown)?;
                let target = Actor::by_id(c, row.target_id)?.filter(|t| t.site_id == Some(site.id));
                let target = target.ok_or(FollowError::Unknown)?;
                let follower = Actor::by_id(c, row.follower_id)?.ok_or(FollowError::Unknown)?;
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

fn spoken(
    site: &Site,
    actor: Id,
    kind: &'static str,
    uri: String,
    object: &str,
    body: Value,
    to: &Actor,
) -> Spoken {
    Spoken {
        site: site.id,
        actor,
        kind,
        uri,
        object_id: None,
        object_uri: object.to_owned(),
        body,
        recipients: Recipients::inbox(&to.inbox),
        listed: false,
    }
}

/// Writes a follow of ours as asked. The caller has made sure that it may be asked.
pub(crate) fn ask(
    conn: &mut Conn,
    site: &Site,
    follower: Id,
    target: &Actor,
    sibling: Option<&Site>,
    via: Via,
    now: Ts,
) -> Result<Follow, FollowError> {
    if let Some(known) = Follow::between(conn, follower, target.id)? {
        let stands = matches!(known.state(), FollowState::Pending | FollowState::Accepted);
        // A sibling that said no answers no again, at once, as it would over the wire.
        if stands {
            return Ok(known);
        }
        if sibling.is_some() && known.is_shut() {
            decide(conn, known.id, FollowState::Refused, DecidedBy::Target, now)?;
            return Follow::by_id(conn, known.id)?.ok_or(FollowError::Unknown);
        }
        diesel::delete(follows::table.find(known.id)).execute(conn)?;
    }
    let id = fresh_id(now.0);
    let uri = format!("{}#follows/{id}", site.actor_uri());
    let body = match via {
        Via::Relay => relay::subscription(&uri, &site.actor_uri(), &target.uri)?,
        _ => write::follow(&uri, &site.actor_uri(), &target.uri)?,
    };
    record(conn, id, follower, target.id, &uri, &body, via, now)?;
    let Some(sibling) = sibling else {
        say(
            conn,
            &spoken(site, follower, "Follow", uri, &target.uri, body, target),
            now,
        )?;
        return Follow::by_id(conn, id)?.ok_or(FollowError::Unknown);
    };
    // Sites of one server read the same tables: the answer is the other site's policy, at once.
    match policy::standing(conn, sibling, target, &site.host)? {
        Standing::Accept => {
            decide(conn, id, FollowState::Accepted, DecidedBy::Policy, now)?;
            if let Some(own) = Actor::by_id(conn, follower)? {
                back::follow_sibling_back(conn, sibling, target, site, &own, now)?;
            }
        }
        Standing::Refuse => decide(conn, id, FollowState::Refused, DecidedBy::Policy, now)?,
        Standing::Wait => {
            if let Some(own) = Actor::by_id(conn, follower)? {
                notice::note(conn, target, &own, now)?;
            }
        }
    }
    Follow::by_id(conn, id)?.ok_or(FollowError::Unknown)
}

#[expect(clippy::too_many_arguments, reason = "one row, one argument a column")]
pub(crate) fn record(
    conn: &mut Conn,
    id: Id,
    follower: Id,
    target: Id,
    uri: &str,
    activity: &Value,
    via: Via,
    now: Ts,
) -> Result<(), StoreError> {
    diesel::insert_into(follows::table)
        .values((
            follows::id.eq(id),
            follows::follower_id.eq(follower),
            follows::target_id.eq(target),
            follows::uri.eq(uri),
            follows::state.eq(FollowState::Pending.as_str()),
            follows::activity.eq(activity.to_string()),
            follows::created_at.eq(now),
            follows::via.eq(via.as_str()),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn decide(
    conn: &mut Conn,
    id: Id,
    state: FollowState,
    by: DecidedBy,
    now: Ts,
) -> Result<(), StoreError> {
    diesel::update(follows::table.find(id))
        .set((
            follows::state.eq(state.as_str()),
            follows::decided_by.eq(by.as_str()),
            follows::decided_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes the decision and, for a follower elsewhere, the Accept or Reject that embeds its Follow
/// unchanged (R-AP-02).
pub(crate) fn reply(
    conn: &mut Conn,
    site: &Site,
    target: &Actor,
    follower: &Actor,
    row: &Follow,
    (state, by): (FollowState, DecidedBy),
    now: Ts,
) -> Result<(), StoreError> {
    let yes = state == FollowState::Accepted;
    decide(conn, row.id, state, by, now)?;
    if follower.is_local() {
        return Ok(());
    }
    let received: Value = serde_json::from_str(&row.activity).unwrap_or_default();
    let (kind, part) = if yes {
        ("Accept", "accepts")
    } else {
        ("Reject", "rejects")
    };
    let uri = format!("{}#{part}/{}", target.uri, fresh_id(now.0));
    let body = if yes {
        write::accept(&uri, &target.uri, &received, &follower.uri)?
    } else {
        write::reject(&uri, &target.uri, &received, &follower.uri)?
    };
    say(
        conn,
        &spoken(site, target.id, kind, uri, &row.uri, body, follower),
        now,
    )
}
