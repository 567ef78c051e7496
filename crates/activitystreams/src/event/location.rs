//! Where: strings, places, virtual locations and mixtures (R-EV-05).

use super::{EventLink, EventWarning, Place, PostalAddress};
use crate::{limits, property};
use serde_json::Value;

/// More places or links than this are not read.
const MAX_PLACES: usize = 10;

/// Splits `location` into physical places and addresses to take part online.
pub(super) fn read(
    value: &Value,
    warnings: &mut Vec<EventWarning>,
) -> (Vec<Place>, Vec<EventLink>) {
    let (mut places, mut online) = (Vec::new(), Vec::new());
    for location in property::many(value, "location")
        .into_iter()
        .take(MAX_PLACES * 2)
    {
        match location {
            Value::String(text) => places.extend(from_text(text, warnings)),
            Value::Object(_) => from_object(location, &mut places, &mut online, warnings),
            _ => {}
        }
    }
    places.truncate(MAX_PLACES);
    online.truncate(MAX_PLACES);
    (places, online)
}

/// A plain text, or the id of a place.
fn from_text(text: &str, warnings: &mut Vec<EventWarning>) -> Option<Place> {
    let text = text.trim();
    if let Some(id) = property::web_url(text) {
        return Some(Place {
            id: Some(id.clone()),
            url: Some(id),
            ..Place::default()
        });
    }
    if text.contains("://") || text.to_ascii_lowercase().starts_with("javascript:") {
        warnings.push(EventWarning::UnsafeAddressDropped);
        return None;
    }
    (!text.is_empty()).then(|| Place {
        name: Some(limits::cut(text, limits::NAME).to_owned()),
        ..Place::default()
    })
}

fn from_object(
    location: &Value,
    places: &mut Vec<Place>,
    online: &mut Vec<EventLink>,
    warnings: &mut Vec<EventWarning>,
) {
    if is_virtual(location) {
        push_online(location, location, online, warnings);
        return;
    }
    // Gancio nests the virtual location in the address of a Place, alone or in
    // a list with a postal one.
    let addresses = property::many(location, "address");
    let mut physical = Vec::new();
    for address in &addresses {
        if is_virtual(address) {
            push_online(address, location, online, warnings);
        } else {
            physical.push(*address);
        }
    }
    if physical.is_empty() && !addresses.is_empty() {
        return;
    }
    let place = read_place(location, &physical, warnings);
    if place != Place::default() {
        places.push(place);
    }
}

fn is_virtual(value: &Value) -> bool {
    property::has_type(value, "VirtualLocation")
}

fn push_online(
    holder: &Value,
    named: &Value,
    online: &mut Vec<EventLink>,
    warnings: &mut Vec<EventWarning>,
) {
    let nested = property::first(holder, "address").and_then(property::address_of);
    match property::address_of(holder).or(nested) {
        Some(href) => online.push(EventLink {
            href,
            name: property::text(named, "name", limits::NAME),
            media_type: None,
        }),
        None => warnings.push(EventWarning::UnsafeAddressDropped),
    }
}

fn read_place(value: &Value, addresses: &[&Value], warnings: &mut Vec<EventWarning>) -> Place {
    let mut place = Place {
        id: property::id_of(value),
        name: property::text(value, "name", limits::NAME),
        url: property::page_url(value, "url"),
        ..Place::default()
    };
    if property::has_type(value, "PostalAddress") {
        place.address = read_postal(value);
    }
    for address in addresses {
        match address {
            Value::String(text) if !text.trim().is_empty() => {
                place.text = Some(limits::cut(text.trim(), limits::NAME).to_owned());
            }
            Value::Object(_) => {
                place.address = read_postal(address);
                if place.address == PostalAddress::default() {
                    place.text = property::text(address, "name", limits::NAME);
                }
            }
            _ => {}
        }
    }
    (place.lat, place.lon) = read_coordinates(value, warnings);
    place
}

fn read_postal(value: &Value) -> PostalAddress {
    let text = |key| property::text(value, key, limits::NAME);
    PostalAddress {
        street: text("streetAddress"),
        postal_code: text("postalCode"),
        locality: text("addressLocality"),
        region: text("addressRegion"),
        // schema.org allows {type: Country, name}.
        country: text("addressCountry").or_else(|| {
            property::first(value, "addressCountry")
                .and_then(|country| property::text(country, "name", limits::NAME))
        }),
    }
}

/// `latitude` and `longitude`, schema.org `geo`, or a GeoJSON point.
fn read_coordinates(value: &Value, warnings: &mut Vec<EventWarning>) -> (Option<f64>, Option<f64>) {
    let pair = |holder: &Value| {
        Some((
            property::number(holder, "latitude")?,
            property::number(holder, "longitude")?,
        ))
    };
    let point = || {
        let geometry = property::first(value, "geojson:hasGeometry")
            .or_else(|| property::first(value, "geometry"))?;
        let list = geometry
            .get("coordinates")
            .or_else(|| geometry.get("geojson:coordinates"))?
            .as_array()?;
        match list.as_slice() {
            [lon, lat, ..] => Some((property::as_number(lat)?, property::as_number(lon)?)),
            _ => None,
        }
    };
    let found = pair(value)
        .or_else(|| pair(property::first(value, "geo")?))
        .or_else(point);
    match found {
        Some((lat, lon)) if lat.abs() <= 90.0 && lon.abs() <= 180.0 => (Some(lat), Some(lon)),
        Some(_) => {
            warnings.push(EventWarning::CoordinatesDropped);
            (None, None)
        }
        None => (None, None),
    }
}
