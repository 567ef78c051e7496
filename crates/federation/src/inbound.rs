//! The one ingest: what passed the gate takes effect here, in order per actor, exactly once.
//!
//! Each activity is prepared first (documents and actors it names are fetched where they must be
//! believed), then takes effect in one transaction that also removes it from the queue; effects of several actors
//! share a commit. Where several processes share a database, one of them does this work at a time.

mod belief;
mod blocks;
mod follows;
mod gone;
mod moves;
mod objects;
mod turns;

pub(crate) use belief::Believed;
pub(crate) use gone::is_buried;
pub(crate) use objects::take_in;
pub(crate) use turns::{Due, Turn};

use crate::Federation;
use crate::actor::{Actor, ActorState};
use crate::budget::{MOST_REQUESTS, within};
use crate::follow::Follow;
use crate::resolve::ResolveError;
use crate::{Content, Known};
use activitystreams::{Activity, ActivityKind};
use chrono::Duration;
use diesel::prelude::*;
use sites::Site;
use std::sync::Arc;
use store::schema::inbox_queue;
use store::{Conn, Id, StoreError, Ts};
use url::Url;

/// A received activity, whole.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = inbox_queue)]
struct Received {
    site_id: Id,
    activity_uri: String,
    actor_uri: String,
    body: String,
}

/// What came of an activity.
#[derive(Debug)]
pub(crate) enum Effect {
    /// It did something.
    Applied,
    /// It is acknowledged and changes nothing; says why.
    Ignored(&'static str),
}

impl Effect {
    fn label(&self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Ignored(_) => "ignored",
        }
    }
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
    /// Of a Create or Update: what is known of its object.
    pub(crate) known: Option<Known>,
    /// Of a Create or Update: somebody here follows the sender, or the object is known.
    pub(crate) awaited: bool,
}

/// An activity and what the database knows about it, read in one hop.
struct PickedUp {
    received: Received,
    activity: Option<Activity>,
    actor: Option<Actor>,
    known: Option<Known>,
    awaited: bool,
}

impl PickedUp {
    fn read(conn: &mut Conn, content: &dyn Content, id: Id) -> Result<Option<Self>, StoreError> {
        let row: Option<Received> = inbox_queue::table
            .find(id)
            .select(Received::as_select())
            .first(conn)
            .optional()?;
        let Some(received) = row else { return Ok(None) };
        let document = activitystreams::parse(received.body.as_bytes());
        let activity = document.ok().and_then(|value| Activity::read(&value).ok());
        let actor = Actor::by_uri(conn, &received.actor_uri)?;
        let (mut known, mut awaited) = (None, false);
        if let (Some(activity), Some(actor)) = (&activity, &actor)
            && matches!(activity.kind, ActivityKind::Create | ActivityKind::Update)
            && let Some(object) = object_url(activity)
        {
            known = content.find(conn, object.as_str())?;
            awaited = known.is_some() || Follow::any_local(conn, actor.id)?;
        }
        Ok(Some(Self {
            received,
            activity,
            actor,
            known,
            awaited,
        }))
    }
}

/// Tries before an activity is parked for an administrator to see (DOS-15).
const TRIES: i32 = 3;
/// Tries of an activity that waits for another server: over a day by the usual waits.
const PATIENT_TRIES: i32 = 9;

impl Federation {
    /// Applies the activities of one turn in order; one that must be tried again ends it.
    pub(crate) async fn take_turn(&self, turn: Turn) -> Result<(), StoreError> {
        for due in turn {
            let request = due.request_id;
            let stop = *self.0.stopping.borrow();
            if stop || !store::trail::follow(request, self.take(due)).await? {
                break;
            }
        }
        Ok(())
    }

    /// Applies one activity, or puts it off. True when the next one need not wait for it.
    async fn take(&self, due: Due) -> Result<bool, StoreError> {
        let (hub, id) = (self.clone(), due.id);
        // In a task of its own: a panic in it parks one activity and ends nothing else (DOS-15).
        let applied = async move { within(MOST_REQUESTS, hub.apply(id)).await };
        let outcome = tokio::spawn(store::trail::follow(due.request_id, applied)).await;
        let (reason, later) = match outcome {
            Ok(Ok(effect)) => {
                let why = match effect {
                    Effect::Ignored(why) => why,
                    Effect::Applied => "",
                };
                metrics::counter!("kiosque_inbox_applied", "effect" => effect.label()).increment(1);
                tracing::debug!(received = %id, actor = due.actor_uri, ignored = why, "applied");
                return Ok(true);
            }
            Ok(Err(ApplyError::Later(reason))) => (reason, true),
            Ok(Err(error)) => (error.to_string(), false),
            Err(_) => ("the activity made its worker fail".to_owned(), false),
        };
        self.put_off(&due, &reason, later).await
    }

    /// Writes down that an activity is tried again, or parked. True when those behind it need not wait.
    async fn put_off(&self, due: &Due, reason: &str, later: bool) -> Result<bool, StoreError> {
        let attempts = due.attempts + 1;
        let (tries, waiting) = if later {
            (PATIENT_TRIES, "later")
        } else {
            (TRIES, "queued")
        };
        let state = if attempts >= tries { "parked" } else { waiting };
        tracing::warn!(received = %due.id, actor = due.actor_uri, attempts, reason, state, "activity not applied");
        let wait =
            Duration::from_std(self.0.settings.backoff(attempts)).unwrap_or(Duration::minutes(1));
        let next = Ts::new(self.0.clock.now() + wait);
        let (id, reason) = (due.id, reason.to_owned());
        self.0
            .database
            .write_grouped(move |c| {
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
            .await?;
        Ok(state != "queued")
    }

    async fn apply(&self, id: Id) -> Result<Effect, ApplyError> {
        let content = Arc::clone(&self.0.content);
        let picked = self
            .0
            .database
            .read(move |c| PickedUp::read(c, content.as_ref(), id));
        let Some(picked) = picked.await? else {
            return Ok(Effect::Ignored("gone from the queue"));
        };
        let Some(site) = self.0.sites.by_id(picked.received.site_id) else {
            return self.finish(id, Effect::Ignored("its site is gone")).await;
        };
        let Some(activity) = picked.activity else {
            return self.finish(id, Effect::Ignored("unreadable")).await;
        };
        // Also what was queued before its host was blocked (DOM-02).
        let may_act =
            |actor: &Actor| actor.state() == ActorState::Active && !self.is_blocked(&actor.host);
        let Some(actor) = picked.actor.filter(may_act) else {
            return self
                .finish(id, Effect::Ignored("its actor may not act"))
                .await;
        };
        let now = self.0.clock.ts();
        self.note_received(&actor.host).await;
        let scene = Scene {
            site,
            actor,
            activity,
            uri: picked.received.activity_uri,
            now,
            known: picked.known,
            awaited: picked.awaited,
        };
        use ActivityKind as K;
        let effect = match scene.activity.kind {
            K::Follow => self.on_follow(id, scene).await,
            K::Accept | K::Reject => self.on_answer(id, scene).await,
            K::Undo => self.on_undo(id, scene).await,
            K::Create | K::Update => self.on_publish(id, scene).await,
            K::Announce => self.on_announce(id, scene).await,
            K::Delete => self.on_delete(id, scene).await,
            K::Block => self.on_block(id, scene).await,
            K::Join => self.on_join(id, scene).await,
            K::Flag => self.on_flag(id, scene).await,
            K::Move => self.on_move(id, scene).await,
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

    /// One transaction: the effect, which may have said something, and the end of the queue row.
    async fn commit(
        &self,
        id: Id,
        work: impl FnOnce(&mut Conn) -> Result<Effect, ApplyError> + Send + 'static,
    ) -> Result<Effect, ApplyError> {
        let effect = self.commit_in_silence(id, work).await?;
        if matches!(effect, Effect::Applied) {
            self.0.outbox_wake.notify_one();
        }
        Ok(effect)
    }

    /// [`Federation::commit`] of what makes nobody here say anything: a look at the outbox for each object that comes
    /// in costs as much as reading it.
    async fn commit_in_silence(
        &self,
        id: Id,
        work: impl FnOnce(&mut Conn) -> Result<Effect, ApplyError> + Send + 'static,
    ) -> Result<Effect, ApplyError> {
        self.0
            .database
            .write_grouped(move |c| {
                let effect = work(c)?;
                diesel::delete(inbox_queue::table.find(id)).execute(c)?;
                Ok::<_, ApplyError>(effect)
            })
            .await
    }
}

/// The first object of an activity as an address.
pub(crate) fn object_url(activity: &Activity) -> Option<Url> {
    activity.object.first().and_then(|item| item.id())
}
