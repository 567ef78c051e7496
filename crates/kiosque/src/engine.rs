//! The rooms put together: one database, one set of sites, one federation, and the workers.

use crate::config::Config;
use crate::health::Health;
use crate::keyfile;
use accounts::{Accounts, AccountsSettings, MailWorker, PasswordSettings, Proxies, Secrets};
use agenda::{Agenda, CalendarWorker, PictureWorker};
use anyhow::Context;
use federation::{Federation, Randomness, Settings, Software, Workers};
use hooks::HookWorker;
use leaving::{Leaving, LeavingWorker};
use mail::{EmailAddress, MailConfig, Mailer, Password, SmtpConfig, Tls, Transport};
use moderation::lists::ListWorker;
use moderation::queue::Queue;
use moderation::{Moderation, ModerationWorker};
use publication::{Kind, Registry};
use sites::Sites;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::{Clock, Database};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

/// Everything a running server consists of.
#[derive(Clone)]
pub(crate) struct Engine {
    pub(crate) config: Arc<Config>,
    /// Where the source code is.
    source: Option<Url>,
    pub(crate) database: Database,
    pub(crate) sites: Sites,
    pub(crate) clock: Clock,
    pub(crate) registry: Registry,
    pub(crate) leaving: Leaving,
    pub(crate) moderation: Moderation,
    pub(crate) queue: Queue,
    pub(crate) federation: Federation,
    pub(crate) accounts: Accounts,
    pub(crate) mailer: Arc<Mailer>,
    pub(crate) library: Arc<media::Library>,
    pub(crate) processor: media::Processor,
    pub(crate) bell: agenda::CalendarBell,
    pub(crate) health: Health,
}

/// The system's clock, read here and nowhere else.
#[expect(clippy::disallowed_methods, reason = "the binary hands the time down")]
fn system_clock() -> Clock {
    Clock::new(chrono::Utc::now)
}

fn fill(bytes: &mut [u8]) {
    // Without randomness nothing here can be safe.
    getrandom::fill(bytes).expect("the system gives random bytes");
}

/// All kinds of published objects: a new one is one more line.
fn kinds(namespace: &str, sites: &Sites) -> Vec<Arc<dyn Kind>> {
    let sites = sites.clone();
    let zone = move || {
        sites
            .all()
            .first()
            .map_or(chrono_tz::Tz::UTC, |site| site.timezone)
    };
    vec![Arc::new(Agenda::new(namespace).in_zone(zone))]
}

fn mail_config(config: &crate::config::Mail, host: &str) -> anyhow::Result<MailConfig> {
    let timeout = Duration::from_secs(config.timeout.clamp(1, 300));
    let transport = match config.kind.as_str() {
        "none" | "" => return Ok(MailConfig::none()),
        "smtp" => Transport::Smtp(SmtpConfig {
            host: config.host.clone(),
            port: Some(config.port).filter(|port| *port != 0),
            tls: match config.tls.as_str() {
                "none" => Tls::None,
                "implicit" => Tls::Implicit,
                "starttls" => Tls::StartTls,
                other => anyhow::bail!("mail.tls is none, starttls or implicit, not {other}"),
            },
            login: (!config.user.is_empty())
                .then(|| (config.user.clone(), Password::new(config.password.clone()))),
            timeout,
        }),
        "sendmail" => Transport::Sendmail {
            command: None,
            timeout,
        },
        "folder" => Transport::Folder(PathBuf::from(&config.folder)),
        other => anyhow::bail!("mail.kind is none, smtp, sendmail or folder, not {other}"),
    };
    let from = EmailAddress::parse(&config.from).context("mail.from")?;
    Ok(MailConfig {
        transport,
        bulk: None,
        from: Some(from),
        from_name: String::new(),
        host: host.to_owned(),
    })
}

impl Engine {
    /// Opens everything; nothing runs yet. Blocking.
    pub(crate) fn open(config: Config) -> anyhow::Result<Self> {
        let source = config.source()?;
        let master_key = keyfile::read_or_create(&config.data)?;
        let database =
            Database::open(&config.database(), config.connections).context("database")?;
        let sites = Sites::open(database.clone()).context("sites")?;
        let clock = system_clock();
        let proxies = Proxies::parse(&config.trusted_proxies).context("trusted_proxies")?;
        let mail_host = sites
            .all()
            .first()
            .map_or_else(|| "localhost".to_owned(), |site| site.host.clone());
        let mailer = Arc::new(Mailer::new(mail_config(&config.mail, &mail_host)?).context("mail")?);
        let secrets = Secrets::new(fill);
        let accounts = Accounts::new(AccountsSettings {
            database: database.clone(),
            clock: clock.clone(),
            secrets: secrets.clone(),
            passwords: PasswordSettings {
                memory_kib: config.accounts.password_memory * 1024,
                ..PasswordSettings::FLOOR
            },
            letters: Arc::new(web::Translated),
            mail: mailer.is_configured(),
            proxies: proxies.clone(),
            limits_factor: config.accounts.limits_factor.max(1),
        })?;
        let namespace = config.federation.namespace.clone();
        let registry = Registry::new(kinds(&namespace, &sites), sites.clone(), &namespace);
        let moderation =
            Moderation::new(sites.clone(), accounts.clone(), registry.clone(), secrets);
        let registry = registry.with_desk(Arc::new(moderation.clone()));
        let mut hosts = std::collections::HashMap::new();
        for (name, address) in &config.federation.hosts {
            let address: SocketAddr = address
                .parse()
                .with_context(|| format!("federation.hosts.{name}"))?;
            hosts.insert(name.to_ascii_lowercase(), address);
        }
        let settings = Settings {
            local_test: config.federation.local_test,
            hosts,
            fast: config.federation.fast && config.federation.local_test,
            namespace,
            master_key,
            user_agent: format!("Kiosque/{}", env!("CARGO_PKG_VERSION")),
            delivery_concurrency: config.federation.concurrency.clamp(1, 2_048),
            proxies,
            limits_factor: config.federation.limits_factor.max(1),
        };
        let federation = Federation::open(
            settings,
            database.clone(),
            sites.clone(),
            clock.clone(),
            Randomness::new(fill),
            match config.federation.local_test {
                true => federation::no_lookup(),
                false => federation::system_lookup(),
            },
            Arc::new(registry.clone()),
        )?;
        let library =
            Arc::new(media::Library::new(config.data.join("media")).context("media folder")?);
        let processor =
            media::Processor::new(media::Limits::default(), media::Recipe::default(), 1);
        let health = Health::new(database.clone(), clock.clone(), mailer.is_configured());
        let leaving = Leaving::open(leaving::Parts {
            database: database.clone(),
            clock: clock.clone(),
            sites: sites.clone(),
            registry: registry.clone(),
            federation: federation.clone(),
            library: Arc::clone(&library),
            folder: config.data.join("exports"),
        })
        .context("folder of archives")?;
        let config = Arc::new(config);
        Ok(Self {
            config,
            source,
            database,
            sites,
            clock,
            registry,
            leaving,
            moderation,
            queue: Queue::of_server(),
            federation,
            accounts,
            mailer,
            library,
            processor,
            bell: agenda::CalendarBell::default(),
            health,
        })
    }

    /// The name and version that NodeInfo tells.
    pub(crate) fn software(&self) -> Software {
        Software {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            repository: self.source.clone(),
        }
    }

    /// Starts the workers on the current runtime.
    pub(crate) fn start(&self) -> Running {
        let (stop, told) = watch::channel(false);
        let mail = MailWorker {
            database: self.database.clone(),
            mailer: Arc::clone(&self.mailer),
            clock: self.clock.clone(),
        };
        let calendars = CalendarWorker {
            database: self.database.clone(),
            sites: self.sites.clone(),
            registry: self.registry.clone(),
            federation: self.federation.clone(),
            bell: self.bell.clone(),
            clock: self.clock.clone(),
        };
        let pictures = PictureWorker {
            database: self.database.clone(),
            federation: self.federation.clone(),
            registry: self.registry.clone(),
            library: Arc::clone(&self.library),
            processor: self.processor.clone(),
            clock: self.clock.clone(),
        };
        let moderation = ModerationWorker {
            database: self.database.clone(),
            moderation: self.moderation.clone(),
            queue: self.queue.clone(),
            federation: self.federation.clone(),
            clock: self.clock.clone(),
        };
        let lists = ListWorker {
            database: self.database.clone(),
            federation: self.federation.clone(),
            moderation: self.moderation.clone(),
            clock: self.clock.clone(),
        };
        let hooks = HookWorker {
            database: self.database.clone(),
            sites: self.sites.clone(),
            registry: self.registry.clone(),
            moderation: self.moderation.clone(),
            federation: self.federation.clone(),
            accounts: self.accounts.clone(),
            clock: self.clock.clone(),
        };
        let mut handles = vec![
            tokio::spawn(daily(self.clone(), told.clone())),
            tokio::spawn(see_sites(self.sites.clone(), told.clone())),
            tokio::spawn(calendars.run(told.clone())),
            tokio::spawn(pictures.run(told.clone())),
            tokio::spawn(moderation.run(told.clone())),
            tokio::spawn(lists.run(told.clone())),
            tokio::spawn(hooks.run(told.clone())),
            tokio::spawn(LeavingWorker(self.leaving.clone()).run(told.clone())),
        ];
        let watch = web::watch_followers(
            self.database.clone(),
            self.sites.clone(),
            self.accounts.clone(),
            self.federation.clone(),
            self.clock.clone(),
        );
        let mut told_too = told.clone();
        handles.push(tokio::spawn(async move {
            tokio::select! {
                () = watch => {}
                _ = told_too.changed() => {}
            }
        }));
        if self.mailer.is_configured() {
            handles.push(tokio::spawn(mail.run(told.clone(), self.accounts.notify())));
        }
        Running {
            federation: Workers::start(&self.federation),
            stop,
            handles,
        }
    }
}

/// What must be ended in order.
pub(crate) struct Running {
    federation: Workers,
    stop: watch::Sender<bool>,
    handles: Vec<JoinHandle<()>>,
}

impl Running {
    /// Lets everything finish what it began.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(true);
        self.federation.stop().await;
        for handle in self.handles {
            let _ = handle.await;
        }
    }
}

/// How long another process's change of a site may stay unseen.
const SEEN_WITHIN: Duration = Duration::from_secs(3);

/// Sees what the command line and other servers on the same database change of the sites.
async fn see_sites(sites: Sites, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = sites.catch_up().await {
            tracing::warn!(%error, "sites not read again");
        }
        tokio::select! {
            () = tokio::time::sleep(SEEN_WITHIN) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Housekeeping, once at the start and then once a day.
async fn daily(engine: Engine, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = engine.accounts.purge().await {
            tracing::error!(%error, "housekeeping of accounts");
        }
        let (registry, sites, now) = (
            engine.registry.clone(),
            engine.sites.clone(),
            engine.clock.ts(),
        );
        let extended = engine
            .database
            .write(move |c| agenda::series::extend_due(c, &registry, &sites, now))
            .await;
        match extended {
            Ok(0) => {}
            Ok(_) => engine.federation.wake(),
            Err(error) => tracing::error!(%error, "series not extended"),
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(86_400)) => {}
            _ = stop.changed() => {}
        }
    }
}
