//! Strict writers: no null anywhere, addresses as strings, lists where peers
//! need lists, contexts inlined. All functions are pure; times and ids come in.
//!
//! `namespace` is the configurable address of the `kiosque:` terms, ending in
//! `#` or `/`, for instance `https://kiosque.example/ns#`.

mod activity;
mod actor;
mod collection;
mod context;
mod discovery;
mod event;
mod form;
mod note;

pub use activity::{
    accept, announce, create, create_instance, delete, flag, follow, ignore, reject, tombstone,
    undo, update,
};
pub use actor::{agenda_actor, instance_actor, person_actor};
pub use collection::{collection, collection_page, collection_with_items};
pub use context::namespace_document;
pub use discovery::{
    host_meta_xml, nodeinfo_2_0, nodeinfo_2_1, nodeinfo_links, webfinger_jrd, webfinger_service,
};
pub use event::{WriteError, event};
pub use form::*;
pub use note::note;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use url::Url;

/// Takes out every null, and the keys that held one (R-EV-02).
pub(crate) fn prune_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(_, inner)| !inner.is_null())
                .map(|(key, inner)| (key, prune_nulls(inner)))
                .collect(),
        ),
        Value::Array(list) => Value::Array(
            list.into_iter()
                .filter(|inner| !inner.is_null())
                .map(prune_nulls)
                .collect(),
        ),
        other => other,
    }
}

/// `2026-09-01T08:00:00Z`.
fn utc(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `<base>/<name>`, whether or not the base ends in a slash.
fn below(base: &Url, name: &str) -> String {
    format!("{}/{name}", base.as_str().trim_end_matches('/'))
}

/// At most `max` characters.
fn cut_chars(text: &str, max: usize) -> &str {
    match text.char_indices().nth(max) {
        Some((at, _)) => text.get(..at).unwrap_or(text),
        None => text,
    }
}
