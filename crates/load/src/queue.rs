//! Benchmark 5: the moderators' pages with much in the queue (domain Mo1: under 200 ms with 10,000 things).

use crate::rows::stranger;
use crate::server::Server;
use crate::table::{Row, quantile};
use anyhow::Context;
use chrono::Duration as Span;
use diesel::prelude::*;
use std::time::{Duration, Instant};
use store::schema::{accounts, actors, cases, comments, objects, reports, site_roles, sites};
use store::{Conn, Id, Json, StoreError, Ts, fresh_id};

/// Asked so often each.
const TIMES: usize = 60;
/// Rows of one table after the other.
const CHUNK: usize = 200;

/// What is put in: reports two fifths, the rest in equal parts held publications, held replies, sign-ups.
fn fill(conn: &mut Conn, things: usize) -> Result<Id, StoreError> {
    let now = Ts::new(crate::now());
    let at = |n: usize| Ts::new(now.0 - Span::seconds(n as i64 * 7));
    let site: Id = sites::table.select(sites::id).first(conn)?;
    let agenda: Id = actors::table
        .filter(actors::username.eq("mesure"))
        .select(actors::id)
        .first(conn)?;
    let under: Id = objects::table
        .filter(objects::site_id.eq(site))
        .select(objects::id)
        .first(conn)?;
    let replier = stranger(conn, "loin.test", "ada", None, false, now)?;
    let keys = |n: usize| (0..n).map(|n| (n, fresh_id(at(n).0))).collect::<Vec<_>>();
    let part = things / 5;
    let mut first = None;
    for chunk in keys(part * 2).chunks(CHUNK) {
        first = first.or(chunk.first().map(|(_, id)| *id));
        let case = |(n, id): &(usize, Id)| {
            (
                (
                    cases::id.eq(*id),
                    cases::site_id.eq(site),
                    cases::target_kind.eq("object"),
                    cases::target_id.eq(under),
                    cases::target_uri.eq(format!("http://loin.test/objects/{n}")),
                    cases::title.eq(format!("Une annonce signalée, la {n}e")),
                    cases::actor_id.eq(agenda),
                ),
                (
                    cases::reason.eq("spam"),
                    cases::reports.eq(1),
                    cases::state.eq("open"),
                    cases::opened_at.eq(at(*n)),
                    cases::updated_at.eq(at(*n)),
                ),
            )
        };
        for row in chunk.iter().map(case) {
            diesel::insert_into(cases::table)
                .values(row)
                .execute(conn)?;
        }
        let report = |(n, id): &(usize, Id)| {
            (
                (
                    reports::id.eq(fresh_id(at(*n).0)),
                    reports::site_id.eq(site),
                    reports::case_id.eq(*id),
                    reports::target_kind.eq("object"),
                    reports::target_uri.eq(format!("http://loin.test/objects/{n}")),
                    reports::source.eq("server"),
                    reports::host.eq("loin.test"),
                    reports::language.eq("fr"),
                ),
                (
                    reports::reason.eq("spam"),
                    reports::field.eq(""),
                    reports::text.eq("C’est de la publicité."),
                    reports::copy.eq(Json(serde_json::json!({"title": "Une annonce"}))),
                    reports::times.eq(1),
                    reports::created_at.eq(at(*n)),
                ),
            )
        };
        for row in chunk.iter().map(report) {
            diesel::insert_into(reports::table)
                .values(row)
                .execute(conn)?;
        }
    }
    for chunk in keys(part).chunks(CHUNK) {
        let object = |(n, id): &(usize, Id)| {
            let address = format!("http://mesure.localhost/events/{id}");
            (
                (
                    objects::id.eq(*id),
                    objects::uri.eq(address.clone()),
                    objects::kind.eq("event"),
                    objects::site_id.eq(site),
                    objects::actor_id.eq(agenda),
                    objects::state.eq("held"),
                    objects::audience.eq("public"),
                    objects::url.eq(address),
                ),
                (
                    objects::title.eq(format!("Une soirée retenue, la {n}e")),
                    objects::language.eq("fr"),
                    objects::comments.eq("open"),
                    objects::revision.eq(0),
                    objects::published_at.eq(at(*n)),
                    objects::updated_at.eq(at(*n)),
                    objects::seen_at.eq(at(*n)),
                ),
            )
        };
        for row in chunk.iter().map(object) {
            diesel::insert_into(objects::table)
                .values(row)
                .execute(conn)?;
        }
    }
    for chunk in keys(part).chunks(CHUNK) {
        let comment = |(n, id): &(usize, Id)| {
            (
                comments::id.eq(*id),
                comments::uri.eq(format!("http://loin.test/notes/{n}")),
                comments::object_id.eq(under),
                comments::actor_id.eq(replier),
                comments::state.eq("held"),
                comments::content.eq("<p>Une réponse</p>"),
                comments::in_reply_to.eq("http://mesure.localhost/x"),
                comments::published_at.eq(at(*n)),
                comments::updated_at.eq(at(*n)),
            )
        };
        for row in chunk.iter().map(comment) {
            diesel::insert_into(comments::table)
                .values(row)
                .execute(conn)?;
        }
    }
    for chunk in keys(part).chunks(CHUNK) {
        let account = |(n, id): &(usize, Id)| {
            (
                accounts::id.eq(*id),
                accounts::email.eq(format!("p{n}@loin.test")),
                accounts::email_folded.eq(format!("p{n}@loin.test")),
                accounts::name.eq(format!("Personne {n}")),
                accounts::password_hash.eq("-"),
                accounts::language.eq("fr"),
                accounts::state.eq("waiting"),
                accounts::motive.eq("Pour publier."),
                accounts::is_server_admin.eq(false),
                accounts::created_at.eq(at(*n)),
            )
        };
        for row in chunk.iter().map(account) {
            diesel::insert_into(accounts::table)
                .values(row)
                .execute(conn)?;
        }
        let role = |(n, id): &(usize, Id)| {
            (
                site_roles::site_id.eq(site),
                site_roles::account_id.eq(*id),
                site_roles::role.eq("applicant"),
                site_roles::created_at.eq(at(*n)),
            )
        };
        for row in chunk.iter().map(role) {
            diesel::insert_into(site_roles::table)
                .values(row)
                .execute(conn)?;
        }
    }
    first.ok_or(StoreError::Cancelled)
}

/// Runs it.
pub(crate) async fn run(server: &Server, things: usize, label: &str) -> anyhow::Result<Vec<Row>> {
    server.publish("Une soirée").await?;
    let case = server.database.write_now(|conn| fill(conn, things))?;
    let later = format!(
        "/admin/queue?after={}.{case}",
        (crate::now() - Span::hours(8)).timestamp_micros()
    );
    let pages = [
        ("/admin/queue".to_owned(), "queue, all"),
        (later, "queue, a later page"),
        ("/admin/queue?show=reports".to_owned(), "queue, reports"),
        (
            "/admin/queue?show=held".to_owned(),
            "queue, held publications",
        ),
        (
            "/admin/queue?show=comments".to_owned(),
            "queue, held replies",
        ),
        ("/admin/queue?show=sign-ups".to_owned(), "queue, sign-ups"),
        ("/admin/queue?show=mine".to_owned(), "queue, mine"),
        (format!("/admin/cases/{case}"), "a case"),
        ("/admin/measures".to_owned(), "measures"),
        ("/admin/record".to_owned(), "record"),
    ];
    let mut rows = Vec::new();
    for (path, name) in pages {
        let mut waits: Vec<Duration> = Vec::with_capacity(TIMES);
        // The first one pays for prepared statements.
        for n in 0..=TIMES {
            let begin = Instant::now();
            let page = server.page(&path).await.context(name)?;
            anyhow::ensure!(page.contains("</html>"), "{name} is no page");
            if n > 0 {
                waits.push(begin.elapsed());
            }
        }
        let what = format!("{name}, {things} waiting, p50, ms");
        rows.push(Row::new(label, &what, quantile(&mut waits, 0.5), ""));
        let what = format!("{name}, {things} waiting, p99, ms");
        rows.push(Row::new(
            label,
            &what,
            quantile(&mut waits, 0.99),
            "goal 200",
        ));
    }
    Ok(rows)
}
