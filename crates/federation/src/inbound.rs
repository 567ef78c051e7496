//! The one ingest: what passed the gate takes effect here, in order per actor, exactly once.
//!
//! Each activity is prepared first (documents and actors it names are fetched where they must be
//! believed), then takes effect in one transaction that also removes it from the queue.

mod follows;
mod gone;
mod objects;

pub(crate) use objects::{Believed, take_in};

use crate::Federation;
use crate::actor::{Actor, ActorState};
use crate::resolve::ResolveError;
use activitystreams::{Activity, ActivityKind};
use chrono::Duration;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use sites::Site;
use std::sync::Arc;
use store::schema::inbox_queue;
use store::{Conn, Id, StoreError, Ts};
use url::Url;

/// A received activity that waits for its turn.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = inbox_queue)]
pub(crate) struct Received {
    pub(crate) id: Id,
    site_id: Id,
    activity_uri: String,
    actor_uri: String,
    body: String,
    attempts: i32,
}

/// What came of an activity.
#[derive(Debug)]
pub(crate) enum Effect {
    /// It did something.
    Applied,
    /// It is acknowledged and changes nothing; says why.
    Ignored(&'static str),
}

/// Why an activity could not take effect.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApplyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Worth another try.
    #[error("{0}")]
    Later(String),
    /// No other try will do better: acknowledged, without effect.
    #[error("{0}")]
    Never(&'static str),
}

impl From<diesel::result::Error> for ApplyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<ResolveError> for ApplyError {
    fn from(error: ResolveError) -> Self {
        if error.is_passing() {
            Self::Later(error.to_string())
        } else {
            Self::Never("an actor that is not to be had")
        }
    }
}

/// Everything an effect needs besides the connection.
pub(crate) struct Scene {
    pub(crate) site: Arc<Site>,
    pub(crate) actor: Actor,
    pub(crate) activity: Activity,
    pub(crate) uri: String,
    pub(crate) now: Ts,
}

/// Tries before an activity is parked for an administrator to see (DOS-15).
const TRIES: i32 = 3;

/// The oldest waiting activity of each actor.
macro_rules! heads {
    () => {{
        let earlier = diesel::alias!(inbox_queue as earlier);
        let ahead = earlier
            .filter(earlier.field(inbox_queue::state).eq("queued"))
            .filter(
                earlier
                    .field(inbox_queue::actor_uri)
                    .eq(inbox_queue::actor_uri),
            )
            .filter(earlier.field(inbox_queue::id).lt(inbox_queue::id));
        inbox_queue::table
            .filter(inbox_queue::state.eq("queued"))
            .filter(not(exists(ahead)))
    }};
}

impl Federation {
    /// What is due, oldest first, one of each actor.
    pub(crate) async fn due_received(&self, limit: i64) -> Result<Vec<Received>, StoreError> {
        let now = self.0.clock.ts();
        self.0
            .database
            .read(move |c| {
                heads!()
                    .filter(inbox_queue::next_try_at.le(now))
                    .order(inbox_queue::id)
                    .limit(limit)
                    .select(Received::as_select())
                    .load(c)
                    .map_err(StoreError::from)
            })
            .await
    }

    /// Applies one activity, or puts it off.
    pub(crate) async fn take_turn(&self, received: Received) -> Result<(), StoreError> {
        let (hub, row) = (self.clone(), received.clone());
        // In a task of its own: a panic in it parks one activity and ends nothing else (DOS-15).
        let outcome = tokio::spawn(async move { hub.apply(&row).await }).await;
        let failed = match outcome {
            Ok(Ok(effect)) => {
                let why = match effect {
                    Effect::Ignored(why) => why,
                    Effect::Applied => "",
                };
                tracing::debug!(activity = %received.activity_uri, ignored = why, "applied");
                return Ok(());
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the activity made its worker fail".to_owned(),
        };
        self.put_off(&received, &failed).await
    }

    pub(crate) async fn next_inbox_at(&self) -> Result<Option<Ts>, StoreError> {
        self.0
            .database
            .read(|c| {
                Ok(heads!()
                    .select(diesel::dsl::min(inbox_queue::next_try_at))
                    .first(c)?)
            })
            .await
    }

    async fn put_off(&self, received: &Received, reason: &str) -> Result<(), StoreError> {
        let attempts = received.attempts + 1;
        let state = if attempts >= TRIES {
            "parked"
        } else {
            "queued"
        };
        tracing::warn!(activity = %received.activity_uri, attempts, reason, state, "activity not applied");
        let wait =
            Duration::from_std(self.0.settings.backoff(attempts)).unwrap_or(Duration::minutes(1));
        let next = Ts::new(self.0.clock.now() + wait);
        let (id, reason) = (received.id, reason.to_owned());
        self.0
            .database
            .write(move |c| {
                diesel::update(inbox_queue::table.find(id))
                    .set((
                        inbox_queue::attempts.eq(attempts),
                        inbox_queue::state.eq(state),
                        inbox_queue::next_try_at.eq(next),
                        inbox_queue::last_error.eq(reason),
                    ))
                    .execute(c)?;
                Ok::<_, StoreError>(())
            })
            .await
    }

    async fn apply(&self, received: &Received) -> Result<Effect, ApplyError> {
        let Some(site) = self.0.sites.by_id(received.site_id) else {
            return self
                .finish(received.id, Effect::Ignored("its site is gone"))
                .await;
        };
        let document = activitystreams::parse(received.body.as_bytes());
        let Some(activity) = document.ok().and_then(|value| Activity::read(&value).ok()) else {
            return self
                .finish(received.id, Effect::Ignored("unreadable"))
                .await;
        };
        let uri = received.actor_uri.clone();
        let actor = self
            .0
            .database
            .read(move |c| Actor::by_uri(c, &uri))
            .await?;
        let Some(actor) = actor.filter(|actor| actor.state() == ActorState::Active) else {
            return self
                .finish(received.id, Effect::Ignored("its actor may not act"))
                .await;
        };
        let now = self.0.clock.ts();
        let scene = Scene {
            site,
            actor,
            activity,
            uri: received.activity_uri.clone(),
            now,
        };
        use ActivityKind as K;
        let id = received.id;
        let effect = match scene.activity.kind {
            K::Follow => self.on_follow(id, scene).await,
            K::Accept | K::Reject => self.on_answer(id, scene).await,
            K::Undo => self.on_undo(id, scene).await,
            K::Create | K::Update => self.on_publish(id, scene).await,
            K::Announce => self.on_announce(id, scene).await,
            K::Delete => self.on_delete(id, scene).await,
            K::Join => self.on_join(id, scene).await,
            _ => Err(ApplyError::Never("of no effect here")),
        };
        match effect {
            Err(ApplyError::Never(reason)) => self.finish(id, Effect::Ignored(reason)).await,
            other => other,
        }
    }

    /// Removes an activity that changed nothing.
    async fn finish(&self, id: Id, effect: Effect) -> Result<Effect, ApplyError> {
        self.commit(id, move |_| Ok(effect)).await
    }

    /// One transaction: the effect, and the end of the queue row.
    async fn commit(
        &self,
        id: Id,
        work: impl FnOnce(&mut Conn) -> Result<Effect, ApplyError> + Send + 'static,
    ) -> Result<Effect, ApplyError> {
        let effect = self
            .0
            .database
            .write(move |c| {
                let effect = work(c)?;
                diesel::delete(inbox_queue::table.find(id)).execute(c)?;
                Ok::<_, ApplyError>(effect)
            })
            .await?;
        if matches!(effect, Effect::Applied) {
            self.0.outbox_wake.notify_one();
        }
        Ok(effect)
    }
}

/// The first object of an activity as an address.
pub(crate) fn object_url(activity: &Activity) -> Option<Url> {
    activity.object.first().and_then(|item| item.id())
}
