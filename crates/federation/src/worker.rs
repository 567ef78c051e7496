//! The workers: inbox, expansion of the outbox, deliveries, housekeeping. Each sleeps until something is written
//! for it or the next retry is due; an idle server does nothing.

use crate::Federation;
use chrono::Duration as Span;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use store::{StoreError, Ts};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Running workers. [`Workers::stop`] ends them gracefully; dropping them ends them wherever they are.
pub struct Workers {
    hub: Federation,
    stop: Arc<watch::Sender<bool>>,
    handles: Vec<JoinHandle<()>>,
    _threads: Threads,
}

/// Ends without waiting, so that it may be dropped anywhere.
struct Threads(Option<Runtime>);

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Threads of the workers: signing takes most of their time, and no page waits for it.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8))
}

impl Workers {
    /// Starts the workers, on threads of their own: those that serve pages sign nothing.
    ///
    /// # Panics
    /// When the system gives no threads.
    pub fn start(hub: &Federation) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads())
            .thread_name("federation")
            .enable_all()
            .build()
            .expect("the system gives threads");
        let (stop, told) = watch::channel(false);
        hub.0.stopping.send_replace(false);
        let on = runtime.handle();
        let handles = vec![
            on.spawn(inbox(hub.clone(), told.clone())),
            on.spawn(outbox(hub.clone(), told.clone())),
            on.spawn(backfill(hub.clone(), told.clone())),
            on.spawn(crate::follow::index::run(hub.clone(), told.clone())),
            on.spawn(deliveries(hub.clone(), told.clone())),
            on.spawn(claims(hub.clone(), told.clone())),
            on.spawn(crate::notices::listen(hub.clone(), told.clone())),
            on.spawn(housekeeping(hub.clone(), told.clone())),
            on.spawn(crate::block::watch_blocks(hub.clone(), told)),
        ];
        Self {
            hub: hub.clone(),
            stop: Arc::new(stop),
            handles,
            _threads: Threads(Some(runtime)),
        }
    }

    /// Lets each finish what it has begun, then ends it.
    pub async fn stop(self) {
        self.hub.0.stopping.send_replace(true);
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

/// While turns are under way the queue is looked at no more often than this: each delivery wakes the worker, and a look
/// reads what waits.
const LOOK: Duration = Duration::from_millis(5);
/// Turns of actors under way at once, and of one server among them: a slow one holds up its own only.
const RECEIVING: usize = 64;
const RECEIVING_PER_HOST: usize = 8;
/// The inbox keeps order per actor, so one process of several works through it.
const INBOX: &str = "inbox";

async fn inbox(hub: Federation, mut stop: watch::Receiver<bool>) {
    let mut under_way = FuturesUnordered::new();
    let mut busy: HashSet<String> = HashSet::new();
    let mut hosts: HashMap<String, usize> = HashMap::new();
    let mut look_from = Instant::now();
    while !*stop.borrow() {
        let mut wait = LONGEST;
        let early = look_from.saturating_duration_since(Instant::now());
        if !busy.is_empty() && !early.is_zero() {
            wait = early;
        } else if busy.len() <= RECEIVING / 2 {
            // Asked for anew when half of it is done: a look costs more than a turn.
            look_from = Instant::now() + LOOK;
            match next_turns(&hub, &busy).await {
                Ok(Some(turns)) => {
                    for turn in turns {
                        let Some(first) = turn.first() else { continue };
                        let (lane, host) = (first.lane(), first.host().to_owned());
                        let of_host = hosts.entry(host.clone()).or_default();
                        if busy.len() >= RECEIVING || *of_host >= RECEIVING_PER_HOST {
                            continue;
                        }
                        *of_host += 1;
                        busy.insert(lane.clone());
                        let hub = hub.clone();
                        under_way.push(async move { (lane, host, hub.take_turn(turn).await) });
                    }
                    wait = if busy.is_empty() {
                        until(&hub, hub.next_inbox_at().await.ok().flatten())
                    } else {
                        WHILE_BUSY
                    };
                }
                // Another process holds the inbox: look again when its lease may have ended.
                Ok(None) => wait = hub.lease(),
                Err(error) => {
                    tracing::error!(%error, "inbox worker");
                    wait = AFTER_ERROR;
                }
            }
            if !hub.0.database.is_embedded() {
                wait = wait.min(hub.lease() / 3);
            }
        }
        tokio::select! {
            Some((lane, host, done)) = under_way.next(), if !busy.is_empty() => {
                busy.remove(&lane);
                if let Some(count) = hosts.get_mut(&host) {
                    *count -= 1;
                    if *count == 0 {
                        hosts.remove(&host);
                    }
                }
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
    if let Err(error) = hub.let_lease_go(INBOX).await {
        tracing::warn!(%error, "lease of the inbox not given up");
    }
}

/// Turns for this process, or nothing when another one does the work.
async fn next_turns(
    hub: &Federation,
    busy: &HashSet<String>,
) -> Result<Option<Vec<crate::inbound::Turn>>, StoreError> {
    if !hub.holds(INBOX).await? {
        return Ok(None);
    }
    hub.due_received(busy.clone()).await.map(Some)
}

async fn outbox(hub: Federation, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let wait = match hub.expand_waiting().await {
            // The command line writes too, from a process of its own: one look at an empty index.
            Ok(0) if hub.0.settings.fast => GLANCE / 10,
            Ok(0) => GLANCE.min(hub.lease() / 3),
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(%error, "outbox worker");
                AFTER_ERROR
            }
        };
        tokio::select! {
            () = hub.0.outbox_wake.notified() => {}
            () = tokio::time::sleep(wait) => {
                if let Err(error) = hub.wake_for_due().await {
                    tracing::error!(%error, "outbox worker");
                }
            }
            _ = stop.changed() => {}
        }
    }
    if let Err(error) = hub.let_lease_go("outbox").await {
        tracing::warn!(%error, "lease of the outbox not given up");
    }
}

impl Federation {
    /// Wakes the workers for what the command line made due. With an embedded database nothing else tells them.
    async fn wake_for_due(&self) -> Result<(), StoreError> {
        if !self.0.database.is_embedded() {
            return Ok(());
        }
        let now = self.0.clock.ts();
        if self.next_host_at().await?.is_some_and(|at| at <= now) {
            self.0.delivery_wake.notify_one();
        }
        if self.has_due_received(now).await? {
            self.0.inbox_wake.notify_one();
        }
        Ok(())
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

/// Hosts served at once. A task that waits costs little; what is sent at once is bounded by `concurrency`.
const HOSTS: usize = 512;
/// Hosts that are due are not looked for more often than this, unless something wakes the worker.
const SHORTEST: Duration = Duration::from_millis(100);
/// Hosts claimed in one go.
const CLAIM: usize = 64;

async fn deliveries(hub: Federation, mut stop: watch::Receiver<bool>) {
    if let Err(error) = hub.free_claims().await {
        tracing::error!(%error, "claims of an earlier process not freed");
    }
    let mut under_way = FuturesUnordered::new();
    while !*stop.borrow() {
        let mut wait = LONGEST;
        let free = HOSTS.saturating_sub(under_way.len()).min(CLAIM);
        if free > 0 {
            match hub.claim_hosts(i64::try_from(free).unwrap_or(1)).await {
                Ok(hosts) => {
                    let all = hosts.len() < free;
                    for host in hosts {
                        let hub = hub.clone();
                        under_way.push(async move {
                            let (served, name) = (hub.clone(), host.clone());
                            let task = tokio::spawn(async move { served.serve_host(&name).await });
                            let failed = match task.await {
                                Ok(Ok(())) => return,
                                Ok(Err(error)) => error.to_string(),
                                Err(_) => "it made its worker fail".to_owned(),
                            };
                            tracing::error!(host, failed, "deliveries to a host ended early");
                            if let Err(error) = hub.drop_claim(&host).await {
                                tracing::error!(host, %error, "its claim was not given back");
                            }
                        });
                    }
                    if !all {
                        continue;
                    }
                    // A host may be due and wait for a place all the same, behind others that fail (DOS-09).
                    let next = hub.next_host_at().await.ok().flatten();
                    wait = until(&hub, next).max(SHORTEST);
                }
                Err(error) => {
                    tracing::error!(%error, "delivery worker");
                    wait = AFTER_ERROR;
                }
            }
            if !hub.0.database.is_embedded() {
                wait = wait.min(hub.lease());
            }
        }
        tokio::select! {
            Some(()) = under_way.next(), if !under_way.is_empty() => {}
            () = hub.0.delivery_wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
    while under_way.next().await.is_some() {}
}

/// Renews what this process claimed. A task that failed leaves its claim to expire: renewed are only those of tasks
/// that live, because a claim is given back by its task.
async fn claims(hub: Federation, mut stop: watch::Receiver<bool>) {
    if hub.0.database.is_embedded() {
        return;
    }
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(hub.lease() / 3) => {}
            _ = stop.changed() => {}
        }
        if let Err(error) = hub.renew_claims().await {
            tracing::warn!(%error, "claims not renewed");
        }
    }
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
