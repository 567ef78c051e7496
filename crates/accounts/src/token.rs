//! Links sent by mail: single use, short life, a newer one kills the older (AUTH-06).

use crate::AccountError;
use crate::secrets::{Secrets, token_hash};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use diesel::prelude::*;
use store::schema::account_tokens;
use store::{Conn, Id, Ts, fresh_id, text_enum};

text_enum! {
    /// What a link is good for.
    pub enum TokenPurpose {
        /// Proves the address after sign-up; 24 hours.
        Confirm = "confirm",
        /// Sets a new password; one hour.
        Reset = "reset",
        /// Proves a new address; 24 hours.
        Email = "email",
    }
}

impl TokenPurpose {
    /// How long a link lives.
    pub fn life(self) -> Duration {
        match self {
            Self::Confirm | Self::Email => Duration::hours(24),
            Self::Reset => Duration::hours(1),
        }
    }
}

/// Makes a link's token; those of the same purpose die. `carries` is a text that comes back from
/// [`carried`]: it stands in the token itself, and the stored hash covers it.
pub(crate) fn issue(
    conn: &mut Conn,
    (account, site): (Id, Id),
    purpose: TokenPurpose,
    carries: Option<&str>,
    secrets: &Secrets,
    now: Ts,
) -> Result<String, AccountError> {
    forget(conn, account, purpose)?;
    let mut token = secrets.token();
    if let Some(text) = carries {
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(text));
    }
    diesel::insert_into(account_tokens::table)
        .values((
            account_tokens::id.eq(fresh_id(now.0)),
            account_tokens::account_id.eq(account),
            account_tokens::site_id.eq(site),
            account_tokens::purpose.eq(purpose.as_str()),
            account_tokens::token_hash.eq(token_hash(&token)),
            account_tokens::created_at.eq(now),
            account_tokens::expires_at.eq(Ts::new(now.0 + purpose.life())),
        ))
        .execute(conn)?;
    Ok(token)
}

/// The text inside a token made with `carries`. Believe it only after [`spend`].
pub(crate) fn carried(token: &str) -> Option<String> {
    let (_, text) = token.split_once('.')?;
    String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// Whose token this is, when it is alive; it stays so.
pub fn peek(
    conn: &mut Conn,
    site: Id,
    purpose: TokenPurpose,
    token: &str,
    now: Ts,
) -> Result<Id, AccountError> {
    let found = account_tokens::table
        .filter(account_tokens::token_hash.eq(token_hash(token)))
        .filter(account_tokens::site_id.eq(site))
        .filter(account_tokens::purpose.eq(purpose.as_str()))
        .filter(account_tokens::used_at.is_null())
        .filter(account_tokens::expires_at.gt(now))
        .select(account_tokens::account_id)
        .first(conn)
        .optional()?;
    found.ok_or(AccountError::DeadLink)
}

/// Uses a token up and says whose it was. Of two requests at the same time one gets it.
pub(crate) fn spend(
    conn: &mut Conn,
    site: Id,
    purpose: TokenPurpose,
    token: &str,
    now: Ts,
) -> Result<Id, AccountError> {
    let account = peek(conn, site, purpose, token, now)?;
    let alive = account_tokens::table
        .filter(account_tokens::token_hash.eq(token_hash(token)))
        .filter(account_tokens::used_at.is_null());
    match diesel::update(alive)
        .set(account_tokens::used_at.eq(now))
        .execute(conn)?
    {
        1 => Ok(account),
        _ => Err(AccountError::DeadLink),
    }
}

/// Kills the links of one purpose.
pub(crate) fn forget(
    conn: &mut Conn,
    account: Id,
    purpose: TokenPurpose,
) -> Result<(), AccountError> {
    let held = account_tokens::table.filter(account_tokens::account_id.eq(account));
    diesel::delete(held.filter(account_tokens::purpose.eq(purpose.as_str()))).execute(conn)?;
    Ok(())
}

/// Kills all links of an account.
pub(crate) fn forget_all(conn: &mut Conn, account: Id) -> Result<(), AccountError> {
    diesel::delete(account_tokens::table.filter(account_tokens::account_id.eq(account)))
        .execute(conn)?;
    Ok(())
}

/// Deletes links that are too old. Says how many.
pub fn purge(conn: &mut Conn, now: Ts) -> Result<usize, AccountError> {
    Ok(
        diesel::delete(account_tokens::table.filter(account_tokens::expires_at.le(now)))
            .execute(conn)?,
    )
}
