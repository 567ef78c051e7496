//! The account's row: who somebody is on this server, whatever the site.

use crate::AccountError;
use diesel::prelude::*;
use mail::EmailAddress;
use store::schema::accounts;
use store::{Conn, Id, Ts, text_enum};

text_enum! {
    /// Where an account stands. Only [`AccountState::Active`] may do more than a visitor (AUTH-09).
    pub enum AccountState {
        /// The address is not confirmed.
        Unconfirmed = "unconfirmed",
        /// Confirmed; the moderators of the site it signed up on have not decided.
        Waiting = "waiting",
        /// In use.
        Active = "active",
        /// Locked on the whole server by its administrators.
        Suspended = "suspended",
        /// Closed by its person: the row stays for what it wrote, without personal data.
        Closed = "closed",
    }
}

/// A person's account. The password's hash is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// Its key.
    pub id: Id,
    /// The address as its person wrote it.
    pub email: String,
    /// The address as it is compared: [`EmailAddress::folded`].
    pub email_folded: String,
    /// The name shown to others.
    pub name: String,
    /// Language of pages and letters: `fr`, `en`.
    pub language: String,
    /// Where it stands.
    #[diesel(deserialize_as = String)]
    pub state: AccountState,
    /// Why its person wants an account, for the moderators.
    pub motive: String,
    /// True for those who run the server: administrator on each of its sites.
    pub is_server_admin: bool,
    /// When it was made.
    pub created_at: Ts,
    /// When its address was proven.
    pub confirmed_at: Option<Ts>,
    /// When a moderator said yes.
    pub approved_at: Option<Ts>,
}

impl Account {
    /// An account by key.
    pub fn find(conn: &mut Conn, id: Id) -> Result<Option<Self>, AccountError> {
        Ok(accounts::table
            .find(id)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// An account by address; upper and lower case are the same.
    pub fn by_email(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Self>, AccountError> {
        let found = accounts::table.filter(accounts::email_folded.eq(email.folded()));
        Ok(found.select(Self::as_select()).first(conn).optional()?)
    }

    /// Changes the name or the language; `None` leaves it.
    pub fn change(
        conn: &mut Conn,
        id: Id,
        name: Option<&str>,
        language: Option<&str>,
    ) -> Result<(), AccountError> {
        if let Some(name) = name {
            let name = check_name(name)?;
            diesel::update(accounts::table.find(id))
                .set(accounts::name.eq(name))
                .execute(conn)?;
        }
        if let Some(language) = language {
            let language = check_language(language)?;
            diesel::update(accounts::table.find(id))
                .set(accounts::language.eq(language))
                .execute(conn)?;
        }
        Ok(())
    }
}

/// A name of 1 to 100 characters, without white space around it or control characters in it.
pub(crate) fn check_name(name: &str) -> Result<&str, AccountError> {
    let name = name.trim();
    let fits =
        !name.is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control);
    fits.then_some(name).ok_or(AccountError::Name)
}

/// A language tag (BCP 47) of up to 16 characters.
pub(crate) fn check_language(language: &str) -> Result<&str, AccountError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let fits = (2..=16).contains(&language.len()) && language.chars().all(plain);
    fits.then_some(language).ok_or(AccountError::TooLong)
}

/// The hash of an account's password, apart from [`Account`] so that it does not travel with it.
pub(crate) fn password_hash(conn: &mut Conn, id: Id) -> Result<Option<String>, AccountError> {
    Ok(accounts::table
        .find(id)
        .select(accounts::password_hash)
        .first(conn)
        .optional()?)
}

/// Writes a password's hash.
pub(crate) fn store_hash(conn: &mut Conn, id: Id, hash: &str) -> Result<(), AccountError> {
    diesel::update(accounts::table.find(id))
        .set(accounts::password_hash.eq(hash))
        .execute(conn)?;
    Ok(())
}

/// Writes a state.
pub(crate) fn set_state(conn: &mut Conn, id: Id, state: AccountState) -> Result<(), AccountError> {
    diesel::update(accounts::table.find(id))
        .set(accounts::state.eq(state.as_str()))
        .execute(conn)?;
    Ok(())
}
