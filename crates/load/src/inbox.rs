//! Benchmark 1: validly signed Creates from many hosts through the real endpoint, until applied.

use crate::rows;
use crate::server::Server;
use crate::table::{Row, quantile};
use crate::wire::{Wire, request};
use anyhow::ensure;
use diesel::prelude::*;
use federation::{Content, Incoming};
use publication::Registry;
use serde_json::{Value, json};
use signatures::{Body, Outgoing, PrivateKey, Signer};
use sites::Sites;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use store::schema::{inbox_queue, objects};
use store::{Database, StoreError, Ts};
use url::Url;

/// Connections that send at once.
const SENDERS: usize = 32;

fn hosts(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("in{n:03}.test")).collect()
}

fn prepare(database: &Database, hosts: &[String], pem: &str) -> anyhow::Result<()> {
    let now = Ts::new(crate::now());
    let instance = rows::own(database, "kiosque")?;
    database.write_now(|c| {
        for host in hosts {
            let agenda = rows::stranger(c, host, "agenda", Some(pem), true, now)?;
            rows::follows(c, instance.id, agenda, now)?;
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

fn create(host: &str, number: usize) -> Value {
    let event = rows::event(host, "agenda", number);
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("http://{host}/events/{number}#create"),
        "type": "Create", "actor": event["attributedTo"], "to": event["to"], "cc": event["cc"], "object": event,
    })
}

/// The requests as they go over the wire, signed by as many threads as there are processors.
fn signed(
    site: &str,
    key: &PrivateKey,
    hosts: &[String],
    numbers: std::ops::Range<usize>,
) -> Vec<Vec<u8>> {
    let one = |number: usize| -> Vec<u8> {
        let host = &hosts[number % hosts.len()];
        let body = create(host, number).to_string().into_bytes();
        let url = Url::parse(&format!("http://{site}/inbox")).expect("an address");
        let signer = Signer::new(&format!("http://{host}/users/agenda#main-key"), key.clone());
        let outgoing = Outgoing {
            method: "POST",
            url: &url,
            body: Some(Body {
                content_type: activitystreams::ACTIVITY_JSON,
                bytes: &body,
            }),
        };
        let headers = signer
            .and_then(|signer| signer.sign_cavage(&outgoing, crate::now()))
            .expect("signed");
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .filter(|(name, _)| *name != "host")
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        request("POST", site, "/inbox", &headers, &body)
    };
    let middle = numbers.start + numbers.len() / 2;
    let (first, second) = (numbers.start..middle, middle..numbers.end);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| second.map(one).collect::<Vec<_>>());
        let mut all: Vec<_> = first.map(one).collect();
        all.extend(other.join().expect("signed"));
        all
    })
}

fn stored(database: &Database) -> anyhow::Result<(i64, i64)> {
    Ok(database.read_now(|c| {
        let waiting = inbox_queue::table.count().get_result(c)?;
        Ok::<_, StoreError>((waiting, objects::table.count().get_result(c)?))
    })?)
}

/// The same activities applied by calling the ingest in a loop: no HTTP, no signature, one transaction each.
fn ceiling(
    postgres: &str,
    hosts: &[String],
    count: usize,
    key: &PrivateKey,
) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let address = if postgres.is_empty() {
        format!("sqlite://{}/kiosque.db", folder.path().display())
    } else {
        rows::fresh_postgres(postgres, "load_ceiling")?
    };
    let database = Database::open(&address, 2)?;
    let sites = Sites::open(database.clone())?;
    let namespace = "https://load.test/ns#";
    let registry = Registry::new(
        vec![Arc::new(agenda::Agenda::new(namespace))],
        sites,
        namespace,
    );
    let now = Ts::new(crate::now());
    let pem = key.public_key().to_pem().unwrap_or_default();
    let authors = database.write_now(|c| {
        let made = hosts.iter().map(|host| {
            let id = rows::stranger(c, host, "agenda", Some(&pem), true, now)?;
            federation::Actor::by_id(c, id)?.ok_or(StoreError::Cancelled)
        });
        made.collect::<Result<Vec<_>, StoreError>>()
    })?;
    let documents: Vec<Value> = (0..count)
        .map(|n| rows::event(&hosts[n % hosts.len()], "agenda", n))
        .collect();
    let begin = Instant::now();
    for (n, document) in documents.iter().enumerate() {
        let incoming = Incoming {
            document,
            author: &authors[n % authors.len()],
            now,
        };
        let taken = database.write_now(|c| {
            registry
                .receive(c, &incoming)
                .map_err(|_| StoreError::Cancelled)
        });
        taken?;
    }
    Ok(count as f64 / begin.elapsed().as_secs_f64())
}

/// Runs it.
pub(crate) async fn run(
    server: &Server,
    postgres: &str,
    count: usize,
    label: &str,
) -> anyhow::Result<Vec<Row>> {
    let hosts = hosts(50);
    let key = PrivateKey::generate_rsa([7; 32])?;
    let pem = key.public_key().to_pem().unwrap_or_default();
    let (_, before) = stored(&server.database)?;
    let known = before > 0;
    if !known {
        prepare(&server.database, &hosts, &pem)?;
    }
    let first = usize::try_from(before)?;
    let requests = Arc::new(signed(&server.host, &key, &hosts, first..first + count));
    let next = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    let mut senders = Vec::new();
    for _ in 0..SENDERS {
        let (requests, next, address) = (Arc::clone(&requests), Arc::clone(&next), server.address);
        senders.push(tokio::spawn(async move {
            let mut wire = Wire::open(address).await?;
            let mut waits = Vec::new();
            loop {
                let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) else {
                    return anyhow::Ok(waits);
                };
                let sent = Instant::now();
                let answer = wire.ask(request).await?;
                ensure!(
                    answer.status() == 202,
                    "{} {}",
                    answer.first,
                    String::from_utf8_lossy(&answer.body)
                );
                waits.push(sent.elapsed());
            }
        }));
    }
    let mut waits = Vec::new();
    for sender in senders {
        waits.extend(sender.await??);
    }
    let accepted = begin.elapsed();
    let want = before + i64::try_from(count)?;
    loop {
        let (waiting, there) = stored(&server.database)?;
        if waiting == 0 && there >= want {
            break;
        }
        ensure!(
            begin.elapsed() < Duration::from_secs(600),
            "{there} of {want} applied, {waiting} wait"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rate = count as f64 / begin.elapsed().as_secs_f64();
    let (memory, most) = server.memory();
    let mut rows = vec![
        Row::new(
            label,
            "activities applied per second",
            rate,
            "goal 2,000 on SQLite",
        ),
        Row::new(
            label,
            "accepted per second (202)",
            count as f64 / accepted.as_secs_f64(),
            "",
        ),
        Row::new(label, "202 after, p99, ms", quantile(&mut waits, 0.99), ""),
        Row::new(label, "resident memory after it, MB", memory, "goal 100"),
        Row::new(label, "resident memory, the most, MB", most, ""),
    ];
    if !known {
        let ceiling = ceiling(postgres, &hosts, count, &key)?;
        rows.push(Row::new(
            label,
            "ingest called in a loop, per second",
            ceiling,
            "the ceiling",
        ));
        rows.push(Row::new(
            label,
            "ratio to that ceiling",
            rate / ceiling,
            "goal 0.6",
        ));
    }
    Ok(rows)
}
