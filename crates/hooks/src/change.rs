//! Naming a program, changing it and its secret, pausing and removing it: in the name of who may change the settings.

use crate::hook::{Hook, HookError, seal_name};
use accounts::{Permission, roles};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration as Span;
use diesel::prelude::*;
use federation::Federation;
use store::events::{Event, tell_one};
use store::schema::{hook_deliveries, hooks};
use store::{Conn, Id, Ts, fresh_id};
use url::Url;

/// Programs of one site.
const MOST: i64 = 20;
/// Longest name, in characters.
pub const LONGEST_NAME: u32 = 100;
/// The event of a try.
const TEST: &str = "test";
/// So long messages are signed with the secret before as well: time to give the program the new one.
const OVERLAP: Span = Span::hours(24);

/// What a program is, or is to be.
#[derive(Debug, Clone, Default)]
pub struct NewHook {
    /// What its administrators call it; may be empty.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// Words of [`Event`].
    pub events: Vec<String>,
    /// It is asked before something is published; one at most on a site.
    pub asks: bool,
}

impl From<&Hook> for NewHook {
    fn from(hook: &Hook) -> Self {
        Self {
            name: hook.name.clone(),
            url: hook.url.clone(),
            events: hook.words().map(str::to_owned).collect(),
            asks: hook.asks,
        }
    }
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default)]
pub struct HookChange {
    /// See [`NewHook::name`].
    pub name: Option<String>,
    /// See [`NewHook::url`].
    pub url: Option<String>,
    /// See [`NewHook::events`].
    pub events: Option<Vec<String>>,
    /// See [`NewHook::asks`].
    pub asks: Option<bool>,
}

/// A program with its secret, which is never shown again.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its key.
    pub id: Id,
    /// `whsec_` and base64, as Standard Webhooks write it.
    pub secret: String,
}

/// A description that was looked at.
struct Checked {
    name: String,
    url: Url,
    events: String,
}

fn check(federation: &Federation, new: &NewHook) -> Result<Checked, HookError> {
    let name: String = new
        .name
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    if name.chars().count() > LONGEST_NAME as usize {
        return Err(HookError::Name);
    }
    let url = Url::parse(new.url.trim()).map_err(|_| HookError::Address)?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.as_str().len() <= 1_000;
    if !plain || federation.client().check(&url).is_err() {
        return Err(HookError::Address);
    }
    let mut events: Vec<&'static str> = Vec::new();
    for word in &new.events {
        events.push(Event::from_word(word).ok_or(HookError::Event)?.as_str());
    }
    events.sort_unstable();
    events.dedup();
    if events.is_empty() && !new.asks {
        return Err(HookError::Event);
    }
    Ok(Checked {
        name,
        url,
        events: events.join(","),
    })
}

/// Whether a program of the site other than `but` is asked already.
fn another_is_asked(conn: &mut Conn, site: Id, but: Id) -> Result<bool, HookError> {
    let asked = hooks::table
        .filter(hooks::site_id.eq(site))
        .filter(hooks::asks.eq(true))
        .filter(hooks::id.ne(but));
    Ok(diesel::select(diesel::dsl::exists(asked)).get_result(conn)?)
}

/// A secret as it is shown, and as it is kept.
fn fresh_secret(federation: &Federation, id: Id) -> Result<(String, String), HookError> {
    let secret = federation.fresh_secret();
    let sealed = federation
        .seal_secret(&secret, &seal_name(id))
        .map_err(|_| HookError::Seal)?;
    Ok((format!("whsec_{}", STANDARD.encode(secret)), sealed))
}

/// Names a program.
pub fn create(
    conn: &mut Conn,
    federation: &Federation,
    site: Id,
    by: Id,
    new: &NewHook,
    now: Ts,
) -> Result<Made, HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let checked = check(federation, new)?;
    let id = fresh_id(now.0);
    let of_site = hooks::table.filter(hooks::site_id.eq(site));
    let held: i64 = of_site.count().get_result(conn)?;
    if held >= MOST || (new.asks && another_is_asked(conn, site, id)?) {
        return Err(HookError::TooMany);
    }
    let (secret, sealed) = fresh_secret(federation, id)?;
    diesel::insert_into(hooks::table)
        .values((
            hooks::id.eq(id),
            hooks::site_id.eq(site),
            hooks::name.eq(checked.name),
            hooks::url.eq(checked.url.as_str()),
            hooks::secret.eq(sealed),
            hooks::events.eq(checked.events),
            hooks::asks.eq(new.asks),
            hooks::paused.eq(false),
            hooks::by_id.eq(by),
            hooks::created_at.eq(now),
            hooks::due_at.eq(now),
            hooks::tries.eq(0),
        ))
        .execute(conn)?;
    Ok(Made { id, secret })
}

/// Changes what a program is called, where it is and what it hears. What waits goes to the new address, at once.
pub fn change(
    conn: &mut Conn,
    federation: &Federation,
    (site, by): (Id, Id),
    id: Id,
    change: &HookChange,
    now: Ts,
) -> Result<(), HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    let mut new = NewHook::from(&hook);
    let set = change.clone();
    new.name = set.name.unwrap_or(new.name);
    new.url = set.url.unwrap_or(new.url);
    new.events = set.events.unwrap_or(new.events);
    new.asks = set.asks.unwrap_or(new.asks);
    let checked = check(federation, &new)?;
    if new.asks && another_is_asked(conn, site, id)? {
        return Err(HookError::TooMany);
    }
    diesel::update(hooks::table.find(id))
        .set((
            hooks::name.eq(checked.name),
            hooks::url.eq(checked.url.as_str()),
            hooks::events.eq(checked.events),
            hooks::asks.eq(new.asks),
        ))
        .execute(conn)?;
    match checked.url.as_str() == hook.url {
        true => Ok(()),
        false => begin_anew(conn, id, now),
    }
}

/// Lets what waits be tried now, and for three days from now.
fn begin_anew(conn: &mut Conn, id: Id, now: Ts) -> Result<(), HookError> {
    diesel::update(hooks::table.find(id))
        .set((
            hooks::due_at.eq(now),
            hooks::tries.eq(0),
            hooks::failing_at.eq(None::<Ts>),
        ))
        .execute(conn)?;
    let waiting = hook_deliveries::table
        .filter(hook_deliveries::hook_id.eq(id))
        .filter(hook_deliveries::state.eq("waiting"));
    diesel::update(waiting)
        .set((
            hook_deliveries::due_at.eq(now),
            hook_deliveries::first_try_at.eq(None::<Ts>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives a program a new secret. For a day messages carry a signature under the old one too, so that none is refused
/// while the program is given the new one.
pub fn renew_secret(
    conn: &mut Conn,
    federation: &Federation,
    (site, by): (Id, Id),
    id: Id,
    now: Ts,
) -> Result<Made, HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    let (secret, sealed) = fresh_secret(federation, id)?;
    diesel::update(hooks::table.find(id))
        .set((
            hooks::secret.eq(sealed),
            hooks::old_secret.eq(hook.secret),
            hooks::old_until.eq(Ts::new(now.0 + OVERLAP)),
        ))
        .execute(conn)?;
    Ok(Made { id, secret })
}

/// Forgets a program, and what waited for it.
pub fn remove(conn: &mut Conn, site: Id, by: Id, id: Id) -> Result<(), HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    diesel::delete(hooks::table.find(hook.id)).execute(conn)?;
    Ok(())
}

/// Sends a program nothing for now. What waits for it is kept; what happens meanwhile is not told.
pub fn pause(conn: &mut Conn, site: Id, by: Id, id: Id) -> Result<(), HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    diesel::update(hooks::table.find(hook.id))
        .set(hooks::paused.eq(true))
        .execute(conn)?;
    Ok(())
}

/// Sends it what waits again.
pub fn resume(conn: &mut Conn, site: Id, by: Id, id: Id, now: Ts) -> Result<(), HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    diesel::update(hooks::table.find(hook.id))
        .set(hooks::paused.eq(false))
        .execute(conn)?;
    begin_anew(conn, hook.id, now)
}

/// Sends a program a message that says nothing, after what waits for it already.
pub fn try_out(conn: &mut Conn, site: Id, by: Id, id: Id, now: Ts) -> Result<(), HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    tell_one(conn, hook.id, TEST, &serde_json::json!({}), now)?;
    look_now(conn, hook.id, now)
}

/// Sends a message again that arrived or was given up, under the id that it had: a program that has it already sees that.
pub fn send_again(
    conn: &mut Conn,
    (site, by): (Id, Id),
    id: Id,
    delivery: Id,
    now: Ts,
) -> Result<(), HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    let its = hook_deliveries::table
        .find(delivery)
        .filter(hook_deliveries::hook_id.eq(hook.id));
    let found = diesel::update(its)
        .set((
            hook_deliveries::state.eq("waiting"),
            hook_deliveries::attempts.eq(0),
            hook_deliveries::due_at.eq(now),
            hook_deliveries::first_try_at.eq(None::<Ts>),
            hook_deliveries::finished_at.eq(None::<Ts>),
        ))
        .execute(conn)?;
    match found {
        0 => Err(HookError::Unknown),
        _ => begin_anew(conn, hook.id, now),
    }
}

fn look_now(conn: &mut Conn, id: Id, now: Ts) -> Result<(), HookError> {
    diesel::update(hooks::table.find(id))
        .set(hooks::due_at.eq(now))
        .execute(conn)?;
    Ok(())
}
