//! Benchmark 2: one event to many followers on many hosts, some failing, some hanging.

use crate::rows;
use crate::server::Server;
use crate::sink::{Manner, Sink};
use crate::table::Row;
use anyhow::ensure;
use diesel::prelude::*;
use signatures::PrivateKey;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use store::schema::{actors, deliveries, follows, peers};
use store::{StoreError, Ts};

/// The names of the hosts.
pub(crate) fn hosts(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("out{n:04}.test")).collect()
}

/// RSA signatures per second on all processors at once.
pub(crate) fn signatures() -> anyhow::Result<f64> {
    let key = PrivateKey::generate_rsa([9; 32])?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let begin = Instant::now();
    let made: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    let mut made = 0;
                    while begin.elapsed() < Duration::from_secs(2) {
                        made += usize::from(key.sign(b"(request-target): post /inbox").is_ok());
                    }
                    made
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or(0))
            .sum()
    });
    Ok(made as f64 / begin.elapsed().as_secs_f64())
}

fn prepare(
    server: &Server,
    hosts: &[String],
    followers: usize,
    shared: bool,
) -> anyhow::Result<()> {
    let now = Ts::new(crate::now());
    let agenda = rows::own(&server.database, "mesure")?;
    server.database.write_now(|c| {
        diesel::delete(follows::table.filter(follows::target_id.eq(agenda.id))).execute(c)?;
        diesel::delete(actors::table.filter(actors::host.like("out%.test"))).execute(c)?;
        diesel::delete(peers::table.filter(peers::host.like("out%.test"))).execute(c)?;
        for n in 0..followers {
            let host = &hosts[n % hosts.len()];
            let fan = rows::stranger(c, host, &format!("fan{n}"), None, shared, now)?;
            rows::follows(c, fan, agenda.id, now)?;
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

/// One publication; seconds until each of `want` healthy inboxes had it, sorted.
async fn publish(
    server: &Server,
    sink: &Sink,
    title: &str,
    want: usize,
) -> anyhow::Result<Vec<f64>> {
    let begin = Instant::now();
    server.publish(title).await?;
    while sink.count() < want {
        ensure!(
            begin.elapsed() < Duration::from_secs(300),
            "{} of {want} arrived",
            sink.count()
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let times = sink.arrivals().into_iter();
    Ok(times
        .map(|at| at.duration_since(begin).as_secs_f64())
        .collect())
}

/// What still waits for failing and hanging hosts is taken away, so that the next run begins alike.
fn clear(server: &Server) -> anyhow::Result<()> {
    server.database.write_now(|c| {
        diesel::delete(deliveries::table).execute(c)?;
        diesel::update(peers::table)
            .set((peers::due_at.eq(None::<Ts>), peers::failures.eq(0)))
            .execute(c)
            .map_err(StoreError::from)
    })?;
    Ok(())
}

/// Runs it.
pub(crate) async fn run(
    server: &Server,
    sink: &Sink,
    followers: usize,
    host_count: usize,
    label: &str,
) -> anyhow::Result<Vec<Row>> {
    let hosts = hosts(host_count);
    let ceiling = signatures()?;
    let mut rows = vec![Row::new(
        label,
        "RSA signatures per second, all processors",
        ceiling,
        "the ceiling",
    )];
    for shared in [false, true] {
        prepare(server, &hosts, followers, shared)?;
        let inboxes = if shared { host_count } else { followers };
        let kind = if shared {
            "shared inboxes"
        } else {
            "own inboxes"
        };
        let mut p99s = Vec::new();
        for hanging in [false, true] {
            let manner = |n: usize| match n % 100 {
                0 if hanging => Manner::Hanging,
                1..=5 => Manner::Failing,
                _ => Manner::Healthy,
            };
            let manners: HashMap<String, Manner> = hosts
                .iter()
                .enumerate()
                .map(|(n, host)| (host.clone(), manner(n)))
                .collect();
            let healthy = (0..inboxes)
                .filter(|n| manner(n % host_count) == Manner::Healthy)
                .count();
            sink.behave(manners);
            let times =
                publish(server, sink, &format!("Concert {kind} {hanging}"), healthy).await?;
            let at = times[(times.len() * 99 / 100).min(times.len() - 1)];
            p99s.push(at);
            if hanging {
                let rate = healthy as f64 * 0.99 / at;
                rows.push(Row::new(
                    label,
                    &format!("{inboxes} {kind}: deliveries per second"),
                    rate,
                    "goal 2,000",
                ));
                rows.push(Row::new(
                    label,
                    &format!("{kind}: ratio to the ceiling"),
                    rate / ceiling,
                    "goal 0.5",
                ));
                rows.push(Row::new(
                    label,
                    &format!("{kind}: 99 % of the healthy after, s"),
                    at,
                    "",
                ));
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
            clear(server)?;
        }
        rows.push(Row::new(
            label,
            &format!("{kind}: that with hanging hosts, to without"),
            p99s[1] / p99s[0],
            "goal below 1.1",
        ));
    }
    rows.push(Row::new(
        label,
        "resident memory, the most, MB",
        server.memory().1,
        "",
    ));
    Ok(rows)
}
