//! Time and fresh keys come in as a parameter: one clock, made in the binary, advanced by hand in tests.

use crate::{Id, Ts};
use chrono::{DateTime, Utc};
use std::sync::{Arc, Mutex};
use uuid::{ContextV7, Timestamp, Uuid};

/// Says what time it is.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// A clock that asks `now` each time.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }

    /// The time as a column value.
    pub fn ts(&self) -> Ts {
        Ts::new(self.now())
    }

    /// A fresh key that carries the present time.
    pub fn id(&self) -> Id {
        fresh_id(self.now())
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// Counts the keys of one millisecond.
static COUNTER: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// A fresh key for a row made at `now`, greater than every key made before it by this process:
/// queues are read in the order of their keys, within a millisecond and after the clock went back too.
pub fn fresh_id(now: DateTime<Utc>) -> Id {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Id(Uuid::new_v7(Timestamp::from_unix(
        &COUNTER,
        seconds,
        now.timestamp_subsec_nanos(),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_in_the_order_they_were_made() {
        let now = DateTime::from_timestamp(1_796_000_000, 5_000_000).unwrap_or_default();
        let mut keys: Vec<Id> = (0..2_000).map(|_| fresh_id(now)).collect();
        keys.push(fresh_id(now - chrono::Duration::hours(1)));
        keys.push(fresh_id(now + chrono::Duration::hours(1)));
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
