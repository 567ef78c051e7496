//! `kiosque doctor`: what is wrong with this server, and what to do about it.

use crate::config::Config;
use crate::doctor::{self, Finding, Verdict};
use anyhow::Context;
use clap::Args;
use mail::EmailAddress;
use std::process::ExitCode;
use ui::Lang;

/// Arguments.
#[derive(Args)]
pub(crate) struct Doctor {
    /// Language of the report: `fr`, else English.
    #[arg(long, env = "LANG", hide_env_values = true, default_value = "en")]
    language: String,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
    /// Also send a letter to this address.
    #[arg(long, value_name = "ADDRESS")]
    send: Option<String>,
}

/// Prints the report; the exit code is 1 when something fails.
pub(crate) fn run(config: Config, arguments: &Doctor) -> anyhow::Result<ExitCode> {
    let lang = arguments.language.parse().unwrap_or(Lang::En);
    let send = arguments.send.as_deref().map(EmailAddress::parse);
    let send = send.transpose().context("--send")?;
    let found = doctor::examine(config, send.as_ref(), lang);
    print!("{}", report(&found, lang, arguments.json));
    Ok(match is_well(&found) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn is_well(found: &[Finding]) -> bool {
    found.iter().all(|finding| finding.verdict != Verdict::Fail)
}

fn report(found: &[Finding], lang: Lang, json: bool) -> String {
    if json {
        let findings: Vec<_> = found.iter().map(|finding| finding.document(lang)).collect();
        let document = serde_json::json!({ "ok": is_well(found), "findings": findings });
        return format!("{document:#}\n");
    }
    let count = |verdict| {
        found
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    };
    let mut text: String = found.iter().map(|f| f.lines(lang) + "\n").collect();
    text.push('\n');
    text.push_str(&lang.ta(
        "doctor-summary",
        &[
            ("ok", count(Verdict::Ok).into()),
            ("warn", count(Verdict::Warn).into()),
            ("fail", count(Verdict::Fail).into()),
        ],
    ));
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_fails_and_a_warning_does_not() {
        let warn = Finding::warn("mail", "mail-none");
        let fail = Finding::fail("key", "key-open");
        assert!(is_well(std::slice::from_ref(&warn)));
        assert!(!is_well(&[warn.clone(), fail.clone()]));
        let json: serde_json::Value =
            serde_json::from_str(&report(&[warn.clone(), fail.clone()], Lang::Fr, true))
                .expect("JSON");
        assert_eq!(json["ok"], false);
        assert_eq!(json["findings"][1]["code"], "key-open");
        let text = report(&[warn, fail], Lang::Fr, false);
        assert!(
            text.trim_end().ends_with('.') && text.contains("échec"),
            "{text}"
        );
    }

    #[test]
    fn a_server_that_was_never_started_is_examined_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("folder");
        let config = Config {
            data: folder.path().join("data"),
            ..Config::default()
        };
        let found = doctor::examine(config, None, Lang::En);
        let codes: Vec<_> = found.iter().map(|finding| finding.code).collect();
        for code in ["key-missing", "database-behind", "server-unseen"] {
            assert!(codes.contains(&code), "{codes:?}");
        }
        assert!(is_well(&found));
        assert_eq!(std::fs::read_dir(folder.path()).expect("folder").count(), 0);
    }

    #[test]
    fn a_server_in_service_is_examined_to_the_end() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let folder = tempfile::tempdir().expect("folder");
        let mut config = Config {
            data: folder.path().to_owned(),
            ..Config::default()
        };
        config.federation.local_test = true;
        drop(crate::engine::Engine::open(config.clone()).expect("started once"));
        let database = store::Database::open(&config.database(), 1).expect("database");
        let new = sites::NewSite {
            host: "ours.localhost:1".to_owned(),
            scheme: "http".to_owned(),
            name: "Ours".to_owned(),
            language: "fr".to_owned(),
            timezone: chrono_tz::Europe::Paris,
            about: sites::About::default(),
        };
        let now = store::Ts::new(chrono::DateTime::UNIX_EPOCH);
        database
            .write_now(|c| sites::Site::create(c, &new, now))
            .expect("site");
        let found = doctor::examine(config, None, Lang::En);
        let codes: Vec<_> = found.iter().map(|finding| finding.code).collect();
        for code in [
            "settings-test",
            "key-private",
            "database-current",
            "database-whole",
            "queue-flows",
            "mail-none",
            "clock-nobody",
            "names-reserved",
            "outside-unreachable",
        ] {
            assert!(codes.contains(&code), "{code} in {codes:?}");
        }
        assert!(is_well(&found), "{}", report(&found, Lang::En, false));
    }
}
