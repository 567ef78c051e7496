//! Two sites on one database, a clock to turn by hand, letters that can be read.

use accounts::{
    Account, Accounts, AccountsSettings, Letter, Letters, MailText, NewAccount, OpenedSession,
    PasswordSettings, Proxies, Secrets, SignUp, SignUpOutcome, Visitor, sign_up,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use sites::{About, NewSite, Site, SiteChange, Sites};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::schema::{actors, mail_queue};
use store::{Clock, Database, Id, StoreError, Ts, fresh_id};

pub(crate) const PASSWORD: &str = "sept nains et un orgue";

pub(crate) struct Scene {
    pub(crate) database: Database,
    pub(crate) sites: Sites,
    pub(crate) accounts: Accounts,
    pub(crate) alpha: Arc<Site>,
    pub(crate) beta: Arc<Site>,
    seconds: Arc<AtomicI64>,
}

/// Letters whose body is their number, then the letter itself in Rust's spelling.
#[derive(Default)]
struct Plain(AtomicU64);

impl Letters for Plain {
    fn write(&self, letter: &Letter, language: &str, site: &Site) -> MailText {
        let words = format!("{letter:?}");
        let kind = words.split([' ', '{']).next().unwrap_or_default();
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        MailText {
            subject: format!("{kind} {language} {}", site.name),
            body: format!("{number:06} {words}"),
        }
    }
}

/// Runs `test` on each database, with mail.
pub(crate) fn on_both<F: Future<Output = ()>>(test: impl Fn(Scene) -> F) {
    on_both_with(true, test);
}

/// Runs `test` on each database.
pub(crate) fn on_both_with<F: Future<Output = ()>>(mail: bool, test: impl Fn(Scene) -> F) {
    store::trial::on_both(|database| {
        actix_web::rt::System::new().block_on(test(Scene::new(database, mail, 1)));
    });
}

pub(crate) fn secrets() -> Secrets {
    let count = AtomicU64::new(0);
    Secrets::new(move |bytes| {
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::digest(count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    })
}

impl Scene {
    pub(crate) fn new(database: Database, mail: bool, limits_factor: usize) -> Self {
        let seconds = Arc::new(AtomicI64::new(1_800_000_000));
        let shared = seconds.clone();
        let clock = Clock::new(move || {
            DateTime::<Utc>::from_timestamp(shared.load(Ordering::SeqCst), 0).unwrap()
        });
        let now = clock.ts();
        for (host, scheme) in [("alpha.test", "https"), ("beta.test", "http")] {
            let new = NewSite {
                host: host.into(),
                scheme: scheme.into(),
                name: host.into(),
                language: "fr".into(),
                timezone: "Europe/Paris".parse().unwrap(),
                about: About::default(),
            };
            database
                .write_now(|conn| Site::create(conn, &new, now))
                .unwrap();
        }
        let sites = Sites::open(database.clone()).unwrap();
        let accounts = Accounts::new(AccountsSettings {
            database: database.clone(),
            clock,
            secrets: secrets(),
            passwords: PasswordSettings::FLOOR,
            letters: Arc::new(Plain::default()),
            mail,
            proxies: Proxies::parse(&["10.0.0.0/8"]).unwrap(),
            limits_factor,
        })
        .unwrap();
        let mut scene = Self {
            alpha: sites.by_host("alpha.test").unwrap(),
            beta: sites.by_host("beta.test").unwrap(),
            database,
            sites,
            accounts,
            seconds,
        };
        scene.registration("alpha.test", "open");
        scene.registration("beta.test", "approval");
        scene
    }

    pub(crate) fn registration(&mut self, host: &str, word: &str) {
        let id = self.sites.by_host(host).unwrap().id;
        let change = SiteChange {
            registration: Some(word.into()),
            ..SiteChange::default()
        };
        self.database
            .write_now(|conn| Site::change(conn, id, &change))
            .unwrap();
        self.sites.reload_now().unwrap();
        self.alpha = self.sites.by_host("alpha.test").unwrap();
        self.beta = self.sites.by_host("beta.test").unwrap();
    }

    pub(crate) fn now(&self) -> Ts {
        Ts::new(DateTime::from_timestamp(self.seconds.load(Ordering::SeqCst), 0).unwrap())
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// A transaction that must succeed.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&mut store::Conn) -> Result<T, accounts::AccountError>,
    ) -> T {
        self.database.write_now(work).unwrap()
    }

    /// An active account, administrator of a site when `admin_of` says so.
    pub(crate) async fn person(&self, email: &str) -> Account {
        let hash = self.accounts.passwords().hash(PASSWORD).await.unwrap();
        let new = NewAccount::check(email, email, "fr", "").unwrap();
        let (site, now) = (self.alpha.id, self.now());
        let made = self.write(|conn| sign_up::found(conn, site, &new, &hash, false, now));
        // Nothing but an account: each test gives the roles it is about.
        self.write(|conn| {
            use store::schema::site_roles;
            diesel::delete(site_roles::table.find((site, made.id))).execute(conn)?;
            Ok(())
        });
        made
    }

    pub(crate) async fn log_in(&self, site: &Arc<Site>, email: &str) -> OpenedSession {
        self.accounts
            .log_in(site, email, PASSWORD, &visitor("192.0.2.1"))
            .await
            .unwrap()
    }

    pub(crate) async fn sign_up(
        &self,
        site: &Arc<Site>,
        email: &str,
    ) -> Result<SignUpOutcome, accounts::AccountError> {
        let from = visitor(&format!("198.51.100.{}", email.len()));
        self.accounts.sign_up(site, form(email), &from).await
    }

    /// Recipient, subject and body of all letters, in the order they were written.
    pub(crate) fn letters(&self) -> Vec<(String, String, String)> {
        let columns = (mail_queue::recipient, mail_queue::subject, mail_queue::body);
        let read = |conn: &mut store::Conn| {
            mail_queue::table
                .select(columns)
                .load(conn)
                .map_err(StoreError::from)
        };
        let mut letters: Vec<(String, String, String)> = self.database.read_now(read).unwrap();
        // Keys sort by the millisecond, and this clock stands still.
        letters.sort_by(|a, b| a.2.cmp(&b.2));
        letters
    }

    /// The token in the last letter of a kind.
    pub(crate) fn token(&self, kind: &str) -> String {
        let letters = self.letters();
        let (_, _, body) = letters
            .iter()
            .rfind(|(_, subject, _)| subject.starts_with(kind))
            .unwrap();
        body.split("token=")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    }

    /// An agenda of a site.
    pub(crate) fn agenda(&self, site: &Site, username: &str) -> Id {
        let (id, now) = (fresh_id(self.now().0), self.now());
        self.write(|conn| {
            diesel::insert_into(actors::table)
                .values((
                    (
                        actors::id.eq(id),
                        actors::uri.eq(site.url(&format!("/@{username}"))),
                        actors::host.eq(&site.host),
                        actors::site_id.eq(site.id),
                        actors::kind.eq("Group"),
                        actors::username.eq(username),
                        actors::name.eq(username),
                        actors::summary.eq(""),
                        actors::inbox.eq(site.url("/inbox")),
                    ),
                    actors::manually_approves.eq(false),
                    actors::discoverable.eq(true),
                    actors::indexable.eq(true),
                    actors::state.eq("active"),
                    actors::created_at.eq(now),
                    actors::updated_at.eq(now),
                ))
                .execute(conn)?;
            Ok(())
        });
        id
    }
}

pub(crate) fn visitor(address: &str) -> Visitor {
    Visitor {
        address: address.parse().unwrap(),
        user_agent: "trial".into(),
        cookie: None,
    }
}

pub(crate) fn form(email: &str) -> SignUp {
    SignUp {
        email: email.into(),
        name: "Ada".into(),
        password: PASSWORD.into(),
        language: "fr".into(),
        motive: "pour annoncer nos bals".into(),
    }
}
