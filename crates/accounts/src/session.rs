//! Sessions: one row for each browser signed in and each API token, on one site each (WEB-04).

use crate::permission::{self, Permission, Permissions};
use crate::secrets::{Secrets, token_hash};
use crate::{Account, AccountError, AccountState, SiteRole, roles};
use actix_web::cookie::{Cookie, SameSite, time};
use chrono::Duration;
use diesel::prelude::*;
use sites::Site;
use store::schema::{accounts, sessions};
use store::{Conn, Id, Ts, fresh_id, text_enum};

text_enum! {
    /// What carries the token.
    pub enum SessionKind {
        /// A cookie.
        Web = "web",
        /// An `Authorization: Bearer` header.
        Api = "api",
    }
}

/// A session that nobody uses ends after so many days.
pub const IDLE_DAYS: i64 = 14;
/// A session of a moderator or administrator that nobody uses ends after so many hours.
pub const MODERATOR_IDLE_HOURS: i64 = 12;
/// Every session ends after so many days.
pub const ABSOLUTE_DAYS: i64 = 90;
/// The last use is written at most so often, minutes: a read is not a write each time.
const SEEN_EVERY_MINUTES: i64 = 10;

/// A session's row, without the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its key: for the list of sessions, never a credential.
    pub id: Id,
    /// The one site it is good for.
    pub site_id: Id,
    /// Whose it is.
    pub account_id: Id,
    /// The token that each form carries back.
    pub csrf: String,
    /// Cookie or API.
    #[diesel(deserialize_as = String)]
    pub kind: SessionKind,
    /// The browser's name for itself; for an API token the name its person gave it.
    pub user_agent: String,
    /// When it began.
    pub created_at: Ts,
    /// When it was last used, to ten minutes.
    pub last_seen_at: Ts,
    /// When it ends whatever happens.
    pub expires_at: Ts,
}

/// A session just begun. The token exists here and at the person's, nowhere else.
#[derive(Debug, Clone)]
pub struct OpenedSession {
    /// The value of the cookie, or the bearer token.
    pub token: String,
    /// Its row.
    pub session: Session,
}

/// Everything a request needs to know of who asks, read in one hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The session that the request showed.
    pub session: Session,
    /// Whose it is; active.
    pub account: Account,
    /// The role on this site.
    pub site_role: Option<SiteRole>,
    /// The actors of this site that the account may act for; those that a moderator froze are not among them.
    pub actors: Vec<roles::ActorRoleOf>,
    /// A moderator froze the account on this site: it reads, and does nothing.
    pub frozen: bool,
    /// What it may moderate here.
    pub permissions: Permissions,
}

impl Identity {
    /// True for moderators and administrators of this site.
    pub fn is_moderator(&self) -> bool {
        self.is_admin() || self.site_role == Some(SiteRole::Moderator)
    }

    /// True for administrators of this site or of the server.
    pub fn is_admin(&self) -> bool {
        self.account.is_server_admin || self.site_role == Some(SiteRole::Admin)
    }

    /// True when it may do this part of moderating the site.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// True for moderators who may do what a path needs.
    pub fn may_moderate_at(&self, path: &str) -> bool {
        self.is_moderator() && permission::needed(path).is_none_or(|needed| self.may(needed))
    }

    /// True for administrators, and for moderators who were given the settings where a path needs nothing more.
    pub fn may_set_at(&self, path: &str) -> bool {
        let settings = permission::needed(path) == Some(Permission::Settings);
        self.is_admin() || (settings && self.is_moderator() && self.may(Permission::Settings))
    }

    /// True when the account was let in on this very site (and so may open an agenda here).
    pub fn is_member(&self) -> bool {
        self.is_moderator() || (self.site_role == Some(SiteRole::Member) && !self.frozen)
    }

    /// True when the account may act for an actor of this site.
    pub fn may_edit(&self, actor: Id) -> bool {
        self.actors.iter().any(|held| held.actor_id == actor)
    }
}

/// Begins a session; its token and its form token are fresh (AUTH-04).
pub fn open(
    conn: &mut Conn,
    site: Id,
    account: Id,
    kind: SessionKind,
    user_agent: &str,
    secrets: &Secrets,
    now: Ts,
) -> Result<OpenedSession, AccountError> {
    let token = secrets.token();
    let session = Session {
        id: fresh_id(now.0),
        site_id: site,
        account_id: account,
        csrf: secrets.token(),
        kind,
        user_agent: user_agent
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect(),
        created_at: now,
        last_seen_at: now,
        expires_at: Ts::new(now.0 + Duration::days(ABSOLUTE_DAYS)),
    };
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id),
            sessions::site_id.eq(site),
            sessions::account_id.eq(account),
            sessions::token_hash.eq(token_hash(&token)),
            sessions::csrf.eq(&session.csrf),
            sessions::kind.eq(kind.as_str()),
            sessions::user_agent.eq(&session.user_agent),
            sessions::created_at.eq(session.created_at),
            sessions::last_seen_at.eq(session.last_seen_at),
            sessions::expires_at.eq(session.expires_at),
        ))
        .execute(conn)?;
    Ok(OpenedSession { token, session })
}

/// Who shows this token on this site. `None` for anything that gives no right: another site's
/// token, an idle or old session, an account that is not active (AUTH-09), a ban on this site.
pub fn identify(
    conn: &mut Conn,
    site: Id,
    kind: SessionKind,
    token: &str,
    now: Ts,
) -> Result<Option<Identity>, AccountError> {
    let found = sessions::table
        .inner_join(accounts::table)
        .filter(sessions::token_hash.eq(token_hash(token)))
        .filter(sessions::site_id.eq(site))
        .filter(sessions::kind.eq(kind.as_str()))
        .filter(sessions::expires_at.gt(now))
        .select((Session::as_select(), Account::as_select()))
        .first::<(Session, Account)>(conn)
        .optional()?;
    let Some((session, account)) = found else {
        return Ok(None);
    };
    if account.state != AccountState::Active {
        return Ok(None);
    }
    let (site_role, permissions) = roles::held_on(conn, site, &account)?;
    if site_role == Some(SiteRole::Suspended) {
        return Ok(None);
    }
    let mut actors = roles::actors_of(conn, site, account.id)?;
    let (frozen, cold) = roles::frozen(conn, site, account.id)?;
    actors.retain(|held| !frozen && !cold.contains(&held.actor_id));
    let identity = Identity {
        session,
        account,
        site_role,
        actors,
        frozen,
        permissions,
    };
    let idle = match identity.is_moderator() {
        true => Duration::hours(MODERATOR_IDLE_HOURS),
        false => Duration::days(IDLE_DAYS),
    };
    Ok((identity.session.last_seen_at.0 + idle > now.0).then_some(identity))
}

/// True when the last use is old enough to be written again, by [`seen`].
pub fn is_due(session: &Session, now: Ts) -> bool {
    session.last_seen_at.0 + Duration::minutes(SEEN_EVERY_MINUTES) <= now.0
}

/// Writes the last use.
pub fn seen(conn: &mut Conn, session: Id, now: Ts) -> Result<(), AccountError> {
    diesel::update(sessions::table.find(session))
        .set(sessions::last_seen_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Sessions of an account on every site, the last used first.
pub fn list(conn: &mut Conn, account: Id) -> Result<Vec<Session>, AccountError> {
    let held = sessions::table.filter(sessions::account_id.eq(account));
    Ok(held
        .order(sessions::last_seen_at.desc())
        .limit(200)
        .select(Session::as_select())
        .load(conn)?)
}

/// Ends one session of an account; [`AccountError::NotFound`] when it is not the account's.
pub fn end(conn: &mut Conn, account: Id, session: Id) -> Result<(), AccountError> {
    let held = sessions::table
        .find(session)
        .filter(sessions::account_id.eq(account));
    match diesel::delete(held).execute(conn)? {
        0 => Err(AccountError::NotFound),
        _ => Ok(()),
    }
}

/// Ends the session of a token, if there is one; for log-out and before a log-in.
pub fn end_token(conn: &mut Conn, site: Id, token: &str) -> Result<(), AccountError> {
    let held = sessions::table.filter(sessions::token_hash.eq(token_hash(token)));
    diesel::delete(held.filter(sessions::site_id.eq(site))).execute(conn)?;
    Ok(())
}

/// Ends all sessions and API tokens of an account, on all sites, but `keep`. Says how many.
pub fn end_all(conn: &mut Conn, account: Id, keep: Option<Id>) -> Result<usize, AccountError> {
    let held = sessions::table.filter(sessions::account_id.eq(account));
    Ok(match keep {
        Some(keep) => diesel::delete(held.filter(sessions::id.ne(keep))).execute(conn)?,
        None => diesel::delete(held).execute(conn)?,
    })
}

/// Ends all sessions and API tokens of an account on one site.
pub fn end_on_site(conn: &mut Conn, site: Id, account: Id) -> Result<(), AccountError> {
    let held = sessions::table.filter(sessions::account_id.eq(account));
    diesel::delete(held.filter(sessions::site_id.eq(site))).execute(conn)?;
    Ok(())
}

/// Replaces a session by a new one with a new token; what a privilege change asks for (AUTH-04).
pub fn rotate(
    conn: &mut Conn,
    old: &Session,
    secrets: &Secrets,
    now: Ts,
) -> Result<OpenedSession, AccountError> {
    end(conn, old.account_id, old.id)?;
    let mut new = open(
        conn,
        old.site_id,
        old.account_id,
        old.kind,
        &old.user_agent,
        secrets,
        now,
    )?;
    // A rotation does not prolong the session's whole life.
    new.session.created_at = old.created_at;
    new.session.expires_at = old.expires_at;
    diesel::update(sessions::table.find(new.session.id))
        .set((
            sessions::created_at.eq(old.created_at),
            sessions::expires_at.eq(old.expires_at),
        ))
        .execute(conn)?;
    Ok(new)
}

/// Deletes sessions that can never be used again. Says how many.
pub fn purge(conn: &mut Conn, now: Ts) -> Result<usize, AccountError> {
    let idle = Ts::new(now.0 - Duration::days(IDLE_DAYS));
    let dead = sessions::expires_at
        .le(now)
        .or(sessions::last_seen_at.le(idle));
    Ok(diesel::delete(sessions::table.filter(dead)).execute(conn)?)
}

/// The name of a site's cookie. `__Host-` binds it to the host and to https; a site on plain http
/// (tests, demo) cannot have that.
pub fn cookie_name(site: &Site) -> &'static str {
    if site.scheme == "https" {
        "__Host-session"
    } else {
        "session"
    }
}

/// The cookie to set after a log-in or a rotation.
pub fn cookie(site: &Site, opened: &OpenedSession) -> Cookie<'static> {
    cookie_of(
        site,
        opened.token.clone(),
        time::Duration::days(ABSOLUTE_DAYS),
    )
}

/// The cookie that removes the session's from the browser.
pub fn gone_cookie(site: &Site) -> Cookie<'static> {
    cookie_of(site, String::new(), time::Duration::ZERO)
}

fn cookie_of(site: &Site, value: String, age: time::Duration) -> Cookie<'static> {
    Cookie::build(cookie_name(site), value)
        .path("/")
        .http_only(true)
        .secure(site.scheme == "https")
        .same_site(SameSite::Lax)
        .max_age(age)
        .finish()
}
