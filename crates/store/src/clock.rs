//! Time and fresh keys come in as a parameter: one clock, made in the binary, advanced by hand in tests.

use crate::{Id, Ts};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use uuid::{NoContext, Timestamp, Uuid};

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

/// A fresh key for a row made at `now`.
pub fn fresh_id(now: DateTime<Utc>) -> Id {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Id(Uuid::new_v7(Timestamp::from_unix(
        NoContext,
        seconds,
        now.timestamp_subsec_nanos(),
    )))
}
