//! Actor documents (interop A.1, A.3, A.7): read every form peers send.

use crate::error::ReadError;
use crate::key::ActorKey;
use serde_json::Value;
use url::Url;

/// The ActivityStreams actor type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActorKind {
    Application,
    Group,
    Organization,
    Person,
    Service,
    /// An unknown type, such as `Podcast`: an opaque profile.
    Other(String),
}

/// One line of a profile: `PropertyValue`, or a `Note`/`Link` of FEP-fb2a.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileField {
    /// Plain text, at most 2,047 bytes.
    pub name: String,
    /// Raw HTML, not sanitised (a `Link` gives its address), at most 2,047 bytes.
    pub value: String,
}

/// An actor as its document describes it. Nothing in it is verified: the
/// caller compares `id` with the address it fetched (ORI-01).
#[derive(Debug, Clone, PartialEq)]
pub struct ActorDocument {
    /// `http` or `https`, with a host, without fragment or user information.
    pub id: Url,
    pub kind: ActorKind,
    /// Every string of `type`, in order.
    pub types: Vec<String>,
    /// Without `@`; empty is read as absent.
    pub preferred_username: Option<String>,
    /// Plain text as sent; may hold markup, escape it.
    pub name: Option<String>,
    /// Raw HTML, not sanitised, at most 20 KiB.
    pub summary: Option<String>,
    /// The page for people: the first `text/html` of a list, else the first usable.
    pub url: Option<Url>,
    /// Feed links of `url` lists, `(media type, address)`.
    pub url_links: Vec<(String, Url)>,
    pub inbox: Url,
    pub shared_inbox: Option<Url>,
    pub outbox: Option<Url>,
    pub followers: Option<Url>,
    pub following: Option<Url>,
    pub featured: Option<Url>,
    /// `events`, at the top or under `endpoints` (Mobilizon groups).
    pub events: Option<Url>,
    /// `upcomingEvents` (FEP-8a8e).
    pub upcoming_events: Option<Url>,
    pub icon_url: Option<Url>,
    pub image_url: Option<Url>,
    /// RSA keys of `publicKey`, then Multikeys of `assertionMethod`. Only keys
    /// owned by this actor and on its origin.
    pub keys: Vec<ActorKey>,
    pub manually_approves_followers: bool,
    /// Absent means no (R-ACT-08).
    pub discoverable: bool,
    pub indexable: bool,
    /// At most 256.
    pub also_known_as: Vec<Url>,
    pub moved_to: Option<Url>,
    pub attributed_to: Vec<Url>,
    /// At most 50.
    pub fields: Vec<ProfileField>,
    /// `webfinger` (FEP-2c59), without `acct:` or a leading `@`.
    pub webfinger: Option<String>,
    /// True when `implements` or `generator.implements` names RFC 9421 (FEP-844e).
    pub implements_rfc9421: bool,
    pub openness: Option<String>,
    pub suspended: bool,
    pub published: Option<chrono::DateTime<chrono::FixedOffset>>,
    pub updated: Option<chrono::DateTime<chrono::FixedOffset>>,
}
