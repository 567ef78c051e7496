//! The canonical event (A.5.4, R-EV-02 to R-EV-10, R-MA-01 to R-MA-04).

use super::{
    AudienceForm, EventForm, EventStatus, ImageForm, JoinMode, PlaceForm, Replies, TagForm,
    context, cut_chars, prune_nulls, utc,
};
use crate::audience::PUBLIC;
use chrono::SecondsFormat;
use serde_json::{Value, json};
use url::Url;

/// Mobilizon refuses longer titles, and longer tags.
const MAX_NAME: usize = 200;
const MAX_TAG: usize = 40;

/// An event that no peer could take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error("the organiser and the agenda are the same actor (R-EV-03)")]
    OrganiserIsAgenda,
    #[error("the event has no name")]
    NameEmpty,
    #[error("the event ends before it starts")]
    EndBeforeStart,
}

impl WriteError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OrganiserIsAgenda => "organiser_is_agenda",
            Self::NameEmpty => "name_empty",
            Self::EndBeforeStart => "end_before_start",
        }
    }
}

/// Writes one occurrence of an event.
///
/// # Errors
/// See [`WriteError`].
pub fn event(form: &EventForm, namespace: &str) -> Result<Value, WriteError> {
    if form.organiser == form.agenda {
        return Err(WriteError::OrganiserIsAgenda);
    }
    let name = form.name.replace('<', "");
    let name = cut_chars(name.trim(), MAX_NAME);
    if name.is_empty() {
        return Err(WriteError::NameEmpty);
    }
    if form.end.is_some_and(|end| end < form.start) {
        return Err(WriteError::EndBeforeStart);
    }
    let time = |time: chrono::DateTime<chrono::FixedOffset>| {
        time.to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    let (status, event_status) = status_words(form.status);
    let (to, cc) = recipients(form);
    let join_mode = match form.join_mode {
        JoinMode::Free => "free",
        JoinMode::Restricted => "restricted",
        JoinMode::Invite => "invite",
        // Mobilizon refuses `none` (A.5.1).
        JoinMode::External | JoinMode::None | JoinMode::Other(_) => "external",
    };
    let participation = form
        .participation_url
        .as_ref()
        .or((join_mode == "external").then_some(&form.url))
        .map(Url::as_str);
    let organisers: Vec<&str> = form.organisers.iter().map(Url::as_str).collect();
    Ok(prune_nulls(json!({
        "@context": context::event(namespace),
        "id": form.id.as_str(),
        "type": "Event",
        "actor": form.organiser.as_str(),
        "attributedTo": form.agenda.as_str(),
        "organizers": (!organisers.is_empty()).then_some(organisers),
        "name": name,
        "url": form.url.as_str(),
        "summary": Some(&form.summary).filter(|html| !html.is_empty()),
        "content": form.content,
        "mediaType": "text/html",
        "contentMap": {form.language.as_str(): form.content},
        "inLanguage": form.language,
        "startTime": time(form.start),
        "endTime": form.end.map(time),
        "previousStartTime": form.previous_start.map(time),
        "timezone": form.timezone,
        "displayEndTime": form.end.is_some() && form.display_end_time,
        "location": form.place.as_ref().and_then(place),
        "isOnline": form.is_online,
        "category": form.category,
        "status": status,
        "ical:status": status,
        "eventStatus": event_status,
        "joinMode": join_mode,
        "externalParticipationUrl": participation,
        "maximumAttendeeCapacity": form.maximum_attendees.filter(|count| *count > 0),
        "commentsEnabled": form.replies != Replies::Closed,
        "repliesModerationOption": match form.replies {
            Replies::Open => "allow_all",
            Replies::Moderated => "moderated",
            Replies::Closed => "closed",
        },
        "attachment": attachments(form),
        "tag": form.tags.iter().filter_map(tag).collect::<Vec<_>>(),
        "published": utc(form.published),
        "updated": utc(form.updated.max(form.published)),
        "to": to,
        "cc": cc,
    })))
}

/// iCalendar's word, which has none for postponed, and FEP-8a8e's (R-EV-10).
fn status_words(status: EventStatus) -> (&'static str, &'static str) {
    match status {
        EventStatus::Confirmed => ("CONFIRMED", "EventScheduled"),
        EventStatus::Tentative => ("TENTATIVE", "EventScheduled"),
        EventStatus::Cancelled => ("CANCELLED", "EventCancelled"),
        EventStatus::Postponed => ("TENTATIVE", "EventPostponed"),
    }
}

fn recipients(form: &EventForm) -> (Vec<&str>, Vec<&str>) {
    let followers = form.agenda_followers.as_str();
    match form.audience {
        AudienceForm::Public => (vec![PUBLIC], vec![followers]),
        AudienceForm::Unlisted => (vec![followers], vec![PUBLIC]),
        AudienceForm::Followers => (vec![followers], Vec::new()),
    }
}

/// One Place with a name and floats (R-EV-05); none when there is nothing to
/// name it by, since Gancio refuses a nameless one.
fn place(place: &PlaceForm) -> Option<Value> {
    let address = &place.address;
    let named = [
        Some(&place.name),
        address.street.as_ref(),
        address.locality.as_ref(),
    ];
    let name = named
        .into_iter()
        .flatten()
        .map(|name| name.trim())
        .find(|name| !name.is_empty())?;
    let coordinates = place
        .coordinates
        .filter(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0);
    let parts = json!({
        "type": "PostalAddress",
        "streetAddress": address.street,
        "postalCode": address.postal_code,
        "addressLocality": address.locality,
        "addressRegion": address.region,
        "addressCountry": address.country,
    });
    let known = *address != super::PostalAddress::default();
    Some(json!({
        "id": place.id.as_ref().map(Url::as_str),
        "type": "Place",
        "name": name,
        "latitude": coordinates.map(|(lat, _)| lat),
        "longitude": coordinates.map(|(_, lon)| lon),
        "address": known.then_some(parts),
    }))
}

/// Pictures first, then links, nothing else (R-EV-06, R-EV-07).
fn attachments(form: &EventForm) -> Vec<Value> {
    let mut list: Vec<Value> = form
        .images
        .iter()
        .enumerate()
        .map(|(at, one)| picture(one, at == 0))
        .collect();
    let link = |href: &Url, name: &str| json!({"type": "Link", "href": href.as_str(), "mediaType": "text/html", "name": name});
    match (&form.website, &form.online_url) {
        (Some(website), Some(online)) if website != online => {
            list.push(link(website, "Website"));
            list.push(link(online, "Online"));
        }
        (Some(one), _) | (None, Some(one)) => list.push(link(one, "Website")),
        (None, None) => {}
    }
    list.extend(form.links.iter().map(|(name, href)| link(href, name)));
    list
}

fn picture(image: &ImageForm, banner: bool) -> Value {
    let name = match (&image.alt, banner) {
        (_, true) => "Banner",
        (Some(alt), false) => alt,
        (None, false) => "",
    };
    json!({
        "type": "Document",
        "mediaType": image.media_type,
        "url": image.url.as_str(),
        "name": name,
        "summary": image.alt,
        "width": image.width,
        "height": image.height,
        "blurhash": image.blurhash,
        "focalPoint": image.focal_point
            .filter(|(x, y)| x.abs() <= 1.0 && y.abs() <= 1.0)
            .map(|(x, y)| [x, y]),
        "isBannerImage": banner.then_some(true),
    })
}

fn tag(tag: &TagForm) -> Option<Value> {
    let name = cut_chars(tag.name.trim().trim_start_matches('#'), MAX_TAG - 1);
    (!name.is_empty())
        .then(|| json!({"type": "Hashtag", "name": format!("#{name}"), "href": tag.href.as_str()}))
}
