//! The agendas that a person owns: each as other servers read it and as a calendar.

use crate::archive::Archive;
use crate::{Leaving, LeavingError};
use diesel::prelude::*;
use federation::Actor;
use publication::{Object, ObjectState};
use serde_json::{Value, json};
use sites::Site;
use store::schema::{actor_roles, actors, event_series, events, follows, media, objects};
use store::{Conn, Id, Json, StoreError, Ts};

impl Leaving {
    pub(super) fn put_agendas(
        &self,
        conn: &mut Conn,
        archive: &mut Archive,
        account: Id,
    ) -> Result<(), LeavingError> {
        let owned: Vec<Actor> = actor_roles::table
            .inner_join(actors::table)
            .filter(actor_roles::account_id.eq(account))
            .filter(actor_roles::role.eq("owner"))
            .filter(actors::deleted_at.is_null())
            .order(actors::id)
            .select(Actor::as_select())
            .load(conn)?;
        for agenda in owned {
            let site = agenda.site_id.and_then(|id| self.parts().sites.by_id(id));
            let Some(site) = site else { continue };
            // Two sites may have an agenda of the same name.
            let folder = format!(
                "agendas/{}@{}",
                agenda.username,
                site.host.replace(':', "_")
            );
            self.put_agenda(conn, archive, (&site, &agenda), &folder)?;
        }
        Ok(())
    }

    fn put_agenda(
        &self,
        conn: &mut Conn,
        archive: &mut Archive,
        (site, agenda): (&Site, &Actor),
        folder: &str,
    ) -> Result<(), LeavingError> {
        if let Some(document) = self.parts().federation.document_of(conn, site, agenda)? {
            archive.put_json(&format!("{folder}/actor.json"), &document)?;
        }
        let all: Vec<Object> = objects::table
            .filter(objects::actor_id.eq(agenda.id))
            .filter(objects::state.ne(ObjectState::Deleted.as_str()))
            .order(objects::id)
            .select(Object::as_select())
            .load(conn)?;
        let mut documents = Vec::with_capacity(all.len());
        for object in &all {
            documents.extend(self.parts().registry.document(conn, object)?);
        }
        let collection = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection",
            "attributedTo": agenda.uri, "totalItems": documents.len(), "orderedItems": documents,
        });
        archive.put_json(&format!("{folder}/events.json"), &collection)?;
        for kind in self.parts().registry.all() {
            for file in kind.takeaway(conn, site, agenda)? {
                archive.put(&format!("{folder}/{}", file.name), &file.bytes)?;
            }
        }
        archive.put_json(
            &format!("{folder}/followers.json"),
            &followers(conn, agenda.id)?,
        )?;
        archive.put_json(&format!("{folder}/series.json"), &series(conn, agenda.id)?)?;
        for file in files(conn, agenda.id)? {
            self.put_picture(archive, &file)?;
        }
        Ok(())
    }
}

/// Public addresses of who follows.
fn followers(conn: &mut Conn, agenda: Id) -> Result<Value, StoreError> {
    let rows: Vec<(String, Ts)> = follows::table
        .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
        .filter(follows::target_id.eq(agenda))
        .filter(follows::state.eq("accepted"))
        .order(follows::id)
        .select((actors::uri, follows::created_at))
        .load(conn)?;
    let one = |(actor, since): (String, Ts)| json!({"actor": actor, "since": since});
    Ok(rows.into_iter().map(one).collect())
}

fn series(conn: &mut Conn, agenda: Id) -> Result<Value, StoreError> {
    let rows: Vec<(Json, Json, Ts, Option<Ts>)> = event_series::table
        .filter(event_series::actor_id.eq(agenda))
        .order(event_series::id)
        .select((
            event_series::rule,
            event_series::form,
            event_series::created_at,
            event_series::ended_at,
        ))
        .load(conn)?;
    let one = |(rule, form, created, ended): (Json, Json, Ts, Option<Ts>)| json!({"rule": rule, "form": form, "created_at": created, "ended_at": ended});
    Ok(rows.into_iter().map(one).collect())
}

/// Pictures of the agenda and of its events, whoever of its people uploaded them.
fn files(conn: &mut Conn, agenda: Id) -> Result<Vec<String>, StoreError> {
    let mut files: Vec<String> = events::table
        .inner_join(objects::table.on(objects::id.eq(events::object_id)))
        .inner_join(media::table.on(events::picture_id.eq(media::id.nullable())))
        .filter(objects::actor_id.eq(agenda))
        .filter(media::remote_url.is_null())
        .select(media::file_name)
        .load(conn)?;
    let portraits: (Option<Id>, Option<Id>) = actors::table
        .find(agenda)
        .select((actors::icon_id, actors::banner_id))
        .first(conn)?;
    for id in [portraits.0, portraits.1].into_iter().flatten() {
        let file = media::table.find(id).select(media::file_name);
        files.extend(file.first::<String>(conn).optional()?);
    }
    Ok(files)
}
