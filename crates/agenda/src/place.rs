//! Places: typed once, proposed again.

use diesel::prelude::*;
use federation::ActorState;
use publication::{not_hidden_on, shown_on};
use sites::Site;
use store::schema::{actors, events, objects, places};
use store::{Conn, Id, MultiBackend, StoreError, Ts, contains_pattern, fold, fresh_id};

/// A place's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = places)]
pub struct Place {
    /// Key.
    pub id: Id,
    /// The site it was typed on; `None` for other servers' places.
    pub site_id: Option<Id>,
    /// ActivityPub id at its own server.
    pub uri: Option<String>,
    /// Name.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postal_code: String,
    /// Town.
    pub locality: String,
    /// Region.
    pub region: String,
    /// Country.
    pub country: String,
    /// Degrees, WGS 84.
    pub latitude: Option<f64>,
    /// Degrees, WGS 84.
    pub longitude: Option<f64>,
}

/// A place as it was typed or received.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlaceDetails {
    /// A known place of the site, chosen from the list; the rest is then ignored.
    pub known: Option<Id>,
    /// ActivityPub id at its own server.
    pub uri: Option<String>,
    /// Name, or the address's first line.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postal_code: String,
    /// Town.
    pub locality: String,
    /// Region.
    pub region: String,
    /// Country.
    pub country: String,
    /// Latitude and longitude, degrees, WGS 84, checked.
    pub coordinates: Option<(f64, f64)>,
}

impl Place {
    /// Latitude and longitude.
    pub fn coordinates(&self) -> Option<(f64, f64)> {
        self.latitude.zip(self.longitude)
    }

    /// By key.
    pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Self>, StoreError> {
        Ok(places::table
            .find(id)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// Several at once.
    pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Self>, StoreError> {
        Ok(places::table
            .filter(places::id.eq_any(ids.to_vec()))
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Places typed on a site, by name, at most 500; `like` narrows by name or town.
    pub fn of_site(conn: &mut Conn, site: Id, like: &str) -> Result<Vec<Self>, StoreError> {
        Ok(places::table
            .filter(places::site_id.eq(site))
            .filter(
                places::name_folded
                    .like(contains_pattern(like))
                    .escape('\\'),
            )
            .order(places::name_folded)
            .limit(500)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Places typed on a site where something takes place, or took place, that stands in its lists; by name, at most 500.
    pub fn listed(conn: &mut Conn, site: &Site) -> Result<Vec<Self>, StoreError> {
        let there = events::table
            .inner_join(objects::table.on(objects::id.eq(events::object_id)))
            .inner_join(actors::table.on(actors::id.eq(objects::actor_id)))
            .filter(actors::state.eq(ActorState::Active.as_str()))
            .filter(shown_on!(site.id, site.actor_id.unwrap_or(site.id)))
            .filter(events::place_id.is_not_null())
            .select(events::place_id.assume_not_null());
        Ok(places::table
            .filter(places::site_id.eq(site.id))
            .filter(places::id.eq_any(there))
            .order(places::name_folded)
            .limit(500)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// True when something takes place there, or took place, that may be had by its address: of what is hidden, the
    /// place is hidden too (MOD-03).
    pub fn is_told(&self, conn: &mut Conn, site: &Site) -> Result<bool, StoreError> {
        let there = events::table
            .inner_join(objects::table.on(objects::id.eq(events::object_id)))
            .inner_join(actors::table.on(actors::id.eq(objects::actor_id)))
            .filter(actors::state.eq(ActorState::Active.as_str()))
            .filter(objects::site_id.eq(site.id))
            .filter(objects::state.eq("public"))
            .filter(objects::audience.eq_any(["public", "unlisted"]))
            .filter(not_hidden_on!(site.id))
            .filter(events::place_id.eq(self.id));
        Ok(diesel::select(diesel::dsl::exists(there)).get_result(conn)?)
    }

    /// Where a place of a site is, by its name or part of it; the whole name goes first.
    pub fn located(
        conn: &mut Conn,
        site: Id,
        name: &str,
    ) -> Result<Option<(f64, f64)>, StoreError> {
        let found: Vec<Self> = places::table
            .filter(places::site_id.eq(site))
            .filter(places::latitude.is_not_null())
            .filter(
                places::name_folded
                    .like(contains_pattern(name))
                    .escape('\\'),
            )
            .order((places::name_folded, places::id))
            .limit(200)
            .select(Self::as_select())
            .load(conn)?;
        let whole = found.iter().find(|place| fold(&place.name) == fold(name));
        Ok(whole.or(found.first()).and_then(Self::coordinates))
    }

    /// The place that the details mean: the chosen one, one of the same name and address, or a new
    /// one. Coordinates typed for a known place that had none are kept.
    pub fn find_or_create(
        conn: &mut Conn,
        site: Option<Id>,
        details: &PlaceDetails,
        now: Ts,
    ) -> Result<Self, StoreError> {
        if let Some(known) = details.known
            && let Some(place) = Self::by_id(conn, known)?.filter(|place| place.site_id == site)
        {
            return Ok(place);
        }
        let name = if details.name.is_empty() {
            &details.street
        } else {
            &details.name
        };
        let folded = fold(name);
        let own = match site {
            Some(site) => places::table
                .filter(places::site_id.eq(site))
                .into_boxed::<MultiBackend>(),
            None => places::table.filter(places::site_id.is_null()).into_boxed(),
        };
        let same = own
            .filter(places::name_folded.eq(folded.clone()))
            .filter(places::street.eq(details.street.clone()))
            .filter(places::locality.eq(details.locality.clone()))
            .filter(places::postal_code.eq(details.postal_code.clone()))
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        if let Some(place) = same {
            if place.coordinates().is_none()
                && let Some((latitude, longitude)) = details.coordinates
            {
                diesel::update(places::table.find(place.id))
                    .set((
                        places::latitude.eq(latitude),
                        places::longitude.eq(longitude),
                    ))
                    .execute(conn)?;
            }
            return Self::by_id(conn, place.id)?.ok_or(StoreError::Cancelled);
        }
        let id = fresh_id(now.0);
        diesel::insert_into(places::table)
            .values((
                places::id.eq(id),
                places::site_id.eq(site),
                places::name.eq(name),
                places::name_folded.eq(folded),
                places::street.eq(&details.street),
                places::postal_code.eq(&details.postal_code),
                places::locality.eq(&details.locality),
                places::region.eq(&details.region),
                places::country.eq(&details.country),
                places::latitude.eq(details.coordinates.map(|c| c.0)),
                places::longitude.eq(details.coordinates.map(|c| c.1)),
                places::created_at.eq(now),
            ))
            .execute(conn)?;
        Self::by_id(conn, id)?.ok_or(StoreError::Cancelled)
    }
}

impl Place {
    /// The row that details would make, for a preview.
    pub(crate) fn preview(id: Id, details: &PlaceDetails) -> Self {
        Self {
            id,
            site_id: None,
            uri: None,
            name: details.name.clone(),
            street: details.street.clone(),
            postal_code: details.postal_code.clone(),
            locality: details.locality.clone(),
            region: details.region.clone(),
            country: details.country.clone(),
            latitude: details.coordinates.map(|c| c.0),
            longitude: details.coordinates.map(|c| c.1),
        }
    }
}
