//! Ids that are gone for ever, whether their object was ever seen here or not (AUT-09, AUT-11).

use diesel::prelude::*;
use store::schema::tombstones;
use store::{Conn, Portable, StoreError, Ts};

/// True when `uri` was deleted by `actor`, or by somebody whose word counts for everybody.
///
/// What an actor says of an id that nobody here knows binds nobody but itself: a neighbour on the
/// same host must not be able to forbid an id in advance.
pub(super) fn is_gone(conn: &mut Conn, uri: &str, actor: &str) -> Result<bool, StoreError> {
    let found = tombstones::table
        .filter(tombstones::uri.eq(uri))
        // No list: statements with one are not kept prepared, and this one runs for each activity.
        .filter(
            tombstones::actor_uri
                .eq(actor)
                .or(tombstones::actor_uri.eq("")),
        );
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}

/// True when an actor deleted itself for ever, whether its row is still here or not.
pub(crate) fn is_buried(conn: &mut Conn, actor: &str) -> Result<bool, StoreError> {
    is_gone(conn, actor, actor)
}

/// Takes back what this very actor said to be gone; false when it did not, or when it is gone for everybody.
pub(super) fn unbury(conn: &mut Conn, uri: &str, actor: &str) -> Result<bool, StoreError> {
    let own = tombstones::table
        .filter(tombstones::uri.eq(uri))
        .filter(tombstones::actor_uri.eq(actor));
    Ok(diesel::delete(own).execute(conn)? > 0)
}

/// Writes down that an id is gone; an empty `actor` means for everybody.
pub(super) fn bury(conn: &mut Conn, uri: &str, actor: &str, now: Ts) -> Result<(), StoreError> {
    if !crate::is_keepable(uri) {
        return Ok(());
    }
    let row = (
        tombstones::uri.eq(uri),
        tombstones::actor_uri.eq(actor),
        tombstones::former_type.eq(""),
        tombstones::deleted_at.eq(now),
    );
    let insert = diesel::insert_into(tombstones::table).values(row);
    let first = Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    if first == 0 {
        // A second one says the same: both are meant.
        let others = tombstones::table
            .filter(tombstones::uri.eq(uri))
            .filter(tombstones::actor_uri.ne(actor));
        diesel::update(others)
            .set(tombstones::actor_uri.eq(""))
            .execute(conn)?;
    }
    Ok(())
}
