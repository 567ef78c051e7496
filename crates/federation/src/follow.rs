//! Follows, in both directions: ours of others, others' of ours.

use crate::actor::Actor;
use crate::outbox::{Recipients, Spoken, say};
use crate::{Federation, ResolveError, write};
use diesel::prelude::*;
use serde_json::Value;
use sites::{FollowerPolicy, Site};
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
}

impl Follow {
    /// Where it stands; an unknown word counts as refused.
    pub fn state(&self) -> FollowState {
        FollowState::from_word(&self.state).unwrap_or(FollowState::Refused)
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
            .write(move |c| ask(c, &site, follower, &theirs, sibling.as_deref(), now))
            .await?;
        self.wake();
        Ok((follow, target))
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
                decide(c, row.id, FollowState::Removed, now)?;
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

    /// A person of ours says yes or no to a follower of an actor of the site.
    pub async fn answer(&self, site: &Arc<Site>, follow: Id, yes: bool) -> Result<(), FollowError> {
        let (now, site) = (self.0.clock.ts(), Arc::clone(site));
        let follower = self
            .0
            .database
            .write(move |c| {
                let row = Follow::by_id(c, follow)?.ok_or(FollowError::Unknown)?;
                let target = Actor::by_id(c, row.target_id)?.filter(|t| t.site_id == Some(site.id));
                let target = target.ok_or(FollowError::Unknown)?;
                let follower = Actor::by_id(c, row.follower_id)?.ok_or(FollowError::Unknown)?;
                reply(c, &site, &target, &follower, &row, yes, now)?;
                Ok::<_, FollowError>((row.target_id, follower))
            })
            .await?;
        if yes {
            self.greet(&follower.1, follower.0).await?;
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

/// Whether an actor of a site takes followers without asking a person: the site's own actor by the
/// site's policy, an agenda unless it says otherwise.
pub(crate) fn accepts_at_once(site: &Site, target: &Actor) -> bool {
    match target.kind.as_str() {
        "Application" => site.follower_policy == FollowerPolicy::Automatic,
        _ => !target.manually_approves,
    }
}

fn ask(
    conn: &mut Conn,
    site: &Site,
    follower: Id,
    target: &Actor,
    sibling: Option<&Site>,
    now: Ts,
) -> Result<Follow, FollowError> {
    if let Some(known) = Follow::between(conn, follower, target.id)? {
        if matches!(known.state(), FollowState::Pending | FollowState::Accepted) {
            return Ok(known);
        }
        diesel::delete(follows::table.find(known.id)).execute(conn)?;
    }
    let id = fresh_id(now.0);
    let uri = format!("{}#follows/{id}", site.actor_uri());
    let body = write::follow(&uri, &site.actor_uri(), &target.uri)?;
    // Sites of one server read the same tables: the answer is the other site's policy, at once.
    let state = match sibling {
        Some(sibling) if accepts_at_once(sibling, target) => FollowState::Accepted,
        _ => FollowState::Pending,
    };
    record(conn, id, follower, target.id, &uri, &body, state, now)?;
    if sibling.is_none() {
        say(
            conn,
            &spoken(site, follower, "Follow", uri, &target.uri, body, target),
            now,
        )?;
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
    state: FollowState,
    now: Ts,
) -> Result<(), StoreError> {
    diesel::insert_into(follows::table)
        .values((
            follows::id.eq(id),
            follows::follower_id.eq(follower),
            follows::target_id.eq(target),
            follows::uri.eq(uri),
            follows::state.eq(state.as_str()),
            follows::activity.eq(activity.to_string()),
            follows::created_at.eq(now),
            follows::decided_at.eq((state != FollowState::Pending).then_some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn decide(
    conn: &mut Conn,
    id: Id,
    state: FollowState,
    now: Ts,
) -> Result<(), StoreError> {
    diesel::update(follows::table.find(id))
        .set((
            follows::state.eq(state.as_str()),
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
    yes: bool,
    now: Ts,
) -> Result<(), StoreError> {
    let state = if yes {
        FollowState::Accepted
    } else {
        FollowState::Refused
    };
    decide(conn, row.id, state, now)?;
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
