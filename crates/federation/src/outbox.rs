//! What our actors say: written in the transaction of the change it tells, expanded to one delivery
//! per inbox by a worker.

use crate::Federation;
use crate::actor::{Actor, ActorState};
use crate::barred::Barred;
use crate::dispatch::make_due;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::schema::{activities, actors, deliveries, follows, peers};
use store::{Conn, Id, Json, Portable, StoreError, Ts, fresh_id};

/// Followers of one of our actors, narrowed by their software (interop 0.3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Followers {
    /// Whose followers.
    pub of: Option<Id>,
    /// Only these softwares, when not empty.
    pub only: Vec<String>,
    /// None of these softwares.
    pub except: Vec<String>,
}

/// Who gets an activity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipients {
    /// Followers, looked up when the activity is expanded.
    pub followers: Vec<Followers>,
    /// Inboxes named by address.
    pub inboxes: Vec<String>,
    /// Followers who are left out.
    pub barred: Barred,
}

impl Recipients {
    /// One inbox.
    pub fn inbox(address: &str) -> Self {
        Self {
            inboxes: vec![address.to_owned()],
            ..Self::default()
        }
    }
}

/// An activity to send.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// The site.
    pub site: Id,
    /// Who signs it.
    pub actor: Id,
    /// ActivityStreams type.
    pub kind: &'static str,
    /// Its id, on our host and unique.
    pub uri: String,
    /// The object it tells about, when it is one of ours.
    pub object_id: Option<Id>,
    /// The object's id.
    pub object_uri: String,
    /// The whole document, with `@context`.
    pub body: Value,
    /// Who gets it.
    pub recipients: Recipients,
    /// True when the actor's outbox lists it.
    pub listed: bool,
}

/// Writes an activity into the outbox. Saying the same twice (same id) changes nothing.
pub fn say(conn: &mut Conn, spoken: &Spoken, now: Ts) -> Result<(), StoreError> {
    let row = (
        activities::id.eq(fresh_id(now.0)),
        activities::uri.eq(&spoken.uri),
        activities::site_id.eq(spoken.site),
        activities::actor_id.eq(spoken.actor),
        activities::kind.eq(spoken.kind),
        activities::object_id.eq(spoken.object_id),
        activities::object_uri.eq(&spoken.object_uri),
        activities::body.eq(spoken.body.to_string()),
        activities::recipients.eq(Json::of(&spoken.recipients)),
        activities::listed.eq(spoken.listed),
        activities::created_at.eq(now),
        activities::request_id.eq(store::trail::current()),
    );
    let insert = diesel::insert_into(activities::table).values(row);
    Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    crate::notices::tell(conn)
}

/// An activity that waits to be expanded.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = activities)]
struct Waiting {
    id: Id,
    actor_id: Id,
    recipients: Json,
    request_id: Option<Id>,
}

/// Activities expanded in one go.
const BATCH: i64 = 50;
/// Rows of one insert: ten values each, far below what either database binds.
const ROWS: usize = 500;

/// One delivery to add.
#[derive(Insertable)]
#[diesel(table_name = deliveries)]
struct NewDelivery<'a> {
    id: Id,
    activity_id: Id,
    actor_id: Id,
    inbox: &'a str,
    host: &'a str,
    state: &'a str,
    attempts: i32,
    next_try_at: Ts,
    created_at: Ts,
    aside: bool,
}

impl Federation {
    /// Expands waiting activities into deliveries; gives how many were expanded.
    ///
    /// One process of several does it at a time, so that an actor's activities keep their order.
    pub async fn expand_waiting(&self) -> Result<usize, StoreError> {
        if !self.holds("outbox").await? {
            return Ok(0);
        }
        let waiting: Vec<Waiting> = self
            .0
            .database
            .read(|c| {
                activities::table
                    .filter(activities::expanded_at.is_null())
                    .order(activities::id)
                    .limit(BATCH)
                    .select(Waiting::as_select())
                    .load(c)
                    .map_err(StoreError::from)
            })
            .await?;
        let count = waiting.len();
        for activity in waiting {
            let request = activity.request_id;
            store::trail::follow(request, self.expand(activity, None)).await?;
        }
        if count > 0 {
            self.0.delivery_wake.notify_one();
        }
        Ok(count)
    }

    /// The deliveries of one activity to one host, which missed it.
    pub(crate) async fn expand_for(&self, activity: Id, host: &str) -> Result<(), StoreError> {
        let found: Option<Waiting> = self
            .0
            .database
            .read(move |c| {
                Ok::<_, StoreError>(
                    activities::table
                        .find(activity)
                        .select(Waiting::as_select())
                        .first(c)
                        .optional()?,
                )
            })
            .await?;
        match found {
            Some(activity) => {
                let request = activity.request_id;
                store::trail::follow(request, self.expand(activity, Some(host))).await
            }
            None => Ok(()),
        }
    }

    async fn expand(&self, activity: Waiting, only: Option<&str>) -> Result<(), StoreError> {
        let recipients: Recipients = activity.recipients.read();
        let mut inboxes: BTreeSet<String> = recipients.inboxes.iter().cloned().collect();
        for group in &recipients.followers {
            inboxes.extend(self.inboxes_of(group, &recipients.barred).await?);
        }
        let mut by_host: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for inbox in inboxes {
            let Ok(url) = url::Url::parse(&inbox) else {
                continue;
            };
            let host = crate::client::authority(&url);
            // Siblings on this server read the same tables: nothing to send (ORI-07). Nothing waits
            // for a blocked host either (DOM-02).
            let barred = self.0.sites.is_ours(&url) || self.is_blocked(&host);
            if barred || only.is_some_and(|only| only != host) {
                continue;
            }
            by_host.entry(host).or_default().push(inbox);
        }
        let (again, now) = (only.is_some(), self.0.clock.ts());
        self.0
            .database
            .write(move |c| {
                if !again {
                    // Of two processes that expand it, the second comes too late and does nothing.
                    let unexpanded = activities::table
                        .find(activity.id)
                        .filter(activities::expanded_at.is_null());
                    let mine = diesel::update(unexpanded)
                        .set(activities::expanded_at.eq(now))
                        .execute(c)?;
                    if mine == 0 {
                        return Ok(());
                    }
                }
                deposit(c, &activity, &by_host, now)
            })
            .await
    }

    async fn inboxes_of(
        &self,
        group: &Followers,
        barred: &Barred,
    ) -> Result<BTreeSet<String>, StoreError> {
        let Some(of) = group.of else {
            return Ok(BTreeSet::new());
        };
        let mut followers = self.0.database.read(move |c| followers_of(c, of)).await?;
        followers.retain(|follower| !barred.covers(follower));
        let mut by_host: BTreeMap<String, Vec<Actor>> = BTreeMap::new();
        for follower in followers {
            by_host
                .entry(follower.host.clone())
                .or_default()
                .push(follower);
        }
        let narrowed = !group.only.is_empty() || !group.except.is_empty();
        let mut inboxes = BTreeSet::new();
        for (host, followers) in by_host {
            if narrowed && !self.fits(group, &host, &followers).await? {
                continue;
            }
            inboxes.extend(
                followers
                    .iter()
                    .map(|follower| follower.best_inbox().to_owned()),
            );
        }
        Ok(inboxes)
    }

    async fn fits(
        &self,
        group: &Followers,
        host: &str,
        followers: &[Actor],
    ) -> Result<bool, StoreError> {
        let scheme = followers.first().map_or("https", |actor| {
            actor.uri.split(':').next().unwrap_or("https")
        });
        let software = self
            .peer(scheme, host)
            .await?
            .and_then(|peer| peer.software)
            .unwrap_or_default();
        let named = |list: &[String]| list.contains(&software);
        Ok((group.only.is_empty() || named(&group.only)) && !named(&group.except))
    }
}

/// One row per inbox, and the hosts made due. Unreachable hosts get none: they are sent what they missed when they
/// are back.
fn deposit(
    conn: &mut Conn,
    activity: &Waiting,
    by_host: &BTreeMap<String, Vec<String>>,
    now: Ts,
) -> Result<(), StoreError> {
    let lost: BTreeSet<String> = peers::table
        .filter(peers::unreachable_at.is_not_null())
        .select(peers::host)
        .load::<String>(conn)?
        .into_iter()
        .collect();
    let reachable = || by_host.iter().filter(|(host, _)| !lost.contains(*host));
    let rows: Vec<NewDelivery<'_>> = reachable()
        .flat_map(|(host, inboxes)| inboxes.iter().map(move |inbox| (host, inbox)))
        .map(|(host, inbox)| NewDelivery {
            id: fresh_id(now.0),
            activity_id: activity.id,
            actor_id: activity.actor_id,
            inbox,
            host,
            state: "queued",
            attempts: 0,
            next_try_at: now,
            created_at: now,
            aside: false,
        })
        .collect();
    match conn {
        // One round trip for many rows; in the embedded database a row is a function call.
        Conn::Postgres(c) => {
            for rows in rows.chunks(ROWS) {
                let insert = diesel::insert_into(deliveries::table).values(rows);
                insert.on_conflict_do_nothing().execute(c)?;
            }
        }
        Conn::Sqlite(c) => {
            for row in &rows {
                let insert = diesel::insert_into(deliveries::table).values(row);
                insert.on_conflict_do_nothing().execute(c)?;
            }
        }
    }
    for (host, _) in reachable() {
        make_due(conn, host, now)?;
    }
    crate::notices::tell(conn)
}

/// Accepted followers on other servers.
fn followers_of(conn: &mut Conn, of: Id) -> Result<Vec<Actor>, StoreError> {
    Ok(follows::table
        .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
        .filter(follows::target_id.eq(of))
        .filter(follows::state.eq("accepted"))
        .filter(actors::site_id.is_null())
        .filter(actors::state.eq(ActorState::Active.as_str()))
        .select(Actor::as_select())
        .load(conn)?)
}

/// A page of an actor's outbox, newest first: the documents as they were sent, without `@context`.
///
/// Create activities carry their objects as they are now, from `current`.
pub(crate) fn listed(
    conn: &mut Conn,
    actor: Id,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<(Id, Value)>, StoreError> {
    let mut query = activities::table
        .filter(activities::actor_id.eq(actor))
        .filter(activities::listed.eq(true))
        .order(activities::id.desc())
        .limit(limit)
        .select((activities::id, activities::body))
        .into_boxed::<store::MultiBackend>();
    if let Some(before) = before {
        query = query.filter(activities::id.lt(before));
    }
    let rows: Vec<(Id, String)> = query.load(conn)?;
    let read = |(id, body): (Id, String)| {
        let mut value: Value = serde_json::from_str(&body).ok()?;
        value.as_object_mut()?.remove("@context");
        Some((id, value))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// How many activities an outbox lists.
pub(crate) fn listed_count(conn: &mut Conn, actor: Id) -> Result<i64, StoreError> {
    let listed = activities::table
        .filter(activities::actor_id.eq(actor))
        .filter(activities::listed.eq(true));
    Ok(listed.count().get_result(conn)?)
}

/// Takes the activities of a deleted object out of the outbox, its farewell excepted.
pub fn unlist(conn: &mut Conn, object: Id) -> Result<(), StoreError> {
    let of_object = activities::table.filter(activities::object_id.eq(object));
    diesel::update(of_object)
        .set(activities::listed.eq(false))
        .execute(conn)?;
    Ok(())
}
