//! The row of a follow: where it stands, and by whose word.

use crate::ResolveError;
use crate::actor::Actor;
use diesel::prelude::*;
use store::schema::follows;
use store::{Conn, Id, StoreError, Ts, text_enum};

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
        /// Who is followed said no, then who follows took it back: both are remembered in the one row of
        /// two sites of this server.
        Both = "both",
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

    /// As who follows sees it, where both are of this server and share the row: what the other side ended was
    /// refused, what was taken back is over. Of two servers each has a row of its own that says so.
    pub(crate) fn seen_by_follower(mut self, target: &Actor) -> Self {
        let by = DecidedBy::from_word(&self.decided_by).filter(|_| target.is_local());
        let state = match (self.state(), by) {
            (_, Some(DecidedBy::Both)) => FollowState::Removed,
            (FollowState::Removed, Some(DecidedBy::Target)) => FollowState::Refused,
            (state, _) => state,
        };
        self.state = state.as_str().to_owned();
        self
    }

    /// True when who follows took it back: for who was followed there is nothing left, as after an Undo.
    pub(crate) fn is_taken_back(&self) -> bool {
        self.state() == FollowState::Removed && self.decided_by == DecidedBy::Follower.as_str()
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
        let found: Vec<(Self, Actor)> = follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
            .filter(follows::follower_id.eq(follower))
            .order(follows::id.desc())
            .limit(1_000)
            .select((Self::as_select(), Actor::as_select()))
            .load(conn)?;
        let seen = |(follow, actor): (Self, Actor)| (follow.seen_by_follower(&actor), actor);
        Ok(found.into_iter().map(seen).collect())
    }

    /// Who follows an actor or asked to, newest first.
    pub fn followers(conn: &mut Conn, target: Id) -> Result<Vec<(Self, Actor)>, StoreError> {
        use store::schema::actors;
        let mut found: Vec<(Self, Actor)> = follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
            .filter(follows::target_id.eq(target))
            .order(follows::id.desc())
            .limit(1_000)
            .select((Self::as_select(), Actor::as_select()))
            .load(conn)?;
        found.retain(|(follow, _)| !follow.is_taken_back());
        Ok(found)
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
