//! Limits on attempts (AUTH-01, RATE-01): a sliding window over the moments of past attempts.
//!
//! Own code rather than `governor`: its keyed limiter reads a clock of its own and its leaky bucket
//! refills while it is emptied (26 attempts pass within a window of 25); here `now` is a parameter
//! and a window of 25 is 25. In memory: a restart forgets, which an attacker cannot cause.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Id, Ts};

/// What is counted. Counts of different kinds do not touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// Log-ins, and other pages that take a password or a link's token, by address: 25 in 5 minutes.
    LogInAddress,
    /// Passwords tried on one account, from wherever: 25 in an hour.
    LogInAccount,
    /// Sign-ups by address: 5 in 30 minutes, 10 a day.
    SignUpAddress,
    /// Requests for a reset by address: 5 in 30 minutes, 10 a day.
    ResetAddress,
    /// Letters that a visitor can cause to one recipient: 5 in an hour, 10 a day.
    Recipient,
    /// Invitations by one account: 20 in an hour, 50 a day.
    Invitation,
    /// Other servers asked in a visitor's name ("follow from my server"), by address: 10 in 5 minutes.
    LookUp,
}

/// So many attempts in so many seconds.
type Window = (usize, i64);

impl LimitKind {
    fn windows(self) -> &'static [Window] {
        match self {
            Self::LogInAddress => &[(25, 300)],
            Self::LogInAccount => &[(25, 3_600)],
            Self::SignUpAddress | Self::ResetAddress => &[(5, 1_800), (10, 86_400)],
            Self::Recipient => &[(5, 3_600), (10, 86_400)],
            Self::Invitation => &[(20, 3_600), (50, 86_400)],
            Self::LookUp => &[(10, 300)],
        }
    }

    /// Seconds after which an attempt no longer counts.
    fn memory(self) -> i64 {
        self.windows()
            .iter()
            .map(|(_, seconds)| *seconds)
            .max()
            .unwrap_or(0)
    }
}

/// Most keys remembered: beyond it, the least recent are forgotten.
const MOST_KEYS: usize = 50_000;

#[derive(Debug, PartialEq, Eq, Hash, Clone)]
struct Key {
    kind: LimitKind,
    site: Option<Id>,
    who: String,
}

/// Counts attempts. Cheap to clone; the clones share the counts.
#[derive(Debug, Clone)]
pub struct Limits {
    factor: usize,
    seen: Arc<Mutex<HashMap<Key, VecDeque<i64>>>>,
}

impl Limits {
    /// The limits above, each `factor` times as high (1 in service; more for a load test).
    pub fn new(factor: usize) -> Self {
        Self {
            factor: factor.max(1),
            seen: Arc::default(),
        }
    }

    /// Counts an attempt, or says after how many seconds one may succeed. A refused attempt does
    /// not count. `site` is `None` for what is counted over the whole server.
    pub fn check(&self, kind: LimitKind, site: Option<Id>, who: &str, now: Ts) -> Result<(), u64> {
        let now = now.0.timestamp_millis();
        // A key is bounded whatever the request brought.
        let key = Key {
            kind,
            site,
            who: who.chars().take(320).collect(),
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST_KEYS && !seen.contains_key(&key) {
            make_room(&mut seen, now);
        }
        let moments = seen.entry(key).or_default();
        while moments
            .front()
            .is_some_and(|at| at + kind.memory() * 1_000 <= now)
        {
            moments.pop_front();
        }
        for (most, seconds) in kind.windows() {
            let most = most * self.factor;
            // The attempt that must leave the window before another may enter.
            let Some(oldest) = moments
                .len()
                .checked_sub(most)
                .and_then(|at| moments.get(at))
            else {
                continue;
            };
            let wait = oldest + seconds * 1_000 - now;
            if wait > 0 {
                return Err(u64::try_from((wait + 999) / 1_000).unwrap_or(1));
            }
        }
        moments.push_back(now);
        Ok(())
    }
}

/// Forgets what no longer counts; where all counts, the tenth that was seen least recently.
fn make_room(seen: &mut HashMap<Key, VecDeque<i64>>, now: i64) {
    seen.retain(|key, moments| {
        moments
            .back()
            .is_some_and(|at| at + key.kind.memory() * 1_000 > now)
    });
    if seen.len() < MOST_KEYS {
        return;
    }
    let mut last: Vec<i64> = seen
        .values()
        .filter_map(|moments| moments.back().copied())
        .collect();
    last.sort_unstable();
    let cut = last.get(MOST_KEYS / 10).copied().unwrap_or(now);
    seen.retain(|_, moments| moments.back().is_some_and(|at| *at > cut));
}

/// The key of an address: IPv6 by /64, which is what one line has (AUTH-02).
pub fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}
