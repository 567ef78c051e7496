//! The server under test beside the fake fediverse, with its clock in the test's hand.

use crate::fediverse::Fediverse;
use crate::happening::Happening;
use crate::message::Message;
use crate::peer::Peer;
use crate::wire::RawAnswer;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use chrono::{DateTime, Duration, Utc};
use federation::{
    Actor, Federation, FreshKey, Lookup, NewActor, NewActorError, Randomness, Settings, Software,
    Workers, create_actor, create_instance_actor,
};
use publication::{Audience, CommentPolicy, Kind, NewObject, Object, ObjectState, Registry};
use serde_json::Value;
use sites::{About, NewSite, Site, Sites};
use std::collections::HashMap;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use store::{Clock, Conn, Database, Id, StoreError, Ts};

/// How the server under test is set up.
#[derive(Clone)]
pub struct Options {
    /// Names of the fake hosts.
    pub hosts: Vec<&'static str>,
    /// See [`Settings::local_test`].
    pub local_test: bool,
    /// See [`Settings::fast`].
    pub fast: bool,
    /// Name resolution without `local_test`.
    pub lookup: Option<Lookup>,
    /// Host of the site.
    pub site: &'static str,
    /// Proxies in front of it.
    pub proxies: &'static [&'static str],
    /// See [`Settings::limits_factor`].
    pub limits_factor: usize,
    /// What it publishes, where that is not [`Happening`].
    pub kind: Option<Arc<dyn Kind>>,
}

impl Options {
    /// `ours.test` with fake hosts of these names.
    pub fn hosts(hosts: &[&'static str]) -> Self {
        Self {
            hosts: hosts.to_vec(),
            local_test: true,
            fast: false,
            lookup: None,
            site: "ours.test",
            proxies: &[],
            limits_factor: 1,
            kind: None,
        }
    }
}

/// One server under test.
pub struct World {
    /// Its database.
    pub database: Database,
    /// Its federation.
    pub federation: Federation,
    /// Its kinds.
    pub registry: Registry,
    /// Where it listens.
    pub address: SocketAddr,
    /// The other servers.
    pub fediverse: Fediverse,
    /// Its one site.
    pub site: Arc<Site>,
    /// The site's own actor.
    pub instance: Actor,
    /// An agenda of the site, called `agenda`.
    pub agenda: Actor,
    settings: Settings,
    lookup: Lookup,
    sites: Sites,
    clock: Arc<AtomicI64>,
    workers: Option<Workers>,
    server: actix_web::dev::ServerHandle,
}

/// Our actors' keys, the same in every test.
static KEYS: LazyLock<[FreshKey; 2]> = LazyLock::new(|| {
    let randomness = counted();
    [0, 1].map(|_| FreshKey::make(&randomness).expect("key"))
});

/// Bytes that look random and are the same each time.
fn counted() -> Randomness {
    let next = AtomicU64::new(1);
    Randomness::new(move |bytes| {
        for byte in bytes {
            let n = next.fetch_add(1, Ordering::Relaxed);
            *byte = (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8;
        }
    })
}

/// 2026-12-01T12:00:00Z, when every test begins.
const BEGIN: i64 = 1_796_126_400_000;

/// Runs a test on SQLite and, when there is one, on PostgreSQL.
pub fn on_both<F: Future<Output = ()>>(options: &Options, test: impl Fn(World) -> F) {
    store::trial::on_both(|database| run(database, options, &test));
}

/// Runs a test where the database does not matter: on SQLite.
pub fn each<F: Future<Output = ()>>(options: &Options, test: impl Fn(World) -> F) {
    run(store::trial::sqlite(), options, &test);
}

fn run<F: Future<Output = ()>>(database: Database, options: &Options, test: &impl Fn(World) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(async {
        let world = World::start(database, options).await;
        let (server, name) = (world.server.clone(), world.database.is_embedded());
        println!("on {}", if name { "SQLite" } else { "PostgreSQL" });
        test(world).await;
        server.stop(false).await;
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
}

impl World {
    /// Sets a server up on an empty database and starts it with its workers.
    pub async fn start(database: Database, options: &Options) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let fediverse = Fediverse::start(&options.hosts).await;
        let time = Arc::new(AtomicI64::new(BEGIN));
        let hand = Arc::clone(&time);
        let clock = Clock::new(move || {
            DateTime::from_timestamp_millis(hand.load(Ordering::SeqCst)).unwrap_or_default()
        });
        let settings = Settings {
            local_test: options.local_test,
            hosts: fediverse.hosts(),
            fast: options.fast,
            namespace: "https://ns.example.org/ns#".to_owned(),
            master_key: [7; 32],
            user_agent: "Kiosque (test)".to_owned(),
            delivery_concurrency: 8,
            proxies: sites::Proxies::parse(options.proxies).expect("networks"),
            limits_factor: options.limits_factor,
        };
        let new = NewSite {
            host: options.site.to_owned(),
            scheme: if options.local_test { "http" } else { "https" }.to_owned(),
            name: "Ours".to_owned(),
            language: "fr".to_owned(),
            timezone: chrono_tz::Europe::Paris,
            about: About::default(),
        };
        let now = clock.ts();
        database
            .write_now(|c| {
                let site = Site::create(c, &new, now)?;
                // Nobody clicks here: followers of the instance come in at once.
                let change = sites::SiteChange {
                    follower_policy: Some("automatic".to_owned()),
                    ..sites::SiteChange::default()
                };
                Site::change(c, site.id, &change)?;
                Ok::<_, StoreError>(site)
            })
            .expect("site");
        let sites = Sites::open(database.clone()).expect("sites");
        let kind = options.kind.clone().unwrap_or(Arc::new(Happening));
        let registry = Registry::new(vec![kind], sites.clone(), &settings.namespace);
        let lookup = options.lookup.clone().unwrap_or_else(federation::no_lookup);
        let federation = Federation::open(
            settings.clone(),
            database.clone(),
            sites.clone(),
            clock,
            counted(),
            Arc::clone(&lookup),
            Arc::new(registry.clone()),
        )
        .expect("federation");
        let site = sites.by_host(options.site).expect("site");
        let (seal, home) = (federation.seal(), Arc::clone(&site));
        let (instance, agenda) = database
            .write_now(|c| {
                let [first, second] = &*KEYS;
                let instance = create_instance_actor(c, &home, first, seal, now)?;
                let new = NewActor {
                    kind: "Group",
                    username: "agenda",
                    name: "Agenda",
                    summary: "",
                };
                let agenda = create_actor(c, &home, &new, second, seal, now)?;
                Ok::<_, NewActorError>((instance, agenda))
            })
            .expect("actors");
        sites.reload_now().expect("sites");
        let site = sites.by_id(site.id).expect("site");
        let (address, server) = serve(&database, &sites, &federation, &registry);
        let workers = Some(Workers::start(&federation));
        Self {
            database,
            federation,
            registry,
            address,
            fediverse,
            site,
            instance,
            agenda,
            settings,
            lookup,
            sites,
            clock: time,
            workers,
            server,
        }
    }

    /// The time on its clock.
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.clock.load(Ordering::SeqCst)).unwrap_or_default()
    }

    /// The same, as a column value.
    pub fn ts(&self) -> Ts {
        Ts::new(self.now())
    }

    /// Moves the clock on and lets the workers look.
    pub fn advance(&self, by: Duration) {
        self.clock
            .fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        self.federation.wake();
    }

    /// Another process on the same database, without workers; `user_agent` tells its requests from ours.
    pub fn second_process(&self, user_agent: &str) -> Federation {
        let hand = Arc::clone(&self.clock);
        let clock = Clock::new(move || {
            DateTime::from_timestamp_millis(hand.load(Ordering::SeqCst)).unwrap_or_default()
        });
        let settings = Settings {
            user_agent: user_agent.to_owned(),
            ..self.settings.clone()
        };
        Federation::open(
            settings,
            self.database.clone(),
            self.sites.clone(),
            clock,
            Randomness::new(|bytes| bytes.fill(9)),
            Arc::clone(&self.lookup),
            Arc::new(self.registry.clone()),
        )
        .expect("federation")
    }

    /// Ends the workers as a restart does.
    pub async fn stop_workers(&mut self) {
        if let Some(workers) = self.workers.take() {
            workers.stop().await;
        }
    }

    /// Starts them again.
    pub fn start_workers(&mut self) {
        self.workers = Some(Workers::start(&self.federation));
    }

    /// Changes the site's settings.
    pub fn change_site(&mut self, change: &sites::SiteChange) {
        let id = self.site.id;
        self.write(|c| Site::change(c, id, change));
        self.sites.reload_now().expect("sites");
        self.site = self.sites.by_id(id).expect("site");
    }

    /// Queries, now.
    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> T {
        self.database.read_now(work).expect("query")
    }

    /// One transaction, now.
    pub fn write<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> T {
        self.database.write_now(work).expect("transaction")
    }

    /// Waits until nothing due is left to do: received, to expand, to deliver. Fails after 30 s.
    pub async fn settle(&self) {
        let mut quiet = 0;
        for _ in 0..1_500 {
            quiet = if self.workers.is_none() || self.is_idle() {
                quiet + 1
            } else {
                0
            };
            if quiet == 4 {
                return;
            }
            self.federation.wake();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the workers do not come to rest");
    }

    /// An honest delivery to a path, signed by a peer; not sent yet.
    pub fn message(&self, peer: &Peer, target: &str, activity: &Value) -> Message {
        self.unsigned(target, activity)
            .sign(&peer.key, &peer.key_id)
    }

    /// The same before it is signed.
    pub fn unsigned(&self, target: &str, activity: &Value) -> Message {
        Message::post(&self.site.host, target, activity, self.now())
    }

    /// Delivers an activity to the shared inbox and waits until it took effect.
    pub async fn deliver(&self, peer: &Peer, activity: &Value) -> RawAnswer {
        let answer = self.send(&self.message(peer, "/inbox", activity)).await;
        self.settle().await;
        answer
    }

    /// Sends a message.
    pub async fn send(&self, message: &Message) -> RawAnswer {
        message.send(self.address).await
    }

    /// GET with `Accept: application/activity+json`.
    pub async fn get(&self, target: &str) -> RawAnswer {
        let host = &self.site.host;
        let message = Message::get(host, target, activitystreams::ACTIVITY_JSON);
        self.send(&message).await
    }

    /// The site's actor follows a peer, which accepts.
    pub async fn follow(&self, peer: &Peer) {
        let (follow, _) = self
            .federation
            .follow(&self.site, &peer.uri)
            .await
            .expect("follow");
        let accept = peer.says(
            "Accept",
            &format!("accepts/{}", follow.id),
            Value::String(follow.uri),
        );
        let answer = self.deliver(peer, &accept).await;
        assert_eq!(answer.status, 202);
        self.fediverse.forget();
    }

    /// A peer follows one of our actors, and what it was answered has arrived.
    pub async fn followed_by(&self, peer: &Peer, target: &Actor) {
        let part = format!("follows/{}", target.username);
        let follow = peer.says("Follow", &part, Value::String(target.uri.clone()));
        let answer = self.deliver(peer, &follow).await;
        assert_eq!(answer.status, 202);
    }

    /// Publishes an event of the agenda's.
    pub fn publish(&self, title: &str, audience: Audience) -> Object {
        let (now, site, actor) = (self.ts(), Arc::clone(&self.site), self.agenda.id);
        let object = self
            .database
            .write_now(|c| {
                let new = NewObject {
                    kind: "happening",
                    collection: "events",
                    page: "e",
                    site: &site,
                    actor,
                    account: None,
                    state: ObjectState::Public,
                    audience,
                    title,
                    language: "fr",
                    source: None,
                    comments: CommentPolicy::Open,
                };
                publication::publish(c, &self.registry, &new, &[], |_, _| Ok(()), now)
            })
            .expect("published");
        self.federation.wake();
        object
    }

    /// A second site of the same server, whose followers wait for a person.
    pub fn add_sister(&self, host: &str) -> Sister {
        let new = NewSite {
            host: host.to_owned(),
            scheme: self.site.scheme.clone(),
            name: "Sister".to_owned(),
            language: "fr".to_owned(),
            timezone: chrono_tz::Europe::Paris,
            about: About::default(),
        };
        let (now, seal) = (self.ts(), self.federation.seal());
        let (id, agenda) = self
            .database
            .write_now(|c| {
                let site = Site::create(c, &new, now)?;
                let [first, second] = &*KEYS;
                create_instance_actor(c, &site, first, seal, now)?;
                let agenda = NewActor {
                    kind: "Group",
                    username: "agenda",
                    name: "Agenda",
                    summary: "",
                };
                let agenda = create_actor(c, &site, &agenda, second, seal, now)?;
                Ok::<_, NewActorError>((site.id, agenda))
            })
            .expect("sister");
        self.sites.reload_now().expect("sites");
        Sister {
            site: self.sites.by_id(id).expect("site"),
            agenda,
            objects: Mutex::default(),
        }
    }

    /// Publishes a public event with tags on a site.
    pub fn publish_on(&self, site: &Arc<Site>, actor: Id, title: &str, tags: &[&str]) -> Object {
        let now = self.ts();
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let object = self
            .database
            .write_now(|c| {
                let new = NewObject {
                    kind: "happening",
                    collection: "events",
                    page: "e",
                    site,
                    actor,
                    account: None,
                    state: ObjectState::Public,
                    audience: Audience::Public,
                    title,
                    language: "fr",
                    source: None,
                    comments: CommentPolicy::Open,
                };
                publication::publish(c, &self.registry, &new, &tags, |_, _| Ok(()), now)
            })
            .expect("published");
        self.federation.wake();
        object
    }

    /// Changes the title of an object of ours.
    pub fn retitle(&self, object: &Object, title: &str) {
        let revision = publication::Revision {
            title: Some(title.to_owned()),
            ..publication::Revision::default()
        };
        let (none, now) = (Value::Null, self.ts());
        self.database
            .write_now(|c| {
                let registry = &self.registry;
                let own = |_: &mut Conn, _: &Object| Ok(());
                publication::revise(
                    c, registry, object, None, &revision, None, None, none, own, now,
                )
            })
            .expect("revised");
        self.federation.wake();
    }

    /// Deletes an object of ours.
    pub fn take_away(&self, object: &Object) {
        let now = self.ts();
        self.database
            .write_now(|c| publication::delete(c, &self.registry, object, None, now))
            .expect("deleted");
        self.federation.wake();
    }

    /// An object by its id.
    pub fn object(&self, uri: &str) -> Option<Object> {
        self.read(|c| Object::by_uri(c, uri))
    }
}

fn serve(
    database: &Database,
    sites: &Sites,
    federation: &Federation,
    registry: &Registry,
) -> (SocketAddr, actix_web::dev::ServerHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("free port");
    let address = listener.local_addr().expect("address");
    let (database, sites) = (database.clone(), sites.clone());
    let (federation, registry) = (federation.clone(), registry.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(database.clone()))
            .app_data(web::Data::new(sites.clone()))
            .app_data(web::Data::new(federation.clone()))
            .app_data(web::Data::new(registry.clone()))
            .app_data(web::Data::new(Software {
                version: "0.0.0".to_owned(),
                repository: None,
            }))
            .wrap(from_fn(sites::resolve_site))
            .configure(federation::configure)
            .configure(publication::configure(&registry))
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .listen(listener)
    .expect("listening")
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    (address, handle)
}

/// A second site of the server, with what it has published.
pub struct Sister {
    /// The site.
    pub site: Arc<Site>,
    /// Its agenda.
    pub agenda: Actor,
    objects: Mutex<HashMap<String, Object>>,
}

impl Sister {
    /// Remembers an object under a name.
    pub fn keep(&self, part: &str, object: Object) {
        let mut objects = self.objects.lock().expect("no panic while it is held");
        objects.insert(part.to_owned(), object);
    }

    /// The object of that name.
    pub fn object(&self, part: &str) -> Object {
        let objects = self.objects.lock().expect("no panic while it is held");
        objects.get(part).cloned().expect("published")
    }
}
