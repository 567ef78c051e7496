//! Coming in: sign-up, confirmation, log-in, log-out.

use crate::limits::LimitKind;
use crate::password::{Verdict, check_password};
use crate::session::{self, OpenedSession, Session, SessionKind};
use crate::sign_up::{self, NewAccount, SignUpOutcome};
use crate::token::{self, TokenPurpose};
use crate::{
    Account, AccountError, AccountState, Accounts, Confirmed, SignUp, SiteRole, Visitor, account,
    roles,
};
use mail::EmailAddress;
use sites::{Registration, Site, address_key};
use std::sync::Arc;

impl Accounts {
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
            roles::hold_site(conn, site)?;
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
        self.enter(site, email, password, visitor, SessionKind::Web)
            .await
    }

    /// [`Accounts::log_in`] for the JSON API: the token is a bearer token.
    pub async fn log_in_for_program(
        &self,
        site: &Arc<Site>,
        email: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<OpenedSession, AccountError> {
        self.enter(site, email, password, visitor, SessionKind::Api)
            .await
    }

    async fn enter(
        &self,
        site: &Arc<Site>,
        email: &str,
        password: &str,
        visitor: &Visitor,
        kind: SessionKind,
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
            match kind {
                SessionKind::Web => c.open(conn, &site, &account, &visitor),
                SessionKind::Api => session::open(
                    conn,
                    site.id,
                    account.id,
                    kind,
                    &visitor.user_agent,
                    &c.secrets,
                    c.now,
                ),
            }
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
}

fn is_race(error: &AccountError) -> bool {
    matches!(error, AccountError::Store(store::StoreError::Query(error)) if store::is_duplicate(error))
}
