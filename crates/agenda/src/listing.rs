//! Which events a page, a feed or an answer of the API lists.

mod unsaid;

use crate::event::Event;
use crate::place::Place;
use diesel::prelude::*;
use federation::Actor;
use publication::personal::Hidden;
use publication::{Object, Veil, Veils, not_hidden_from, reachable_on, shown_on};
use std::collections::HashMap;
use store::schema::{actors, events, object_tags, objects, places};
use store::{Conn, Id, MultiBackend, StoreError, Ts, contains_pattern, fold};

/// Categories: Mobilizon's words, and those of tiers-lieux (domain S003-3). Each has a translation
/// `category-<word in small letters with hyphens>`.
pub const CATEGORIES: [&str; 36] = [
    "ARTS",
    "AUTO_BOAT_AIR",
    "BOOK_CLUBS",
    "BUSINESS",
    "CAUSES",
    "COMEDY",
    "COMMUNITY",
    "CRAFTS",
    "FAMILY_EDUCATION",
    "FASHION_BEAUTY",
    "FILM_MEDIA",
    "FOOD_DRINK",
    "GAMES",
    "HEALTH",
    "INCLUSIVE_SPACES",
    "LANGUAGE_CULTURE",
    "LEARNING",
    "LGBTQ",
    "MEETING",
    "MOVEMENTS_POLITICS",
    "MUSIC",
    "NETWORKING",
    "OUTDOORS_ADVENTURE",
    "PARTY",
    "PERFORMING_VISUAL_ARTS",
    "PETS",
    "PHOTOGRAPHY",
    "SCIENCE_TECH",
    "SPIRITUALITY_RELIGION_BELIEFS",
    "SPORTS",
    "THEATRE",
    "MARKET",
    "WORKSHOP",
    "WORKCAMP",
    "REHEARSAL",
    "HIKE",
];

/// Where to look around.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Degrees, WGS 84.
    pub latitude: f64,
    /// Degrees, WGS 84.
    pub longitude: f64,
    /// Kilometres, 0.1 to 1000.
    pub kilometres: f64,
}

/// Filters; everything absent means all that the site shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    /// Not over before.
    pub from: Option<Ts>,
    /// Begins before.
    pub to: Option<Ts>,
    /// Over before; the list then begins with the latest.
    pub over: Option<Ts>,
    /// Words, each of which must occur.
    pub words: String,
    /// A tag, any spelling.
    pub tag: Option<String>,
    /// One of [`CATEGORIES`].
    pub category: Option<String>,
    /// Part of a place's name or town.
    pub place: Option<String>,
    /// One place.
    pub place_id: Option<Id>,
    /// Around a point.
    pub near: Option<Near>,
    /// Known to be free.
    pub free: bool,
    /// With an address online.
    pub online: bool,
    /// From this host only (the site's own included).
    pub source: Option<String>,
    /// By this actor only.
    pub actor: Option<Id>,
    /// Parts of this festival only.
    pub parent: Option<Id>,
    /// Occurrences of this series only.
    pub series: Option<Id>,
    /// What the person who asks does not want to see.
    pub hidden: Hidden,
}

/// An event with all that a card or a feed shows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Shared part.
    pub object: Object,
    /// Own part.
    pub event: Event,
    /// The agenda that published it.
    pub author: Actor,
    /// Its place.
    pub place: Option<Place>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What moderators changed of how it is shown; [`veil`] fills it in.
    pub veil: Veil,
}

/// Where a page begins: after this start and key, in the order of the list.
pub type Cursor = (Ts, Id);

/// An event's row with its surroundings, but its tags.
type Row = (Object, Event, Actor, Option<Place>);

/// Events that a site shows, soonest first (the latest first with [`Search::over`]), at most `limit`
/// (ask for one more to tell whether there is another page: see [`store::Page`]).
pub fn search(
    conn: &mut Conn,
    site: Id,
    site_actor: Id,
    search: &Search,
    mut after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    let limit = limit.clamp(1, 5_000);
    let wanted = usize::try_from(limit).unwrap_or(0);
    let mut found: Vec<Row> = Vec::new();
    loop {
        let rows = rows(conn, site, site_actor, search, after, limit)?;
        let whole = rows.len() < wanted;
        after = rows
            .last()
            .map(|(object, event, ..)| (event.starts_at, object.id));
        // The database knows a square around a point; its corners are left out here, and made up for.
        let covered = |row: &Row| search.near.is_none_or(|near| near.covers(&row.1));
        let mut rows: Vec<Row> = rows.into_iter().filter(covered).collect();
        if search.hidden.has_words() {
            rows = unsaid::unsaid(conn, &search.hidden, rows)?;
        }
        found.extend(rows);
        if whole || found.len() >= wanted {
            break;
        }
    }
    found.truncate(wanted);
    let mut listed = with_tags(conn, found)?;
    veil(conn, site, &mut listed)?;
    for one in listed.iter_mut().filter(|one| one.veil.sensitive) {
        // A list has no room to ask first.
        one.event.picture_id = None;
    }
    Ok(listed)
}

/// Takes the pictures away that a site does not show, and notes what is shown only to who asks for it.
pub(crate) fn veil(conn: &mut Conn, site: Id, listed: &mut [Listed]) -> Result<(), StoreError> {
    let veils = Veils::read(conn, site)?;
    for one in listed {
        one.veil = veils.of(&one.object, &one.author);
        if one.veil.no_pictures {
            one.event.picture_id = None;
        }
    }
    Ok(())
}

fn rows(
    conn: &mut Conn,
    site: Id,
    site_actor: Id,
    search: &Search,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    let mut query = objects::table
        .inner_join(events::table.on(events::object_id.eq(objects::id)))
        .inner_join(actors::table)
        .left_join(places::table.on(events::place_id.eq(places::id.nullable())))
        .filter(shown_on!(site, site_actor))
        .filter(actors::state.eq(federation::ActorState::Active.as_str()))
        .into_boxed::<MultiBackend>();
    if let Some(from) = search.from {
        // What has no end counts for the twelve hours after its start.
        let early = Ts(from.0 - chrono::Duration::hours(12));
        query = query.filter(
            events::ends_at
                .gt(from)
                .assume_not_null()
                .or(events::ends_at.is_null().and(events::starts_at.gt(early))),
        );
    }
    if let Some(to) = search.to {
        query = query.filter(events::starts_at.lt(to));
    }
    if let Some(over) = search.over {
        let early = Ts(over.0 - chrono::Duration::hours(12));
        query = query.filter(
            events::ends_at
                .le(over)
                .assume_not_null()
                .or(events::ends_at.is_null().and(events::starts_at.le(early))),
        );
    }
    for word in fold(&search.words)
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(10)
    {
        query = query.filter(
            events::search_folded
                .like(contains_pattern(word))
                .escape('\\'),
        );
    }
    if let Some(tag) = &search.tag {
        let folded = fold(tag.trim_start_matches('#')).replace(' ', "");
        let tagged = object_tags::table
            .filter(object_tags::object_id.eq(objects::id))
            .filter(object_tags::tag_folded.eq(folded));
        query = query.filter(diesel::dsl::exists(tagged));
    }
    if let Some(category) = &search.category {
        query = query.filter(events::category.eq(category.clone()));
    }
    if let Some(place) = &search.place {
        let pattern = contains_pattern(place);
        let named = places::name_folded.like(pattern.clone()).escape('\\');
        let town = events::search_folded.like(pattern).escape('\\');
        query = query.filter(
            named
                .and(places::id.is_not_null())
                .assume_not_null()
                .or(events::place_id.is_not_null().and(town)),
        );
    }
    if let Some(place) = search.place_id {
        query = query.filter(events::place_id.eq(place));
    }
    if let Some(near) = search.near {
        let (south, north, west, east) = near.bounds();
        query = query
            .filter(events::latitude.between(south, north))
            .filter(events::longitude.between(west, east));
    }
    if search.free {
        query = query.filter(events::is_free.eq(true));
    }
    if search.online {
        query = query.filter(events::online_url.is_not_null());
    }
    if let Some(host) = &search.source {
        query = query.filter(actors::host.eq(host.clone()));
    }
    if let Some(actor) = search.actor {
        query = query.filter(objects::actor_id.eq(actor));
    } else if let Some((account, now)) = search.hidden.by_author() {
        query = query.filter(not_hidden_from!(account, now));
    }
    if let Some(parent) = search.parent {
        query = query.filter(events::parent_id.eq(parent));
    }
    if let Some(series) = search.series {
        query = query.filter(events::series_id.eq(series));
    }
    let backwards = search.over.is_some();
    if let Some((start, id)) = after {
        query = match backwards {
            true => query.filter(
                events::starts_at
                    .lt(start)
                    .or(events::starts_at.eq(start).and(objects::id.lt(id))),
            ),
            false => query.filter(
                events::starts_at
                    .gt(start)
                    .or(events::starts_at.eq(start).and(objects::id.gt(id))),
            ),
        };
    }
    query = match backwards {
        true => query.order((events::starts_at.desc(), objects::id.desc())),
        false => query.order((events::starts_at.asc(), objects::id.asc())),
    };
    Ok(query
        .limit(limit)
        .select((
            Object::as_select(),
            Event::as_select(),
            Actor::as_select(),
            Option::<Place>::as_select(),
        ))
        .load(conn)?)
}

/// One event with its surroundings, whatever its state.
pub fn one(conn: &mut Conn, id: Id) -> Result<Option<Listed>, StoreError> {
    let row = objects::table
        .inner_join(events::table.on(events::object_id.eq(objects::id)))
        .inner_join(actors::table)
        .left_join(places::table.on(events::place_id.eq(places::id.nullable())))
        .filter(objects::id.eq(id))
        .select((
            Object::as_select(),
            Event::as_select(),
            Actor::as_select(),
            Option::<Place>::as_select(),
        ))
        .first(conn)
        .optional()?;
    Ok(with_tags(conn, row.into_iter().collect())?.pop())
}

/// All events of an agenda of ours that are not deleted, drafts among them, soonest first.
pub(crate) fn all_of(conn: &mut Conn, actor: Id) -> Result<Vec<Listed>, StoreError> {
    let rows = objects::table
        .inner_join(events::table.on(events::object_id.eq(objects::id)))
        .inner_join(actors::table)
        .left_join(places::table.on(events::place_id.eq(places::id.nullable())))
        .filter(objects::actor_id.eq(actor))
        .filter(objects::state.ne("deleted"))
        .order((events::starts_at, objects::id))
        .select((
            Object::as_select(),
            Event::as_select(),
            Actor::as_select(),
            Option::<Place>::as_select(),
        ))
        .load(conn)?;
    with_tags(conn, rows)
}

/// True when a site shows an object to who has its address.
pub fn is_shown(conn: &mut Conn, site: Id, site_actor: Id, object: Id) -> Result<bool, StoreError> {
    let shown = objects::table
        .filter(objects::id.eq(object))
        .filter(reachable_on!(site, site_actor));
    Ok(diesel::select(diesel::dsl::exists(shown)).get_result(conn)?)
}

fn with_tags(
    conn: &mut Conn,
    rows: Vec<(Object, Event, Actor, Option<Place>)>,
) -> Result<Vec<Listed>, StoreError> {
    let ids: Vec<Id> = rows.iter().map(|(object, ..)| object.id).collect();
    let mut tags: HashMap<Id, Vec<String>> = HashMap::new();
    for chunk in ids.chunks(500) {
        for (id, tag) in publication::tags_of(conn, chunk)? {
            tags.entry(id).or_default().push(tag);
        }
    }
    let list = |(object, event, author, place): (Object, Event, Actor, Option<Place>)| {
        let tags = tags.remove(&object.id).unwrap_or_default();
        Listed {
            object,
            event,
            author,
            place,
            tags,
            veil: Veil::default(),
        }
    };
    Ok(rows.into_iter().map(list).collect())
}

/// Kilometres of one degree of latitude.
const DEGREE: f64 = 111.2;

impl Near {
    /// South, north, west, east of a box around the circle.
    fn bounds(&self) -> (f64, f64, f64, f64) {
        let high = self.kilometres / DEGREE;
        let wide = self.kilometres / (DEGREE * self.latitude.to_radians().cos().abs().max(0.01));
        (
            self.latitude - high,
            self.latitude + high,
            self.longitude - wide,
            self.longitude + wide,
        )
    }

    fn covers(&self, event: &Event) -> bool {
        let Some((latitude, longitude)) = event.latitude.zip(event.longitude) else {
            return false;
        };
        let (a, b) = (self.latitude.to_radians(), latitude.to_radians());
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let h =
            half(latitude - self.latitude) + a.cos() * b.cos() * half(longitude - self.longitude);
        2.0 * 6_371.0 * h.sqrt().min(1.0).asin() <= self.kilometres
    }
}
