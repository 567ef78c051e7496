//! What moderators keep: rows, reasons and ids stay, words and copies about the person and by them go. The record is left
//! as it is: it holds ids, and its hashes go on following one another.

use super::CHUNK;
use super::redact::Redact;
use diesel::prelude::*;
use serde_json::json;
use store::schema::{appeals, case_entries, cases, measures, reports};
use store::{Conn, Id, Json, StoreError};

/// Forgets what was said by the account and about it, its agendas that ended, what they published and the replies there.
pub(super) fn forget(
    conn: &mut Conn,
    account: Id,
    addresses: [&String; 2],
    (agendas, gone): (&[Id], &[Id]),
    redact: &Redact,
) -> Result<(), StoreError> {
    said_by(conn, account, addresses, redact)?;
    let mut targets = vec![account];
    targets.extend(agendas);
    targets.extend(gone);
    for part in targets.chunks(CHUNK) {
        said_about(conn, part)?;
    }
    for agenda in agendas {
        // The address of an agenda bears its name.
        let key = format!("actor:{agenda}");
        diesel::update(cases::table.filter(cases::target_id.eq(agenda)))
            .set(cases::target_uri.eq(&key))
            .execute(conn)?;
        diesel::update(reports::table.filter(reports::target_id.eq(agenda)))
            .set(reports::target_uri.eq(&key))
            .execute(conn)?;
        diesel::update(cases::table.filter(cases::actor_id.eq(agenda)))
            .set(cases::title.eq(""))
            .execute(conn)?;
    }
    Ok(())
}

fn said_by(
    conn: &mut Conn,
    account: Id,
    addresses: [&String; 2],
    redact: &Redact,
) -> Result<(), StoreError> {
    let own = reports::account_id
        .eq(account)
        .assume_not_null()
        .or(reports::email.eq_any(addresses).assume_not_null());
    let made: Vec<Id> = reports::table.filter(own).select(reports::id).load(conn)?;
    for part in made.chunks(CHUNK) {
        diesel::update(case_entries::table.filter(case_entries::report_id.eq_any(part)))
            .set(case_entries::text.eq(""))
            .execute(conn)?;
        diesel::update(reports::table.filter(reports::id.eq_any(part)))
            .set((
                reports::account_id.eq(None::<Id>),
                reports::email.eq(None::<String>),
                reports::token_hash.eq(None::<String>),
                reports::field.eq(""),
                reports::text.eq(""),
            ))
            .execute(conn)?;
    }
    // Notes of somebody who moderated are the team's; their name is not in them any more.
    let notes: Vec<(Id, String)> = case_entries::table
        .filter(case_entries::account_id.eq(account))
        .select((case_entries::id, case_entries::text))
        .load(conn)?;
    for (id, text) in notes {
        diesel::update(case_entries::table.find(id))
            .set((
                case_entries::account_id.eq(None::<Id>),
                case_entries::text.eq(redact.apply(&text)),
            ))
            .execute(conn)?;
    }
    diesel::update(cases::table.filter(cases::assigned_to.eq(account)))
        .set(cases::assigned_to.eq(None::<Id>))
        .execute(conn)?;
    let answers: Vec<Id> = appeals::table
        .filter(appeals::account_id.eq(account))
        .select(appeals::id)
        .load(conn)?;
    for id in answers {
        diesel::update(appeals::table.find(id))
            .set((
                appeals::account_id.eq(None::<Id>),
                // Unique, and the hash of no link.
                appeals::token_hash.eq(format!("erased {id}")),
                appeals::text.eq(""),
                appeals::answer.eq(""),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Words and copies on some targets: the account, agendas, objects, replies.
fn said_about(conn: &mut Conn, targets: &[Id]) -> Result<(), StoreError> {
    let about: Vec<Id> = cases::table
        .filter(cases::target_id.eq_any(targets))
        .select(cases::id)
        .load(conn)?;
    for part in about.chunks(CHUNK) {
        let words = case_entries::table
            .filter(case_entries::case_id.eq_any(part))
            .filter(case_entries::kind.ne("step"));
        diesel::update(words)
            .set(case_entries::text.eq(""))
            .execute(conn)?;
        diesel::update(cases::table.filter(cases::id.eq_any(part)))
            .set(cases::title.eq(""))
            .execute(conn)?;
    }
    diesel::update(reports::table.filter(reports::target_id.eq_any(targets)))
        .set((
            reports::field.eq(""),
            reports::text.eq(""),
            reports::copy.eq(Json(json!({}))),
        ))
        .execute(conn)?;
    let touching = measures::table.filter(
        measures::account_id
            .eq_any(targets)
            .assume_not_null()
            .or(measures::actor_id.eq_any(targets).assume_not_null())
            .or(measures::object_id.eq_any(targets).assume_not_null())
            .or(measures::comment_id.eq_any(targets).assume_not_null()),
    );
    diesel::update(touching)
        .set((measures::title.eq(""), measures::message.eq("")))
        .execute(conn)?;
    Ok(())
}
