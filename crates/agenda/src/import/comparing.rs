//! Entries against the events that the same source brought before.

use super::mapping::{GONE, details, keep_own, storable, tags};
use super::{ImportError, ImportReport, Source};
use crate::event::{EventStatus, write_details};
use crate::listing::one;
use calendar::Entry;
use diesel::prelude::*;
use publication::{
    Audience, NewObject, Object, ObjectState, Registry, Revision, comment_policy, publish, revise,
};
use sha2::{Digest, Sha256};
use sites::Site;
use std::collections::HashSet;
use store::schema::objects;
use store::{Conn, StoreError, Ts};

/// Longest UID kept as it is, in bytes.
const LONGEST_UID: usize = 300;

/// One import under way.
pub(super) struct Import<'a> {
    pub(super) registry: &'a Registry,
    pub(super) site: &'a Site,
    pub(super) source: &'a Source,
    pub(super) now: Ts,
}

/// A UID as the first part of a key, shortened when a calendar writes novels.
pub(super) fn uid_key(uid: &str) -> String {
    let uid = storable(uid).replace('\n', " ");
    if uid.len() <= LONGEST_UID {
        return uid;
    }
    let hash: String = Sha256::digest(uid.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256:{hash}")
}

/// UID and original date: what the source calls an event.
pub(super) fn key_of(entry: &Entry) -> String {
    match &entry.occurrence {
        Some(occurrence) => format!("{}\n{occurrence}", uid_key(&entry.uid)),
        None => uid_key(&entry.uid),
    }
}

impl Import<'_> {
    /// Creates the entry's event, or changes it where a reader would see a difference.
    /// `only_known` leaves out what is not here yet.
    pub(super) fn take_in(
        &self,
        conn: &mut Conn,
        entry: &Entry,
        key: &str,
        only_known: bool,
        report: &mut ImportReport,
    ) -> Result<(), ImportError> {
        let lang = crate::words::lang_of(&self.site.default_language);
        let mut details = details(entry, &lang.t("ics-untitled"));
        let tags = tags(entry);
        let now = self.now;
        let Some(known) = Object::by_source(conn, self.source.id, key)? else {
            if only_known {
                report.unchanged += 1;
                return Ok(());
            }
            let new = NewObject {
                kind: "event",
                collection: "events",
                page: "e",
                site: self.site,
                actor: self.source.actor_id,
                account: Some(self.source.account_id),
                state: ObjectState::Public,
                audience: Audience::Public,
                title: &details.title,
                language: &self.site.default_language,
                source: Some((self.source.id, key)),
                comments: comment_policy(conn, self.source.actor_id)?,
            };
            let own =
                |c: &mut Conn, object: &Object| write_details(c, object, &details, &tags, now);
            publish(conn, self.registry, &new, &tags, own, now)?;
            report.created += 1;
            return Ok(());
        };
        // What a person deleted here stays deleted, whatever the calendar says.
        let before = match known.state() {
            ObjectState::Deleted => None,
            _ => one(conn, known.id)?,
        };
        let Some(before) = before.filter(|b| b.event.fingerprint != details.fingerprint) else {
            report.unchanged += 1;
            return Ok(());
        };
        keep_own(&mut details, &before);
        let changes = crate::form::changes(&before, &details.title, &details);
        let revision = Revision {
            title: Some(details.title.clone()),
            ..Revision::default()
        };
        revise(
            conn,
            self.registry,
            &known,
            None,
            &revision,
            Some(&tags),
            None,
            changes,
            |c, object| write_details(c, object, &details, &tags, now),
            now,
        )?;
        report.changed += 1;
        Ok(())
    }

    /// Events still to come that a whole calendar no longer has are cancelled, not silently dropped
    /// (A2). `present` are keys; `kept` are UIDs that are there though unreadable; series were read
    /// up to `horizon`.
    pub(super) fn cancel_missing(
        &self,
        conn: &mut Conn,
        present: &HashSet<String>,
        kept: &HashSet<String>,
        horizon: Ts,
        report: &mut ImportReport,
    ) -> Result<(), ImportError> {
        let known: Vec<Object> = objects::table
            .filter(objects::source_id.eq(self.source.id))
            .filter(objects::state.ne(ObjectState::Deleted.as_str()))
            .select(Object::as_select())
            .load(conn)
            .map_err(StoreError::from)?;
        let lang = crate::words::lang_of(&self.site.default_language);
        let now = self.now;
        for object in known {
            let key = object.source_key.as_deref().unwrap_or_default();
            let (uid, occurrence) = match key.split_once('\n') {
                Some((uid, _)) => (uid, true),
                None => (key, false),
            };
            if present.contains(key) || kept.contains(uid) {
                continue;
            }
            let Some(before) = one(conn, object.id)? else {
                continue;
            };
            let event = &before.event;
            let unread = occurrence && event.starts_at >= horizon;
            if event.starts_at <= now || event.status() == EventStatus::Cancelled || unread {
                continue;
            }
            let mut details = event.details(&object.title, before.place.as_ref());
            details.status = EventStatus::Cancelled;
            details.status_note = lang.t("ics-gone-note");
            details.fingerprint = GONE.to_owned();
            let changes = crate::form::changes(&before, &details.title, &details);
            let tags = &before.tags;
            revise(
                conn,
                self.registry,
                &object,
                None,
                &Revision::default(),
                None,
                None,
                changes,
                |c, object| write_details(c, object, &details, tags, now),
                now,
            )?;
            report.cancelled += 1;
        }
        Ok(())
    }
}
