//! How much waits in each queue, and since when: for the figures, `/health` and `kiosque doctor`.

use diesel::dsl::{exists, min, not};
use diesel::prelude::*;
use store::schema::{activities, deliveries, inbox_queue, jobs, mail_queue, peers};
use store::{Conn, StoreError, Ts};

/// A queue at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Queue {
    /// Its name in figures, logs and answers.
    pub(crate) name: &'static str,
    /// Rows that wait, for now or for later.
    pub(crate) waiting: i64,
    /// Rows given up or put aside for a person to see.
    pub(crate) failed: i64,
    /// Seconds since the row that has been due longest might have been taken; 0 when none is due.
    pub(crate) overdue: i64,
}

/// A queue whose next row has been due longer, in seconds, has no worker that works.
pub(crate) const STUCK: i64 = 900;

impl Queue {
    /// True when nobody takes what is due.
    pub(crate) fn is_stuck(&self) -> bool {
        self.overdue > STUCK
    }
}

fn since(due: Option<Ts>, now: Ts) -> i64 {
    due.map_or(0, |due| (now.0 - due.0).num_seconds().max(0))
}

/// Every queue. `mail`: whether letters can leave at all; without a mail server they wait for one.
pub(crate) fn read(conn: &mut Conn, mail: bool, now: Ts) -> Result<Vec<Queue>, StoreError> {
    let mut queues = vec![inbox(conn, now)?, outbox(conn, now)?, delivery(conn, now)?];
    if mail {
        queues.push(letters(conn, now)?);
    }
    queues.push(work(conn, now)?);
    Ok(queues)
}

/// The rows of one actor wait for the first of them, so only that one can be overdue.
fn inbox(conn: &mut Conn, now: Ts) -> Result<Queue, StoreError> {
    let earlier = diesel::alias!(inbox_queue as earlier);
    let ahead = earlier
        .filter(earlier.field(inbox_queue::state).eq("queued"))
        .filter(
            earlier
                .field(inbox_queue::actor_uri)
                .eq(inbox_queue::actor_uri),
        )
        .filter(earlier.field(inbox_queue::id).lt(inbox_queue::id));
    // What stepped aside (`later`) waits for nobody.
    let ready = inbox_queue::state
        .eq("later")
        .or(inbox_queue::state.eq("queued").and(not(exists(ahead))));
    let due = inbox_queue::table
        .filter(inbox_queue::next_try_at.le(now))
        .filter(ready)
        .select(min(inbox_queue::next_try_at))
        .first(conn)?;
    let count = |states: &'static [&'static str]| {
        inbox_queue::table
            .filter(inbox_queue::state.eq_any(states))
            .count()
    };
    Ok(Queue {
        name: "inbox",
        waiting: count(&["queued", "later"]).get_result(conn)?,
        failed: count(&["parked"]).get_result(conn)?,
        overdue: since(due, now),
    })
}

fn outbox(conn: &mut Conn, now: Ts) -> Result<Queue, StoreError> {
    let waiting = activities::table.filter(activities::expanded_at.is_null());
    let due = waiting.select(min(activities::created_at)).first(conn)?;
    Ok(Queue {
        name: "outbox",
        waiting: waiting.count().get_result(conn)?,
        failed: 0,
        overdue: since(due, now),
    })
}

/// Deliveries are taken host by host: overdue is a host that is due and that nobody works on.
fn delivery(conn: &mut Conn, now: Ts) -> Result<Queue, StoreError> {
    let free = peers::claimed_until
        .is_null()
        .or(peers::claimed_until.lt(now));
    let due = peers::table
        .filter(peers::due_at.le(now))
        .filter(free)
        .select(min(peers::due_at))
        .first(conn)?;
    let count = |states: &'static [&'static str]| {
        deliveries::table
            .filter(deliveries::state.eq_any(states))
            .count()
    };
    Ok(Queue {
        name: "delivery",
        waiting: count(&["queued"]).get_result(conn)?,
        failed: count(&["failed", "refused"]).get_result(conn)?,
        overdue: since(due, now),
    })
}

fn letters(conn: &mut Conn, now: Ts) -> Result<Queue, StoreError> {
    let count = |state: &'static str| {
        mail_queue::table
            .filter(mail_queue::state.eq(state))
            .count()
    };
    let due = mail_queue::table
        .filter(mail_queue::state.eq("queued"))
        .filter(mail_queue::next_try_at.le(now))
        .select(min(mail_queue::next_try_at))
        .first(conn)?;
    Ok(Queue {
        name: "mail",
        waiting: count("queued").get_result(conn)?,
        failed: count("failed").get_result(conn)?,
        overdue: since(due, now),
    })
}

/// Backfills. Pictures note their failures in the same table, and nobody waits for those.
fn work(conn: &mut Conn, now: Ts) -> Result<Queue, StoreError> {
    let count = |state: &'static str| {
        jobs::table
            .filter(jobs::kind.ne("picture"))
            .filter(jobs::state.eq(state))
            .count()
    };
    let due = jobs::table
        .filter(jobs::kind.ne("picture"))
        .filter(jobs::state.eq("queued"))
        .filter(jobs::next_try_at.le(now))
        .select(min(jobs::next_try_at))
        .first(conn)?;
    Ok(Queue {
        name: "jobs",
        waiting: count("queued").get_result(conn)?,
        failed: count("failed").get_result(conn)?,
        overdue: since(due, now),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Duration};
    use store::{Database, Id, Json, fresh_id};

    fn now() -> Ts {
        Ts::new(DateTime::from_timestamp(1_796_126_400, 0).unwrap_or_default())
    }

    fn ago(seconds: i64) -> Ts {
        Ts::new(now().0 - Duration::seconds(seconds))
    }

    fn site(conn: &mut Conn) -> Result<Id, StoreError> {
        let new = sites::NewSite {
            host: "ours.test".to_owned(),
            scheme: "http".to_owned(),
            name: "Ours".to_owned(),
            language: "fr".to_owned(),
            timezone: chrono_tz::Europe::Paris,
            about: sites::About::default(),
        };
        Ok(sites::Site::create(conn, &new, now())?.id)
    }

    fn received(conn: &mut Conn, site: Id, actor: &str, state: &str, due: Ts) -> QueryResult<()> {
        let id = fresh_id(now().0);
        diesel::insert_into(inbox_queue::table)
            .values((
                inbox_queue::id.eq(id),
                inbox_queue::site_id.eq(site),
                inbox_queue::activity_uri.eq(format!("https://a.test/{id}")),
                inbox_queue::actor_uri.eq(actor),
                inbox_queue::body.eq("{}"),
                inbox_queue::state.eq(state),
                inbox_queue::attempts.eq(0),
                inbox_queue::next_try_at.eq(due),
                inbox_queue::received_at.eq(due),
            ))
            .execute(conn)
            .map(drop)
    }

    fn letter(conn: &mut Conn, site: Id, due: Ts) -> QueryResult<()> {
        diesel::insert_into(mail_queue::table)
            .values((
                mail_queue::id.eq(fresh_id(now().0)),
                mail_queue::site_id.eq(site),
                mail_queue::recipient.eq("a@a.test"),
                mail_queue::subject.eq(""),
                mail_queue::body.eq(""),
                mail_queue::state.eq("queued"),
                mail_queue::attempts.eq(0),
                mail_queue::next_try_at.eq(due),
                mail_queue::created_at.eq(due),
            ))
            .execute(conn)
            .map(drop)
    }

    fn job(conn: &mut Conn, kind: &str, state: &str, due: Ts) -> QueryResult<()> {
        let id = fresh_id(now().0);
        diesel::insert_into(jobs::table)
            .values((
                jobs::id.eq(id),
                jobs::kind.eq(kind),
                jobs::key.eq(id.to_string()),
                jobs::payload.eq(Json(serde_json::json!({}))),
                jobs::state.eq(state),
                jobs::attempts.eq(0),
                jobs::next_try_at.eq(due),
                jobs::created_at.eq(due),
            ))
            .execute(conn)
            .map(drop)
    }

    fn named(database: &Database, name: &str) -> Queue {
        let all = database
            .read_now(|c| read(c, true, now()))
            .expect("queues read");
        let found = all.into_iter().find(|queue| queue.name == name);
        found.expect("a queue of that name")
    }

    #[test]
    fn an_empty_server_has_every_queue_and_none_is_stuck() {
        store::trial::on_both(|database| {
            let all = database.read_now(|c| read(c, true, now())).expect("read");
            let names: Vec<_> = all.iter().map(|queue| queue.name).collect();
            assert_eq!(names, ["inbox", "outbox", "delivery", "mail", "jobs"]);
            assert!(all.iter().all(|q| q.waiting + q.failed + q.overdue == 0));
            let without = database.read_now(|c| read(c, false, now())).expect("read");
            assert!(without.iter().all(|queue| queue.name != "mail"));
        });
    }

    #[test]
    fn a_host_that_is_due_is_overdue_unless_somebody_works_on_it() {
        store::trial::on_both(|database| {
            let host = |name: &'static str, due: Ts, claimed: Option<Ts>| {
                let row = (
                    peers::host.eq(name),
                    peers::blocked.eq(false),
                    peers::failures.eq(0),
                    peers::due_at.eq(due),
                    peers::claimed_until.eq(claimed),
                );
                let insert = diesel::insert_into(peers::table).values(row);
                database
                    .write_now(|c| Ok::<_, StoreError>(insert.execute(c)?))
                    .expect("row");
            };
            host("busy.test", ago(5_000), Some(ago(-60)));
            host("later.test", ago(-5_000), None);
            assert_eq!(named(&database, "delivery").overdue, 0);
            host("left.test", ago(STUCK + 1), Some(ago(60)));
            assert!(named(&database, "delivery").is_stuck());
        });
    }

    #[test]
    fn what_waits_behind_a_later_try_is_not_overdue_and_what_nobody_takes_is() {
        store::trial::on_both(|database| {
            database
                .write_now(|c| {
                    let site = site(c)?;
                    // The first of an actor is to be tried again in an hour; the second waits for it.
                    received(c, site, "https://a.test/a", "queued", ago(-3_600))?;
                    received(c, site, "https://a.test/a", "queued", ago(50_000))?;
                    received(c, site, "https://b.test/b", "parked", ago(90_000))?;
                    received(c, site, "https://c.test/c", "queued", ago(20))?;
                    received(c, site, "https://d.test/d", "later", ago(-60))?;
                    received(c, site, "https://d.test/d", "later", ago(30))?;
                    letter(c, site, ago(STUCK + 1))?;
                    job(c, "backfill", "failed", ago(5_000))?;
                    job(c, "picture", "queued", ago(90_000))?;
                    Ok::<_, StoreError>(())
                })
                .expect("rows");
            let inbox = named(&database, "inbox");
            assert_eq!((inbox.waiting, inbox.failed, inbox.overdue), (5, 1, 30));
            assert!(!inbox.is_stuck());
            assert!(named(&database, "mail").is_stuck());
            let jobs = named(&database, "jobs");
            assert_eq!((jobs.waiting, jobs.failed, jobs.overdue), (0, 1, 0));
        });
    }
}
