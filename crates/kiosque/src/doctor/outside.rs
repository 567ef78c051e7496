//! Whether this server answers at its own public address, asked through the checked client that other
//! servers' documents are fetched with. What a router lets through from elsewhere cannot be known from here.

use super::Finding;
use federation::{Client, Method, Purpose, RequestError};
use serde_json::Value;
use url::Url;

pub(crate) async fn check(base: &str, client: &Client) -> Finding {
    let Ok(url) = Url::parse(&format!("{base}/health")) else {
        return Finding::fail("outside", "outside-unknown").about(base);
    };
    let answer = client
        .send(Purpose::Checkup, Method::GET, &url, &[], None, 65_536)
        .await;
    let found = match answer {
        Ok(answer) => {
            let status = answer.status.as_u16();
            let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
            let ours =
                body.is_some_and(|body| body["status"].is_string() && body["queues"].is_object());
            match status {
                200 | 503 if ours => Finding::ok("outside", "outside-answers"),
                421 => Finding::fail("outside", "outside-host"),
                502..=504 => {
                    Finding::fail("outside", "outside-proxy").with("status", u32::from(status))
                }
                _ => Finding::fail("outside", "outside-other").with("status", u32::from(status)),
            }
        }
        Err(RequestError::Unreachable { reason, .. }) => {
            Finding::warn("outside", "outside-unreachable").with("reason", reason)
        }
        Err(_) => Finding::warn("outside", "outside-unknown"),
    };
    found.about(base)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use federation::Settings;
    use std::net::SocketAddr;
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// A server that gives every connection this answer.
    pub(crate) async fn serve(answer: &'static str) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("port");
        let address = listener.local_addr().expect("address");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4_096]).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        address
    }

    /// The client of a test server whose one known name leads to `address`.
    pub(crate) fn client_of(name: &str, address: SocketAddr) -> Client {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let settings = Settings {
            local_test: true,
            hosts: [(name.to_owned(), address)].into(),
            fast: true,
            namespace: String::new(),
            master_key: [0; 32],
            user_agent: "Kiosque (test)".to_owned(),
            delivery_concurrency: 1,
            proxies: sites::Proxies::default(),
            limits_factor: 1,
        };
        let database = store::trial::sqlite();
        let new = sites::NewSite {
            host: "ours.test".to_owned(),
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
        let sites = sites::Sites::open(database.clone()).expect("sites");
        let registry = publication::Registry::new(Vec::new(), sites.clone(), "");
        let federation = federation::Federation::open(
            settings,
            database,
            sites,
            store::Clock::new(|| chrono::DateTime::UNIX_EPOCH),
            federation::Randomness::new(|bytes| bytes.fill(1)),
            federation::no_lookup(),
            Arc::new(registry),
        );
        federation.expect("federation").client().clone()
    }

    async fn asked(answer: &'static str) -> &'static str {
        let client = client_of("ours.test", serve(answer).await);
        check("http://ours.test", &client.to_ourselves()).await.code
    }

    #[tokio::test]
    async fn our_own_address_is_answered_by_us_by_another_or_by_nobody() {
        let well = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 45\r\n\r\n{\"status\":\"ok\",\"database\":\"ok\",\"queues\":{}}  ";
        assert_eq!(asked(well).await, "outside-answers");
        let ill = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 33\r\n\r\n{\"status\":\"failing\",\"queues\":{}} ";
        assert_eq!(asked(ill).await, "outside-answers");
        let other = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(asked(other).await, "outside-other");
        let down = "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(asked(down).await, "outside-proxy");
        let lost =
            "HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(asked(lost).await, "outside-host");
        let nobody = client_of("ours.test", ([127, 0, 0, 1], 1).into());
        let found = check("http://ours.test", &nobody.to_ourselves()).await;
        assert_eq!(found.code, "outside-unreachable");
        // The client for everything else keeps away from us.
        let refused = check(
            "http://ours.test",
            &client_of("ours.test", serve(well).await),
        )
        .await;
        assert_eq!(refused.code, "outside-unknown");
    }
}
