//! `/health`: whether this server does its work, for a container's or a proxy's probe. Says nothing
//! that a stranger should not read.

use crate::queues::{self, Queue};
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Clock, Database, StoreError};
use tokio::sync::Mutex;

/// An answer is given again for this long, so that a probe (or a stranger) costs next to nothing.
const KEPT: Duration = Duration::from_secs(1);
/// Queues are counted no more often: that reads an index of each.
const QUEUES_KEPT: Duration = Duration::from_secs(15);
/// A database that takes longer does not answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was found a moment ago.
#[derive(Clone)]
pub(crate) struct Health {
    database: Database,
    clock: Clock,
    mail: bool,
    last: Arc<Mutex<Last>>,
}

#[derive(Default)]
struct Last {
    answer: Option<(Instant, Report)>,
    queues: Option<(Instant, Vec<Queue>)>,
}

/// The state of the server.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    /// Whether the database answered in time.
    pub(crate) database: bool,
    /// The queues; empty while the database does not answer.
    pub(crate) queues: Vec<Queue>,
}

impl Report {
    /// True when all is well.
    pub(crate) fn is_well(&self) -> bool {
        self.database && !self.queues.iter().any(Queue::is_stuck)
    }

    fn document(&self) -> Value {
        let word = |well: bool, ill: &'static str| if well { "ok" } else { ill };
        let queues: serde_json::Map<String, Value> = self
            .queues
            .iter()
            .map(|queue| {
                (
                    queue.name.to_owned(),
                    word(!queue.is_stuck(), "stuck").into(),
                )
            })
            .collect();
        json!({
            "status": word(self.is_well(), "failing"),
            "database": word(self.database, "no answer"),
            "queues": queues,
        })
    }
}

impl Health {
    /// `mail`: whether a mail server is configured.
    pub(crate) fn new(database: Database, clock: Clock, mail: bool) -> Self {
        Self {
            database,
            clock,
            mail,
            last: Arc::default(),
        }
    }

    /// What is known, asked again when it is older than a second.
    pub(crate) async fn report(&self) -> Report {
        // Whoever comes while another one asks waits for the same answer.
        let mut last = self.last.lock().await;
        let fresh = last.answer.as_ref().filter(|(at, _)| at.elapsed() < KEPT);
        if let Some((_, report)) = fresh {
            return report.clone();
        }
        let counted = last
            .queues
            .as_ref()
            .filter(|(at, _)| at.elapsed() < QUEUES_KEPT);
        let known = counted.map(|(_, queues)| queues.clone());
        let (mail, now, known) = (self.mail, self.clock.ts(), known);
        let count = known.is_none();
        let asked = self.database.read(move |conn| {
            conn_answers(conn)?;
            match known {
                Some(queues) => Ok::<_, StoreError>(queues),
                None => queues::read(conn, mail, now),
            }
        });
        let report = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(queues)) => {
                if count {
                    last.queues = Some((Instant::now(), queues.clone()));
                }
                Report {
                    database: true,
                    queues,
                }
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "health: the database does not answer");
                no_answer()
            }
            Err(_) => {
                tracing::warn!("health: the database does not answer in time");
                no_answer()
            }
        };
        last.answer = Some((Instant::now(), report.clone()));
        report
    }
}

fn conn_answers(conn: &mut store::Conn) -> Result<(), StoreError> {
    use diesel::prelude::*;
    // A table that is always small: a server whose schema is gone is not well either.
    let _: i64 = store::schema::sites::table.count().get_result(conn)?;
    Ok(())
}

fn no_answer() -> Report {
    Report {
        database: false,
        queues: Vec::new(),
    }
}

/// `GET /health`: 200, or 503 when the database does not answer or a queue is stuck.
pub(crate) async fn health(health: web::Data<Health>) -> HttpResponse {
    let report = health.report().await;
    let mut answer = match report.is_well() {
        true => HttpResponse::Ok(),
        false => HttpResponse::ServiceUnavailable(),
    };
    answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(report.document())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, test};
    use diesel::prelude::*;
    use store::schema::jobs;
    use store::{Json, Ts, fresh_id};

    fn clock() -> Clock {
        Clock::new(|| chrono::DateTime::from_timestamp(1_796_126_400, 0).unwrap_or_default())
    }

    async fn ask(health: &Health) -> (u16, Value) {
        let data = web::Data::new(health.clone());
        let app = App::new()
            .app_data(data)
            .route("/health", web::get().to(super::health));
        let app = test::init_service(app).await;
        let request = test::TestRequest::get().uri("/health").to_request();
        let answer = test::call_service(&app, request).await;
        let status = answer.status().as_u16();
        (status, test::read_body_json(answer).await)
    }

    fn on_both<F: Future<Output = ()>>(trial: impl Fn(Database) -> F) {
        store::trial::on_both(|database| actix_web::rt::System::new().block_on(trial(database)));
    }

    #[::core::prelude::v1::test]
    fn a_server_that_works_says_so_and_nothing_more() {
        on_both(|database| async move {
            let (status, body) = ask(&Health::new(database, clock(), true)).await;
            let queues = json!({"inbox": "ok", "outbox": "ok", "delivery": "ok", "mail": "ok", "jobs": "ok"});
            let expected = json!({"status": "ok", "database": "ok", "queues": queues});
            assert_eq!((status, body), (200, expected));
        });
    }

    #[::core::prelude::v1::test]
    fn a_queue_that_nobody_works_on_is_503() {
        on_both(|database| async move {
            let due = Ts::new(clock().now() - chrono::Duration::hours(1));
            let row = (
                jobs::id.eq(fresh_id(due.0)),
                jobs::kind.eq("backfill"),
                jobs::key.eq("x"),
                jobs::payload.eq(Json(json!({}))),
                jobs::state.eq("queued"),
                jobs::attempts.eq(0),
                jobs::next_try_at.eq(due),
                jobs::created_at.eq(due),
            );
            database
                .write_now(|c| {
                    Ok::<_, StoreError>(diesel::insert_into(jobs::table).values(row).execute(c)?)
                })
                .expect("row");
            let (status, body) = ask(&Health::new(database, clock(), false)).await;
            assert_eq!(status, 503);
            assert_eq!(
                (&body["status"], &body["queues"]["jobs"]),
                (&json!("failing"), &json!("stuck"))
            );
            assert_eq!(body["queues"]["inbox"], "ok");
        });
    }

    #[::core::prelude::v1::test]
    fn a_database_that_is_lost_is_503_within_a_second_of_the_last_answer() {
        on_both(|database| async move {
            let health = Health::new(database.clone(), clock(), false);
            assert_eq!(ask(&health).await.0, 200);
            #[expect(clippy::disallowed_methods, reason = "constant text")]
            let gone = diesel::sql_query(match database.is_embedded() {
                true => "ALTER TABLE sites RENAME TO lost",
                false => "ALTER TABLE sites RENAME TO lost",
            });
            database
                .write_now(|c| Ok::<_, StoreError>(gone.execute(c)?))
                .expect("lost");
            assert_eq!(ask(&health).await.0, 200, "the answer is kept for a second");
            tokio::time::sleep(KEPT + Duration::from_millis(50)).await;
            let (status, body) = ask(&health).await;
            assert_eq!((status, &body["database"]), (503, &json!("no answer")));
            let told = body.to_string();
            assert!(!told.contains("sites"), "{told}");
        });
    }
}
