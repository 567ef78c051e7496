//! What names a person outside the account's own row.

use super::CHUNK;
use super::files::forget_places;
use super::redact::Redact;
use accounts::Account;
use diesel::prelude::*;
use sites::{Site, SiteChange, Sites};
use store::schema::{
    actor_invitations, actor_roles, calendar_sources, comments, event_series, exports, mail_queue,
    objects, personal_blocks, proposals, sites as site_rows, trusted_accounts,
};
use store::{Conn, Id, StoreError, Ts};

/// Replies to objects that are gone.
pub(super) fn replies(conn: &mut Conn, gone: &[Id]) -> Result<Vec<Id>, StoreError> {
    let mut all = Vec::new();
    for part in gone.chunks(CHUNK) {
        let under = comments::table.filter(comments::object_id.eq_any(part));
        all.extend(under.select(comments::id).load::<Id>(conn)?);
    }
    Ok(all)
}

/// What hangs on agendas that ended: replies of others to them, calendars, series, places.
pub(super) fn of_agendas(
    conn: &mut Conn,
    agendas: &[Id],
    gone: &[Id],
    places: &[Id],
) -> Result<(), StoreError> {
    for part in gone.chunks(CHUNK) {
        diesel::delete(comments::table.filter(comments::object_id.eq_any(part))).execute(conn)?;
        diesel::update(objects::table.filter(objects::id.eq_any(part)))
            .set((
                objects::account_id.eq(None::<Id>),
                objects::source_id.eq(None::<Id>),
                objects::source_key.eq(None::<String>),
            ))
            .execute(conn)?;
    }
    for agenda in agendas {
        let sources = calendar_sources::table.filter(calendar_sources::actor_id.eq(agenda));
        diesel::delete(sources).execute(conn)?;
        let series = event_series::table.filter(event_series::actor_id.eq(agenda));
        diesel::delete(series).execute(conn)?;
        diesel::delete(proposals::table.filter(proposals::actor_id.eq(agenda))).execute(conn)?;
        let invited = actor_invitations::table.filter(actor_invitations::actor_id.eq(agenda));
        diesel::delete(invited).execute(conn)?;
        // Who helped keeps no key to what is no more.
        diesel::delete(actor_roles::table.filter(actor_roles::actor_id.eq(agenda)))
            .execute(conn)?;
    }
    forget_places(conn, places)
}

/// Letters, invitations, blocks, trust, the site's contact.
pub(super) fn of_person(
    conn: &mut Conn,
    sites: &Sites,
    account: &Account,
    (redact, now): (&Redact, Ts),
) -> Result<(), StoreError> {
    let id = account.id;
    let addresses = [&account.email, &account.email_folded];
    diesel::delete(mail_queue::table.filter(mail_queue::recipient.eq_any(addresses)))
        .execute(conn)?;
    let queued: Vec<(Id, String)> = mail_queue::table
        .filter(mail_queue::state.eq("queued"))
        .select((mail_queue::id, mail_queue::recipient))
        .load(conn)?;
    for (letter, recipient) in queued {
        if recipient.to_lowercase() == account.email_folded {
            diesel::delete(mail_queue::table.find(letter)).execute(conn)?;
        }
    }
    diesel::delete(proposals::table.filter(proposals::email.eq_any(addresses))).execute(conn)?;
    redact_letters(conn, redact)?;
    let to_them =
        actor_invitations::table.filter(actor_invitations::email_folded.eq(&account.email_folded));
    diesel::delete(to_them).execute(conn)?;
    diesel::delete(personal_blocks::table.filter(personal_blocks::account_id.eq(id)))
        .execute(conn)?;
    diesel::delete(trusted_accounts::table.filter(trusted_accounts::account_id.eq(id)))
        .execute(conn)?;
    hand_over_calendars(conn, id)?;
    let contact: Vec<Id> = site_rows::table
        .filter(site_rows::contact_email.eq_any(addresses))
        .select(site_rows::id)
        .load(conn)?;
    let change = SiteChange {
        contact_email: Some(None),
        updated_at: Some(now),
        ..SiteChange::default()
    };
    for site in sites.all() {
        if contact.contains(&site.id) {
            Site::change(conn, site.id, &change)?;
        }
    }
    Ok(())
}

/// The name in letters to others, sent or not: "Léa asks for an account", "Léa organises".
fn redact_letters(conn: &mut Conn, redact: &Redact) -> Result<(), StoreError> {
    for name in redact.names() {
        let pattern = format!("%{}%", store::like_escaped(name));
        let says = mail_queue::subject
            .like(pattern.clone())
            .escape('\\')
            .or(mail_queue::body.like(pattern).escape('\\'));
        let found: Vec<(Id, String, String)> = mail_queue::table
            .filter(says)
            .select((mail_queue::id, mail_queue::subject, mail_queue::body))
            .load(conn)?;
        for (id, subject, body) in found {
            diesel::update(mail_queue::table.find(id))
                .set((
                    mail_queue::subject.eq(redact.apply(&subject)),
                    mail_queue::body.eq(redact.apply(&body)),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Calendars of agendas that go on are read in the name of an owner who stays.
fn hand_over_calendars(conn: &mut Conn, account: Id) -> Result<(), StoreError> {
    let sources: Vec<(Id, Id)> = calendar_sources::table
        .filter(calendar_sources::account_id.eq(account))
        .select((calendar_sources::id, calendar_sources::actor_id))
        .load(conn)?;
    for (source, agenda) in sources {
        let heir: Option<Id> = actor_roles::table
            .filter(actor_roles::actor_id.eq(agenda))
            .filter(actor_roles::account_id.ne(account))
            .order((actor_roles::role.desc(), actor_roles::created_at))
            .select(actor_roles::account_id)
            .first(conn)
            .optional()?;
        if let Some(heir) = heir {
            diesel::update(calendar_sources::table.find(source))
                .set(calendar_sources::account_id.eq(heir))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// The archives of an account, which go with its sessions.
pub(super) fn exports(conn: &mut Conn, account: Id) -> Result<Vec<Id>, StoreError> {
    let held = exports::table.filter(exports::account_id.eq(account));
    let ids = held.select(exports::id).load(conn)?;
    diesel::delete(held).execute(conn)?;
    Ok(ids)
}
