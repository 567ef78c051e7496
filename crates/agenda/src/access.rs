//! Who may see one event, one place, one picture on a site. What is hidden and what is absent look
//! the same from here on (ACL-02).

use crate::listing::{Listed, Search, is_shown, one, search, veil};
use crate::place::Place;
use accounts::{Identity, Permission};
use diesel::prelude::*;
use federation::ActorState;
use federation::follow::{Follow, FollowState};
use publication::personal::Hidden;
use publication::{Audience, Object, ObjectState};
use sites::Site;
use store::schema::{actors, events, media, sites as site_rows};
use store::{Conn, Id, StoreError, Ts};

/// What became of an event's address.
pub(crate) enum Found {
    /// Not there, or not for this viewer on this site.
    Nothing,
    /// Deleted by its author.
    Gone,
    /// To be shown.
    Here(Box<Listed>),
}

/// What is not shown to who asks; nothing is read for a visitor.
pub(crate) fn hidden_from(
    conn: &mut Conn,
    viewer: Option<&Identity>,
    now: Ts,
) -> Result<Hidden, StoreError> {
    let Some(who) = viewer else {
        return Ok(Hidden::default());
    };
    let own: Vec<Id> = who.actors.iter().map(|held| held.actor_id).collect();
    Hidden::of(conn, who.account.id, &own, now)
}

fn actor_of(site: &Site) -> Id {
    site.actor_id.unwrap_or(site.id)
}

/// The event, when `viewer` may see it on `site`: everybody what is public and shown there, its
/// organisers also what is not public yet, moderators what waits for them and what they took away.
pub(crate) fn find(
    conn: &mut Conn,
    site: &Site,
    viewer: Option<&Identity>,
    id: Id,
) -> Result<Found, StoreError> {
    let Some(object) = Object::by_id(conn, id)?.filter(|object| object.kind == "event") else {
        return Ok(Found::Nothing);
    };
    let own = object.site_id == Some(site.id);
    if object.state() == ObjectState::Deleted {
        let known = own || follows_author(conn, site, &object)?;
        return Ok(if known { Found::Gone } else { Found::Nothing });
    }
    let Some(mut listed) = one(conn, id)? else {
        return Ok(Found::Nothing);
    };
    let shown = listed.author.state() == ActorState::Active
        && object.state() == ObjectState::Public
        && match object.audience() {
            Audience::Public => is_shown(conn, site.id, actor_of(site), id)?,
            Audience::Unlisted => own,
            Audience::Followers | Audience::Private => false,
        };
    let organises = own && viewer.is_some_and(|who| who.may_edit(object.actor_id));
    let theirs = matches!(object.state(), ObjectState::Held | ObjectState::Removed);
    let reads = |who: &Identity| who.may(Permission::Publications) || who.may(Permission::Reports);
    let moderates = own && theirs && viewer.is_some_and(reads);
    veil(conn, site.id, std::slice::from_mut(&mut listed))?;
    Ok(match shown || organises || moderates {
        true => Found::Here(Box::new(listed)),
        false => Found::Nothing,
    })
}

/// True when the site follows who published an object, or the sibling site it was published on.
fn follows_author(conn: &mut Conn, site: &Site, object: &Object) -> Result<bool, StoreError> {
    let sibling: Option<Id> = match object.site_id {
        Some(other) => site_rows::table
            .find(other)
            .select(site_rows::actor_id)
            .first(conn)
            .optional()?
            .flatten(),
        None => None,
    };
    for target in [Some(object.actor_id), sibling].into_iter().flatten() {
        let follow = Follow::between(conn, actor_of(site), target)?;
        if follow.is_some_and(|follow| follow.state() == FollowState::Accepted) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The place, when something that may be had on this site takes place there (WEB-04, MOD-03).
pub(crate) fn place(conn: &mut Conn, site: &Site, id: Id) -> Result<Option<Place>, StoreError> {
    let Some(place) = Place::by_id(conn, id)? else {
        return Ok(None);
    };
    if place.site_id == Some(site.id) && place.is_told(conn, site)? {
        return Ok(Some(place));
    }
    let there = Search {
        place_id: Some(id),
        ..Search::default()
    };
    let any = search(conn, site.id, actor_of(site), &there, None, 1)?;
    Ok(Some(place).filter(|_| !any.is_empty()))
}

/// True when a stored file is the logo or the banner of the site or of one of its agendas.
fn portrait(conn: &mut Conn, site: &Site, file: &str) -> Result<bool, StoreError> {
    let rows: Vec<(Option<Id>, Option<Id>)> = actors::table
        .filter(actors::site_id.eq(site.id))
        .filter(actors::state.eq("active"))
        .filter(
            actors::icon_id
                .is_not_null()
                .or(actors::banner_id.is_not_null()),
        )
        .select((actors::icon_id, actors::banner_id))
        .load(conn)?;
    let ids: Vec<Id> = rows
        .into_iter()
        .flat_map(|(icon, banner)| icon.into_iter().chain(banner))
        .collect();
    let stored = pages::stored_pictures(conn, &ids)?;
    Ok(stored.values().any(|picture| picture.has(file)))
}

/// True when a stored file belongs to a portrait of the site, or to the picture of an event that
/// `viewer` may see (MED-07).
pub(crate) fn picture(
    conn: &mut Conn,
    site: &Site,
    viewer: Option<&Identity>,
    file: &str,
) -> Result<bool, StoreError> {
    let plain = file.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    if !plain || file.len() > 200 {
        return Ok(false);
    }
    if portrait(conn, site, file)? {
        return Ok(true);
    }
    let listed_in =
        diesel::dsl::sql::<diesel::sql_types::Bool>("CAST(media.variants AS TEXT) LIKE ")
            .bind::<diesel::sql_types::Text, _>(format!("%\"{file}\"%"));
    let objects: Vec<Id> = events::table
        .inner_join(media::table)
        .filter(media::file_name.eq(file).or(listed_in))
        .order(events::starts_at.desc())
        .limit(100)
        .select(events::object_id)
        .load(conn)?;
    for object in objects {
        match find(conn, site, viewer, object)? {
            Found::Here(listed) if !listed.veil.no_pictures => return Ok(true),
            _ => {}
        }
    }
    Ok(false)
}
