//! What an event says apart from its dates.

use calcard::icalendar::{
    ICalendarComponent, ICalendarParameterName as Parameter, ICalendarProperty as Property,
};
use chrono::{DateTime, Utc};
use url::Url;

use super::notes::Notes;
use super::structure::Block;
use super::values::{
    Address, address, entries, entry_parameter, one_line, parse_utc, text, texts, web,
};
use super::{Coordinates, Organizer, Status, WarningCode};

/// What a reader sees of an event, dates apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Details {
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) place_name: Option<String>,
    pub(super) coordinates: Option<Coordinates>,
    pub(super) url: Option<Url>,
    pub(super) online_url: Option<Url>,
    pub(super) categories: Vec<String>,
    pub(super) status: Status,
    pub(super) organizer: Option<Organizer>,
    pub(super) image_url: Option<Url>,
    pub(super) attachments: Vec<Url>,
    pub(super) sequence: i64,
    pub(super) last_modified: Option<DateTime<Utc>>,
}

pub(super) fn details(
    component: &ICalendarComponent,
    block: &Block<'_>,
    notes: &mut Notes,
) -> Details {
    let title = text(component, &Property::Summary)
        .map(|title| one_line(&title))
        .unwrap_or_default();
    let mut details = Details {
        description: text(component, &Property::Description),
        place_name: text(component, &Property::Location),
        coordinates: coordinates(block),
        categories: texts(component, &Property::Categories),
        status: match block
            .first("STATUS")
            .map(|parts| parts.value.trim().to_ascii_uppercase())
            .as_deref()
        {
            Some("CANCELLED" | "CANCELED") => Status::Cancelled,
            Some("TENTATIVE") => Status::Tentative,
            _ => Status::Confirmed,
        },
        organizer: organizer(component),
        sequence: block
            .first("SEQUENCE")
            .and_then(|parts| parts.value.trim().parse().ok())
            .unwrap_or(0),
        last_modified: block
            .first("LAST-MODIFIED")
            .and_then(|parts| parse_utc(parts.value)),
        ..Details::default()
    };

    let mut keep = |text: &str| match web(text) {
        Address::Web(url) => Some(url),
        Address::Unsafe => {
            let scheme = text.split(':').next().unwrap_or_default();
            notes.warn(
                WarningCode::UnsafeAddress,
                Some(block.line),
                Some(&title),
                scheme,
            );
            None
        }
        Address::None => None,
    };
    details.url = entries(component, &Property::Url)
        .filter_map(address)
        .find_map(&mut keep);
    details.image_url = entries(component, &Property::Image)
        .filter_map(address)
        .find_map(&mut keep);
    for entry in entries(component, &Property::Attach).take(20) {
        let Some(url) = address(entry).and_then(&mut keep) else {
            continue;
        };
        let says_image = entry_parameter(entry, &Parameter::Fmttype)
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("image/"));
        if details.image_url.is_none() && (says_image || looks_like_image(&url)) {
            details.image_url = Some(url);
        } else if Some(&url) != details.image_url.as_ref() {
            details.attachments.push(url);
        }
    }
    details.online_url = conference(component);
    details.title = title;
    details
}

fn looks_like_image(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// The first web address of CONFERENCE, those with audio or video first. Telephones and chats
/// are no address to click on.
fn conference(component: &ICalendarComponent) -> Option<Url> {
    let mut best = None;
    for entry in entries(component, &Property::Conference) {
        let Some(Address::Web(url)) = address(entry).map(web) else {
            continue;
        };
        let live = entry
            .parameters(&Parameter::Feature)
            .filter_map(|value| value.as_text())
            .any(|feature| {
                feature.eq_ignore_ascii_case("VIDEO") || feature.eq_ignore_ascii_case("AUDIO")
            });
        if live {
            return Some(url);
        }
        best = best.or(Some(url));
    }
    best
}

fn organizer(component: &ICalendarComponent) -> Option<Organizer> {
    let entry = entries(component, &Property::Organizer).next()?;
    let value = address(entry).unwrap_or_default();
    let uri = Url::parse(value)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
    let name = entry_parameter(entry, &Parameter::Cn)
        .map(one_line)
        .filter(|name| !name.is_empty())
        .or_else(|| {
            (uri.is_none() && !value.contains(':'))
                .then(|| one_line(value))
                .filter(|name| !name.is_empty())
        });
    (name.is_some() || uri.is_some()).then_some(Organizer { name, uri })
}

fn coordinates(block: &Block<'_>) -> Option<Coordinates> {
    let geo = block.first("GEO").map(|parts| parts.value.trim());
    let apple = block
        .first("X-APPLE-STRUCTURED-LOCATION")
        .and_then(|parts| {
            let value = parts.value.trim();
            value.get(..4).filter(|s| s.eq_ignore_ascii_case("geo:"))?;
            value.get(4..)
        });
    [geo, apple].into_iter().flatten().find_map(|text| {
        let (lat, lon) = text.split_once([';', ','])?;
        let lon = lon.split([',', ';']).next()?;
        let lat: f64 = lat.trim().parse().ok()?;
        let lon: f64 = lon.trim().parse().ok()?;
        ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon))
            .then_some(Coordinates { lat, lon })
    })
}
