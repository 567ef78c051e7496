//! Actor documents (interop A.1, A.3, A.7): read every form peers send.

use crate::error::ReadError;
use crate::key::ActorKey;
use crate::write::About;
use crate::{key, limits, origin, property};
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
    /// The nine answers of an instance (S002-16), plain text, cut; empty when
    /// it gives none.
    pub about: About,
    pub suspended: bool,
    pub published: Option<chrono::DateTime<chrono::FixedOffset>>,
    pub updated: Option<chrono::DateTime<chrono::FixedOffset>>,
}

/// Types of the vocabulary that are no actors: a `Note` with an inbox stays a
/// `Note` (ORI-12).
const NOT_ACTORS: [&str; 61] = [
    "Accept",
    "Activity",
    "Add",
    "Album",
    "Announce",
    "Arrive",
    "Article",
    "Artist",
    "Audio",
    "Block",
    "Collection",
    "CollectionPage",
    "Create",
    "Delete",
    "Dislike",
    "Document",
    "EmojiReact",
    "Event",
    "Flag",
    "Follow",
    "Hashtag",
    "Ignore",
    "Image",
    "IntransitiveActivity",
    "Invite",
    "Join",
    "Leave",
    "Library",
    "Like",
    "Link",
    "Listen",
    "Lock",
    "Mention",
    "Move",
    "Multikey",
    "Note",
    "Object",
    "Offer",
    "OrderedCollection",
    "OrderedCollectionPage",
    "Page",
    "Place",
    "PodcastEpisode",
    "PostalAddress",
    "Profile",
    "PropertyValue",
    "Proposal",
    "Question",
    "Read",
    "Reject",
    "Relationship",
    "Remove",
    "TentativeAccept",
    "TentativeReject",
    "Tombstone",
    "Track",
    "Travel",
    "Undo",
    "Update",
    "Video",
    "View",
];

impl ActorKind {
    /// The name in `type`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Application => "Application",
            Self::Group => "Group",
            Self::Organization => "Organization",
            Self::Person => "Person",
            Self::Service => "Service",
            Self::Other(name) => name,
        }
    }

    fn known(name: &str) -> Option<Self> {
        Some(match name {
            "Application" => Self::Application,
            "Group" => Self::Group,
            "Organization" => Self::Organization,
            "Person" => Self::Person,
            "Service" => Self::Service,
            _ => return None,
        })
    }

    fn read(types: &[&str]) -> Result<Self, ReadError> {
        if types.is_empty() {
            return Err(ReadError::new("missing", "type"));
        }
        if types.iter().any(|name| NOT_ACTORS.contains(name)) {
            return Err(ReadError::new("not_an_actor", "type"));
        }
        types
            .iter()
            .find_map(|name| Self::known(name))
            .or_else(|| types.first().map(|name| Self::Other((*name).to_owned())))
            .ok_or(ReadError::new("missing", "type"))
    }
}

/// True for a document of one of the five actor types.
pub(crate) fn is_actor(value: &Value) -> bool {
    property::types(value)
        .iter()
        .any(|name| ActorKind::known(name).is_some())
}

impl ActorDocument {
    /// Reads an actor. Over-long texts and lists are cut (DOS-06); unusable
    /// optional properties are left out.
    ///
    /// # Errors
    /// On `id`, `type` or `inbox` missing, null, of a wrong type or not an
    /// `http(s)` address; `not_an_actor` for another known type; `fragment`
    /// when the id has one.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        let id = property::require_id(value)?;
        if id.fragment().is_some() {
            return Err(ReadError::new("fragment", "id"));
        }
        let types = property::types(value);
        let kind = ActorKind::read(&types)?;
        let inbox = match value.get("inbox") {
            None | Some(Value::Null) => return Err(ReadError::new("missing", "inbox")),
            Some(_) => property::id(value, "inbox").ok_or(ReadError::new("not_a_url", "inbox"))?,
        };
        let endpoints = value.get("endpoints").unwrap_or(&Value::Null);
        let at = |key| property::id(value, key).or_else(|| property::id(endpoints, key));
        let webfinger = property::text(value, "webfinger", limits::USERNAME);
        Ok(Self {
            keys: key::of_actor(value, &id),
            kind,
            types: types
                .iter()
                .take(limits::LIST)
                .map(|name| (*name).to_owned())
                .collect(),
            preferred_username: property::text(value, "preferredUsername", limits::USERNAME)
                .map(|name| name.trim_start_matches('@').to_owned())
                .filter(|name| !name.is_empty()),
            name: property::text(value, "name", limits::NAME),
            summary: property::text(value, "summary", limits::SUMMARY),
            url: property::page_url(value, "url"),
            url_links: property::many(value, "url")
                .into_iter()
                .filter_map(|link| Some((property::media_type(link)?, property::address_of(link)?)))
                .take(limits::LIST)
                .collect(),
            inbox,
            shared_inbox: at("sharedInbox"),
            outbox: property::id(value, "outbox"),
            followers: property::id(value, "followers"),
            following: property::id(value, "following"),
            featured: property::id(value, "featured"),
            events: at("events"),
            upcoming_events: at("upcomingEvents"),
            icon_url: property::many(value, "icon")
                .into_iter()
                .find_map(property::address_of),
            image_url: property::many(value, "image")
                .into_iter()
                .find_map(property::address_of),
            manually_approves_followers: property::boolean(value, "manuallyApprovesFollowers")
                .unwrap_or(false),
            discoverable: property::boolean(value, "discoverable").unwrap_or(false),
            indexable: property::boolean(value, "indexable").unwrap_or(false),
            also_known_as: property::ids(value, "alsoKnownAs", limits::ALSO_KNOWN_AS),
            moved_to: property::id(value, "movedTo"),
            attributed_to: property::ids(value, "attributedTo", limits::LIST),
            fields: property::many(value, "attachment")
                .into_iter()
                .filter_map(read_field)
                .take(limits::FIELDS)
                .collect(),
            webfinger: webfinger.and_then(|text| read_handle(&text)),
            implements_rfc9421: implements_rfc9421(value),
            openness: property::text(value, "openness", 64),
            about: read_about(value),
            suspended: property::boolean(value, "suspended").unwrap_or(false),
            published: property::time(value, "published"),
            updated: property::time(value, "updated"),
            id,
        })
    }

    /// The key with this id; the actor's own address means its first key.
    pub fn key(&self, key_id: &Url) -> Option<&ActorKey> {
        self.keys
            .iter()
            .find(|key| key.id == *key_id)
            .or_else(|| (*key_id == self.id).then(|| self.keys.first()).flatten())
    }

    /// Where to deliver what many actors of that host receive.
    pub fn delivery_inbox(&self) -> &Url {
        self.shared_inbox.as_ref().unwrap_or(&self.inbox)
    }
}

fn read_field(value: &Value) -> Option<ProfileField> {
    let text = |key| property::text(value, key, limits::FIELD_TEXT);
    let content = if property::has_type(value, "PropertyValue") {
        text("value")
    } else if property::has_type(value, "Note") {
        text("content")
    } else if property::has_type(value, "Link") {
        property::address_of(value).map(String::from)
    } else {
        None
    };
    Some(ProfileField {
        name: text("name")?,
        value: content.unwrap_or_default(),
    })
    .filter(|field| !field.value.is_empty() || property::has_type(value, "PropertyValue"))
}

/// `user@host` without decoration; None when it is no such thing.
fn read_handle(text: &str) -> Option<String> {
    let text = text
        .strip_prefix("acct:")
        .unwrap_or(text)
        .trim_start_matches('@');
    let (user, host) = text.split_once('@')?;
    let user_ok = !user.is_empty() && !user.contains(|c: char| c.is_whitespace() || c == '/');
    let host = origin::normalise_domain(host)?;
    user_ok.then(|| format!("{user}@{host}"))
}

fn implements_rfc9421(value: &Value) -> bool {
    let names_it = |entry: &Value| {
        [
            entry.as_str(),
            entry.get("href").and_then(Value::as_str),
            entry.get("id").and_then(Value::as_str),
        ]
        .into_iter()
        .flatten()
        .any(|text| text.to_ascii_lowercase().contains("rfc9421"))
    };
    let generators = property::many(value, "generator");
    generators
        .into_iter()
        .chain([value])
        .flat_map(|holder| property::many(holder, "implements"))
        .any(names_it)
}

/// Under the plain term or with its prefix.
fn read_about(value: &Value) -> About {
    let prefixed = |term: &str| format!("kiosque:{term}");
    let text = |term: &str| {
        property::text(value, term, limits::SUMMARY)
            .or_else(|| property::text(value, &prefixed(term), limits::SUMMARY))
            .unwrap_or_default()
    };
    let list = |term: &str| {
        let mut entries = property::many(value, term);
        entries.extend(property::many(value, &prefixed(term)));
        entries
            .into_iter()
            .filter_map(property::as_text)
            .take(limits::LIST)
            .map(|word| limits::cut(word, limits::TITLE).to_owned())
            .collect()
    };
    About {
        categories: list("categories"),
        languages: list("languages"),
        code_of_conduct: text("codeOfConduct"),
        moderation_information: text("moderationInformation"),
        administrator: text("administrator"),
        creation_reason: text("creationReason"),
        maintenance_lifetime: text("maintenanceLifetime"),
        business_model: text("businessModel"),
        hardware_information: text("hardwareInformation"),
    }
}
