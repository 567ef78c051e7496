//! Benchmark 4: published on one server, visible on another that follows it.

use crate::server::Server;
use crate::table::{Row, quantile};
use anyhow::ensure;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

async fn shows(server: &Server, title: &str) -> anyhow::Result<bool> {
    let found = server
        .call("GET", "/api/v1/events?limit=100", &json!({}))
        .await?;
    Ok(found.to_string().contains(title))
}

/// Runs it.
pub(crate) async fn run(binary: &Path, postgres: &str, label: &str) -> anyhow::Result<Vec<Row>> {
    let here = Server::start(binary, "ici", postgres, &[]).await?;
    let there = Server::start(binary, "ailleurs", postgres, &[]).await?;
    let who = json!({"target": format!("@mesure@{}", here.host)});
    there.call("POST", "/api/v1/follows", &who).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut waits = Vec::new();
    for n in 0..60 {
        let title = format!("Annonce {n} fin");
        let begin = Instant::now();
        here.publish(&title).await?;
        while !shows(&there, &title).await? {
            ensure!(
                begin.elapsed() < Duration::from_secs(30),
                "{title} does not arrive"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        waits.push(begin.elapsed());
    }
    Ok(vec![
        Row::new(
            label,
            "published here to visible there, p50, ms",
            quantile(&mut waits, 0.5),
            "",
        ),
        Row::new(
            label,
            "published here to visible there, p99, ms",
            quantile(&mut waits, 0.99),
            "goal 1,000",
        ),
    ])
}
