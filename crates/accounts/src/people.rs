//! Letting people in: the moderators' decision, invitations.

use crate::limits::LimitKind;
use crate::password::check_password;
use crate::session::OpenedSession;
use crate::{Account, AccountError, Accounts, SignUp, SiteRole, Visitor, invitation, sign_up};
use mail::EmailAddress;
use sites::{Site, address_key};
use std::sync::Arc;
use store::Id;

impl Accounts {
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
}
