//! Federation: actors and their keys, the one fetch, the one ingest, the outbox and its deliveries,
//! follows, discovery.
//!
//! What comes in passes, in this order: the gate ([`gate`]: signature, digest, date, host, all before
//! any outgoing request), the received-id table, the durable inbox queue (202 to the sender), a worker,
//! and the kind's own ingest behind [`Content`]. What goes out is written with the change it tells
//! ([`outbox`]), expanded to one delivery per inbox, and sent host by host (`dispatch`, `deliver`, `reach`).
//!
//! From `activitypub_federation` come the published form of keys and WebFinger answers and one
//! configuration per site host; ARCHITECTURE.md says what is ours and why.

pub mod actor;
pub mod address;
mod backfill;
mod backlog;
pub mod barred;
mod block;
mod budget;
mod client;
mod content;
mod deliver;
mod discovery;
mod dispatch;
pub mod erased;
mod fetch;
pub mod follow;
mod gate;
mod housekeeping;
mod inbound;
mod lease;
mod meetings;
mod names;
mod notices;
pub mod outbox;
pub mod parked;
mod peer;
mod purpose;
mod reach;
mod reader;
mod resolve;
mod serve;
mod settings;
mod signer;
mod worker;
mod write;

pub use actor::{
    Actor, ActorState, FreshKey, NewActor, NewActorError, check_username, create_actor,
    create_instance_actor,
};
pub use backlog::{Backlog, BacklogAct, HostBacklog, Undelivered};
pub use barred::Barred;
pub use block::{
    AllowList, Block, BlockError, Blocked, Ties, block_in, is_under, lift_in, normal_host,
    ties_with,
};
pub use client::{Answer, Client, MAX_ANSWER, RequestError};
pub use content::{Content, Incoming, IngestError, Known, Scope};
pub use discovery::Software;
pub use fetch::FetchError;
pub use names::{Lookup, no_lookup, system_lookup};
pub use peer::{Peer, SignatureScheme};
pub use purpose::Purpose;
pub use reader::no_reader;
pub use reqwest::Method;
pub use resolve::ResolveError;
pub use serve::{activity_json, configure, wants_activity};
pub use settings::{Randomness, Settings};
pub use signatures::sealed::MasterKey;
pub use worker::Workers;

use crate::actor::KnownKey;
use block::Blocklist;
use budget::Budgets;
use meetings::Meetings;
use moka::future::Cache;
use sites::Sites;
use std::sync::Arc;
use std::time::Duration;
use store::{Clock, Database, Id, StoreError};
use tokio::sync::{Notify, Semaphore, watch};

/// Everything federation needs, cheap to clone; one for all sites of the process.
#[derive(Clone)]
pub struct Federation(pub(crate) Arc<Hub>);

pub(crate) struct Hub {
    pub(crate) settings: Settings,
    pub(crate) database: Database,
    pub(crate) sites: Sites,
    pub(crate) clock: Clock,
    pub(crate) randomness: Randomness,
    pub(crate) client: Client,
    pub(crate) seal: MasterKey,
    pub(crate) content: Arc<dyn Content>,
    /// Names this process where several share a database.
    pub(crate) process: String,
    /// Deliveries under way at once, over all hosts.
    pub(crate) slots: Semaphore,
    /// True once the workers are told to end.
    pub(crate) stopping: watch::Sender<bool>,
    /// Documents being delivered.
    pub(crate) documents: Cache<Id, deliver::Document>,
    /// Verifying keys by actor, for a minute.
    pub(crate) verifiers: Cache<String, Arc<Vec<KnownKey>>>,
    /// Parsed signing keys by actor.
    pub(crate) signers: Cache<Id, signatures::Signer>,
    /// Which signature scheme a host took last.
    pub(crate) schemes: Cache<String, SignatureScheme>,
    /// Actor fetches under way, so that a burst makes one request.
    pub(crate) fetching: Cache<String, Actor>,
    /// Actors that could not be had a moment ago (SIG-14).
    pub(crate) failures: Cache<String, ResolveError>,
    /// Actors whose key was asked again a moment ago (SIG-14).
    pub(crate) rechecked: Cache<String, Result<String, ResolveError>>,
    pub(crate) blocked: Blocklist,
    /// What others cost of late.
    pub(crate) budgets: Budgets,
    /// Hosts that were heard of within the last minute.
    pub(crate) received: Cache<String, ()>,
    /// People and published objects of a site, counted within the last minute: anybody may ask (DOS-11).
    pub(crate) counts: Cache<Id, (i64, i64)>,
    pub(crate) inbox_wake: Notify,
    pub(crate) outbox_wake: Notify,
    pub(crate) backfill_wake: Notify,
    pub(crate) index_wake: Notify,
    pub(crate) follower_wake: Notify,
    pub(crate) delivery_wake: Notify,
}

/// Why federation cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// HTTP client.
    #[error("no HTTP client: {0}")]
    Client(String),
    /// A switch for tests beside a public host name (SSRF-10).
    #[error("federation.local_test is for tests: {0} is a public host name")]
    LocalTest(String),
    /// The master key.
    #[error("unusable master key")]
    MasterKey,
}

impl Federation {
    /// Thirty-two fresh bytes.
    pub fn fresh_secret(&self) -> [u8; 32] {
        self.0.randomness.bytes()
    }

    /// Seals a secret at rest, under a name that opens nothing else.
    pub fn seal_secret(
        &self,
        secret: &[u8],
        name: &str,
    ) -> Result<String, signatures::sealed::SealError> {
        self.0.seal.seal(secret, name, self.0.randomness.bytes())
    }

    /// Opens it again.
    pub fn open_secret(
        &self,
        sealed: &str,
        name: &str,
    ) -> Result<Vec<u8>, signatures::sealed::SealError> {
        self.0.seal.open(sealed, name)
    }
}

impl Federation {
    /// Starts without workers; see [`Workers`].
    pub fn open(
        settings: Settings,
        database: Database,
        sites: Sites,
        clock: Clock,
        randomness: Randomness,
        lookup: Lookup,
        content: Arc<dyn Content>,
    ) -> Result<Self, StartError> {
        if settings.local_test {
            let public = sites
                .all()
                .into_iter()
                .find(|site| !is_reserved(&site.host));
            if let Some(site) = public {
                return Err(StartError::LocalTest(site.host.clone()));
            }
        }
        let blocked = Blocklist::default();
        blocked.replace(database.read_now(block::Rules::read)?);
        let budgets = Budgets::new(settings.limits_factor);
        let meetings = Meetings::new(database.clone(), clock.clone(), budgets.clone());
        let client = Client::new(&settings, sites.clone(), lookup, blocked.clone(), meetings)
            .map_err(StartError::Client)?;
        let seal = MasterKey::new(&settings.master_key).map_err(|_| StartError::MasterKey)?;
        let (short, memory) = if settings.fast {
            (Duration::from_secs(1), Duration::from_secs(1))
        } else {
            (Duration::from_secs(300), Duration::from_secs(600))
        };
        let process = randomness
            .bytes::<8>()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let slots = Semaphore::new(settings.delivery_concurrency.max(1));
        Ok(Self(Arc::new(Hub {
            settings,
            database,
            sites,
            clock,
            randomness,
            client,
            seal,
            content,
            process,
            slots,
            stopping: watch::Sender::new(false),
            documents: Cache::builder()
                .max_capacity(64)
                .time_to_live(Duration::from_secs(600))
                .build(),
            verifiers: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(60))
                .build(),
            signers: Cache::new(1_000),
            schemes: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(3_600))
                .build(),
            fetching: Cache::new(1_000),
            failures: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(memory)
                .build(),
            rechecked: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(short)
                .build(),
            received: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(60))
                .build(),
            counts: Cache::builder()
                .max_capacity(1_000)
                .time_to_live(Duration::from_secs(60))
                .build(),
            blocked,
            budgets,
            inbox_wake: Notify::new(),
            outbox_wake: Notify::new(),
            backfill_wake: Notify::new(),
            index_wake: Notify::new(),
            follower_wake: Notify::new(),
            delivery_wake: Notify::new(),
        })))
    }

    /// Tells the workers that something was written for them. Call it after the transaction.
    pub fn wake(&self) {
        self.0.outbox_wake.notify_one();
        self.0.delivery_wake.notify_one();
        self.0.inbox_wake.notify_one();
    }

    /// The key that seals private keys at rest.
    pub fn seal(&self) -> &MasterKey {
        &self.0.seal
    }

    /// The source of fresh keys.
    pub fn randomness(&self) -> &Randomness {
        &self.0.randomness
    }

    /// The client for every outgoing request of the server, feeds and calendars included.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Address of our own vocabulary.
    pub fn namespace(&self) -> &str {
        &self.0.settings.namespace
    }
}

/// Longest id or inbox that is kept, in bytes: the unique indexes of PostgreSQL take about 2,700.
const LONGEST_ID: usize = 2_000;

/// True when an id of another server fits into the tables; longer ones are refused where they come in.
pub(crate) fn is_keepable(uri: &str) -> bool {
    uri.len() <= LONGEST_ID
}

/// Names that the DNS never gives to anybody (RFC 2606, RFC 6761), with or without a port.
pub fn is_reserved(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    matches!(last, "localhost" | "test" | "example" | "invalid")
}
