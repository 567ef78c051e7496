//! What the operator decides about federation.

use sites::Proxies;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

/// Settings of this room, filled in by the binary from its configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Tests and demos only: plain http, loopback addresses and the names in `hosts`.
    /// The binary refuses it beside a public host name (SSRF-10).
    pub local_test: bool,
    /// Names resolved by us, each to an address; with `local_test` only.
    pub hosts: HashMap<String, SocketAddr>,
    /// Short waits between retries; with `local_test` only.
    pub fast: bool,
    /// Address under which our own vocabulary is defined, stable and independent of any instance.
    pub namespace: String,
    /// Encrypts private keys at rest; kept outside the database.
    pub master_key: [u8; 32],
    /// Sent with each request, with the address of the site that asks.
    pub user_agent: String,
    /// Deliveries under way at once, over all hosts.
    pub delivery_concurrency: usize,
    /// Whose `X-Forwarded-For` is believed (AUTH-02).
    pub proxies: Proxies,
    /// Multiplies what other servers may cost (RATE-01); 1 in service, more for a load test.
    pub limits_factor: usize,
}

impl Settings {
    /// Waits before the next try of a delivery or of received work, by attempts so far.
    ///
    /// 10 s, 1 min, 5 min, 30 min, 2 h, 6 h, then each 12 h: seven days in all.
    pub fn backoff(&self, attempts: i32) -> Duration {
        const STEPS: [u64; 6] = [10, 60, 300, 1_800, 7_200, 21_600];
        let step = usize::try_from(attempts.max(1) - 1).unwrap_or(0);
        let seconds = STEPS.get(step).copied().unwrap_or(43_200);
        if self.fast {
            Duration::from_millis(100 * (step as u64 + 1).min(20))
        } else {
            Duration::from_secs(seconds)
        }
    }

    /// How long a delivery is tried before it is given up.
    pub const PATIENCE: chrono::Duration = chrono::Duration::days(7);
}

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Fresh random bytes, given by the binary; fixed in tests.
#[derive(Clone)]
pub struct Randomness(std::sync::Arc<Fill>);

impl Randomness {
    /// Bytes come from `fill`.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(std::sync::Arc::new(fill))
    }

    /// `N` fresh bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

impl std::fmt::Debug for Randomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Randomness")
    }
}
