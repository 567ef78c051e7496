//! What the pages call: the business functions with their password hashes, limits and transactions
//! in the right order, so that no route can forget one.

use crate::letter::Letters;
use crate::limits::{LimitKind, Limits, address_key};
use crate::password::{PasswordError, PasswordSettings, Passwords, Verdict, check_password};
use crate::proxies::Proxies;
use crate::session::{self, OpenedSession, Session, SessionKind};
use crate::sign_up::{self, NewAccount, SignUpOutcome};
use crate::token::{self, TokenPurpose};
use crate::{
    Account, AccountError, AccountState, Secrets, SiteRole, account, invitation, recovery, roles,
};
use mail::EmailAddress;
use sites::{Registration, Site};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Clock, Conn, Database, Id, Ts};
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
    passwords: Passwords,
    letters: Arc<dyn Letters>,
    mail: bool,
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

/// An answer to a reset request never comes sooner, so that its time says nothing of the address.
const RESET_ANSWER: Duration = Duration::from_millis(300);

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

    fn limit(&self, kind: LimitKind, site: Option<&Site>, who: &str) -> Result<(), AccountError> {
        self.limits
            .check(kind, site.map(|site| site.id), who, self.clock.ts())
            .map_err(|retry_after| AccountError::TooMany { retry_after })
    }

    /// Signs up. The outcome is the same whether the address has an account or not, except on an
    /// open site without mail ([`AccountError::EmailTaken`]).
    pub async fn sign_up(
        &self,
        site: &Arc<Site>,
        form: SignUp,
        visitor: &Visitor,
    ) -> Result<SignUpOutcome, AccountError> {
        if site.registration == Registration::Closed {
            return Err(AccountError::Closed);
        }
        let new = NewAccount::check(&form.email, &form.name, &form.language, &form.motive)?;
        check_password(&form.password, new.email.as_str(), &new.name)?;
        self.limit(
            LimitKind::SignUpAddress,
            Some(site),
            &address_key(visitor.address),
        )?;
        self.limit(LimitKind::Recipient, None, &new.email.folded())?;
        let hash = self.passwords.hash(&form.password).await?;
        let mut tries = 0;
        loop {
            let (site, new, hash) = (site.clone(), new.clone(), hash.clone());
            let done = self.write(move |conn, c| {
                sign_up::register(conn, &site, &new, &hash, c.mail(), &c.secrets, c.now)
            });
            match done.await {
                // Two sign-ups of one address at the same moment: the second finds the first.
                Err(error) if is_race(&error) && tries == 0 => tries += 1,
                done => return done,
            }
        }
    }

    /// Makes the first account of a server, administrator of `site` and of the server, and signs it
    /// in; for the set-up page. Refused ([`AccountError::Forbidden`]) once any account exists.
    pub async fn found(
        &self,
        site: &Arc<Site>,
        form: SignUp,
        visitor: &Visitor,
    ) -> Result<OpenedSession, AccountError> {
        let new = NewAccount::check(&form.email, &form.name, &form.language, "")?;
        check_password(&form.password, new.email.as_str(), &new.name)?;
        let hash = self.passwords.hash(&form.password).await?;
        let (site, agent) = (site.id, visitor.user_agent.clone());
        self.write(move |conn, c| {
            if sign_up::any(conn)? {
                return Err(AccountError::Forbidden);
            }
            let account = sign_up::found(conn, site, &new, &hash, true, c.now)?;
            session::open(
                conn,
                site,
                account.id,
                SessionKind::Web,
                &agent,
                &c.secrets,
                c.now,
            )
        })
        .await
    }

    /// Confirms an address: the link's token and the password chosen at sign-up.
    pub async fn confirm(
        &self,
        site: &Arc<Site>,
        link_token: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<Confirmed, AccountError> {
        self.limit(
            LimitKind::LogInAddress,
            Some(site),
            &address_key(visitor.address),
        )?;
        let (id, now, link_token) = (site.id, self.clock.ts(), link_token.to_owned());
        let asked = link_token.clone();
        let found = self.database.read(move |conn| {
            let owner = token::peek(conn, id, TokenPurpose::Confirm, &asked, now)?;
            let account = Account::find(conn, owner)?.ok_or(AccountError::DeadLink)?;
            Ok::<_, AccountError>((account::password_hash(conn, owner)?, account))
        });
        let (hash, account): (Option<String>, Account) = found.await?;
        self.limit(LimitKind::LogInAccount, None, &account.email_folded)?;
        if self.passwords.verify(password, hash.as_deref()).await? == Verdict::Wrong {
            return Err(AccountError::Credentials);
        }
        let (site, visitor) = (site.clone(), visitor.clone());
        self.write(move |conn, c| {
            let known = account::password_hash(conn, account.id)?;
            let account = sign_up::confirm(conn, &site, &link_token, &*c.letters, c.now)?;
            if known != hash {
                return Err(AccountError::DeadLink);
            }
            match account.state {
                AccountState::Active => Ok(Confirmed::SignedIn(
                    c.open(conn, &site, &account, &visitor)?,
                )),
                AccountState::Waiting => Ok(Confirmed::Waiting),
                _ => Err(AccountError::Suspended),
            }
        })
        .await
    }

    /// Signs in. An unknown address costs as much time and is answered as a wrong password
    /// (AUTH-05); what stands in the way of the account is said to whoever knows its password.
    pub async fn log_in(
        &self,
        site: &Arc<Site>,
        email: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<OpenedSession, AccountError> {
        self.limit(
            LimitKind::LogInAddress,
            Some(site),
            &address_key(visitor.address),
        )?;
        // Counted by what was typed, so that the limit says nothing of the address either. Over the
        // whole server: an account is tried as often on two sites as on one.
        let email = EmailAddress::parse(email).ok();
        let folded = email.as_ref().map(EmailAddress::folded).unwrap_or_default();
        self.limit(LimitKind::LogInAccount, None, &folded)?;
        let found: Option<(Account, Option<String>)> = self
            .database
            .read(move |conn| {
                let Some(email) = email else { return Ok(None) };
                let Some(account) = Account::by_email(conn, &email)? else {
                    return Ok(None);
                };
                let hash = account::password_hash(conn, account.id)?;
                Ok::<_, AccountError>(Some((account, hash)))
            })
            .await?;
        let stored = found.as_ref().and_then(|(_, hash)| hash.as_deref());
        let verdict = self.passwords.verify(password, stored).await?;
        let (Some((account, stored)), true) = (found, verdict != Verdict::Wrong) else {
            return Err(AccountError::Credentials);
        };
        let (site, visitor) = (site.clone(), visitor.clone());
        self.write(move |conn, c| {
            // Between the two, the password may have been changed or the account locked.
            let account = Account::find(conn, account.id)?.ok_or(AccountError::Credentials)?;
            if account::password_hash(conn, account.id)? != stored {
                return Err(AccountError::Credentials);
            }
            match account.state {
                AccountState::Active => {}
                AccountState::Unconfirmed => return Err(AccountError::Unconfirmed),
                AccountState::Waiting => return Err(AccountError::Waiting),
                AccountState::Suspended => return Err(AccountError::Suspended),
                AccountState::Closed => return Err(AccountError::Credentials),
            }
            if roles::site_role(conn, site.id, account.id)? == Some(SiteRole::Suspended) {
                return Err(AccountError::Suspended);
            }
            if let Verdict::Rehashed(hash) = &verdict {
                account::store_hash(conn, account.id, hash)?;
            }
            c.open(conn, &site, &account, &visitor)
        })
        .await
    }

    /// Ends the session of a request. The cookie goes with [`session::gone_cookie`].
    pub async fn log_out(&self, session: &Session) -> Result<(), AccountError> {
        let (account, id) = (session.account_id, session.id);
        self.write(move |conn, _| match session::end(conn, account, id) {
            Err(AccountError::NotFound) => Ok(()),
            done => done,
        })
        .await
    }

    /// Sends a reset link if the address has an account; the answer and its time say nothing of it.
    pub async fn request_reset(
        &self,
        site: &Arc<Site>,
        email: &str,
        visitor: &Visitor,
    ) -> Result<(), AccountError> {
        if !self.mail {
            return Err(AccountError::NoMail);
        }
        let email = EmailAddress::parse(email).map_err(|_| AccountError::Email)?;
        self.limit(
            LimitKind::ResetAddress,
            Some(site),
            &address_key(visitor.address),
        )?;
        self.limit(LimitKind::Recipient, None, &email.folded())?;
        let site = site.clone();
        let work = self.write(move |conn, c| {
            recovery::request_reset(conn, &site, &email, &*c.letters, &c.secrets, c.now)
        });
        let (done, ()) = tokio::join!(work, tokio::time::sleep(RESET_ANSWER));
        done
    }

    /// True when a link of a letter is alive, for the page that asks what it needs.
    pub async fn is_alive(
        &self,
        site: &Site,
        purpose: TokenPurpose,
        link_token: &str,
    ) -> Result<bool, AccountError> {
        let (site, now, link_token) = (site.id, self.clock.ts(), link_token.to_owned());
        let found = self
            .database
            .read(move |conn| token::peek(conn, site, purpose, &link_token, now))
            .await;
        match found {
            Ok(_) => Ok(true),
            Err(AccountError::DeadLink) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sets a new password by a reset link. All sessions end; nobody is signed in by it.
    pub async fn reset(
        &self,
        site: &Arc<Site>,
        link_token: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<(), AccountError> {
        self.limit(
            LimitKind::LogInAddress,
            Some(site),
            &address_key(visitor.address),
        )?;
        let (id, now, asked) = (site.id, self.clock.ts(), link_token.to_owned());
        let account = self.database.read(move |conn| {
            let owner = token::peek(conn, id, TokenPurpose::Reset, &asked, now)?;
            Account::find(conn, owner)?.ok_or(AccountError::DeadLink)
        });
        let account = account.await?;
        check_password(password, &account.email, &account.name)?;
        let hash = self.passwords.hash(password).await?;
        let (site, link_token) = (site.clone(), link_token.to_owned());
        self.write(move |conn, c| {
            recovery::reset(conn, &site, &link_token, &hash, &*c.letters, c.now).map(drop)
        })
        .await
    }

    /// Changes the password of somebody signed in. All other sessions and API tokens end; the
    /// request's own is replaced by the one returned.
    pub async fn change_password(
        &self,
        site: &Arc<Site>,
        session: &Session,
        old: &str,
        new: &str,
    ) -> Result<OpenedSession, AccountError> {
        let account = self.prove(session, old).await?;
        check_password(new, &account.email, &account.name)?;
        let hash = self.passwords.hash(new).await?;
        let (site, session) = (site.clone(), session.clone());
        self.write(move |conn, c| {
            recovery::set_password(conn, account.id, &hash, Some(session.id))?;
            if c.mail {
                recovery::tell_password_changed(conn, &site, &account, &*c.letters, c.now)?;
            }
            session::rotate(conn, &session, &c.secrets, c.now)
        })
        .await
    }

    /// Sends a link to a new address; asks for the password, since who holds the mailbox holds the
    /// account.
    pub async fn request_email(
        &self,
        site: &Arc<Site>,
        session: &Session,
        password: &str,
        new: &str,
    ) -> Result<(), AccountError> {
        if !self.mail {
            return Err(AccountError::NoMail);
        }
        let new = EmailAddress::parse(new).map_err(|_| AccountError::Email)?;
        let account = self.prove(session, password).await?;
        self.limit(LimitKind::Recipient, None, &new.folded())?;
        let site = site.clone();
        self.write(move |conn, c| {
            recovery::request_email(conn, &site, &account, &new, &*c.letters, &c.secrets, c.now)
        })
        .await
    }

    /// Takes the new address by its link, while signed in. All other sessions and API tokens end;
    /// the request's own is replaced by the one returned.
    pub async fn confirm_email(
        &self,
        site: &Arc<Site>,
        session: &Session,
        link_token: &str,
    ) -> Result<OpenedSession, AccountError> {
        let (site, session, link_token) = (site.clone(), session.clone(), link_token.to_owned());
        self.write(move |conn, c| {
            let (by, keep) = (session.account_id, Some(session.id));
            recovery::confirm_email(conn, &site, by, &link_token, keep, &*c.letters, c.now)?;
            session::rotate(conn, &session, &c.secrets, c.now)
        })
        .await
    }

    /// Closes the account of a session, after its password.
    pub async fn close(&self, session: &Session, password: &str) -> Result<(), AccountError> {
        let account = self.prove(session, password).await?;
        self.write(move |conn, _| recovery::close(conn, account.id))
            .await
    }

    /// Makes an API token with a name, after the password. It is shown once.
    pub async fn make_api_token(
        &self,
        site: &Arc<Site>,
        session: &Session,
        password: &str,
        name: &str,
    ) -> Result<OpenedSession, AccountError> {
        let account = self.prove(session, password).await?;
        let (site, name) = (site.id, account::check_name(name)?.to_owned());
        self.write(move |conn, c| {
            session::open(
                conn,
                site,
                account.id,
                SessionKind::Api,
                &name,
                &c.secrets,
                c.now,
            )
        })
        .await
    }

    /// A moderator lets an applicant in; see [`sign_up::approve`].
    pub async fn approve(&self, site: &Arc<Site>, by: Id, account: Id) -> Result<(), AccountError> {
        let site = site.clone();
        self.write(move |conn, c| sign_up::approve(conn, &site, by, account, c.mail(), c.now))
            .await
    }

    /// A moderator does not let an applicant in; see [`sign_up::refuse`].
    pub async fn refuse(
        &self,
        site: &Arc<Site>,
        by: Id,
        account: Id,
        reason: &str,
    ) -> Result<(), AccountError> {
        let (site, reason) = (site.clone(), reason.to_owned());
        self.write(move |conn, c| {
            sign_up::refuse(conn, &site, by, account, &reason, c.mail(), c.now)
        })
        .await
    }

    /// Asks to be let in on another site; see [`sign_up::apply`].
    pub async fn apply(
        &self,
        site: &Arc<Site>,
        account: Id,
        motive: &str,
    ) -> Result<SiteRole, AccountError> {
        let (site, motive) = (site.clone(), motive.to_owned());
        self.write(move |conn, c| sign_up::apply(conn, &site, account, &motive, c.mail(), c.now))
            .await
    }

    /// Invites an address to organise an agenda; see [`invitation::invite`].
    pub async fn invite(
        &self,
        site: &Arc<Site>,
        by: &Account,
        actor: Id,
        email: &str,
    ) -> Result<(), AccountError> {
        if !self.mail {
            return Err(AccountError::NoMail);
        }
        let email = EmailAddress::parse(email).map_err(|_| AccountError::Email)?;
        self.limit(LimitKind::Invitation, None, &by.id.to_string())?;
        self.limit(LimitKind::Recipient, None, &email.folded())?;
        let (site, by) = (site.clone(), by.clone());
        self.write(move |conn, c| {
            let ask = invitation::Ask {
                by: &by,
                actor,
                email: &email,
            };
            invitation::invite(conn, &site, ask, &*c.letters, &c.secrets, c.now)
        })
        .await
    }

    /// Somebody signed in accepts an invitation; see [`invitation::accept`]. Gives the agenda.
    pub async fn accept_invitation(
        &self,
        site: &Arc<Site>,
        by: &Account,
        link_token: &str,
        other_address: bool,
    ) -> Result<Id, AccountError> {
        let (site, by, link_token) = (site.clone(), by.clone(), link_token.to_owned());
        self.write(move |conn, c| {
            invitation::accept(
                conn,
                &site,
                &by,
                &link_token,
                other_address,
                &*c.letters,
                c.now,
            )
        })
        .await
    }

    /// Somebody without an account accepts an invitation, gets an account and is signed in; the
    /// form's address and motive are ignored: the invitation names the address.
    pub async fn accept_invitation_with_new_account(
        &self,
        site: &Arc<Site>,
        link_token: &str,
        form: SignUp,
        visitor: &Visitor,
    ) -> Result<(OpenedSession, Id), AccountError> {
        self.limit(
            LimitKind::LogInAddress,
            Some(site),
            &address_key(visitor.address),
        )?;
        let (id, now, asked) = (site.id, self.clock.ts(), link_token.to_owned());
        let invitation = self
            .database
            .read(move |conn| invitation::of_link(conn, id, &asked, now))
            .await?;
        check_password(&form.password, &invitation.email_folded, &form.name)?;
        let hash = self.passwords.hash(&form.password).await?;
        let (site, link_token, visitor) = (site.clone(), link_token.to_owned(), visitor.clone());
        self.write(move |conn, c| {
            let names = (form.name.as_str(), form.language.as_str());
            let (account, actor) = invitation::accept_with_new_account(
                conn,
                &site,
                &link_token,
                names,
                &hash,
                &*c.letters,
                c.now,
            )?;
            Ok((c.open(conn, &site, &account, &visitor)?, actor))
        })
        .await
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

    /// Compares the password of a session's account, within the account's limit.
    async fn prove(&self, session: &Session, password: &str) -> Result<Account, AccountError> {
        let id = session.account_id;
        let found = self.database.read(move |conn| {
            let account = Account::find(conn, id)?.ok_or(AccountError::Forbidden)?;
            Ok::<_, AccountError>((account::password_hash(conn, id)?, account))
        });
        let (hash, account) = found.await?;
        self.limit(LimitKind::LogInAccount, None, &account.email_folded)?;
        match self.passwords.verify(password, hash.as_deref()).await? {
            Verdict::Wrong => Err(AccountError::Credentials),
            _ => Ok(account),
        }
    }
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accounts")
    }
}

/// What a write transaction works with.
pub(crate) struct Context {
    letters: Arc<dyn Letters>,
    mail: bool,
    secrets: Secrets,
    now: Ts,
}

impl Context {
    fn mail(&self) -> (bool, &dyn Letters) {
        (self.mail, &*self.letters)
    }

    /// Begins a browser's session; the one it had here ends (AUTH-04).
    fn open(
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

fn is_race(error: &AccountError) -> bool {
    matches!(error, AccountError::Store(store::StoreError::Query(error)) if store::is_duplicate(error))
}
