//! The model of an event as it comes over the wire.

use crate::audience::Audience;
use chrono::{DateTime, FixedOffset};
use url::Url;

/// State of an event, from `status`, `ical:status` or `eventStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventStatus {
    Confirmed,
    Tentative,
    Cancelled,
    Postponed,
}

/// How people take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinMode {
    Free,
    Restricted,
    Invite,
    External,
    None,
    Other(String),
}

/// What was wrong and has been repaired or dropped on reading (R-EV-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventWarning {
    /// `endTime` before `startTime`: dropped.
    EndBeforeStart,
    /// `endTime` unreadable or without a zone: dropped.
    EndUnreadable,
    /// `timezone` is no IANA name: dropped.
    TimezoneUnknown,
    /// Lasts more than a year: kept, to be looked at.
    LongerThanOneYear,
    /// An address that is neither `http` nor `https` was dropped (XSS-02).
    UnsafeAddressDropped,
    /// Latitude or longitude out of range: both dropped.
    CoordinatesDropped,
}

impl EventWarning {
    /// Stable code for logs and pages.
    pub fn code(self) -> &'static str {
        match self {
            Self::EndBeforeStart => "end_before_start",
            Self::EndUnreadable => "end_unreadable",
            Self::TimezoneUnknown => "timezone_unknown",
            Self::LongerThanOneYear => "longer_than_one_year",
            Self::UnsafeAddressDropped => "unsafe_address_dropped",
            Self::CoordinatesDropped => "coordinates_dropped",
        }
    }
}

/// A postal address (schema.org `PostalAddress`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostalAddress {
    pub street: Option<String>,
    pub postal_code: Option<String>,
    pub locality: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
}

/// A physical place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    pub id: Option<Url>,
    pub name: Option<String>,
    pub address: PostalAddress,
    /// The address when it is one plain text.
    pub text: Option<String>,
    /// WGS 84 degrees, both or none.
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub url: Option<Url>,
}

/// A picture; remote, to be proxied.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    pub url: Url,
    pub media_type: Option<String>,
    /// Alternative text: `summary`, else a `name` other than `Banner`.
    pub alt: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub blurhash: Option<String>,
    /// x and y from -1.0 to 1.0.
    pub focal_point: Option<(f64, f64)>,
    /// Named `Banner` or `isBannerImage`.
    pub is_banner: bool,
}

/// A link attached to an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLink {
    pub href: Url,
    pub name: Option<String>,
    pub media_type: Option<String>,
}

/// An event as read from any peer (interop A.5, A.8).
#[derive(Debug, Clone, PartialEq)]
pub struct EventObject {
    pub id: Url,
    /// Plain text; may hold markup, escape it.
    pub name: String,
    /// Absent only where a peer leaves it out; see [`EventObject::require_start`].
    pub start: Option<DateTime<FixedOffset>>,
    /// Never before `start`.
    pub end: Option<DateTime<FixedOffset>>,
    /// IANA name, checked.
    pub timezone: Option<String>,
    /// False: open end. True unless said otherwise and an end is known.
    pub display_end_time: bool,
    pub previous_start: Option<DateTime<FixedOffset>>,
    /// Physical places, first the main one.
    pub places: Vec<Place>,
    pub online_urls: Vec<EventLink>,
    pub is_online: bool,
    pub categories: Vec<String>,
    /// Hashtags without `#`, at most 100.
    pub tags: Vec<String>,
    /// Ids of mentioned actors.
    pub mentions: Vec<Url>,
    /// Raw HTML or text per `media_type`, not sanitised.
    pub content: Option<String>,
    /// Raw HTML, not sanitised.
    pub summary: Option<String>,
    /// Of `content`; absent means HTML.
    pub media_type: Option<String>,
    /// Pictures, the banner first.
    pub images: Vec<Image>,
    pub links: Vec<EventLink>,
    /// The link named `Website`.
    pub website: Option<Url>,
    /// Absent when no peer value was understood; then treat as confirmed.
    pub status: Option<EventStatus>,
    pub join_mode: Option<JoinMode>,
    /// `http`, `https` or `mailto`.
    pub external_participation_url: Option<Url>,
    pub maximum_attendees: Option<u64>,
    pub remaining_attendees: Option<u64>,
    pub participants: Option<u64>,
    /// BCP 47 tag from `inLanguage` or the single key of a `…Map`.
    pub in_language: Option<String>,
    pub comments_enabled: Option<bool>,
    /// Mobilizon's `repliesModerationOption`.
    pub replies_moderation: Option<String>,
    pub attributed_to: Vec<Url>,
    pub actor: Option<Url>,
    pub organizers: Vec<Url>,
    pub contacts: Vec<Url>,
    pub published: Option<DateTime<FixedOffset>>,
    pub updated: Option<DateTime<FixedOffset>>,
    pub audience: Audience,
    /// The page for people.
    pub url: Option<Url>,
    /// The same event elsewhere: `sameAs`.
    pub same_as: Vec<Url>,
    /// `uuid`, or schema.org `identifier`.
    pub uuid: Option<String>,
    pub sensitive: bool,
    /// `draft: true`: not to be shown.
    pub draft: bool,
    pub replies: Option<Url>,
    pub warnings: Vec<EventWarning>,
}
