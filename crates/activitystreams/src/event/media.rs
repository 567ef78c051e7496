//! Attachments, pictures and tags.

use super::{EventLink, EventWarning, Image};
use crate::{limits, property};
use serde_json::Value;
use url::Url;

/// What an entry of `attachment` turned out to be.
pub(crate) enum Attachment {
    Picture(Image),
    Link(EventLink),
    /// Unusable, or a kind that is read on purpose as nothing.
    Nothing,
    /// Its address was neither `http` nor `https`.
    Unsafe,
}

pub(crate) fn read_attachment(value: &Value) -> Attachment {
    if property::has_type(value, "PropertyValue") || value.is_null() {
        return Attachment::Nothing;
    }
    let Some(url) = property::address_of(value) else {
        let names_one =
            value.is_string() || value.get("href").is_some() || value.get("url").is_some();
        return if names_one {
            Attachment::Unsafe
        } else {
            Attachment::Nothing
        };
    };
    // The media type may stand on the attachment or on the Link in its `url`.
    let media_type = property::media_type(value)
        .or_else(|| property::first(value, "url").and_then(property::media_type));
    let is_link = property::has_type(value, "Link") || value.is_string();
    let is_picture = match &media_type {
        Some(name) => name.starts_with("image/"),
        None => !is_link,
    };
    if is_picture {
        Attachment::Picture(read_image(value, url, media_type))
    } else {
        Attachment::Link(EventLink {
            href: url,
            name: property::text(value, "name", limits::NAME),
            media_type,
        })
    }
}

fn read_image(value: &Value, url: Url, media_type: Option<String>) -> Image {
    let name = property::text(value, "name", limits::NAME);
    let named_banner = name.as_deref() == Some("Banner");
    let pixels = |key| {
        property::count(value, key)
            .and_then(|count| u32::try_from(count).ok())
            .filter(|n| *n > 0)
    };
    Image {
        url,
        media_type,
        alt: property::text(value, "summary", limits::SUMMARY).or(name.filter(|_| !named_banner)),
        width: pixels("width"),
        height: pixels("height"),
        blurhash: property::text(value, "blurhash", 256),
        focal_point: read_focal_point(value),
        is_banner: named_banner || property::boolean(value, "isBannerImage") == Some(true),
    }
}

fn read_focal_point(value: &Value) -> Option<(f64, f64)> {
    match property::many(value, "focalPoint").as_slice() {
        [x, y] => Some((property::as_number(x)?, property::as_number(y)?))
            .filter(|(x, y)| x.abs() <= 1.0 && y.abs() <= 1.0),
        _ => None,
    }
}

/// Pictures and links of `attachment` and `image`, the banner first.
pub(super) fn read(
    value: &Value,
    warnings: &mut Vec<EventWarning>,
) -> (Vec<Image>, Vec<EventLink>) {
    let (mut images, mut links): (Vec<Image>, Vec<EventLink>) = (Vec::new(), Vec::new());
    let attached = property::many(value, "attachment")
        .into_iter()
        .map(|item| (item, false));
    let pictures = property::many(value, "image")
        .into_iter()
        .map(|item| (item, true));
    for (item, picture_only) in attached.chain(pictures).take(limits::LIST) {
        let read = match item {
            // `image` as a bare address.
            Value::String(text) if picture_only => match property::web_url(text) {
                Some(url) => Attachment::Picture(read_image(item, url, None)),
                None => Attachment::Unsafe,
            },
            _ => read_attachment(item),
        };
        match read {
            Attachment::Picture(image) if !images.iter().any(|known| known.url == image.url) => {
                images.push(image);
            }
            Attachment::Link(link) if !picture_only => links.push(link),
            Attachment::Unsafe => warnings.push(EventWarning::UnsafeAddressDropped),
            _ => {}
        }
    }
    images.sort_by_key(|image| !image.is_banner);
    (images, links)
}

/// Hashtags without `#`, and ids of mentioned actors; at most 100 of each.
pub(crate) fn read_tags(value: &Value) -> (Vec<String>, Vec<Url>) {
    let (mut tags, mut mentions): (Vec<String>, Vec<Url>) = (Vec::new(), Vec::new());
    for tag in property::many(value, "tag") {
        if property::has_type(tag, "Mention") {
            if mentions.len() < limits::LIST {
                mentions.extend(property::address_of(tag));
            }
            continue;
        }
        if tags.len() == limits::LIST {
            continue;
        }
        let name = match tag {
            Value::String(text) => Some(text.clone()),
            _ => property::text(tag, "name", limits::TITLE),
        };
        let Some(name) = name else { continue };
        let untyped = property::types(tag).is_empty() && (tag.is_string() || name.starts_with('#'));
        if !property::has_type(tag, "Hashtag") && !untyped {
            continue;
        }
        let name = limits::cut(name.trim().trim_start_matches('#').trim(), limits::TITLE);
        if !name.is_empty()
            && property::web_url(name).is_none()
            && !tags.iter().any(|known| known == name)
        {
            tags.push(name.to_owned());
        }
    }
    (tags, mentions)
}
