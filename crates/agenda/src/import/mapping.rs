//! An entry of a calendar in terms of an event.

use crate::event::{Details, EventStatus, Picture};
use crate::listing::{CATEGORIES, Listed};
use crate::place::PlaceDetails;
use calendar::{Entry, Status};
use url::Url;

/// Fingerprint of what its calendar no longer has: other than any calendar's, so that its return is
/// a change.
pub(super) const GONE: &str = "gone";

/// Text without NUL, which PostgreSQL does not keep.
pub(super) fn storable(text: &str) -> String {
    text.replace('\0', "")
}

fn cut(text: &str, most: usize) -> String {
    storable(text).trim().chars().take(most).collect()
}

/// What the entry says.
pub(super) fn details(entry: &Entry, untitled: &str) -> Details {
    let title = cut(&entry.title, 200);
    let title = Some(title).filter(|title| !title.is_empty());
    let mut details = Details::new(
        title.unwrap_or_else(|| untitled.to_owned()),
        entry.start,
        entry.zone,
    );
    details.content = prose(entry.description.as_deref().unwrap_or_default());
    details.end = entry.end;
    details.status = match entry.status {
        Status::Confirmed => EventStatus::Confirmed,
        Status::Tentative => EventStatus::Tentative,
        Status::Cancelled => EventStatus::Cancelled,
    };
    let name = cut(entry.place_name.as_deref().unwrap_or_default(), 200);
    let coordinates = entry.coordinates.map(|at| (at.lat, at.lon));
    if !name.is_empty() {
        details.place = Some(PlaceDetails {
            name,
            coordinates,
            ..PlaceDetails::default()
        });
    }
    let address = |url: &Option<Url>| {
        let text = url.as_ref().map(ToString::to_string);
        text.filter(|url| url.len() <= 2_000)
    };
    details.website_url = address(&entry.url);
    details.online_url = address(&entry.online_url);
    details.picture = address(&entry.image_url).map_or(Picture::None, Picture::Remote);
    let category = |word: &&&str| {
        let spelled = |own: &String| {
            own.trim()
                .to_ascii_uppercase()
                .replace([' ', '-', '/'], "_")
                == ***word
        };
        entry.categories.iter().any(spelled)
    };
    details.category = CATEGORIES
        .iter()
        .find(category)
        .map(|word| (*word).to_owned())
        .unwrap_or_default();
    // A mail address in the place of a name is nobody's business.
    let organizer = entry.organizer.as_ref().and_then(|who| who.name.as_deref());
    details.organizer = organizer
        .filter(|name| !name.contains('@'))
        .map(|name| cut(name, 200))
        .unwrap_or_default();
    details.fingerprint.clone_from(&entry.fingerprint);
    details
}

/// The entry's tags.
pub(super) fn tags(entry: &Entry) -> Vec<String> {
    let tags = entry.categories.iter().map(|tag| cut(tag, 100));
    tags.filter(|tag| !tag.is_empty()).take(20).collect()
}

/// What people added here and no calendar tells stays through a change.
pub(super) fn keep_own(details: &mut Details, before: &Listed) {
    let place = before.place.as_ref();
    let own = before.event.details(&before.object.title, place);
    if details.category.is_empty() {
        details.category = own.category;
    }
    details.price = own.price;
    details.is_free = own.is_free;
    details.registration_url = own.registration_url;
    details.sold_out = own.sold_out;
    details.parent = own.parent;
    if own.status == details.status && before.event.fingerprint != GONE {
        details.status_note = own.status_note;
    }
    match (&details.picture, &before.event.picture_url) {
        (Picture::None, _) => {
            details.picture = own.picture;
            details.picture_alt = own.picture_alt;
        }
        (Picture::Remote(new), Some(old)) if new == old => {
            details.picture_alt = own.picture_alt;
        }
        _ => {}
    }
    // The same place may have been given its address here.
    if let (Some(new), Some(old)) = (&mut details.place, place)
        && store::fold(&new.name) == store::fold(&old.name)
    {
        new.known = Some(old.id);
    }
}

/// A description as safe HTML: the calendar's own markup where it sends some, otherwise its lines as
/// paragraphs, with links.
fn prose(description: &str) -> String {
    let text = storable(description);
    let lower = text.to_ascii_lowercase();
    let marked = [
        "<br",
        "<p>",
        "<p ",
        "<a href",
        "</a>",
        "<ul>",
        "</b>",
        "</strong>",
    ];
    if marked.iter().any(|mark| lower.contains(mark)) {
        return text::clean_html(&text.replace('\n', "<br>"));
    }
    let paragraphs = text.split("\n\n").map(str::trim);
    let html: String = paragraphs
        .filter(|part| !part.is_empty())
        .map(|part| {
            let lines: Vec<String> = part.lines().map(line).collect();
            format!("<p>{}</p>", lines.join("<br>"))
        })
        .collect();
    text::clean_html(&html)
}

fn line(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(" ")
}

/// A word, as a link when it is an address; punctuation around it stays outside.
fn word(text: &str) -> String {
    let bare = text.trim_start_matches(['(', '<', '[', '"', '«']);
    let (before, _) = text.split_at(text.len() - bare.len());
    let inner = bare.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '>', ']', '"', '»']);
    let (_, after) = bare.split_at(inner.len());
    let web = inner.starts_with("https://") || inner.starts_with("http://");
    match Url::parse(inner) {
        Ok(url) if web && url.has_host() => format!(
            "{}<a href=\"{}\">{}</a>{}",
            escape(before),
            escape(url.as_str()),
            escape(inner),
            escape(after)
        ),
        _ => escape(text),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_becomes_paragraphs_with_links() {
        assert_eq!(
            prose("Un soir & deux\nvoix < trois\n\nSuite"),
            "<p>Un soir &amp; deux<br>voix &lt; trois</p><p>Suite</p>"
        );
        let html = prose("Voir (https://a.example/x?y=1&z=2).");
        assert!(
            html.contains("href=\"https://a.example/x?y=1&amp;z=2\""),
            "{html}"
        );
        assert!(html.ends_with("</a>).</p>"), "{html}");
        assert!(!prose("javascript:alert(1) https:// ftp://a.example").contains("<a"));
    }

    #[test]
    fn markup_of_a_calendar_is_cleaned_not_shown() {
        let html =
            prose("<b>Gras</b><script>alert(1)</script><a href=\"https://a.example\">ici</a>");
        assert!(
            html.contains("<b>Gras</b>") && html.contains("href"),
            "{html}"
        );
        assert!(!html.contains("script"), "{html}");
        // Without any markup of a page, an angle bracket is an angle bracket.
        assert_eq!(
            prose("<script>x</script>"),
            "<p>&lt;script&gt;x&lt;/script&gt;</p>"
        );
    }

    #[test]
    fn inj_nul_is_left_out() {
        assert_eq!(prose("a\0b"), "<p>ab</p>");
    }
}
