//! What the operator may set. Every key has a default: the program runs without a file.
//!
//! A file (`--config kiosque.toml`) and the environment (`KIOSQUE__MAIL__HOST`) override the
//! defaults; `kiosque config` prints them all with these explanations.

use anyhow::Context;
use doku::Document;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use url::Url;

/// The whole configuration.
#[derive(Debug, Clone, Deserialize, Document)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Address and port to listen on. Behind a reverse proxy, keep it on the loopback.
    #[doku(example = "127.0.0.1:8536")]
    pub(crate) listen: String,
    /// `sqlite://path/to/file.db` (embedded) or `postgres://user:password@host/database`.
    /// Empty: an embedded database in the data folder.
    #[doku(example = "")]
    pub(crate) database: String,
    /// Connections to the database, 1 to 32.
    #[doku(example = "4")]
    pub(crate) connections: u32,
    /// Folder for pictures, the embedded database and the key that protects private keys.
    #[doku(as = "String", example = "data")]
    pub(crate) data: PathBuf,
    /// How visitors reach new sites: `https`, `http`, or `auto` (http for names that only tests and
    /// demonstrations have, https otherwise).
    #[doku(example = "auto")]
    pub(crate) scheme: String,
    /// Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed.
    #[doku(example = "127.0.0.1")]
    pub(crate) trusted_proxies: Vec<String>,
    /// Where the source code of this very server is, for `/source` and NodeInfo (AGPL, section 13):
    /// the repository of your version, when you changed it. Empty: `/source` says whom to ask.
    #[doku(example = "")]
    pub(crate) source: String,
    /// Whom to tell of a weakness of this server, in `/.well-known/security.txt`: an address that begins with
    /// `mailto:` or `https:`. Empty: each site's own contact address.
    #[doku(example = "")]
    pub(crate) security_contact: String,
    /// Federation.
    pub(crate) federation: Federation,
    /// Mail.
    pub(crate) mail: Mail,
    /// Accounts.
    pub(crate) accounts: Accounts,
    /// What is written while running.
    pub(crate) log: Log,
    /// Figures for Prometheus.
    pub(crate) metrics: Metrics,
}

/// Federation.
#[derive(Debug, Clone, Deserialize, Document)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Federation {
    /// For tests and demonstrations only: plain http, loopback addresses, the names in `hosts`.
    /// Refused as soon as a site has a public host name.
    #[doku(example = "false")]
    pub(crate) local_test: bool,
    /// Short waits between retries; with `local_test` only.
    #[doku(example = "false")]
    pub(crate) fast: bool,
    /// Names resolved by this program, with `local_test` only.
    #[doku(skip)]
    pub(crate) hosts: HashMap<String, String>,
    /// Address of the vocabulary that documents refer to. Keep it once federation has begun.
    #[doku(example = "https://kiosque.example/ns#")]
    pub(crate) namespace: String,
    /// Deliveries to other servers under way at once.
    #[doku(example = "256")]
    pub(crate) concurrency: usize,
    /// Multiplies what other servers may cost (activities and questions in five minutes); 1 in service.
    #[doku(example = "1")]
    pub(crate) limits_factor: usize,
}

/// Mail.
#[derive(Debug, Clone, Deserialize, Document)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Mail {
    /// `none`, `smtp`, `sendmail`, or `folder` (messages are written into `folder`).
    #[doku(example = "none")]
    pub(crate) kind: String,
    /// Host of the mail server.
    #[doku(example = "mail.example.org")]
    pub(crate) host: String,
    /// Port; 0 for the usual one.
    #[doku(example = "0")]
    pub(crate) port: u16,
    /// `none`, `starttls` or `implicit`.
    #[doku(example = "starttls")]
    pub(crate) tls: String,
    /// Log-in at the mail server; empty for none.
    #[doku(example = "")]
    pub(crate) user: String,
    /// Its password.
    #[doku(example = "")]
    pub(crate) password: String,
    /// Sender's address.
    #[doku(example = "kiosque@example.org")]
    pub(crate) from: String,
    /// Folder for `kind = "folder"`.
    #[doku(example = "")]
    pub(crate) folder: String,
    /// Seconds before a mail server is given up.
    #[doku(example = "30")]
    pub(crate) timeout: u64,
}

/// Accounts.
#[derive(Debug, Clone, Deserialize, Document)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Accounts {
    /// Memory for one password hash, in MiB: 19 at least, 64 where the machine has it.
    #[doku(example = "19")]
    pub(crate) password_memory: u32,
    /// Multiplies the limits on attempts (log-ins, sign-ups); 1 in service.
    #[doku(example = "1")]
    pub(crate) limits_factor: usize,
}

/// What is written while running.
#[derive(Debug, Clone, Deserialize, Document)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// `error`, `warn`, `info`, `debug`, or rules such as `info,federation=debug`.
    #[doku(example = "info")]
    pub(crate) level: String,
    /// `text` or `json`.
    #[doku(example = "text")]
    pub(crate) format: String,
}

/// Figures for Prometheus.
#[derive(Debug, Clone, Default, Deserialize, Document)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Metrics {
    /// Address in numbers and port that serve `/metrics`; empty for none. Reachable from this
    /// machine or its own network only, unless `allow_public` is set.
    #[doku(example = "")]
    pub(crate) listen: String,
    /// Serve figures on a public address all the same; they have no password.
    #[doku(example = "false")]
    pub(crate) allow_public: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8536".to_owned(),
            database: String::new(),
            connections: 4,
            data: PathBuf::from("data"),
            scheme: "auto".to_owned(),
            trusted_proxies: Vec::new(),
            source: String::new(),
            security_contact: String::new(),
            federation: Federation::default(),
            mail: Mail::default(),
            accounts: Accounts::default(),
            log: Log::default(),
            metrics: Metrics::default(),
        }
    }
}

impl Default for Federation {
    fn default() -> Self {
        Self {
            local_test: false,
            fast: false,
            hosts: HashMap::new(),
            namespace: "https://kiosque.example/ns#".to_owned(),
            concurrency: 256,
            limits_factor: 1,
        }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            kind: "none".to_owned(),
            host: String::new(),
            port: 0,
            tls: "starttls".to_owned(),
            user: String::new(),
            password: String::new(),
            from: String::new(),
            folder: String::new(),
            timeout: 30,
        }
    }
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            password_memory: 19,
            limits_factor: 1,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            format: "text".to_owned(),
        }
    }
}

impl Config {
    /// Reads the file, if any, and the environment over the defaults.
    pub(crate) fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut builder = config::Config::builder();
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("KIOSQUE")
            .separator("__")
            .try_parsing(true);
        Ok(builder.add_source(environment).build()?.try_deserialize()?)
    }

    /// Where the database is.
    pub(crate) fn database(&self) -> String {
        if self.database.is_empty() {
            format!("sqlite://{}", self.data.join("kiosque.db").display())
        } else {
            self.database.clone()
        }
    }

    /// Where the source code is, when the operator says so.
    pub(crate) fn source(&self) -> anyhow::Result<Option<Url>> {
        let text = self.source.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let url = Url::parse(text).context("source")?;
        let web = matches!(url.scheme(), "http" | "https");
        anyhow::ensure!(web, "source: an address that begins with https://");
        Ok(Some(url))
    }

    /// Whom to tell of a weakness, when the operator says so.
    pub(crate) fn security_contact(&self) -> anyhow::Result<Option<String>> {
        let text = self.security_contact.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let url = Url::parse(text).context("security_contact")?;
        let fits = matches!(url.scheme(), "mailto" | "https");
        anyhow::ensure!(
            fits,
            "security_contact: an address that begins with mailto: or https:"
        );
        Ok(Some(url.into()))
    }

    /// The scheme under which a host is reached.
    pub(crate) fn scheme_of(&self, host: &str) -> &'static str {
        match self.scheme.as_str() {
            "http" => "http",
            "https" => "https",
            _ if federation::is_reserved(host) => "http",
            _ => "https",
        }
    }
}

/// The default configuration as a documented file.
pub(crate) fn documented() -> String {
    doku::to_toml::<Config>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_file_holds_every_key_and_is_read_back() {
        let text = documented();
        for key in [
            "listen",
            "database",
            "data",
            "scheme",
            "source",
            "[federation]",
            "namespace",
            "[mail]",
            "tls",
            "[log]",
        ] {
            assert!(text.contains(key), "{key} in:\n{text}");
        }
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("kiosque.toml");
        std::fs::write(&file, &text).expect("written");
        let read = Config::read(Some(&file)).expect("the documented file is valid");
        assert_eq!(read.listen, Config::default().listen);
    }

    #[test]
    fn an_unknown_key_is_an_error_and_not_a_silence() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("kiosque.toml");
        std::fs::write(&file, "lisen = \"127.0.0.1:1\"\n").expect("written");
        assert!(Config::read(Some(&file)).is_err());
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\n").expect("written");
        assert_eq!(
            Config::read(Some(&file)).expect("read").listen,
            "127.0.0.1:1"
        );
    }

    #[test]
    fn the_source_is_a_web_address_or_nothing() {
        let with = |source: &str| Config {
            source: source.to_owned(),
            ..Config::default()
        };
        assert_eq!(with("").source().expect("empty"), None);
        let url = with("https://code.example/kiosque").source().expect("read");
        assert_eq!(url.expect("some").as_str(), "https://code.example/kiosque");
        for wrong in ["code.example", "javascript:alert(1)", "file:///etc/passwd"] {
            assert!(with(wrong).source().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_security_contact_is_a_mail_or_web_address_or_nothing() {
        let with = |contact: &str| Config {
            security_contact: contact.to_owned(),
            ..Config::default()
        };
        assert_eq!(with(" ").security_contact().expect("empty"), None);
        for right in [
            "mailto:security@example.org",
            "https://example.org/security",
        ] {
            let read = with(right).security_contact().expect("read");
            assert_eq!(read.as_deref(), Some(right));
        }
        for wrong in [
            "security@example.org",
            "http://example.org/",
            "javascript:x",
        ] {
            assert!(with(wrong).security_contact().is_err(), "{wrong}");
        }
        // It is one line, whatever was written.
        let read = with("mailto:a@b.test\nContact: x").security_contact();
        assert!(!read.expect("read").expect("some").contains('\n'));
    }

    #[test]
    fn only_names_of_tests_are_reached_by_http() {
        let config = Config::default();
        assert_eq!(config.scheme_of("raffinerie.localhost:8536"), "http");
        assert_eq!(config.scheme_of("raffinerie.example.org"), "https");
    }
}
