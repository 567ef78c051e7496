//! The hold on an account: reset, new password, new address, API tokens.

use crate::limits::LimitKind;
use crate::password::{Verdict, check_password};
use crate::session::{self, OpenedSession, Session, SessionKind};
use crate::token::{self, TokenPurpose};
use crate::{Account, AccountError, Accounts, Visitor, account, recovery};
use mail::EmailAddress;
use sites::{Site, address_key};
use std::sync::Arc;
use std::time::Duration;

/// An answer to a reset request never comes sooner, so that its time says nothing of the address.
const RESET_ANSWER: Duration = Duration::from_millis(300);

impl Accounts {
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

    /// Compares the password of a session's account, within the account's limit.
    pub async fn prove(&self, session: &Session, password: &str) -> Result<Account, AccountError> {
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
