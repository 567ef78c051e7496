//! The release binary, with a database and a site of its own.

use crate::wire::{Wire, request};
use anyhow::{Context, bail, ensure};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use store::Database;
use tempfile::TempDir;
use tokio::process::{Child, Command};

const PASSWORD: &str = "une phrase assez longue";

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) host: String,
    pub(crate) address: SocketAddr,
    pub(crate) database: Database,
    token: String,
    _folder: TempDir,
}

impl Server {
    /// Starts one at a free port. `far` names the hosts behind a sink; an empty `postgres` means SQLite.
    pub(crate) async fn start(
        binary: &Path,
        name: &str,
        postgres: &str,
        far: &[(String, SocketAddr)],
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let host = format!("{name}.localhost:{port}");
        let database = if postgres.is_empty() {
            format!("sqlite://{}/kiosque.db", folder.path().display())
        } else {
            crate::rows::fresh_postgres(postgres, &format!("load_{name}_{port}"))?
        };
        let mut hosts = String::new();
        for (name, address) in far {
            hosts.push_str(&format!("\"{name}\" = \"{address}\"\n"));
        }
        let config = folder.path().join("kiosque.toml");
        std::fs::write(
            &config,
            format!(
                "listen = \"127.0.0.1:{port}\"\ndatabase = \"{database}\"\ndata = \"{}\"\nscheme = \"http\"\n\
                 [log]\nlevel = \"error\"\n[federation]\nlocal_test = true\nlimits_factor = 1000000\n[federation.hosts]\n{hosts}",
                folder.path().join("data").display()
            ),
        )?;
        let kiosque = || {
            let mut command = Command::new(binary);
            command.arg("--config").arg(&config);
            command
        };
        let made = kiosque()
            .args([
                "site",
                "add",
                "--host",
                &host,
                "--name",
                "Mesure",
                "--admin-password",
                PASSWORD,
            ])
            .args([
                "--admin-email",
                "mesure@mesure.localhost",
                "--followers",
                "automatic",
            ])
            .output()
            .await?;
        ensure!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let child = kiosque().arg("serve").kill_on_drop(true).spawn()?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut server = Self {
            child,
            host,
            address,
            database: Database::open(&database, 2)?,
            token: String::new(),
            _folder: folder,
        };
        server.settle_in().await?;
        Ok(server)
    }

    async fn settle_in(&mut self) -> anyhow::Result<()> {
        for _ in 0..400 {
            if Wire::open(self.address).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let entry = serde_json::json!({"email": "mesure@mesure.localhost", "password": PASSWORD});
        let session = self.call("POST", "/api/v1/session", &entry).await?;
        self.token = session["token"].as_str().context("no token")?.to_owned();
        let agenda = serde_json::json!({"username": "mesure", "name": "Mesure", "summary": ""});
        self.call("POST", "/api/v1/agendas", &agenda).await?;
        Ok(())
    }

    /// One call of the JSON API.
    pub(crate) async fn call(
        &self,
        method: &str,
        target: &str,
        body: &serde_json::Value,
    ) -> anyhow::Result<serde_json::Value> {
        let mut wire = Wire::open(self.address).await?;
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![
            ("Content-Type", "application/json"),
            ("Connection", "close"),
        ];
        if !self.token.is_empty() {
            headers.push(("Authorization", &bearer));
        }
        let body = if method == "GET" {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let answer = wire
            .ask(&request(method, &self.host, target, &headers, &body))
            .await?;
        let text = String::from_utf8_lossy(&answer.body);
        if !(200..300).contains(&answer.status()) {
            bail!("{method} {target}: {} {text}", answer.status());
        }
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// A page, as the administrator sees it.
    pub(crate) async fn page(&self, target: &str) -> anyhow::Result<String> {
        let mut wire = Wire::open(self.address).await?;
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("Accept", "text/html"),
            ("Authorization", bearer.as_str()),
            ("Connection", "close"),
        ];
        let answer = wire
            .ask(&request("GET", &self.host, target, &headers, &[]))
            .await?;
        ensure!(answer.status() == 200, "{target}: {}", answer.status());
        Ok(String::from_utf8_lossy(&answer.body).into_owned())
    }

    /// Publishes an event of the agenda's.
    pub(crate) async fn publish(&self, title: &str) -> anyhow::Result<()> {
        let start = chrono::Days::new(30);
        let day = crate::now().date_naive() + start;
        let event = serde_json::json!({
            "title": title, "start": format!("{day}T20:00"), "end": format!("{day}T22:00"),
            "description": "Une soirée pour se retrouver, discuter et jouer. ".repeat(10),
        });
        self.call("POST", "/api/v1/agendas/mesure/events", &event)
            .await?;
        Ok(())
    }

    /// Resident memory now, and the most it was, in MB.
    pub(crate) fn memory(&self) -> (f64, f64) {
        let id = self.child.id().unwrap_or_default();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = |name: &str| {
            let found = status.lines().find(|line| line.starts_with(name));
            let kilobytes = found.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
            kilobytes.unwrap_or(0.0_f64) / 1024.0
        };
        (line("VmRSS"), line("VmHWM"))
    }
}
