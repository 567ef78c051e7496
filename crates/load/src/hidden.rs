//! Benchmark 6: what is hidden and what is not there take the same time (ACL-02: within 5 ms, by the median of 200).

use crate::server::Server;
use crate::table::{Row, quantile};
use crate::wire::{Wire, request};
use anyhow::ensure;
use diesel::prelude::*;
use std::time::{Duration, Instant};
use store::schema::objects;
use store::{Id, StoreError};

/// Asked so often each, in turn.
const TIMES: usize = 200;
/// Nobody has it.
const ABSENT: &str = "018f0000-0000-7000-8000-000000000000";

async fn wait(wire: &mut Wire, server: &Server, path: &str) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let answer = wire
        .ask(&request("GET", &server.host, path, &[], &[]))
        .await?;
    ensure!(answer.status() == 404, "{path}: {}", answer.status());
    Ok(begin.elapsed())
}

/// Runs it.
pub(crate) async fn run(server: &Server, label: &str) -> anyhow::Result<Vec<Row>> {
    server.publish("Une soirée cachée").await?;
    let hidden: Id = server.database.write_now(|conn| {
        let newest = objects::table
            .order(objects::id.desc())
            .select(objects::id)
            .first(conn)?;
        diesel::update(objects::table.find(newest))
            .set(objects::state.eq("draft"))
            .execute(conn)?;
        Ok::<_, StoreError>(newest)
    })?;
    let mut rows = Vec::new();
    let mut wire = Wire::open(server.address).await?;
    for (form, name) in [
        ("/e/ID", "page"),
        ("/e/ID.ics", "calendar"),
        ("/events/ID", "document"),
        ("/api/v1/events/ID", "API"),
    ] {
        let of = |id: &str| form.replace("ID", id);
        let (there, absent) = (of(&hidden.to_string()), of(ABSENT));
        let mut waits = (Vec::with_capacity(TIMES), Vec::with_capacity(TIMES));
        wait(&mut wire, server, &there).await?;
        for _ in 0..TIMES {
            waits.0.push(wait(&mut wire, server, &there).await?);
            waits.1.push(wait(&mut wire, server, &absent).await?);
        }
        let (hidden, absent) = (quantile(&mut waits.0, 0.5), quantile(&mut waits.1, 0.5));
        let what = format!("{name} of what is hidden less of what is absent, p50, ms");
        rows.push(Row::new(label, &what, hidden - absent, "within 5"));
        let what = format!("{name}: the same as a ratio");
        rows.push(Row::new(label, &what, hidden / absent, ""));
    }
    Ok(rows)
}
