//! A list as an Atom feed (RFC 4287), the newest publication first (domain 5.3).

use super::{About, newest};
use crate::listing::Listed;
use crate::words;
use atom_syndication::{Category, Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use sites::Site;
use store::Ts;

/// Entries of a feed at most.
const ENTRIES: usize = 50;

fn fixed(at: Ts) -> FixedDateTime {
    at.0.fixed_offset()
}

/// XML 1.0 has no place for control characters, escaped or not.
fn legal(text: &str) -> String {
    let kept = |c: &char| {
        matches!(c, '\t' | '\n' | '\r') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    text.chars().filter(kept).collect()
}

fn link(href: String, rel: &str, mime: &str) -> Link {
    Link {
        href,
        rel: rel.to_owned(),
        mime_type: Some(mime.to_owned()),
        ..Link::default()
    }
}

/// The feed.
pub(super) fn write(about: &About, site: &Site, listed: &[Listed]) -> String {
    let mut newest_first: Vec<&Listed> = listed.iter().collect();
    newest_first.sort_by_key(|one| std::cmp::Reverse((one.object.published_at, one.object.id)));
    let own = about.feed.clone().unwrap_or_default();
    let feed = Feed {
        title: Text::plain(legal(&about.name)),
        id: own.clone(),
        updated: fixed(newest(listed)),
        links: vec![
            link(own, "self", "application/atom+xml"),
            link(about.page.clone(), "alternate", "text/html"),
        ],
        lang: Some(site.default_language.clone()),
        entries: newest_first
            .into_iter()
            .take(ENTRIES)
            .map(|one| entry(site, one))
            .collect(),
        ..Feed::default()
    };
    feed.to_string()
}

fn entry(site: &Site, listed: &Listed) -> Entry {
    let Listed {
        object,
        event,
        author,
        place,
        tags,
        ..
    } = listed;
    let when = words::summary(event, place.as_ref(), &site.default_language);
    Entry {
        title: Text::plain(legal(&object.title)),
        id: object.uri.clone(),
        updated: fixed(object.updated_at),
        published: Some(fixed(object.published_at)),
        authors: vec![Person {
            name: legal(&author.name),
            uri: Some(author.uri.clone()),
            ..Person::default()
        }],
        categories: tags
            .iter()
            .map(|tag| Category {
                term: legal(tag),
                ..Category::default()
            })
            .collect(),
        // The page here: it has the map, the calendar and the replies.
        links: vec![link(
            site.url(&crate::cards::path(listed)),
            "alternate",
            "text/html",
        )],
        content: Some(Content {
            content_type: Some("html".to_owned()),
            value: Some(legal(&format!("{when}{}", event.content))),
            ..Content::default()
        }),
        ..Entry::default()
    }
}
