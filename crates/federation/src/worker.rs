//! The workers: inbox, expansion of the outbox, deliveries, housekeeping. Each sleeps until something is written
//! for it or the next retry is due; an idle server does nothing.

use crate::Federation;
use chrono::Duration as Span;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use store::{Id, Ts};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Running workers. Dropping it does not stop them; [`Workers::stop`] does, gracefully.
pub struct Workers {
    stop: Arc<watch::Sender<bool>>,
    handles: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts the workers on the current runtime.
    pub fn start(hub: &Federation) -> Self {
        let (stop, told) = watch::channel(false);
        let handles = vec![
            tokio::spawn(inbox(hub.clone(), told.clone())),
            tokio::spawn(outbox(hub.clone(), told.clone())),
            tokio::spawn(backfill(hub.clone(), told.clone())),
            tokio::spawn(deliveries(hub.clone(), told.clone())),
            tokio::spawn(housekeeping(hub.clone(), told)),
        ];
        Self {
            stop: Arc::new(stop),
            handles,
        }
    }

    /// Lets each finish what it has begun, then ends it.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for handle in self.handles {
            let _ = handle.await;
        }
    }
}

/// Waits this long after an error of the database, so that it can come back.
const AFTER_ERROR: Duration = Duration::from_secs(5);
/// Looks for newly due deliveries this often while others are under way.
const WHILE_BUSY: Duration = Duration::from_millis(500);
/// How long something written by another process may wait unseen.
const GLANCE: Duration = Duration::from_secs(5);
/// Never sleeps longer, in case the machine's clock was moved.
const LONGEST: Duration = Duration::from_secs(3_600);

fn until(hub: &Federation, due: Option<Ts>) -> Duration {
    let Some(due) = due else { return LONGEST };
    let wait = due.0 - hub.0.clock.now();
    wait.max(Span::milliseconds(5))
        .to_std()
        .unwrap_or(LONGEST)
        .min(LONGEST)
}

/// Received activities under way at once, of as many actors: a slow server holds up its own only.
const RECEIVING: usize = 8;

async fn inbox(hub: Federation, mut stop: watch::Receiver<bool>) {
    let mut under_way = FuturesUnordered::new();
    let mut busy: HashSet<Id> = HashSet::new();
    while !*stop.borrow() {
        let mut wait = LONGEST;
        if busy.len() < RECEIVING {
            match hub.due_received(2 * RECEIVING as i64).await {
                Ok(due) => {
                    for received in due {
                        if busy.len() < RECEIVING && busy.insert(received.id) {
                            let (hub, id) = (hub.clone(), received.id);
                            under_way.push(async move { (id, hub.take_turn(received).await) });
                        }
                    }
                    wait = if busy.is_empty() {
                        until(&hub, hub.next_inbox_at().await.ok().flatten())
                    } else {
                        WHILE_BUSY
                    };
                }
                Err(error) => {
                    tracing::error!(%error, "inbox worker");
                    wait = AFTER_ERROR;
                }
            }
        }
        tokio::select! {
            Some((id, done)) = under_way.next(), if !busy.is_empty() => {
                busy.remove(&id);
                if let Err(error) = done {
                    tracing::error!(%error, "received activity not put off");
                }
            }
            () = hub.0.inbox_wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
    while under_way.next().await.is_some() {}
}

async fn outbox(hub: Federation, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let wait = match hub.expand_waiting().await {
            // The command line writes too, from a process of its own: one look at an empty index.
            Ok(0) if hub.0.settings.fast => GLANCE / 10,
            Ok(0) => GLANCE,
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(%error, "outbox worker");
                AFTER_ERROR
            }
        };
        tokio::select! {
            () = hub.0.outbox_wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn backfill(hub: Federation, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let wait = match hub.backfill_due().await {
            Ok(0) => until(&hub, hub.next_backfill_at().await.ok().flatten()),
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(%error, "backfill worker");
                AFTER_ERROR
            }
        };
        tokio::select! {
            () = hub.0.backfill_wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn deliveries(hub: Federation, mut stop: watch::Receiver<bool>) {
    let limit = hub.0.settings.delivery_concurrency.max(1);
    let mut under_way = FuturesUnordered::new();
    let mut busy: HashSet<Id> = HashSet::new();
    while !*stop.borrow() {
        let mut wait = LONGEST;
        if busy.len() < limit {
            match hub.due_deliveries(2 * limit as i64).await {
                Ok(due) => {
                    for delivery in due {
                        if busy.len() < limit && busy.insert(delivery.id) {
                            let (hub, id) = (hub.clone(), delivery.id);
                            under_way.push(async move { (id, hub.deliver(delivery).await) });
                        }
                    }
                    // Lanes under way count as due until their outcome is written.
                    wait = if busy.is_empty() {
                        until(&hub, hub.next_delivery_at().await.ok().flatten())
                    } else {
                        WHILE_BUSY
                    };
                }
                Err(error) => {
                    tracing::error!(%error, "delivery worker");
                    wait = AFTER_ERROR;
                }
            }
        }
        tokio::select! {
            Some((id, done)) = under_way.next(), if !busy.is_empty() => {
                busy.remove(&id);
                if let Err(error) = done {
                    tracing::error!(%error, "outcome of a delivery not written");
                }
            }
            () = hub.0.delivery_wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
    while under_way.next().await.is_some() {}
}

/// Old traces are cleared this often.
const CLEARING: Duration = Duration::from_secs(6 * 3_600);

async fn housekeeping(hub: Federation, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = hub.purge().await {
            tracing::error!(%error, "housekeeping");
        }
        tokio::select! {
            () = tokio::time::sleep(CLEARING) => {}
            _ = stop.changed() => {}
        }
    }
}
