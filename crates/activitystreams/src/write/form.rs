//! What the writers are given: plain structs, already validated by their rooms.

use chrono::{DateTime, FixedOffset, Utc};
use url::Url;

pub use crate::event::{EventStatus, JoinMode, PostalAddress};

/// Keys published in an actor document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedKeys {
    /// RSA, SPKI PEM (`BEGIN PUBLIC KEY`), as `<actor>#main-key`.
    pub rsa_pem: String,
    /// Ed25519 Multikey text (`z6Mk…`), as `<actor>#ed25519-key`.
    pub ed25519_multikey: Option<String>,
}

/// A picture of an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorImage {
    pub url: Url,
    pub media_type: String,
    /// Alternative text.
    pub alt: Option<String>,
}

/// The nine answers about an instance (domain S002-16). Empty ones are left
/// out. Written with PeerTube's key names under the `kiosque:` namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    pub categories: Vec<String>,
    /// BCP 47 tags spoken by the moderators.
    pub languages: Vec<String>,
    pub code_of_conduct: String,
    pub moderation_information: String,
    /// Who is behind.
    pub administrator: String,
    /// Why.
    pub creation_reason: String,
    /// For how long.
    pub maintenance_lifetime: String,
    /// How it is financed.
    pub business_model: String,
    pub hardware_information: String,
}

/// An actor to write. Addresses are derived from `id` (`/inbox`, `/outbox`,
/// `/followers`, `/following`, and `/events`, `/members` for a Group).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorForm {
    /// No port, no trailing slash (R-FOL-03), except in local demonstrations.
    pub id: Url,
    /// `^[a-z0-9_]{3,30}$` (R-ACT-04).
    pub preferred_username: String,
    /// At most 200 characters; cut.
    pub name: String,
    /// Sanitised HTML, at most 5,000 characters; left out when empty or too long.
    pub summary: String,
    /// The page for people, same host as `id`.
    pub url: Url,
    pub shared_inbox: Url,
    /// Host part of `webfinger`.
    pub webfinger_host: String,
    pub manually_approves_followers: bool,
    /// Written only when true (R-ACT-08).
    pub discoverable: bool,
    pub indexable: bool,
    pub icon: Option<ActorImage>,
    pub image: Option<ActorImage>,
    pub keys: PublishedKeys,
    /// `upcomingEvents` (FEP-8a8e).
    pub upcoming_events: Option<Url>,
    /// `(name, HTML value)`, the first 50.
    pub fields: Vec<(String, String)>,
    pub also_known_as: Vec<Url>,
    pub moved_to: Option<Url>,
    pub published: Option<DateTime<Utc>>,
    pub updated: Option<DateTime<Utc>>,
}

/// Where an event takes place. Coordinates are WGS 84 degrees.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlaceForm {
    pub id: Option<Url>,
    pub name: String,
    pub address: PostalAddress,
    /// Latitude, longitude.
    pub coordinates: Option<(f64, f64)>,
}

/// A picture of an event. The first one is the banner (R-EV-07).
#[derive(Debug, Clone, PartialEq)]
pub struct ImageForm {
    pub url: Url,
    pub media_type: String,
    /// Alternative text.
    pub alt: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub blurhash: Option<String>,
    /// x and y from -1.0 to 1.0.
    pub focal_point: Option<(f64, f64)>,
}

/// A hashtag with the page that lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagForm {
    /// Without `#`.
    pub name: String,
    pub href: Url,
}

/// Public or only for the followers of the agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceForm {
    /// Public in `to`, followers in `cc`.
    Public,
    /// Public in `cc`, followers in `to`: not listed.
    Unlisted,
    /// Followers in `to` only.
    Followers,
}

/// What becomes of replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replies {
    /// Shown at once.
    Open,
    /// Shown after an organiser's yes.
    Moderated,
    /// Refused.
    Closed,
}

/// One occurrence of an event, ready to be written (A.5.4).
#[derive(Debug, Clone, PartialEq)]
pub struct EventForm {
    pub id: Url,
    /// One page on our host (R-EV-09).
    pub url: Url,
    /// The agenda, a Group: `attributedTo`.
    pub agenda: Url,
    pub agenda_followers: Url,
    /// `actor`, different from the agenda: the organiser or the instance (R-EV-03).
    pub organiser: Url,
    /// Further organisers; written as `organizers` when there is one (FEP-8a8e).
    pub organisers: Vec<Url>,
    /// Plain text; `<` is removed (R-MA-03).
    pub name: String,
    /// One or two lines of HTML: when and where (R-MA-01).
    pub summary: String,
    /// Sanitised HTML, may be empty.
    pub content: String,
    /// BCP 47.
    pub language: String,
    pub start: DateTime<FixedOffset>,
    pub end: Option<DateTime<FixedOffset>>,
    /// False when the end is open or not to be shown.
    pub display_end_time: bool,
    /// IANA name.
    pub timezone: Option<String>,
    pub previous_start: Option<DateTime<FixedOffset>>,
    pub place: Option<PlaceForm>,
    /// Where to take part online; becomes the `Website` Link when there is no website.
    pub online_url: Option<Url>,
    pub is_online: bool,
    pub website: Option<Url>,
    /// `(name, address)` of further links.
    pub links: Vec<(String, Url)>,
    /// Mobilizon's category word, for instance `COMMUNITY`.
    pub category: Option<String>,
    pub tags: Vec<TagForm>,
    pub images: Vec<ImageForm>,
    pub status: EventStatus,
    /// [`JoinMode::None`] and [`JoinMode::Other`] are written as `external`.
    pub join_mode: JoinMode,
    /// Defaults to `url` in mode external (R-JOIN-01). `http`, `https` or `mailto`.
    pub participation_url: Option<Url>,
    pub maximum_attendees: Option<u64>,
    pub replies: Replies,
    pub audience: AudienceForm,
    pub published: DateTime<Utc>,
    /// Raised to `published` when older (R-AP-06).
    pub updated: DateTime<Utc>,
}

/// A short text of ours: a reply under an event, a cancellation notice.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteForm {
    pub id: Url,
    pub url: Option<Url>,
    pub author: Url,
    pub in_reply_to: Option<Url>,
    /// Sanitised HTML.
    pub content: String,
    /// BCP 47.
    pub language: String,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    /// `(actor, name as @user@host)`, added to `tag`.
    pub mentions: Vec<(Url, String)>,
    pub published: DateTime<Utc>,
    pub updated: Option<DateTime<Utc>>,
}

/// Figures and names of a NodeInfo document (R-DIS-04).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeInfoForm {
    /// Version of the software, for instance `0.1.0`.
    pub version: String,
    /// Written in 2.1 only.
    pub repository: Option<Url>,
    pub open_registrations: bool,
    pub users_total: u64,
    pub users_active_month: Option<u64>,
    pub users_active_half_year: Option<u64>,
    pub local_posts: u64,
    pub local_comments: u64,
    pub node_name: String,
    pub node_description: String,
    /// BCP 47 tags.
    pub languages: Vec<String>,
    /// `metadata.faspBaseUrl`.
    pub fasp_base_url: Option<Url>,
}
