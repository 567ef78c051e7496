//! What others may cost: requests to third parties caused by strangers or by one activity, hosts met
//! under one domain, activities taken from one actor or host (DOS-07, DOS-14, RATE-01).
//!
//! Where somebody is turned away they hear for how long (429 with `Retry-After`), and only they: each
//! count has a key of its own, and nobody is counted under a name that was not verified but those who
//! are not known at all.

use sites::{Window, Windows};
use std::sync::atomic::{AtomicUsize, Ordering};
use store::Ts;

/// Requests to other servers that one activity may cause, from the gate to its effect (DOS-07).
pub(crate) const MOST_REQUESTS: usize = 20;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Cost {
    /// Actors asked for because of deliveries of one address that no known key verifies.
    StrangersOfAddress,
    /// The same by the domain that they say they are from.
    StrangersOfDomain,
    /// Verified activities of one actor.
    Actor,
    /// Verified activities of one host.
    Host,
    /// Hosts of one registrable domain asked for the first time.
    NewHosts,
}

impl Cost {
    fn windows(self) -> &'static [Window] {
        match self {
            Self::StrangersOfAddress => &[(300, 300)],
            Self::StrangersOfDomain => &[(120, 300)],
            Self::Actor => &[(1_000, 300)],
            Self::Host => &[(3_000, 300)],
            Self::NewHosts => &[(200, 3_600)],
        }
    }
}

/// Counts what others cost. Cheap to clone; the clones share the counts.
#[derive(Debug, Clone)]
pub(crate) struct Budgets(Windows<(Cost, String)>);

impl Budgets {
    /// The figures above, each `factor` times as high.
    pub(crate) fn new(factor: usize) -> Self {
        Self(Windows::new(factor))
    }

    /// Counts one, or says after how many seconds there is room again.
    pub(crate) fn spend(&self, cost: Cost, who: &str, now: Ts) -> Result<(), u64> {
        let who: String = who.chars().take(320).collect();
        let spent = self.0.check((cost, who), cost.windows(), now);
        if spent.is_err() {
            metrics::counter!("kiosque_budget_refused", "cost" => cost.label()).increment(1);
        }
        spent
    }
}

impl Cost {
    fn label(self) -> &'static str {
        match self {
            Self::StrangersOfAddress => "strangers_of_address",
            Self::StrangersOfDomain => "strangers_of_domain",
            Self::Actor => "actor",
            Self::Host => "host",
            Self::NewHosts => "new_hosts",
        }
    }
}

/// The part of a host's name that one has to register: two labels, or three below the short second
/// labels of countries (`co.uk`, `com.au`). No list of suffixes is kept: where this is too wide, such
/// as for blogs under one name, the hosts share a figure that they do not reach.
pub(crate) fn registrable(authority: &str) -> &str {
    let name = authority.split(':').next().unwrap_or(authority);
    let mut dots = name.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else {
        return name;
    };
    let country = name.len() - last - 1 == 2;
    let short = last - second - 1 <= 3;
    match dots.next() {
        Some(third) if country && short => &name[third + 1..],
        None if country && short => name,
        _ => &name[second + 1..],
    }
}

tokio::task_local! {
    /// Requests that what is being done may still cause.
    static LEFT: AtomicUsize;
}

/// Does something that may cause so many requests to other servers and no more.
pub(crate) async fn within<F: Future>(most: usize, work: F) -> F::Output {
    LEFT.scope(AtomicUsize::new(most), work).await
}

/// Takes one request; false when there is none left. What is not done within a figure has no end.
pub(crate) fn take_request() -> bool {
    let take = |left: &AtomicUsize| {
        let less = |left: usize| left.checked_sub(1);
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .is_ok()
    };
    LEFT.try_with(take).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dos_07_hosts_of_one_owner_are_counted_as_one() {
        for (host, domain) in [
            ("example.org", "example.org"),
            ("a.b.c.example.org", "example.org"),
            ("a.example.org:8443", "example.org"),
            ("evil.test", "evil.test"),
            ("n1.evil.test", "evil.test"),
            ("a.co.uk", "a.co.uk"),
            ("x.a.co.uk", "a.co.uk"),
            ("x.a.com.au", "a.com.au"),
            ("co.uk", "co.uk"),
            ("x.mairie.fr", "mairie.fr"),
            ("localhost", "localhost"),
            ("", ""),
        ] {
            assert_eq!(registrable(host), domain, "{host}");
        }
    }

    #[test]
    fn dos_07_one_piece_of_work_takes_so_many_requests() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("runtime");
        runtime.block_on(async {
            let taken = within(3, async { (0..5).filter(|_| take_request()).count() }).await;
            assert_eq!(taken, 3);
            assert!((0..100).all(|_| take_request()), "nobody counts outside");
        });
    }
}
