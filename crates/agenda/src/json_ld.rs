//! schema.org Event, for search engines and for whoever reads the page with a program (domain 5.1).

use crate::event::EventStatus;
use crate::listing::Listed;
use calendar::When;
use serde_json::{Map, Value, json};
use sites::Site;

/// The description of an event.
pub(crate) fn event(site: &Site, listed: &Listed, picture: Option<&ui::Picture>) -> Value {
    let Listed {
        object,
        event,
        author,
        place,
        ..
    } = listed;
    let zone = event.zone();
    let at = |when: When| match when {
        When::Date { date } => date.to_string(),
        time => time.instant(zone).with_timezone(&zone).to_rfc3339(),
    };
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| {
        map.insert(key.to_owned(), value);
    };
    put("@context", json!("https://schema.org"));
    put("@type", json!(kind(&event.category)));
    put("@id", json!(object.uri));
    put("name", json!(object.title));
    put("url", json!(object.url));
    put("startDate", json!(at(event.start())));
    if let Some(end) = event.end() {
        let end = if event.all_day {
            end.last_day().to_string()
        } else {
            at(end)
        };
        put("endDate", json!(end));
    }
    let status = match event.status() {
        EventStatus::Confirmed | EventStatus::Tentative => "EventScheduled",
        EventStatus::Postponed => "EventPostponed",
        EventStatus::Cancelled => "EventCancelled",
    };
    put("eventStatus", json!(format!("https://schema.org/{status}")));
    if let Some(previous) = event.previous_start {
        put(
            "previousStartDate",
            json!(previous.0.with_timezone(&zone).to_rfc3339()),
        );
    }
    let text = text::plain(&event.content);
    if !text.is_empty() {
        put(
            "description",
            json!(text.chars().take(1_000).collect::<String>()),
        );
    }
    let mode = match (place.is_some(), event.online_url.is_some()) {
        (true, true) => "Mixed",
        (false, true) => "Online",
        _ => "Offline",
    };
    put(
        "eventAttendanceMode",
        json!(format!("https://schema.org/{mode}EventAttendanceMode")),
    );
    let mut locations = Vec::new();
    if let Some(place) = place {
        let mut address = json!({"@type": "PostalAddress"});
        for (key, value) in [
            ("streetAddress", &place.street),
            ("postalCode", &place.postal_code),
            ("addressLocality", &place.locality),
            ("addressRegion", &place.region),
            ("addressCountry", &place.country),
        ] {
            if !value.is_empty() {
                address[key] = json!(value);
            }
        }
        let mut location = json!({"@type": "Place", "name": place.name, "address": address});
        if let Some((latitude, longitude)) = place.coordinates() {
            location["geo"] =
                json!({"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude});
        }
        locations.push(location);
    }
    if let Some(online) = &event.online_url {
        locations.push(json!({"@type": "VirtualLocation", "url": online}));
    }
    match locations.len() {
        0 => {}
        1 => put("location", locations.remove(0)),
        _ => put("location", Value::Array(locations)),
    }
    put(
        "organizer",
        json!({"@type": "Organization", "name": author.name, "url": author.url.as_deref().unwrap_or(&author.uri)}),
    );
    if let Some(picture) = picture {
        put("image", json!([site.url(&picture.src)]));
    }
    if let Some(free) = event.is_free {
        put("isAccessibleForFree", json!(free));
    }
    if let Some(registration) = &event.registration_url {
        let availability = if event.sold_out { "SoldOut" } else { "InStock" };
        put(
            "offers",
            json!({"@type": "Offer", "url": registration, "availability": format!("https://schema.org/{availability}")}),
        );
    }
    if !object.language.is_empty() {
        put("inLanguage", json!(object.language));
    }
    Value::Object(map)
}

fn kind(category: &str) -> &'static str {
    match category {
        "MUSIC" => "MusicEvent",
        "THEATRE" => "TheaterEvent",
        "COMEDY" => "ComedyEvent",
        "SPORTS" | "HIKE" => "SportsEvent",
        "FILM_MEDIA" => "ScreeningEvent",
        "FOOD_DRINK" => "FoodEvent",
        "LEARNING" | "WORKSHOP" | "FAMILY_EDUCATION" => "EducationEvent",
        "BUSINESS" | "NETWORKING" => "BusinessEvent",
        "BOOK_CLUBS" => "LiteraryEvent",
        "MARKET" => "SaleEvent",
        "PARTY" | "COMMUNITY" => "SocialEvent",
        _ => "Event",
    }
}
