//! A list as a calendar file (domain 5.3).

use super::About;
use crate::event::EventStatus;
use crate::listing::Listed;
use calendar::{CalendarForm, Coordinates, EventForm, OrganizerForm, Status};
use pages::Pictures;
use sites::Site;
use store::Ts;
use url::Url;

/// The file; `stamp` is its DTSTAMP.
pub(super) fn write(
    about: &About,
    site: &Site,
    listed: &[Listed],
    pictures: &Pictures,
    stamp: Ts,
) -> String {
    let form = CalendarForm {
        name: about.name.clone(),
        description: Some(site.tagline.clone()).filter(|text| !text.is_empty()),
        color: None,
        url: Url::parse(&about.page).ok(),
        source: about.feed.as_deref().and_then(|feed| Url::parse(feed).ok()),
        refresh: Some(chrono::TimeDelta::hours(6)),
        prodid: "-//Kiosque//Kiosque//FR".to_owned(),
        events: listed
            .iter()
            .map(|one| event(site, one, pictures))
            .collect(),
    };
    calendar::write(&form, stamp.0)
}

fn event(site: &Site, listed: &Listed, pictures: &Pictures) -> EventForm {
    let Listed {
        object,
        event,
        author,
        place,
        tags,
        ..
    } = listed;
    let url = |text: &str| Url::parse(text).ok();
    let place_words = place.as_ref().map(|place| {
        let town = format!("{} {}", place.postal_code, place.locality);
        let parts = [
            place.name.as_str(),
            &place.street,
            town.trim(),
            &place.country,
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    });
    let picture = event.picture_id.and_then(|id| pictures.get(&id));
    let picture = picture.map(|stored| stored.at_least(1_280, ""));
    let mut description = text::plain(&event.content);
    if !event.status_note.is_empty() {
        description = format!("{}\n\n{description}", event.status_note);
    }
    EventForm {
        uid: object.uri.clone(),
        title: object.title.clone(),
        description: Some(description).filter(|text| !text.is_empty()),
        start: event.start(),
        end: event.end(),
        location: place_words,
        coordinates: event
            .latitude
            .zip(event.longitude)
            .map(|(lat, lon)| Coordinates { lat, lon }),
        url: url(&site.url(&crate::cards::path(listed))),
        online_url: event.online_url.as_deref().and_then(url),
        image_type: picture
            .as_ref()
            .and_then(|picture| picture.src.rsplit('/').next())
            .and_then(|file| media::content_type(file).ok())
            .map(str::to_owned),
        image_url: picture.and_then(|picture| url(&site.url(&picture.src))),
        categories: tags.clone(),
        status: match event.status() {
            EventStatus::Cancelled => Status::Cancelled,
            EventStatus::Tentative | EventStatus::Postponed => Status::Tentative,
            EventStatus::Confirmed => Status::Confirmed,
        },
        organizer: url(&author.uri).map(|uri| OrganizerForm {
            name: author.name.clone(),
            uri,
        }),
        sequence: u32::try_from(object.revision).unwrap_or(0),
        created: Some(object.published_at.0),
        last_modified: Some(object.updated_at.0),
    }
}
