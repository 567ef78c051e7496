//! Two sites on one database, the whole application in front of them, and a browser.

use accounts::{Accounts, AccountsSettings, PasswordSettings, Proxies, Secrets};
use actix_http::Request;
use actix_web::App;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::{Data, ServiceConfig};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use federation::{Federation, Randomness, Settings, Software};
use hostile::Fediverse;
use moderation::Moderation;
use moderation::queue::Queue;
use publication::Registry;
use sha2::{Digest, Sha256};
use sites::{About, Site, SiteChange, Sites};
use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::schema::mail_queue;
use store::{Clock, Database, StoreError};

pub(crate) const PASSWORD: &str = "sept nains et un orgue";
pub(crate) const CODE: &str = "aaaaaaaaaaaaaaaaaaaa";

/// What the guard, the search for the site and the error pages make of a body.
type Dressed = EitherBody<EitherBody<EitherBody<BoxBody>>>;

pub(crate) struct Scene {
    pub(crate) database: Database,
    pub(crate) sites: Sites,
    pub(crate) accounts: Accounts,
    pub(crate) federation: Federation,
    pub(crate) clock: Clock,
    pub(crate) moderation: Moderation,
    pub(crate) registry: Registry,
    pub(crate) leaving: leaving::Leaving,
    pub(crate) library: Arc<media::Library>,
    pub(crate) secrets: Secrets,
    processor: media::Processor,
    _folder: tempfile::TempDir,
    seconds: Arc<AtomicI64>,
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

/// Runs `test` on each database, on a server without sites.
pub(crate) fn on_both_empty<F: Future<Output = ()>>(test: impl Fn(Scene) -> F) {
    store::trial::on_both(|database| {
        actix_web::rt::System::new().block_on(test(Scene::new(database, HashMap::new())));
    });
}

/// Runs `test` on each database, with the sites `alpha.test` (https) and `beta.test` (http).
pub(crate) fn on_both<F: Future<Output = ()>>(test: impl Fn(Scene) -> F) {
    store::trial::on_both(|database| {
        actix_web::rt::System::new().block_on(async {
            let scene = Scene::new(database, HashMap::new());
            scene.add("alpha.test", "https").await;
            scene.add("beta.test", "http").await;
            test(scene).await;
        });
    });
}

/// The same among other servers.
pub(crate) fn on_both_among<F: Future<Output = ()>>(
    names: &[&str],
    test: impl Fn(Scene, Fediverse) -> F,
) {
    store::trial::on_both(|database| {
        actix_web::rt::System::new().block_on(async {
            let fediverse = Fediverse::start(names).await;
            let scene = Scene::new(database, fediverse.hosts());
            scene.add("alpha.test", "https").await;
            scene.add("beta.test", "http").await;
            test(scene, fediverse).await;
        });
    });
}

impl Scene {
    fn new(database: Database, hosts: HashMap<String, SocketAddr>) -> Self {
        // The binary does this once; the second test of the process finds it done.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let seconds = Arc::new(AtomicI64::new(1_800_000_000));
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
            letters: Arc::new(web::Translated),
            mail: true,
            proxies: Proxies::default(),
            limits_factor: 1,
        })
        .unwrap();
        let settings = Settings {
            local_test: true,
            hosts,
            fast: true,
            namespace: "https://ns.example/ns".into(),
            master_key: [7; 32],
            user_agent: "trial".into(),
            delivery_concurrency: 1,
            proxies: sites::Proxies::default(),
            limits_factor: 1,
        };
        let namespace = "https://ns.example/ns";
        let kinds: Vec<Arc<dyn publication::Kind>> = vec![Arc::new(agenda::Agenda::new(namespace))];
        let registry = Registry::new(kinds, sites.clone(), namespace);
        let moderation = Moderation::new(
            sites.clone(),
            accounts.clone(),
            registry.clone(),
            secrets.clone(),
        );
        let registry = registry.with_desk(Arc::new(moderation.clone()));
        let federation = Federation::open(
            settings,
            database.clone(),
            sites.clone(),
            clock.clone(),
            Randomness::new(filled()),
            federation::no_lookup(),
            Arc::new(registry.clone()),
        )
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let library = Arc::new(media::Library::new(folder.path()).unwrap());
        let processor =
            media::Processor::new(media::Limits::default(), media::Recipe::default(), 1);
        let leaving = leaving::Leaving::open(leaving::Parts {
            database: database.clone(),
            clock: clock.clone(),
            sites: sites.clone(),
            registry: registry.clone(),
            federation: federation.clone(),
            library: library.clone(),
            folder: folder.path().join("exports"),
        })
        .unwrap();
        Self {
            database,
            sites,
            leaving,
            accounts,
            federation,
            clock,
            moderation,
            registry,
            secrets,
            library,
            processor,
            _folder: folder,
            seconds,
        }
    }

    /// A site with its administrator `admin@HOST`.
    pub(crate) async fn add(&self, host: &str, scheme: &str) -> Arc<Site> {
        let form = web::SetUp {
            host: host.into(),
            scheme: scheme.into(),
            name: format!("Kiosque {host}"),
            tagline: "L’agenda d’ici".into(),
            language: "fr".into(),
            timezone: chrono_tz::Europe::Paris,
            about: About {
                code_of_conduct: "Soyez **doux**.".into(),
                ..About::default()
            },
            account_name: "Camille".into(),
            email: format!("admin@{host}"),
            password: PASSWORD.into(),
        };
        let (f, a) = (&self.federation, &self.accounts);
        web::set_up(&self.database, &self.sites, f, a, &self.clock, form)
            .await
            .unwrap()
    }

    pub(crate) fn change(&self, host: &str, change: SiteChange) {
        let id = self.sites.by_host(host).unwrap().id;
        self.database
            .write_now(|conn| Site::change(conn, id, &change))
            .unwrap();
        self.sites.reload_now().unwrap();
    }

    pub(crate) fn open(&self, host: &str) {
        self.change(
            host,
            SiteChange {
                registration: Some("open".into()),
                ..SiteChange::default()
            },
        );
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Recipient and text of all letters, in order.
    pub(crate) fn letters(&self) -> Vec<(String, String)> {
        self.database
            .read_now(|conn| {
                mail_queue::table
                    .order((mail_queue::created_at, mail_queue::id))
                    .select((mail_queue::recipient, mail_queue::body))
                    .load(conn)
                    .map_err(StoreError::from)
            })
            .unwrap()
    }

    /// The path and query of the link in the last letter to an address.
    pub(crate) fn link(&self, to: &str, path: &str) -> String {
        let letters = self.letters();
        let (_, body) = letters
            .iter()
            .rfind(|(recipient, body)| recipient == to && body.contains(path))
            .unwrap_or_else(|| panic!("no letter to {to}: {letters:?}"));
        let start = body.find(path).unwrap();
        body[start..].split_whitespace().next().unwrap().to_owned()
    }

    pub(crate) async fn app(
        &self,
    ) -> impl Service<Request, Response = ServiceResponse<Dressed>, Error = actix_web::Error> + use<>
    {
        let repository = "https://code.example/kiosque".parse().ok();
        init_service(
            App::new()
                .app_data(Data::new(self.sites.clone()))
                .app_data(Data::new(self.database.clone()))
                .app_data(Data::new(self.clock.clone()))
                .app_data(Data::new(self.federation.clone()))
                .app_data(Data::new(self.accounts.clone()))
                .app_data(Data::new(self.registry.clone()))
                .app_data(Data::new(self.leaving.clone()))
                .app_data(Data::new(self.moderation.clone()))
                .app_data(Data::new(Queue::of_server()))
                .app_data(Data::new(agenda::CalendarBell::default()))
                .app_data(Data::from(self.library.clone()))
                .app_data(Data::new(self.processor.clone()))
                .app_data(Data::new(Software {
                    version: "9.9.9".into(),
                    repository,
                }))
                .app_data(Data::new(web::SetupCode::new(|bytes| {
                    bytes.fill(0);
                    true
                })))
                .app_data(Data::new(web::Schemes::new(|_| "http")))
                .wrap(from_fn(pages::head_as_get))
                .wrap(from_fn(accounts::guard_forms))
                .wrap(from_fn(sites::resolve_site))
                .wrap(from_fn(pages::error_pages))
                .wrap(from_fn(pages::security_headers))
                .configure(rooms(&self.registry))
                .default_service(actix_web::web::to(pages::not_found)),
        )
        .await
    }
}

/// Every room's routes, as the binary puts them together.
pub(crate) fn rooms(registry: &Registry) -> impl FnOnce(&mut ServiceConfig) + use<> {
    let ids = publication::configure(registry);
    move |config| {
        config
            .configure(federation::configure)
            .configure(pages::configure)
            .configure(web::configure)
            .configure(agenda::configure)
            .configure(ids);
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) headers: HeaderMap,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
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
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// A browser on one site, with its cookie.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) origin: String,
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: String,
    pub(crate) address: String,
}

impl Browser {
    pub(crate) fn new(origin: &str) -> Self {
        let address = "198.51.100.7:40000".into();
        Self {
            origin: origin.into(),
            cookie: None,
            csrf: String::new(),
            address,
        }
    }

    fn host(&self) -> &str {
        self.origin.split("://").nth(1).unwrap()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> TestRequest {
        let request = TestRequest::default()
            .method(method)
            .uri(path)
            .peer_addr(self.address.parse().unwrap())
            .insert_header(("host", self.host()))
            .insert_header(("accept", "text/html"));
        match &self.cookie {
            Some(cookie) => request.insert_header(("cookie", cookie.as_str())),
            None => request,
        }
    }

    /// A form as the browser sends it from a page of the site, with the token it saw.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> TestRequest {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &self.csrf).extend_pairs(fields);
        self.request(Method::POST, path)
            .insert_header(("origin", self.origin.as_str()))
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body.finish())
    }

    /// A form with a file: field, file name, bytes.
    pub(crate) async fn post_file<S, B>(
        &mut self,
        app: &S,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &str, &[u8]),
    ) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let mut body = Vec::new();
        let csrf = ("csrf", self.csrf.as_str());
        for (name, value) in [&csrf].into_iter().chain(fields) {
            body.extend_from_slice(
                format!(
                    "--XX\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .as_bytes(),
            );
        }
        let (field, name, bytes) = file;
        body.extend_from_slice(
            format!(
                "--XX\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--XX--\r\n");
        let request = self
            .request(Method::POST, path)
            .insert_header(("origin", self.origin.as_str()))
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "multipart/form-data; boundary=XX"))
            .set_payload(body);
        let answer = send(app, request).await;
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        if let Some((_, rest)) = answer.body.split_once("name=\"csrf\" value=\"") {
            let token = rest.split('"').next().unwrap();
            if !token.is_empty() {
                token.clone_into(&mut self.csrf);
            }
        }
    }

    pub(crate) async fn get<S, B>(&mut self, app: &S, path: &str) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let answer = send(app, self.request(Method::GET, path)).await;
        self.keep(&answer);
        answer
    }

    pub(crate) async fn post<S, B>(
        &mut self,
        app: &S,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let answer = send(app, self.form(path, fields)).await;
        self.keep(&answer);
        answer
    }

    /// Signs in and reads a page for its token.
    pub(crate) async fn sign_in<S, B>(&mut self, app: &S, email: &str, password: &str) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let answer = self
            .post(app, "/login", &[("email", email), ("password", password)])
            .await;
        if answer.status == 303 {
            self.get(app, "/account").await;
        }
        answer
    }
}

/// A browser signed in as the administrator of a site.
pub(crate) async fn admin<S, B>(app: &S, origin: &str) -> Browser
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut browser = Browser::new(origin);
    let email = format!("admin@{}", browser.host());
    assert_eq!(browser.sign_in(app, &email, PASSWORD).await.status, 303);
    assert!(!browser.csrf.is_empty());
    browser
}
