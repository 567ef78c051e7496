//! ActivityStreams documents on the wire: tolerant when reading, strict and
//! null-free when writing. Pure: no input or output, no clock, no randomness.
//!
//! Reading goes through two steps. [`parse`] turns bytes into one
//! [`serde_json::Value`] and refuses what no reader may see (duplicate keys,
//! deep nesting, JSON-LD keywords that move meaning around). The typed readers
//! ([`ActorDocument`], [`Activity`], [`EventObject`], …) then take that value,
//! never panic, and keep only `http` and `https` addresses.
//!
//! A reader says what a document *claims*. Whether to believe it is decided
//! with [`origin`], by the caller, who knows where the document came from.
//!
//! [`write`] produces documents that every peer of the interoperability
//! specification can read.

pub mod activity;
pub mod actor;
pub mod audience;
pub mod collection;
pub mod content_type;
pub mod error;
pub mod event;
pub mod host_meta;
mod json_ld;
pub mod key;
mod key_document;
mod limits;
pub mod nodeinfo;
pub mod note;
pub mod origin;
mod parse;
mod property;
mod reaction;
pub mod tombstone;
pub mod webfinger;
pub mod write;

pub use activity::{Activity, ActivityKind, Item};
pub use actor::{ActorDocument, ActorKind, ProfileField};
pub use audience::{Audience, PUBLIC, Visibility};
pub use collection::{CollectionDocument, CollectionKind, PageRef};
pub use content_type::is_activity_content_type;
pub use error::ReadError;
pub use event::{
    EventLink, EventObject, EventStatus, EventWarning, Image, JoinMode, Place, PostalAddress,
};
pub use host_meta::HostMeta;
pub use key::{ActorKey, KeyMaterial};
pub use key_document::{KeyDocument, KeyDocumentForm};
pub use limits::shorten;
pub use nodeinfo::{NodeInfo, NodeInfoLinks};
pub use note::NoteObject;
pub use parse::{MAX_ARRAY, MAX_BYTES, MAX_DEPTH, MAX_KEYS, ParseError, parse};
pub use tombstone::Tombstone;
pub use webfinger::WebFinger;
pub use write::About;

/// Media type of every document served: actors, objects, collections (R-ACT-01).
pub const ACTIVITY_JSON: &str = "application/activity+json";
/// `Accept` header for fetching (R-ACT-01).
pub const ACCEPT: &str = "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";

/// The ActivityStreams type names of a document: `type` as one string or a
/// list, without prefixes. Empty when there is none. Use it to choose a reader.
pub fn types(value: &serde_json::Value) -> Vec<&str> {
    property::types(value)
}
