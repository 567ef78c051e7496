//! Puts load on a release binary and prints what it did, as ratios inside one run where there is a ceiling to hold
//! a figure against. Load and server share the machine. Started by `scripts/bench.sh`.

mod delivery;
mod hidden;
mod inbox;
mod latency;
mod queue;
mod rows;
mod server;
mod sink;
mod table;
mod texts;
mod wire;

use clap::Parser;
use server::Server;
use sink::Sink;
use std::path::PathBuf;
use std::time::Duration;

/// Load for one database.
#[derive(Parser)]
struct Load {
    /// The server to measure.
    #[arg(long)]
    binary: PathBuf,
    /// A PostgreSQL server; SQLite without.
    #[arg(long, default_value = "")]
    postgres: String,
    /// Activities in one round of the inbox benchmark.
    #[arg(long, default_value_t = 10_000)]
    activities: usize,
    /// Followers in the delivery benchmark.
    #[arg(long, default_value_t = 10_000)]
    followers: usize,
    /// Hosts they are on.
    #[arg(long, default_value_t = 1_000)]
    hosts: usize,
    /// The inbox benchmark is run again each time this many objects are stored.
    #[arg(long, value_delimiter = ',')]
    grown: Vec<usize>,
    /// Only these: `inbox`, `delivery`, `latency`, `queue`, `hidden`, `texts` (which need no database and run with SQLite's).
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// The time of day: signatures carry it.
#[expect(clippy::disallowed_methods, reason = "the load comes from outside")]
pub(crate) fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let load = Load::parse();
    let engine = if load.postgres.is_empty() {
        "SQLite"
    } else {
        "PostgreSQL"
    };
    let wants = |name: &str| load.only.is_empty() || load.only.iter().any(|only| only == name);
    println!("| database | figure | measured | |\n|---|---|---:|---|");
    if wants("texts") && load.postgres.is_empty() {
        texts::run().iter().for_each(table::Row::print);
    }
    if wants("inbox") {
        let server = Server::start(&load.binary, "mesure", &load.postgres, &[]).await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        table::Row::new(
            engine,
            "resident memory, idle, MB",
            server.memory().0,
            "goal 30",
        )
        .print();
        let rows = inbox::run(&server, &load.postgres, load.activities, engine).await?;
        rows.iter().for_each(table::Row::print);
        for stored in &load.grown {
            rows::grow(&server.database, *stored)?;
            let label = format!("{engine}, {stored} stored");
            let rows = inbox::run(&server, &load.postgres, load.activities, &label).await?;
            rows.iter().for_each(table::Row::print);
        }
    }
    if wants("delivery") {
        let sink = Sink::start(Duration::from_millis(50)).await?;
        let far: Vec<_> = delivery::hosts(load.hosts)
            .into_iter()
            .map(|host| (host, sink.address))
            .collect();
        let server = Server::start(&load.binary, "mesure", &load.postgres, &far).await?;
        let rows = delivery::run(&server, &sink, load.followers, load.hosts, engine).await?;
        rows.iter().for_each(table::Row::print);
    }
    if wants("queue") {
        let server = Server::start(&load.binary, "mesure", &load.postgres, &[]).await?;
        let rows = queue::run(&server, 10_000, engine).await?;
        rows.iter().for_each(table::Row::print);
    }
    if wants("hidden") {
        let server = Server::start(&load.binary, "mesure", &load.postgres, &[]).await?;
        let rows = hidden::run(&server, engine).await?;
        rows.iter().for_each(table::Row::print);
    }
    if wants("latency") {
        let rows = latency::run(&load.binary, &load.postgres, engine).await?;
        rows.iter().for_each(table::Row::print);
    }
    Ok(())
}
