//! What a write transaction promises, and that values come back as they went in.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::sync::Arc;
use store::schema::{peers, received_activities, tombstones};
use store::{Database, Id, Portable, StoreError, Ts, fresh_id, is_duplicate, trial};

fn at(seconds: i64) -> Ts {
    Ts::new(DateTime::<Utc>::from_timestamp(seconds, 123_456_789).expect("time"))
}

fn count(database: &Database) -> i64 {
    database
        .read_now(|c| Ok::<_, StoreError>(received_activities::table.count().get_result(c)?))
        .expect("count")
}

#[test]
fn an_error_rolls_everything_back_and_a_success_keeps_it() {
    trial::on_both(|database| {
        let insert = |uri: &'static str, fail: bool| {
            database.write_now(move |c| {
                diesel::insert_into(received_activities::table)
                    .values((
                        received_activities::uri.eq(uri),
                        received_activities::received_at.eq(at(5)),
                    ))
                    .execute(c)?;
                if fail {
                    Err(StoreError::Cancelled)
                } else {
                    Ok(())
                }
            })
        };
        assert!(insert("https://a.test/1", true).is_err());
        assert_eq!(count(&database), 0);
        insert("https://a.test/1", false).expect("kept");
        assert_eq!(count(&database), 1);
        let again = insert("https://a.test/1", false);
        assert!(matches!(again, Err(StoreError::Query(e)) if is_duplicate(&e)));
    });
}

#[test]
fn readers_that_then_write_do_not_disturb_each_other() {
    trial::on_both(|database| {
        database
            .write_now(|c| {
                diesel::insert_into(peers::table)
                    .values((
                        peers::host.eq("a.test"),
                        peers::blocked.eq(false),
                        peers::failures.eq(0),
                    ))
                    .execute(c)
                    .map_err(StoreError::from)
            })
            .expect("peer");
        let database = Arc::new(database);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let database = Arc::clone(&database);
                scope.spawn(move || {
                    for _ in 0..25 {
                        database
                            .write_now(|c| {
                                let seen: i32 = if matches!(c, store::Conn::Postgres(_)) {
                                    store::each!(c, |c| lock_and_read(c))?
                                } else {
                                    peers::table.select(peers::failures).first(c)?
                                };
                                diesel::update(peers::table)
                                    .set(peers::failures.eq(seen + 1))
                                    .execute(c)?;
                                Ok::<_, StoreError>(())
                            })
                            .expect("no transaction fails");
                    }
                });
            }
        });
        let total: i32 = database
            .read_now(|c| Ok::<_, StoreError>(peers::table.select(peers::failures).first(c)?))
            .expect("total");
        assert_eq!(total, 100);
    });
}

fn lock_and_read<C>(conn: &mut C) -> QueryResult<i32>
where
    C: diesel::connection::LoadConnection,
    C: Locks,
{
    conn.locked_failures()
}

trait Locks {
    fn locked_failures(&mut self) -> QueryResult<i32>;
}
impl Locks for PgConnection {
    fn locked_failures(&mut self) -> QueryResult<i32> {
        peers::table
            .select(peers::failures)
            .for_update()
            .first(self)
    }
}
impl Locks for SqliteConnection {
    fn locked_failures(&mut self) -> QueryResult<i32> {
        peers::table.select(peers::failures).first(self)
    }
}

#[test]
fn upserts_and_moments_mean_the_same_on_both() {
    trial::on_both(|database| {
        let put = |reason: &str, moment: Ts| {
            let reason = reason.to_owned();
            database.write_now(move |c| {
                Portable(
                    diesel::insert_into(tombstones::table)
                        .values((
                            tombstones::uri.eq("https://a.test/e"),
                            tombstones::actor_uri.eq("https://a.test/actor"),
                            tombstones::former_type.eq(&reason),
                            tombstones::deleted_at.eq(moment),
                        ))
                        .on_conflict(tombstones::uri)
                        .do_update()
                        .set(tombstones::former_type.eq(&reason)),
                )
                .execute(c)
                .map_err(StoreError::from)
            })
        };
        put("Event", at(1_700_000_000)).expect("first");
        put("Note", at(1_800_000_000)).expect("second");
        let rows: Vec<(String, Ts)> = database
            .read_now(|c| {
                tombstones::table
                    .select((tombstones::former_type, tombstones::deleted_at))
                    .filter(tombstones::deleted_at.lt(at(1_700_000_001)))
                    .load(c)
                    .map_err(StoreError::from)
            })
            .expect("rows");
        assert_eq!(rows, [("Note".to_owned(), at(1_700_000_000))]);
    });
}

#[test]
fn a_newer_database_is_refused_with_words() {
    let folder = tempfile::tempdir().expect("folder");
    let address = format!("sqlite://{}/k.db", folder.path().display());
    Database::open(&address, 2).expect("fresh");
    let mut conn =
        SqliteConnection::establish(address.trim_start_matches("sqlite://")).expect("opened");
    diesel::connection::SimpleConnection::batch_execute(
        &mut conn,
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')",
    )
    .expect("marked");
    let refused = Database::open(&address, 2);
    assert!(
        matches!(refused, Err(StoreError::Migration(words)) if words.contains("newer version"))
    );
}

#[test]
fn keys_sort_by_time() {
    let early = fresh_id(at(1_000).0);
    let late = fresh_id(at(2_000).0);
    assert!(early < late && early.to_string() < late.to_string());
    assert_eq!(Id::parse(&early.to_string()), Some(early));
    assert_eq!(Id::parse("not-a-key"), None);
}

/// Writes that share a commit: each is whole or nothing, and none spoils another's.
#[test]
fn grouped_writes_fail_and_panic_alone() {
    trial::on_both(|database| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("runtime");
        let outcomes = runtime.block_on(async {
            let tasks: Vec<_> = (0..200)
                .map(|n| {
                    let database = database.clone();
                    tokio::spawn(async move {
                        let written = database.write_grouped(move |c| {
                            diesel::insert_into(received_activities::table)
                                .values((
                                    received_activities::uri.eq(format!("https://a.test/{n}")),
                                    received_activities::received_at.eq(at(5)),
                                ))
                                .execute(c)?;
                            match n % 10 {
                                3 => Err(StoreError::Damaged("on purpose".to_owned())),
                                7 => store::write_transaction(c, |_| panic!("on purpose")),
                                _ => Ok(n),
                            }
                        });
                        written.await
                    })
                })
                .collect();
            let mut outcomes = Vec::new();
            for task in tasks {
                outcomes.push(task.await.expect("the caller lives"));
            }
            outcomes
        });
        for (n, outcome) in outcomes.iter().enumerate() {
            match n % 10 {
                3 => assert!(matches!(outcome, Err(StoreError::Damaged(_)))),
                7 => assert!(matches!(outcome, Err(StoreError::Cancelled))),
                _ => assert_eq!(outcome.as_ref().ok(), Some(&n)),
            }
        }
        assert_eq!(count(&database), 160);
        // The connection is as good as before.
        database
            .write_now(|c| {
                diesel::delete(received_activities::table)
                    .execute(c)
                    .map_err(StoreError::from)
            })
            .expect("a write after it");
        assert_eq!(count(&database), 0);
    });
}
