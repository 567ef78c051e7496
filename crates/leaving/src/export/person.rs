//! What the tables say of a person, one file a kind. No hash, no token; of others only what the person did themselves.

use crate::archive::Archive;
use crate::{Leaving, LeavingError};
use accounts::Account;
use diesel::prelude::*;
use serde_json::{Value, json};
use store::schema::{
    account_tokens, actor_invitations, actor_roles, actors, appeals, calendar_sources, exports,
    mail_queue, measures, media, object_history, objects, personal_blocks, reports, sessions,
    site_roles, sites, trusted_accounts,
};
use store::{Conn, Id, Json, StoreError, Ts};

/// The rows of a query as a JSON array of objects with these names.
macro_rules! rows {
    ($conn:expr, $query:expr, ($($name:ident: $kind:ty),+ $(,)?)) => {{
        let rows: Vec<($($kind,)+)> = $query.load($conn)?;
        let object = |($($name,)+): ($($kind,)+)| json!({$(stringify!($name): $name),+});
        Value::Array(rows.into_iter().map(object).collect())
    }};
}

impl Leaving {
    pub(super) fn put_person(
        &self,
        conn: &mut Conn,
        archive: &mut Archive,
        account: &Account,
    ) -> Result<(), LeavingError> {
        let id = account.id;
        let own = json!({
            "id": id, "email": account.email, "name": account.name, "language": account.language,
            "state": account.state, "motive": account.motive,
            "administers_server": account.is_server_admin, "created_at": account.created_at,
            "confirmed_at": account.confirmed_at, "approved_at": account.approved_at,
        });
        for (name, value) in [
            ("account.json", own),
            ("roles.json", roles(conn, id)?),
            ("sessions.json", open_sessions(conn, id)?),
            ("links.json", links(conn, id)?),
            ("letters.json", letters(conn, account)?),
            ("blocks.json", blocks(conn, id)?),
            ("publications.json", publications(conn, id)?),
            ("history.json", history(conn, id)?),
            ("calendars.json", calendars(conn, id)?),
            ("invitations.json", invitations(conn, id)?),
            ("reports.json", reported(conn, id)?),
            ("measures.json", touched(conn, id)?),
        ] {
            archive.put_json(name, &value)?;
        }
        self.put_pictures(conn, archive, id)
    }

    fn put_pictures(
        &self,
        conn: &mut Conn,
        archive: &mut Archive,
        id: Id,
    ) -> Result<(), LeavingError> {
        let list = rows!(
            conn,
            media::table
                .filter(media::account_id.eq(id))
                .order(media::id)
                .select((
                    media::file_name,
                    media::media_type,
                    media::width,
                    media::height,
                    media::bytes,
                    media::created_at,
                )),
            (file: String, media_type: String, width: i32, height: i32, bytes: i64, created_at: Ts)
        );
        for picture in list.as_array().into_iter().flatten() {
            self.put_picture(archive, picture["file"].as_str().unwrap_or_default())?;
        }
        archive.put_json("pictures.json", &list)
    }

    /// A stored file, if it is there.
    pub(super) fn put_picture(
        &self,
        archive: &mut Archive,
        file: &str,
    ) -> Result<(), LeavingError> {
        match self.parts().library.open(file) {
            Ok(mut opened) => archive.put_stored(&format!("pictures/{file}"), &mut opened.file),
            Err(error) => {
                tracing::warn!(%error, file, "a picture is missing in an archive");
                Ok(())
            }
        }
    }
}

fn roles(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    let on_sites = rows!(
        conn,
        site_roles::table
            .inner_join(sites::table)
            .filter(site_roles::account_id.eq(id))
            .order(site_roles::created_at)
            .select((sites::host, site_roles::role, site_roles::created_at)),
        (site: String, role: String, since: Ts)
    );
    let on_agendas = rows!(
        conn,
        actor_roles::table
            .inner_join(actors::table)
            .filter(actor_roles::account_id.eq(id))
            .filter(actors::deleted_at.is_null())
            .order(actor_roles::created_at)
            .select((actors::uri, actors::name, actor_roles::role, actor_roles::created_at)),
        (agenda: String, name: String, role: String, since: Ts)
    );
    let trusted = rows!(
        conn,
        trusted_accounts::table
            .inner_join(sites::table)
            .filter(trusted_accounts::account_id.eq(id))
            .order(trusted_accounts::created_at)
            .select((sites::host, trusted_accounts::created_at)),
        (site: String, since: Ts)
    );
    Ok(json!({"sites": on_sites, "agendas": on_agendas, "published_unread": trusted}))
}

fn open_sessions(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    Ok(rows!(
        conn,
        sessions::table
            .inner_join(sites::table)
            .filter(sessions::account_id.eq(id))
            .order(sessions::created_at)
            .select((
                sites::host,
                sessions::kind,
                sessions::user_agent,
                sessions::created_at,
                sessions::last_seen_at,
                sessions::expires_at,
            )),
        (site: String, kind: String, user_agent: String, created_at: Ts, last_seen_at: Ts, expires_at: Ts)
    ))
}

fn links(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    let sent = rows!(
        conn,
        account_tokens::table
            .inner_join(sites::table)
            .filter(account_tokens::account_id.eq(id))
            .order(account_tokens::created_at)
            .select((
                sites::host,
                account_tokens::purpose,
                account_tokens::created_at,
                account_tokens::expires_at,
                account_tokens::used_at,
            )),
        (site: String, purpose: String, created_at: Ts, expires_at: Ts, used_at: Option<Ts>)
    );
    let archives = rows!(
        conn,
        exports::table
            .filter(exports::account_id.eq(id))
            .order(exports::created_at)
            .select((exports::created_at, exports::expires_at)),
        (created_at: Ts, expires_at: Ts)
    );
    Ok(json!({"sent": sent, "archives": archives}))
}

/// Without their text: a letter that is not sent yet may carry a link that opens the account.
fn letters(conn: &mut Conn, account: &Account) -> Result<Value, StoreError> {
    Ok(rows!(
        conn,
        mail_queue::table
            .inner_join(sites::table)
            .filter(mail_queue::recipient.eq_any([&account.email, &account.email_folded]))
            .order(mail_queue::created_at)
            .select((
                sites::host,
                mail_queue::subject,
                mail_queue::state,
                mail_queue::created_at,
            )),
        (site: String, subject: String, state: String, created_at: Ts)
    ))
}

fn blocks(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    Ok(rows!(
        conn,
        personal_blocks::table
            .filter(personal_blocks::account_id.eq(id))
            .order(personal_blocks::id)
            .select((
                personal_blocks::kind,
                personal_blocks::level,
                personal_blocks::value,
                personal_blocks::shown,
                personal_blocks::created_at,
                personal_blocks::ends_at,
            )),
        (kind: String, level: String, value: String, shown: String, created_at: Ts, ends_at: Option<Ts>)
    ))
}

fn publications(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    Ok(rows!(
        conn,
        objects::table
            .inner_join(actors::table)
            .filter(objects::account_id.eq(id))
            .order(objects::id)
            .select((
                objects::uri,
                objects::kind,
                objects::title,
                objects::state,
                objects::audience,
                actors::uri,
                objects::published_at,
                objects::updated_at,
            )),
        (
            id: String,
            kind: String,
            title: String,
            state: String,
            audience: String,
            agenda: String,
            published_at: Ts,
            updated_at: Ts,
        )
    ))
}

fn history(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    Ok(rows!(
        conn,
        object_history::table
            .inner_join(objects::table)
            .filter(object_history::account_id.eq(id))
            .order(object_history::id)
            .select((
                objects::uri,
                object_history::action,
                object_history::changes,
                object_history::at,
            )),
        (of: String, action: String, changes: Json, at: Ts)
    ))
}

fn calendars(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    Ok(rows!(
        conn,
        calendar_sources::table
            .inner_join(actors::table)
            .filter(calendar_sources::account_id.eq(id))
            .order(calendar_sources::created_at)
            .select((
                actors::uri,
                calendar_sources::label,
                calendar_sources::url,
                calendar_sources::state,
                calendar_sources::interval_minutes,
                calendar_sources::created_at,
            )),
        (
            agenda: String,
            label: String,
            url: Option<String>,
            state: String,
            interval_minutes: i32,
            created_at: Ts,
        )
    ))
}

fn invitations(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    Ok(rows!(
        conn,
        actor_invitations::table
            .inner_join(actors::table)
            .filter(actor_invitations::invited_by.eq(id))
            .order(actor_invitations::created_at)
            .select((
                actors::uri,
                actor_invitations::created_at,
                actor_invitations::expires_at,
                actor_invitations::accepted_at,
            )),
        (agenda: String, created_at: Ts, expires_at: Ts, accepted_at: Option<Ts>)
    ))
}

fn reported(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    Ok(rows!(
        conn,
        reports::table
            .inner_join(sites::table)
            .filter(reports::account_id.eq(id))
            .order(reports::id)
            .select((
                sites::host,
                reports::target_uri,
                reports::reason,
                reports::field,
                reports::text,
                reports::times,
                reports::created_at,
                reports::told_at,
            )),
        (
            site: String,
            about: String,
            reason: String,
            field: String,
            text: String,
            times: i32,
            created_at: Ts,
            answered_at: Option<Ts>,
        )
    ))
}

/// Measures on the account, and those that the person answered. Who took them is not said.
fn touched(conn: &mut Conn, id: Id) -> Result<Value, StoreError> {
    let own = rows!(
        conn,
        measures::table
            .filter(measures::account_id.eq(id))
            .order(measures::id)
            .select((
                measures::kind,
                measures::title,
                measures::reason,
                measures::message,
                measures::created_at,
                measures::ends_at,
                measures::ended_at,
                measures::undone,
            )),
        (
            kind: String,
            on: String,
            reason: String,
            message: String,
            created_at: Ts,
            ends_at: Option<Ts>,
            ended_at: Option<Ts>,
            undone: bool,
        )
    );
    let answers = rows!(
        conn,
        appeals::table
            .inner_join(measures::table)
            .filter(appeals::account_id.eq(id))
            .order(appeals::id)
            .select((
                measures::kind,
                measures::title,
                measures::reason,
                measures::message,
                appeals::state,
                appeals::text,
                appeals::answer,
                appeals::appealed_at,
                appeals::decided_at,
            )),
        (
            measure: String,
            on: String,
            reason: String,
            message: String,
            state: String,
            text: String,
            answer: String,
            appealed_at: Option<Ts>,
            decided_at: Option<Ts>,
        )
    );
    Ok(json!({"measures": own, "answers": answers}))
}
