//! Two sites on one database, an agenda and its organisers on each, another server, and a browser.

use accounts::session::{self, OpenedSession};
use accounts::{
    Accounts, AccountsSettings, ActorRole, Letter, Letters, MailText, PasswordSettings, Proxies,
    Secrets, SessionKind, roles,
};
use actix_http::Request;
use actix_web::App;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use agenda::Agenda;
use chrono::{DateTime, TimeZone, Utc};
use diesel::prelude::*;
use federation::actor::NewActor;
use federation::{
    Actor, Content, Federation, FreshKey, Incoming, Randomness, Settings, create_actor,
    create_instance_actor,
};
use publication::{Kind, Object, Registry};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sites::{About, NewSite, Site, Sites};
use std::collections::HashMap;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use store::schema::{activities, actors, follows, objects};
use store::{Clock, Database, Id, StoreError, Ts, fresh_id};

/// Monday, noon in Paris.
pub(crate) const NOW: (i32, u32, u32, u32) = (2026, 11, 23, 11);

pub(crate) struct Scene {
    pub(crate) database: Database,
    pub(crate) sites: Sites,
    pub(crate) accounts: Accounts,
    pub(crate) federation: Federation,
    pub(crate) registry: Registry,
    pub(crate) clock: Clock,
    pub(crate) library: Arc<media::Library>,
    pub(crate) processor: media::Processor,
    secrets: Secrets,
    seconds: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

struct NoLetters;

impl Letters for NoLetters {
    fn write(&self, _: &Letter, _: &str, _: &Site) -> MailText {
        MailText {
            subject: "s".into(),
            body: "t".into(),
        }
    }
}

fn filled() -> impl Fn(&mut [u8]) + Send + Sync + 'static {
    let count = AtomicU64::new(0);
    move |bytes| {
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::digest(count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}

/// One key for every actor: making one takes as long as a test.
pub(crate) fn key() -> &'static FreshKey {
    static KEY: OnceLock<FreshKey> = OnceLock::new();
    KEY.get_or_init(|| FreshKey::make(&Randomness::new(filled())).unwrap())
}

/// Names of places that nobody may reach; no other name is found.
fn inward() -> federation::Lookup {
    let inside = SocketAddr::from(([127, 0, 0, 1], 0));
    let mapped = SocketAddr::from((Ipv4Addr::LOCALHOST.to_ipv6_mapped(), 0));
    let public = SocketAddr::from(([0x2000, 0, 0, 0, 0, 0, 0, 1], 0));
    Arc::new(move |host| {
        let found = match host.as_str() {
            "inside.test" => Ok(vec![inside]),
            "mapped.test" => Ok(vec![mapped]),
            "mixed.test" => Ok(vec![public, inside]),
            _ => Err(std::io::Error::other("not among the names of this test")),
        };
        Box::pin(async move { found })
    })
}

/// Runs `test` on each database, with `alpha.test` and `beta.test`: each has an agenda (`raffinerie`,
/// `fablab`) that `camille@HOST` owns; `sasha@HOST` has no agenda.
pub(crate) fn on_both<F: Future<Output = ()>>(test: impl Fn(Scene) -> F) {
    store::trial::on_both(|database| {
        actix_web::rt::System::new().block_on(async {
            let scene = Scene::new(database);
            scene.add("alpha.test", "raffinerie", "La Raffinerie");
            scene.add("beta.test", "fablab", "Le Fablab");
            test(scene).await;
        });
    });
}

impl Scene {
    fn new(database: Database) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (year, month, day, hour) = NOW;
        let start = Utc.with_ymd_and_hms(year, month, day, hour, 0, 0).unwrap();
        let seconds = Arc::new(AtomicI64::new(start.timestamp()));
        let shared = seconds.clone();
        let clock = Clock::new(move || {
            DateTime::<Utc>::from_timestamp(shared.load(Ordering::SeqCst), 0).unwrap()
        });
        let sites = Sites::open(database.clone()).unwrap();
        let secrets = Secrets::new(filled());
        let accounts = Accounts::new(AccountsSettings {
            database: database.clone(),
            clock: clock.clone(),
            secrets: secrets.clone(),
            passwords: PasswordSettings::FLOOR,
            letters: Arc::new(NoLetters),
            mail: false,
            proxies: Proxies::default(),
            limits_factor: 1,
        })
        .unwrap();
        let namespace = "https://ns.example/ns";
        let settings = Settings {
            local_test: true,
            hosts: HashMap::new(),
            fast: true,
            namespace: namespace.into(),
            master_key: [7; 32],
            user_agent: "trial".into(),
            delivery_concurrency: 1,
            proxies: sites::Proxies::default(),
            limits_factor: 1,
        };
        let kinds: Vec<Arc<dyn Kind>> = vec![Arc::new(Agenda::new(namespace))];
        let registry = Registry::new(kinds, sites.clone(), namespace);
        let federation = Federation::open(
            settings,
            database.clone(),
            sites.clone(),
            clock.clone(),
            Randomness::new(filled()),
            inward(),
            Arc::new(registry.clone()),
        )
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let library = Arc::new(media::Library::new(folder.path()).unwrap());
        let processor =
            media::Processor::new(media::Limits::default(), media::Recipe::default(), 1);
        Self {
            database,
            sites,
            accounts,
            federation,
            registry,
            clock,
            library,
            processor,
            secrets,
            seconds,
            _folder: folder,
        }
    }

    fn add(&self, host: &str, username: &str, name: &str) {
        let now = self.clock.ts();
        self.database
            .write_now(|c| {
                let new = NewSite {
                    host: host.into(),
                    scheme: "http".into(),
                    name: format!("Kiosque {host}"),
                    language: "fr".into(),
                    timezone: chrono_tz::Europe::Paris,
                    about: About::default(),
                };
                let site = Site::create(c, &new, now)?;
                let seal = self.federation.seal();
                create_instance_actor(c, &site, key(), seal, now).unwrap();
                let new = NewActor {
                    kind: "Group",
                    username,
                    name,
                    summary: "<p>Un lieu, une salle.</p>",
                };
                let actor = create_actor(c, &site, &new, key(), seal, now).unwrap();
                for person in ["camille", "sasha"] {
                    let form =
                        accounts::NewAccount::check(&format!("{person}@{host}"), person, "fr", "")
                            .unwrap();
                    let account =
                        accounts::sign_up::found(c, site.id, &form, "x", false, now).unwrap();
                    if person == "camille" {
                        let owner = ActorRole::Owner;
                        roles::set_actor_role(c, actor.id, account.id, owner, now).unwrap();
                    }
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        self.sites.reload_now().unwrap();
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn site(&self, host: &str) -> Arc<Site> {
        self.sites.by_host(host).unwrap()
    }

    pub(crate) fn actor(&self, host: &str, username: &str) -> Actor {
        let site = self.site(host).id;
        self.database
            .read_now(|c| Actor::local(c, site, username))
            .unwrap()
            .unwrap()
    }

    pub(crate) fn account(&self, email: &str) -> accounts::Account {
        let form = accounts::NewAccount::check(email, "x", "fr", "").unwrap();
        self.database
            .read_now(|c| Ok::<_, StoreError>(accounts::Account::by_email(c, &form.email).unwrap()))
            .unwrap()
            .unwrap()
    }

    fn open(&self, email: &str, kind: SessionKind) -> OpenedSession {
        let host = email.split('@').nth(1).unwrap();
        let (site, account) = (self.site(host).id, self.account(email).id);
        let (now, secrets) = (self.clock.ts(), &self.secrets);
        self.database
            .write_now(|c| {
                let opened = session::open(c, site, account, kind, "trial", secrets, now).unwrap();
                Ok::<_, StoreError>(opened)
            })
            .unwrap()
    }

    /// A browser signed in as `person@host`.
    pub(crate) fn signed_in(&self, email: &str) -> Browser {
        let host = email.split('@').nth(1).unwrap();
        let opened = self.open(email, SessionKind::Web);
        let name = session::cookie_name(&self.site(host));
        Browser {
            host: host.to_owned(),
            cookie: Some(format!("{name}={}", opened.token)),
            csrf: opened.session.csrf,
            token: None,
        }
    }

    /// A program with a token of `person@host`.
    pub(crate) fn program(&self, email: &str) -> Browser {
        let host = email.split('@').nth(1).unwrap();
        let token = self.open(email, SessionKind::Api).token;
        Browser {
            token: Some(token),
            ..Browser::visitor(host)
        }
    }

    /// An agenda of another server, which `host` follows.
    pub(crate) fn followed(&self, host: &str, peer: &str) -> Actor {
        let (now, site) = (self.clock.ts(), self.site(host));
        let uri = format!("https://{peer}/@guilde");
        self.database
            .write_now(|c| {
                let id = match Actor::by_uri(c, &uri)? {
                    Some(known) => known.id,
                    None => {
                        let id = fresh_id(now.0);
                        diesel::insert_into(actors::table)
                            .values((
                                (
                                    actors::id.eq(id),
                                    actors::uri.eq(&uri),
                                    actors::host.eq(peer),
                                    actors::kind.eq("Group"),
                                    actors::username.eq("guilde"),
                                    actors::name.eq("La Guilde"),
                                    actors::summary.eq(""),
                                ),
                                actors::url.eq(&uri),
                                actors::inbox.eq(format!("{uri}/inbox")),
                                actors::followers_url.eq(format!("{uri}/followers")),
                                actors::manually_approves.eq(false),
                                actors::discoverable.eq(true),
                                actors::indexable.eq(true),
                                actors::state.eq("active"),
                                actors::created_at.eq(now),
                                actors::updated_at.eq(now),
                            ))
                            .execute(c)?;
                        id
                    }
                };
                let follow = fresh_id(now.0);
                diesel::insert_into(follows::table)
                    .values((
                        follows::id.eq(follow),
                        follows::follower_id.eq(site.actor_id.unwrap()),
                        follows::target_id.eq(id),
                        follows::uri.eq(site.url(&format!("/follows/{follow}"))),
                        follows::state.eq("accepted"),
                        follows::activity.eq("{}"),
                        follows::created_at.eq(now),
                        follows::decided_at.eq(now),
                    ))
                    .execute(c)?;
                Ok::<_, StoreError>(Actor::by_id(c, id)?.unwrap())
            })
            .unwrap()
    }

    /// An event of another server arrives, as its author sent it; `change` is merged into it.
    pub(crate) fn arrives(&self, author: &Actor, name: &str, change: Value) -> Object {
        let number = self.seconds.fetch_add(1, Ordering::SeqCst);
        let id = format!("https://{}/events/{number}", author.host);
        let mut document = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": id, "url": id, "type": "Event", "attributedTo": author.uri, "name": name,
            "content": format!("<p>{name}</p>"),
            "startTime": "2026-12-12T19:00:00Z", "timezone": "Europe/Paris",
            "published": "2026-11-20T10:00:00Z",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
        });
        for (key, value) in change.as_object().unwrap() {
            document[key] = value.clone();
        }
        let now = self.clock.ts();
        self.database
            .write_now(|c| {
                let incoming = Incoming {
                    document: &document,
                    author,
                    now,
                };
                let id = self.registry.receive(c, &incoming).unwrap();
                Ok::<_, StoreError>(Object::by_id(c, id)?.unwrap())
            })
            .unwrap()
    }

    /// Another server takes its event back.
    pub(crate) fn vanishes(&self, object: &Object) {
        let now = self.clock.ts();
        self.database
            .write_now(|c| self.registry.remove(c, &object.uri, now))
            .unwrap();
    }

    /// Writes a state or an audience that no form gives.
    pub(crate) fn put(&self, object: Id, state: &str, audience: &str) {
        self.database
            .write_now(|c| {
                diesel::update(objects::table.find(object))
                    .set((objects::state.eq(state), objects::audience.eq(audience)))
                    .execute(c)?;
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }

    /// Kinds and bodies of the activities about an object, in order.
    pub(crate) fn told(&self, object: &str) -> Vec<(String, Value)> {
        let rows: Vec<(String, String)> = self
            .database
            .read_now(|c| {
                activities::table
                    .filter(activities::object_uri.like(format!("%{object}")))
                    .order(activities::id)
                    .select((activities::kind, activities::body))
                    .load(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        rows.into_iter()
            .map(|(kind, body)| (kind, serde_json::from_str(&body).unwrap()))
            .collect()
    }

    /// How many objects there are, in any state.
    pub(crate) fn count(&self) -> i64 {
        self.database
            .read_now(|c| {
                objects::table
                    .count()
                    .get_result(c)
                    .map_err(StoreError::from)
            })
            .unwrap()
    }

    pub(crate) fn ts(&self) -> Ts {
        self.clock.ts()
    }

    pub(crate) async fn app(
        &self,
    ) -> impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error>
    {
        init_service(
            App::new()
                .app_data(Data::new(self.sites.clone()))
                .app_data(Data::new(self.database.clone()))
                .app_data(Data::new(self.clock.clone()))
                .app_data(Data::new(self.registry.clone()))
                .app_data(Data::new(self.federation.clone()))
                .app_data(Data::new(self.accounts.clone()))
                .app_data(Data::from(self.library.clone()))
                .app_data(Data::new(self.processor.clone()))
                .app_data(Data::new(agenda::CalendarBell::default()))
                .wrap(from_fn(accounts::guard_forms))
                .wrap(from_fn(sites::resolve_site))
                .wrap(from_fn(pages::error_pages))
                .wrap(from_fn(pages::security_headers))
                .configure(federation::configure)
                .configure(pages::configure)
                .configure(agenda::configure)
                .configure(publication::configure(&self.registry))
                .default_service(actix_web::web::to(pages::not_found)),
        )
        .await
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) bytes: usize,
    pub(crate) headers: HeaderMap,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// The key of the event that a form led to.
    pub(crate) fn event(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.body);
        let path = self.header("location").split('?').next().unwrap();
        let id = path
            .strip_prefix("/e/")
            .unwrap_or_else(|| panic!("not an event: {path}"));
        id.to_owned()
    }

    /// The content of the JSON-LD block.
    pub(crate) fn json_ld(&self) -> Value {
        let (_, rest) = self
            .body
            .split_once("<script type=\"application/ld+json\">")
            .unwrap();
        serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
    }

    /// The address of the first picture of the page.
    pub(crate) fn picture(&self) -> String {
        let (_, rest) = self
            .body
            .split_once("src=\"/media/")
            .unwrap_or_else(|| panic!("no picture: {}", self.body));
        format!("/media/{}", rest.split('"').next().unwrap())
    }

    /// Names of the fields said to be wrong.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for tag in self.body.split('<').filter(|tag| {
            ["input", "select", "textarea", "fieldset"]
                .iter()
                .any(|name| tag.starts_with(name))
        }) {
            let tag = tag.split('>').next().unwrap();
            if tag.contains("aria-invalid=\"true\"") {
                let name = tag.split_once(" name=\"").map_or("", |(_, rest)| rest);
                faults.push(name.split('"').next().unwrap().to_owned());
            }
        }
        faults
    }
}

/// A visitor's browser, a person's, or a program.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) host: String,
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: String,
    pub(crate) token: Option<String>,
}

/// What is typed in the form of an event.
pub(crate) fn typed(title: &str) -> Vec<(&'static str, String)> {
    [
        ("title", title),
        ("description", "Apportez vos **chaussures**."),
        ("start_date", "2026-12-12"),
        ("start_time", "20:30"),
        ("end_date", "2026-12-12"),
        ("end_time", "23:00"),
        ("time_zone", "Europe/Paris"),
        ("place_name", "Salle des fêtes"),
        ("place_locality", "Savenay"),
        ("tags", "Bal folk, jeune public"),
        ("price", "Prix libre"),
        ("do", "publish"),
    ]
    .into_iter()
    .map(|(name, value)| (name, value.to_owned()))
    .collect()
}

/// The same form with some fields typed otherwise.
pub(crate) fn with(
    mut fields: Vec<(&'static str, String)>,
    change: &[(&'static str, &str)],
) -> Vec<(&'static str, String)> {
    fields.retain(|(name, _)| change.iter().all(|(changed, _)| changed != name));
    fields.extend(
        change
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    fields
}

/// A file chosen in a form: field, name, media type, bytes.
pub(crate) type Chosen<'a> = (&'a str, &'a str, &'a str, &'a [u8]);

impl Browser {
    pub(crate) fn visitor(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            cookie: None,
            csrf: String::new(),
            token: None,
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> TestRequest {
        let mut request = TestRequest::default()
            .method(method)
            .uri(path)
            .peer_addr("198.51.100.7:40000".parse().unwrap())
            .insert_header(("host", self.host.as_str()));
        if let Some(cookie) = &self.cookie {
            request = request.insert_header(("cookie", cookie.as_str()));
        }
        match &self.token {
            Some(token) => request
                .insert_header(("authorization", format!("Bearer {token}")))
                .insert_header(("accept", "application/json")),
            None => request.insert_header(("accept", "text/html")),
        }
    }

    pub(crate) async fn get<S, B>(&self, app: &S, path: &str) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        send(app, self.request(Method::GET, path)).await
    }

    /// Sends JSON.
    pub(crate) async fn call<S, B>(
        &self,
        app: &S,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let request = self
            .request(method, path)
            .insert_header(("content-type", "application/json"))
            .set_payload(body.to_string());
        send(app, request).await
    }

    fn own_page(&self, path: &str) -> TestRequest {
        self.request(Method::POST, path)
            .insert_header(("origin", format!("http://{}", self.host)))
            .insert_header(("sec-fetch-site", "same-origin"))
    }

    /// A plain form of one of our pages.
    pub(crate) async fn post<S, B>(&self, app: &S, path: &str, fields: &[(&str, &str)]) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &self.csrf).extend_pairs(fields);
        let request = self
            .own_page(path)
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body.finish());
        send(app, request).await
    }

    /// A form with files, as a browser without scripts sends it.
    pub(crate) async fn send_form<S, B>(
        &self,
        app: &S,
        path: &str,
        fields: &[(&'static str, String)],
        file: Option<Chosen<'_>>,
    ) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let mut body = Vec::new();
        let csrf = ("csrf", self.csrf.clone());
        for (name, value) in [&csrf].into_iter().chain(fields) {
            body.extend_from_slice(
                format!(
                    "--XX\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .as_bytes(),
            );
        }
        // A browser sends the empty file field too.
        let (field, name, kind, bytes) =
            file.unwrap_or(("picture", "", "application/octet-stream", b""));
        body.extend_from_slice(
            format!(
                "--XX\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 content-type: {kind}\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--XX--\r\n");
        let request = self
            .own_page(path)
            .insert_header(("content-type", "multipart/form-data; boundary=XX"))
            .set_payload(body);
        send(app, request).await
    }

    /// Publishes an event; gives its key.
    pub(crate) async fn publish<S, B>(
        &self,
        app: &S,
        agenda: &str,
        change: &[(&'static str, &str)],
    ) -> String
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let fields = with(typed("Bal folk"), change);
        let path = format!("/@{agenda}/new");
        self.send_form(app, &path, &fields, None).await.event()
    }
}

pub(crate) async fn send<S, B>(app: &S, request: TestRequest) -> Answer
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let response = call_service(app, request.to_request()).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = read_body(response).await;
    Answer {
        status,
        headers,
        bytes: body.len(),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// A picture of one colour, JPEG.
pub(crate) fn jpeg() -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(800, 450, image::Rgb([180, 60, 20]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}
