//! Settings that are fit for a test and dangerous in service.

use super::Finding;
use crate::config::Config;
use crate::engine::Engine;
use crate::figures;
use std::net::{IpAddr, SocketAddr};

/// What can be seen without the database.
pub(crate) fn check(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |finding: Finding, about: &str| found.push(finding.about(about));
    if config.federation.local_test {
        say(
            Finding::warn("settings", "settings-test"),
            "federation.local_test",
        );
    }
    if config.federation.namespace == Config::default().federation.namespace {
        say(
            Finding::warn("settings", "settings-namespace"),
            "federation.namespace",
        );
    }
    if is_open(&config.listen) {
        say(Finding::warn("settings", "settings-listen"), "listen");
    }
    if config
        .trusted_proxies
        .iter()
        .any(|proxy| proxy.ends_with("/0"))
    {
        say(
            Finding::fail("settings", "settings-proxies"),
            "trusted_proxies",
        );
    }
    if config.accounts.limits_factor > 1 {
        let finding = Finding::warn("settings", "settings-limits");
        say(
            finding.with("n", config.accounts.limits_factor),
            "accounts.limits_factor",
        );
    }
    if config.mail.kind == "smtp" && config.mail.tls == "none" && !is_loopback(&config.mail.host) {
        match config.mail.user.is_empty() {
            true => say(Finding::warn("settings", "settings-mail-clear"), "mail.tls"),
            false => say(
                Finding::fail("settings", "settings-mail-password"),
                "mail.tls",
            ),
        }
    }
    match figures::address(&config.metrics) {
        Ok(Some(address)) if !figures::is_private(address.ip()) => {
            say(
                Finding::warn("settings", "settings-metrics"),
                "metrics.listen",
            );
        }
        Ok(_) => {}
        Err(error) => {
            let finding = Finding::fail("settings", "settings-metrics-refused");
            say(finding.with("reason", error.to_string()), "metrics.listen");
        }
    }
    let level = config.log.level.to_ascii_lowercase();
    if level.contains("debug") || level.contains("trace") {
        say(Finding::warn("settings", "settings-log"), "log.level");
    }
    if found.is_empty() {
        found.push(Finding::ok("settings", "settings-safe"));
    }
    found
}

/// What the sites add to it.
pub(crate) fn check_sites(engine: &Engine) -> Vec<Finding> {
    let sites = engine.sites.all();
    let sites = sites
        .iter()
        .map(|site| (site.scheme.as_str(), site.host.as_str()));
    judge_sites(sites, !engine.config.trusted_proxies.is_empty())
}

/// `proxied`: a proxy is named in the settings.
fn judge_sites<'a>(
    sites: impl Iterator<Item = (&'a str, &'a str)>,
    mut proxied: bool,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut any = false;
    for (scheme, host) in sites {
        any = true;
        if scheme == "http" && !federation::is_reserved(host) {
            found.push(Finding::fail("settings", "settings-http").about(host));
        }
        // This server speaks no TLS, so somebody stands in front.
        if scheme == "https" && !federation::is_reserved(host) && !proxied {
            found.push(Finding::warn("settings", "settings-proxy").about("trusted_proxies"));
            proxied = true;
        }
    }
    if !any {
        found.push(Finding::warn("settings", "settings-no-site"));
    }
    found
}

/// True when the whole Internet may reach an address that is meant for a proxy.
fn is_open(listen: &str) -> bool {
    let address: Option<SocketAddr> = listen.parse().ok();
    address.is_some_and(|address| !figures::is_private(address.ip()))
}

fn is_loopback(host: &str) -> bool {
    let ip: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(change: impl Fn(&mut Config)) -> Vec<&'static str> {
        let mut config = Config::default();
        config.federation.namespace = "https://raffinerie.example.org/ns#".to_owned();
        change(&mut config);
        check(&config).iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn each_danger_is_named_and_ordinary_settings_are_safe() {
        let safe = ["settings-safe"];
        assert_eq!(codes(|_| {}), safe);
        assert_eq!(codes(|c| c.federation.local_test = true), ["settings-test"]);
        let default = Config::default().federation.namespace;
        assert_eq!(
            codes(|c| c.federation.namespace.clone_from(&default)),
            ["settings-namespace"]
        );
        assert_eq!(
            codes(|c| c.listen = "0.0.0.0:80".to_owned()),
            ["settings-listen"]
        );
        assert_eq!(codes(|c| c.listen = "10.0.0.2:80".to_owned()), safe);
        assert_eq!(
            codes(|c| c.trusted_proxies = vec!["0.0.0.0/0".to_owned()]),
            ["settings-proxies"]
        );
        assert_eq!(
            codes(|c| c.trusted_proxies = vec!["10.0.0.0/8".to_owned()]),
            safe
        );
        assert_eq!(
            codes(|c| c.accounts.limits_factor = 100),
            ["settings-limits"]
        );
        assert_eq!(
            codes(|c| c.log.level = "info,federation=debug".to_owned()),
            ["settings-log"]
        );
        assert_eq!(
            codes(|c| c.metrics.listen = "0.0.0.0:9464".to_owned()),
            ["settings-metrics-refused"]
        );
        assert_eq!(
            codes(|c| c.metrics.listen = "127.0.0.1:9464".to_owned()),
            safe
        );
        let open = codes(|c| {
            c.metrics.listen = "0.0.0.0:9464".to_owned();
            c.metrics.allow_public = true;
        });
        assert_eq!(open, ["settings-metrics"]);
    }

    #[test]
    fn mail_in_clear_is_for_the_same_machine() {
        let mail = |host: &'static str, user: &'static str, tls: &'static str| {
            codes(|c| {
                c.mail.kind = "smtp".to_owned();
                c.mail.host = host.to_owned();
                c.mail.user = user.to_owned();
                c.mail.tls = tls.to_owned();
            })
        };
        assert_eq!(
            mail("mail.example.org", "ada", "starttls"),
            ["settings-safe"]
        );
        assert_eq!(
            mail("mail.example.org", "", "none"),
            ["settings-mail-clear"]
        );
        assert_eq!(
            mail("mail.example.org", "ada", "none"),
            ["settings-mail-password"]
        );
        assert_eq!(mail("127.0.0.1", "ada", "none"), ["settings-safe"]);
    }

    #[test]
    fn a_public_site_needs_https() {
        let judged = |sites: &[(&str, &str)], proxied: bool| -> Vec<&'static str> {
            let found = judge_sites(sites.iter().copied(), proxied);
            found.iter().map(|finding| finding.code).collect()
        };
        let codes = |sites: &[(&str, &str)]| judged(sites, true);
        let two = [("https", "a.example.org"), ("https", "b.example.org")];
        assert_eq!(judged(&two, false), ["settings-proxy"]);
        assert!(judged(&[("https", "a.localhost")], false).is_empty());
        assert!(codes(&[("https", "a.example.org"), ("http", "a.localhost")]).is_empty());
        assert_eq!(codes(&[("http", "a.example.org")]), ["settings-http"]);
        assert_eq!(codes(&[]), ["settings-no-site"]);
    }
}
