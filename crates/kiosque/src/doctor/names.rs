//! The name of each site, as the world's name servers know it.

use super::Finding;
use federation::Lookup;
use std::net::SocketAddr;

/// What the name leads to, and the public addresses, with the port of the site.
pub(crate) async fn check(host: &str, lookup: &Lookup) -> (Finding, Vec<SocketAddr>) {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, port.parse().unwrap_or(443)),
        None => (host, 443),
    };
    if federation::is_reserved(host) {
        return (
            Finding::warn("names", "names-reserved").about(host),
            Vec::new(),
        );
    }
    let found = match lookup(name.to_owned()).await {
        Ok(found) if found.is_empty() => Err("no address".to_owned()),
        Ok(found) => Ok(found),
        Err(error) => Err(error.to_string()),
    };
    let addresses = match found {
        Ok(addresses) => addresses,
        Err(reason) => {
            let finding = Finding::fail("names", "names-unknown").with("reason", reason);
            return (finding.about(host), Vec::new());
        }
    };
    let all: Vec<String> = addresses.iter().map(|a| a.ip().to_string()).collect();
    let public = addresses
        .iter()
        .filter(|a| federation::address::is_public(a.ip()));
    let public: Vec<SocketAddr> = public.map(|a| SocketAddr::new(a.ip(), port)).collect();
    let finding = match public.len() == addresses.len() {
        true => Finding::ok("names", "names-public"),
        // One private address is enough for other servers to keep away.
        false => Finding::fail("names", "names-private"),
    };
    (
        finding.about(host).with("addresses", all.join(", ")),
        public,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn answering(addresses: &'static [&'static str]) -> Lookup {
        Arc::new(move |_| {
            Box::pin(async move {
                match addresses {
                    ["error"] => Err(std::io::Error::other("no such name")),
                    all => Ok(all
                        .iter()
                        .map(|ip| SocketAddr::new(ip.parse().expect("address"), 0))
                        .collect()),
                }
            })
        })
    }

    #[tokio::test]
    async fn a_name_is_public_private_unknown_or_of_tests_only() {
        for (host, addresses, code, kept) in [
            (
                "raffinerie.example.org",
                &["192.88.98.1"][..],
                "names-public",
                1,
            ),
            (
                "raffinerie.example.org",
                &["8.8.8.8", "2606:4700::1111"],
                "names-public",
                2,
            ),
            (
                "raffinerie.example.org",
                &["8.8.8.8", "10.0.0.1"],
                "names-private",
                1,
            ),
            ("raffinerie.example.org", &["127.0.0.1"], "names-private", 0),
            ("raffinerie.example.org", &[], "names-unknown", 0),
            ("raffinerie.example.org", &["error"], "names-unknown", 0),
            (
                "raffinerie.localhost:8536",
                &["8.8.8.8"],
                "names-reserved",
                0,
            ),
        ] {
            let (found, public) = check(host, &answering(addresses)).await;
            assert_eq!((found.code, public.len()), (code, kept), "{addresses:?}");
        }
        let (_, public) = check("a.example.org:8443", &answering(&["8.8.8.8"])).await;
        assert_eq!(public[0].port(), 8443);
    }
}
