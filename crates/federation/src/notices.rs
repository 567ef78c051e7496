//! Telling the other processes on one PostgreSQL that there is work (`NOTIFY`), and hearing it from them.
//!
//! An embedded database has one server process, which tells itself; what the command line writes beside it is found
//! by a glance of the outbox worker.

use crate::Federation;
use std::time::Duration;
use store::{Conn, StoreError};
use tokio::sync::watch;

/// How often arrived notices are looked at: a read of a socket, no query.
const LOOK: Duration = Duration::from_millis(100);
/// Waits this long before a lost connection is made anew.
const ANEW: Duration = Duration::from_secs(5);

/// Says, at the commit of this transaction, that there is work.
pub(crate) fn tell(conn: &mut Conn) -> Result<(), StoreError> {
    store::notify(conn)
}

/// Wakes the workers when another process has written something for them.
pub(crate) async fn listen(hub: Federation, mut stop: watch::Receiver<bool>) {
    if hub.0.database.is_embedded() {
        return;
    }
    let mut ear = None;
    while !*stop.borrow() {
        let mut wait = LOOK;
        match ear.as_mut() {
            None => match hub.0.database.listen().await {
                Ok(fresh) => {
                    ear = Some(fresh);
                    hub.wake();
                }
                Err(error) => {
                    tracing::warn!(%error, "no notices from other processes");
                    wait = ANEW;
                }
            },
            Some(open) => match open.heard() {
                Ok(true) => hub.wake(),
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "the connection for notices was lost");
                    ear = None;
                    wait = ANEW;
                }
            },
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
}
