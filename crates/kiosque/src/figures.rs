//! Figures for Prometheus: their names, where they are served, and who may reach them.

use crate::config::Metrics;
use crate::engine::Engine;
use crate::queues;
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Context, bail};
use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Upper bounds of the histograms, in seconds: a page takes milliseconds, a slow peer half a minute.
const BOUNDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0,
];
/// Samples of histograms are put into their buckets this often, or they would pile up between visits.
const UPKEEP: Duration = Duration::from_secs(5);

/// Every figure, its labels and what it says; counters end in `_total` where they are read.
pub(crate) const FIGURES: [(&str, Sort, &str); 17] = [
    (
        "kiosque_build_info",
        Sort::Gauge,
        "1; the version is in the label `version`",
    ),
    (
        "kiosque_http_request_seconds",
        Sort::Histogram,
        "Time to answer, by `class` of route, `method` and `status` (2xx to 5xx)",
    ),
    (
        "kiosque_inbox_accepted",
        Sort::Counter,
        "Activities that passed the gate",
    ),
    (
        "kiosque_inbox_refused",
        Sort::Counter,
        "Activities turned away at the gate, by `code`",
    ),
    (
        "kiosque_inbox_applied",
        Sort::Counter,
        "Activities taken from the inbox queue, by `effect`",
    ),
    (
        "kiosque_budget_refused",
        Sort::Counter,
        "What was not done because it was too much of late, by `cost`: strangers_of_address, strangers_of_domain, actor, host, new_hosts",
    ),
    (
        "kiosque_deliveries",
        Sort::Counter,
        "Tries to deliver, by `outcome`: delivered, host_down, later, refused, gone, unsendable",
    ),
    (
        "kiosque_delivery_seconds",
        Sort::Histogram,
        "Time of one try to deliver, by `outcome`",
    ),
    (
        "kiosque_outgoing_requests",
        Sort::Counter,
        "Requests to other servers, deliveries included, by `purpose` and `outcome`: answered, unreachable",
    ),
    (
        "kiosque_mails",
        Sort::Counter,
        "Letters handed to the mail server, by `outcome`: sent, failed",
    ),
    (
        "kiosque_queue_waiting",
        Sort::Gauge,
        "Rows that wait, by `queue`: inbox, outbox, delivery, mail, jobs",
    ),
    (
        "kiosque_queue_failed",
        Sort::Gauge,
        "Rows given up or parked for a person to see, by `queue`",
    ),
    (
        "kiosque_queue_overdue_seconds",
        Sort::Gauge,
        "How long the row due longest has waited for a worker, by `queue`",
    ),
    (
        "kiosque_database_wait_seconds",
        Sort::Histogram,
        "Wait for a connection to the database, by `kind`: read, write",
    ),
    (
        "kiosque_database_connections",
        Sort::Gauge,
        "Connections to the database, by `state`: used, idle",
    ),
    (
        "kiosque_healthy",
        Sort::Gauge,
        "1 when /health answers 200, else 0",
    ),
    (
        "kiosque_resident_bytes",
        Sort::Gauge,
        "Memory of this process that is in RAM",
    ),
];

/// Kinds of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Counter,
    Gauge,
    Histogram,
}

/// Where figures are served; `None` when they are not collected.
///
/// # Errors
/// In words, for an address that is none, or that strangers could reach without the switch for it.
pub(crate) fn address(settings: &Metrics) -> anyhow::Result<Option<SocketAddr>> {
    if settings.listen.is_empty() {
        return Ok(None);
    }
    let numbers = settings.listen.replacen("localhost:", "127.0.0.1:", 1);
    let address: SocketAddr = numbers.parse().context(
        "metrics.listen is an address in numbers with a port, such as 127.0.0.1:9464 or [::1]:9464",
    )?;
    if !settings.allow_public && !is_private(address.ip()) {
        bail!(
            "metrics.listen = \"{}\" could be read by strangers; use a loopback or private address, or set \
             metrics.allow_public = true when a firewall stands before it",
            settings.listen
        );
    }
    Ok(Some(address))
}

/// True for addresses that only this machine or its own network can reach.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            // 100.64.0.0/10 is the inside of a provider's or an overlay network.
            let shared = matches!(ip.octets(), [100, 64..=127, ..]);
            ip != Ipv4Addr::UNSPECIFIED
                && (ip.is_loopback() || ip.is_private() || ip.is_link_local() || shared)
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

fn builder() -> anyhow::Result<PrometheusBuilder> {
    let builder = PrometheusBuilder::new().with_recommended_naming(true);
    Ok(builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BOUNDS)?)
}

fn describe() {
    for (name, sort, words) in FIGURES {
        match sort {
            Sort::Counter => describe_counter!(name, words),
            Sort::Gauge => describe_gauge!(name, words),
            Sort::Histogram => describe_histogram!(name, words),
        }
    }
}

/// Begins to collect figures and serves them, where the settings say so. Called inside the runtime.
pub(crate) fn start(engine: &Engine) -> anyhow::Result<()> {
    let Some(address) = address(&engine.config.metrics)? else {
        return Ok(());
    };
    let handle = builder()?.install_recorder()?;
    describe();
    gauge!("kiosque_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let upkeep = handle.clone();
    actix_web::rt::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    let engine = engine.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(engine.clone()))
            .app_data(web::Data::new(handle.clone()))
            .route("/metrics", web::get().to(page))
    });
    let server = server.workers(1).disable_signals().bind(address);
    let server = server.with_context(|| format!("metrics.listen: cannot listen on {address}"))?;
    actix_web::rt::spawn(server.run());
    Ok(())
}

/// `GET /metrics`; what is not counted as it happens is looked up now.
async fn page(engine: web::Data<Engine>, handle: web::Data<PrometheusHandle>) -> HttpResponse {
    let report = engine.health.report().await;
    gauge!("kiosque_healthy").set(f64::from(u8::from(report.is_well())));
    let (mail, now) = (engine.mailer.is_configured(), engine.clock.ts());
    match engine
        .database
        .read(move |c| queues::read(c, mail, now))
        .await
    {
        Ok(queues) => queues.iter().for_each(show),
        Err(error) => tracing::warn!(%error, "metrics: queues not read"),
    }
    let (open, idle) = engine.database.connections();
    gauge!("kiosque_database_connections", "state" => "used").set(f64::from(open - idle.min(open)));
    gauge!("kiosque_database_connections", "state" => "idle").set(f64::from(idle));
    if let Some(bytes) = resident() {
        gauge!("kiosque_resident_bytes").set(bytes);
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(handle.render())
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
fn show(queue: &queues::Queue) {
    gauge!("kiosque_queue_waiting", "queue" => queue.name).set(queue.waiting as f64);
    gauge!("kiosque_queue_failed", "queue" => queue.name).set(queue.failed as f64);
    gauge!("kiosque_queue_overdue_seconds", "queue" => queue.name).set(queue.overdue as f64);
}

/// Resident memory in bytes, where `/proc` tells.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn listening(listen: &str, allow_public: bool) -> anyhow::Result<Option<SocketAddr>> {
        address(&Metrics {
            listen: listen.to_owned(),
            allow_public,
        })
    }

    #[test]
    fn figures_are_off_by_default_and_refused_to_strangers() {
        assert_eq!(listening("", false).expect("off"), None);
        for private in [
            "127.0.0.1:9464",
            "localhost:9464",
            "[::1]:9464",
            "10.1.2.3:9",
            "192.168.0.7:9",
            "172.20.0.2:9",
            "[fd00::7]:9",
            "100.100.1.1:9",
        ] {
            assert!(listening(private, false).expect(private).is_some());
        }
        for public in [
            "0.0.0.0:9464",
            "[::]:9464",
            "203.0.113.9:9464",
            "8.8.8.8:1",
            "[2001:db8::1]:1",
            "[::ffff:8.8.8.8]:1",
        ] {
            let refused = listening(public, false).expect_err(public).to_string();
            assert!(refused.contains("allow_public"), "{refused}");
            assert!(listening(public, true).expect(public).is_some());
        }
        for none in ["9464", "metrics.example.org:9464", "127.0.0.1"] {
            assert!(listening(none, true).is_err(), "{none}");
        }
    }

    #[test]
    fn counters_end_in_total_and_times_have_buckets() {
        let recorder = builder().expect("builder").build_recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            describe();
            metrics::counter!("kiosque_deliveries", "outcome" => "delivered").increment(2);
            metrics::histogram!("kiosque_database_wait_seconds", "kind" => "read").record(0.003);
        });
        handle.run_upkeep();
        let text = handle.render();
        for line in [
            "# TYPE kiosque_deliveries_total counter",
            "kiosque_deliveries_total{outcome=\"delivered\"} 2",
            "# TYPE kiosque_database_wait_seconds histogram",
            "kiosque_database_wait_seconds_bucket{kind=\"read\",le=\"0.005\"} 1",
            "kiosque_database_wait_seconds_bucket{kind=\"read\",le=\"0.0025\"} 0",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
    }

    /// The names that a source counts or measures under.
    fn used(source: &str, found: &mut BTreeSet<String>) {
        for call in ["counter!(", "gauge!(", "histogram!("] {
            for (at, _) in source.match_indices(call) {
                let rest = source[at + call.len()..].trim_start();
                let name = rest.strip_prefix('"').and_then(|r| r.split('"').next());
                let name = name.filter(|name| name.starts_with("kiosque_"));
                found.extend(name.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_figure_is_described_and_written_down_for_operators() {
        let mut found = BTreeSet::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("folder").flatten() {
                let path = entry.path();
                match path.extension().and_then(|e| e.to_str()) {
                    _ if path.is_dir() => folders.push(path),
                    Some("rs") => used(&std::fs::read_to_string(path).expect("source"), &mut found),
                    _ => {}
                }
            }
        }
        assert!(found.len() >= 8, "{found:?}");
        for name in &found {
            assert!(FIGURES.iter().any(|(known, _, _)| known == name), "{name}");
        }
        let page = include_str!("../../../config/metrics.md");
        for (name, sort, words) in FIGURES {
            let suffix = if sort == Sort::Counter { "_total" } else { "" };
            let row = format!(
                "| `{name}{suffix}` | {} | {words} |",
                format!("{sort:?}").to_lowercase()
            );
            assert!(page.contains(&row), "config/metrics.md lacks\n{row}");
        }
    }
}
