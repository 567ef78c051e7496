//! What the pages call: the business functions with their password hashes, limits and transactions
//! in the right order, so that no route can forget one. Its methods stand in `entering` (sign up,
//! confirm, log in), `holding` (password, address, tokens) and `people` (approval, invitations).

use crate::letter::Letters;
use crate::limits::{LimitKind, Limits};
use crate::password::{PasswordError, PasswordSettings, Passwords};
use crate::session::{self, OpenedSession, SessionKind};
use crate::{Account, AccountError, Secrets, sign_up, token};
use sites::{Proxies, Site};
use std::net::IpAddr;
use std::sync::Arc;
use store::{Clock, Conn, Database, Ts};
use tokio::sync::Notify;

/// What the binary gives.
pub struct AccountsSettings {
    /// The database.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// Where tokens and salts come from.
    pub secrets: Secrets,
    /// Cost of a password's hash.
    pub passwords: PasswordSettings,
    /// The words of letters.
    pub letters: Arc<dyn Letters>,
    /// True when this server can send mail (`Mailer::is_configured`).
    pub mail: bool,
    /// Whose `X-Forwarded-For` is believed.
    pub proxies: Proxies,
    /// Multiplies the limits on attempts; 1 in service.
    pub limits_factor: usize,
}

/// People of this server. Cheap to clone; goes into actix's `web::Data` for the extractors.
#[derive(Clone)]
pub struct Accounts {
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    pub(crate) secrets: Secrets,
    pub(crate) proxies: Arc<Proxies>,
    pub(crate) passwords: Passwords,
    letters: Arc<dyn Letters>,
    pub(crate) mail: bool,
    limits: Limits,
    notify: Arc<Notify>,
}

/// Who asks, before anybody is signed in; an extractor for handlers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The peer, or what a trusted proxy says of it (AUTH-02).
    pub address: IpAddr,
    /// The browser's name for itself.
    pub user_agent: String,
    /// The session cookie that came with the request, good or not: a log-in ends it.
    pub cookie: Option<String>,
}

/// The sign-up form.
#[derive(Clone)]
pub struct SignUp {
    /// As typed.
    pub email: String,
    /// As typed.
    pub name: String,
    /// As typed.
    pub password: String,
    /// Language of the page.
    pub language: String,
    /// As typed; may be empty.
    pub motive: String,
}

/// What a confirmation link led to.
#[derive(Debug, Clone)]
pub enum Confirmed {
    /// The account is active; here is its session.
    SignedIn(OpenedSession),
    /// A moderator decides.
    Waiting,
}

impl Accounts {
    /// Computes one password hash; blocking.
    pub fn new(settings: AccountsSettings) -> Result<Self, PasswordError> {
        Ok(Self {
            passwords: Passwords::new(settings.passwords, settings.secrets.clone())?,
            database: settings.database,
            clock: settings.clock,
            secrets: settings.secrets,
            proxies: Arc::new(settings.proxies),
            letters: settings.letters,
            mail: settings.mail,
            limits: Limits::new(settings.limits_factor),
            notify: Arc::default(),
        })
    }

    /// The words of letters.
    pub fn letters(&self) -> Arc<dyn Letters> {
        Arc::clone(&self.letters)
    }

    /// Wakes the [`crate::MailWorker`] after letters were queued.
    pub fn notify(&self) -> Arc<Notify> {
        self.notify.clone()
    }

    /// True when this server sends mail.
    pub fn sends_mail(&self) -> bool {
        self.mail
    }

    /// The counts of attempts.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// A token for a link in a letter; keep its hash only.
    pub fn fresh_token(&self) -> String {
        self.secrets.token()
    }

    /// Hashes passwords; for set-up and the command line.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// One write transaction that may queue letters; wakes the worker after it.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, &Context) -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        let context = Context {
            letters: self.letters.clone(),
            mail: self.mail,
            secrets: self.secrets.clone(),
            now: self.clock.ts(),
        };
        let done = self.database.write(move |conn| work(conn, &context)).await;
        if self.mail && done.is_ok() {
            self.notify.notify_one();
        }
        done
    }

    pub(crate) fn limit(
        &self,
        kind: LimitKind,
        site: Option<&Site>,
        who: &str,
    ) -> Result<(), AccountError> {
        self.limits
            .check(kind, site.map(|site| site.id), who, self.clock.ts())
            .map_err(|retry_after| AccountError::TooMany { retry_after })
    }

    /// Deletes what is over: sessions, links, unconfirmed accounts, messages sent. Once a day.
    pub async fn purge(&self) -> Result<usize, AccountError> {
        self.write(|conn, c| {
            Ok(session::purge(conn, c.now)?
                + token::purge(conn, c.now)?
                + sign_up::purge(conn, c.now)?
                + crate::outgoing::purge(conn, c.now)?)
        })
        .await
    }
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accounts")
    }
}

/// What a write transaction works with.
pub(crate) struct Context {
    pub(crate) letters: Arc<dyn Letters>,
    pub(crate) mail: bool,
    pub(crate) secrets: Secrets,
    pub(crate) now: Ts,
}

impl Context {
    pub(crate) fn mail(&self) -> (bool, &dyn Letters) {
        (self.mail, &*self.letters)
    }

    /// Begins a browser's session; the one it had here ends (AUTH-04).
    pub(crate) fn open(
        &self,
        conn: &mut Conn,
        site: &Site,
        account: &Account,
        visitor: &Visitor,
    ) -> Result<OpenedSession, AccountError> {
        if let Some(old) = &visitor.cookie {
            session::end_token(conn, site.id, old)?;
        }
        let agent = &visitor.user_agent;
        session::open(
            conn,
            site.id,
            account.id,
            SessionKind::Web,
            agent,
            &self.secrets,
            self.now,
        )
    }
}
