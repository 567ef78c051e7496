//! The reader of events.

use super::{EventLink, EventObject, EventStatus, EventWarning, JoinMode, location, media, time};
use crate::audience::Audience;
use crate::error::ReadError;
use crate::{limits, property};
use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value};
use url::Url;

/// Vocabularies whose names peers write in front of a key (R-EV-01, R-CTX-04).
const PREFIXES: [&str; 14] = [
    "sc:",
    "schema:",
    "mz:",
    "pt:",
    "ical:",
    "fep:",
    "toot:",
    "http://schema.org#",
    "http://schema.org/",
    "https://schema.org/",
    "https://joinmobilizon.org/ns#",
    "https://joinpeertube.org/ns#",
    "http://www.w3.org/2002/12/cal/ical#",
    "https://w3id.org/fep/8a8e/",
];

/// Who says what to whom is never taken from a prefixed key.
const NEVER_PREFIXED: [&str; 9] = [
    "id",
    "type",
    "actor",
    "attributedTo",
    "object",
    "to",
    "cc",
    "audience",
    "organizers",
];

/// A copy with prefixed keys under their plain names, where those are free.
fn plain_keys(value: &Value) -> Value {
    match value {
        Value::Array(list) => Value::Array(list.iter().map(plain_keys).collect()),
        Value::Object(map) => {
            let mut plain: Map<String, Value> = map
                .iter()
                .map(|(key, inner)| (key.clone(), plain_keys(inner)))
                .collect();
            for (key, inner) in map {
                let name = PREFIXES.iter().find_map(|prefix| key.strip_prefix(prefix));
                if let Some(name) = name
                    && !NEVER_PREFIXED.contains(&name)
                    && plain.get(name).is_none_or(Value::is_null)
                {
                    plain.insert(name.to_owned(), plain_keys(inner));
                }
            }
            Value::Object(plain)
        }
        other => other.clone(),
    }
}

impl EventObject {
    /// Reads an event in any form of A.5 and A.8.
    ///
    /// # Errors
    /// `wrong_type` when it is no Event; `missing` on `id` or `name`;
    /// `bad_time` or `time_without_zone` on a `startTime` that is there but
    /// cannot be read. A missing `startTime` is left to [`Self::require_start`].
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        let id = property::require_id(value)?;
        if !property::has_type(value, "Event") {
            return Err(ReadError::new("wrong_type", "type"));
        }
        let value = &plain_keys(value);
        let name =
            property::text(value, "name", limits::NAME).ok_or(ReadError::new("missing", "name"))?;
        let mut warnings = Vec::new();
        let when = time::read(value, &mut warnings)?;
        let (places, mut online_urls) = location::read(value, &mut warnings);
        let (images, links) = media::read(value, &mut warnings);
        let (tags, mentions) = media::read_tags(value);
        let named = |name: &str| links.iter().find(|link| link.name.as_deref() == Some(name));
        let website = named("Website").map(|link| link.href.clone());
        let is_online = property::boolean(value, "isOnline").unwrap_or(!online_urls.is_empty());
        if is_online && online_urls.is_empty() {
            // Mobilizon gives the address of an online event as its website;
            // ours has a link of its own when there are two.
            online_urls.extend(named("Online").or(named("Website")).cloned());
        }
        let url = property::page_url(value, "url");
        if url.is_none() && property::first(value, "url").is_some() {
            warnings.push(EventWarning::UnsafeAddressDropped);
        }
        Ok(Self {
            start: when.start,
            end: when.end,
            timezone: when.timezone.map(|zone| zone.name().to_owned()),
            display_end_time: when.end.is_some()
                && property::boolean(value, "displayEndTime").unwrap_or(true),
            previous_start: property::time(value, "previousStartTime")
                .or_else(|| property::time(value, "previousStartDate")),
            places,
            is_online,
            categories: read_words(value, "category"),
            tags,
            mentions,
            content: property::text(value, "content", limits::CONTENT),
            summary: property::text(value, "summary", limits::SUMMARY),
            media_type: property::media_type(value),
            images,
            website,
            links,
            status: read_status(value),
            join_mode: read_join_mode(value),
            external_participation_url: read_participation(value, &mut warnings),
            // Mobilizon writes 0 for no limit.
            maximum_attendees: property::count(value, "maximumAttendeeCapacity")
                .filter(|count| *count > 0),
            remaining_attendees: property::count(value, "remainingAttendeeCapacity"),
            participants: property::count(value, "participantCount")
                .or_else(|| property::count(property::first(value, "attendees")?, "totalItems")),
            in_language: property::language(value),
            comments_enabled: property::boolean(value, "commentsEnabled"),
            replies_moderation: property::text(value, "repliesModerationOption", 64),
            attributed_to: property::ids(value, "attributedTo", limits::LIST),
            actor: property::id(value, "actor"),
            organizers: read_organizers(value),
            contacts: property::ids(value, "contacts", limits::LIST),
            published: property::time(value, "published"),
            updated: property::time(value, "updated"),
            audience: Audience::read(value),
            url,
            same_as: property::ids(value, "sameAs", limits::LIST),
            uuid: property::text(value, "uuid", 128)
                .or_else(|| property::text(value, "identifier", 128)),
            sensitive: property::boolean(value, "sensitive").unwrap_or(false),
            draft: property::boolean(value, "draft").unwrap_or(false),
            replies: property::id(value, "replies"),
            online_urls,
            warnings: distinct(warnings),
            id,
            name,
        })
    }

    /// The start, needed to put the event into an agenda.
    ///
    /// # Errors
    /// `missing` on `startTime`: refuse the import.
    pub fn require_start(&self) -> Result<DateTime<FixedOffset>, ReadError> {
        self.start.ok_or(ReadError::new("missing", "startTime"))
    }

    /// The authors, all on the origin of the id (ORI-08).
    ///
    /// # Errors
    /// `missing` or `other_origin` on `attributedTo`.
    pub fn authors(&self) -> Result<&[Url], ReadError> {
        if self.attributed_to.is_empty() {
            return Err(ReadError::new("missing", "attributedTo"));
        }
        match self
            .attributed_to
            .iter()
            .all(|author| crate::origin::same_origin(author, &self.id))
        {
            true => Ok(&self.attributed_to),
            false => Err(ReadError::new("other_origin", "attributedTo")),
        }
    }
}

fn distinct(warnings: Vec<EventWarning>) -> Vec<EventWarning> {
    let mut kept: Vec<EventWarning> = Vec::new();
    for warning in warnings {
        if !kept.contains(&warning) {
            kept.push(warning);
        }
    }
    kept
}

/// Strings, or objects with a `name`.
fn read_words(value: &Value, key: &str) -> Vec<String> {
    property::many(value, key)
        .into_iter()
        .filter_map(|word| match property::as_text(word) {
            Some(text) => Some(text.to_owned()),
            None => property::text(word, "name", limits::TITLE),
        })
        .map(|word| limits::cut(word.trim(), limits::TITLE).to_owned())
        .filter(|word| !word.is_empty())
        .take(limits::LIST)
        .collect()
}

/// The gravest of `status` (or `ical:status`) and `eventStatus`.
fn read_status(value: &Value) -> Option<EventStatus> {
    let word = |key| property::text(value, key, 128);
    let calendar = [word("status"), word("ical:status")]
        .into_iter()
        .flatten()
        .find_map(|word| match word.to_ascii_uppercase().as_str() {
            "CONFIRMED" => Some(EventStatus::Confirmed),
            "TENTATIVE" => Some(EventStatus::Tentative),
            "CANCELLED" | "CANCELED" => Some(EventStatus::Cancelled),
            "POSTPONED" => Some(EventStatus::Postponed),
            _ => None,
        });
    let schema = word("eventStatus").and_then(|word| {
        match word.rsplit(['/', '#', ':']).next().unwrap_or_default() {
            "EventScheduled" | "EventRescheduled" | "EventMovedOnline" => {
                Some(EventStatus::Confirmed)
            }
            "EventCancelled" => Some(EventStatus::Cancelled),
            "EventPostponed" => Some(EventStatus::Postponed),
            _ => None,
        }
    });
    let says = |status| calendar == Some(status) || schema == Some(status);
    if says(EventStatus::Cancelled) {
        Some(EventStatus::Cancelled)
    } else if says(EventStatus::Postponed) {
        Some(EventStatus::Postponed)
    } else {
        calendar.or(schema)
    }
}

fn read_join_mode(value: &Value) -> Option<JoinMode> {
    let word = property::text(value, "joinMode", 64)?;
    Some(match word.rsplit(':').next().unwrap_or_default() {
        "free" => JoinMode::Free,
        "restricted" => JoinMode::Restricted,
        "invite" => JoinMode::Invite,
        "external" => JoinMode::External,
        "none" => JoinMode::None,
        other => JoinMode::Other(other.to_owned()),
    })
}

fn read_participation(value: &Value, warnings: &mut Vec<EventWarning>) -> Option<Url> {
    let entry = property::first(value, "externalParticipationUrl")?;
    let url = match entry {
        Value::String(text) => property::web_or_mail_url(text),
        other => property::address_of(other),
    };
    if url.is_none() {
        warnings.push(EventWarning::UnsafeAddressDropped);
    }
    url
}

/// A list of actors, or a collection with its first page; null says that they
/// are not disclosed (FEP-8a8e).
fn read_organizers(value: &Value) -> Vec<Url> {
    let mut found = Vec::new();
    for entry in property::many(value, "organizers") {
        let page = property::first(entry, "first").unwrap_or(entry);
        let listed: Vec<Url> = [entry, page]
            .into_iter()
            .flat_map(|holder| [(holder, "items"), (holder, "orderedItems")])
            .flat_map(|(holder, key)| property::ids(holder, key, limits::LIST))
            .collect();
        if !listed.is_empty() {
            found.extend(listed);
        } else if entry.is_string() || crate::actor::is_actor(entry) {
            found.extend(property::id_of(entry));
        }
    }
    let mut distinct: Vec<Url> = Vec::new();
    for url in found {
        if !distinct.contains(&url) && distinct.len() < limits::LIST {
            distinct.push(url);
        }
    }
    distinct
}

impl EventLink {
    /// A label to show: the name, else the host.
    pub fn label(&self) -> &str {
        self.name
            .as_deref()
            .or(self.href.host_str())
            .unwrap_or_default()
    }
}
