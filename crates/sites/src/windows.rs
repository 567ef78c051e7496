//! Counting in sliding windows: who did something how often of late (AUTH-01, RATE-01, DOS-14).
//!
//! Own code rather than `governor`: its keyed limiter reads a clock of its own and its leaky bucket
//! refills while it is emptied (26 attempts pass within a window of 25); here `now` is a parameter
//! and a window of 25 is 25. In memory: a restart forgets, which an attacker cannot cause.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use store::Ts;

/// So many in so many seconds.
pub type Window = (usize, i64);

/// Most keys remembered: beyond it, the least recent are forgotten.
const MOST_KEYS: usize = 50_000;

/// The moments of one key, and how long they count.
#[derive(Debug, Default)]
struct Moments {
    at: VecDeque<i64>,
    memory: i64,
}

impl Moments {
    fn count_at(&self, now: i64) -> bool {
        self.at.back().is_some_and(|at| at + self.memory > now)
    }
}

/// Counts by key. Cheap to clone; the clones share the counts.
#[derive(Debug)]
pub struct Windows<K> {
    factor: usize,
    seen: Arc<Mutex<HashMap<K, Moments>>>,
}

impl<K> Clone for Windows<K> {
    fn clone(&self) -> Self {
        Self {
            factor: self.factor,
            seen: Arc::clone(&self.seen),
        }
    }
}

impl<K: Hash + Eq> Windows<K> {
    /// Each window as asked for, `factor` times as high (1 in service; more for a load test).
    pub fn new(factor: usize) -> Self {
        Self {
            factor: factor.max(1),
            seen: Arc::default(),
        }
    }

    /// Counts one, or says after how many seconds one may succeed. What is refused does not count.
    pub fn check(&self, key: K, windows: &[Window], now: Ts) -> Result<(), u64> {
        self.check_at(key, windows, 100, now)
    }

    /// [`Windows::check`] with each window at so many percent of its height, one at least.
    pub fn check_at(&self, key: K, windows: &[Window], percent: usize, now: Ts) -> Result<(), u64> {
        let now = now.0.timestamp_millis();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST_KEYS && !seen.contains_key(&key) {
            make_room(&mut seen, now);
        }
        let moments = seen.entry(key).or_default();
        let longest = windows.iter().map(|(_, seconds)| *seconds).max();
        moments.memory = longest.unwrap_or(0) * 1_000;
        let memory = moments.memory;
        while moments.at.front().is_some_and(|at| at + memory <= now) {
            moments.at.pop_front();
        }
        for (most, seconds) in windows {
            let most = (most * self.factor * percent / 100).max(1);
            // The one that must leave the window before another may enter.
            let leaves = moments.at.len().checked_sub(most);
            let Some(oldest) = leaves.and_then(|at| moments.at.get(at)) else {
                continue;
            };
            let wait = oldest + seconds * 1_000 - now;
            if wait > 0 {
                return Err(u64::try_from((wait + 999) / 1_000).unwrap_or(1));
            }
        }
        moments.at.push_back(now);
        Ok(())
    }
}

/// Forgets what no longer counts; where all counts, the tenth that was seen least recently.
fn make_room<K: Hash + Eq>(seen: &mut HashMap<K, Moments>, now: i64) {
    seen.retain(|_, moments| moments.count_at(now));
    if seen.len() < MOST_KEYS {
        return;
    }
    let mut last: Vec<i64> = seen
        .values()
        .filter_map(|moments| moments.at.back().copied())
        .collect();
    last.sort_unstable();
    let cut = last.get(MOST_KEYS / 10).copied().unwrap_or(now);
    seen.retain(|_, moments| moments.at.back().is_some_and(|at| *at > cut));
}
