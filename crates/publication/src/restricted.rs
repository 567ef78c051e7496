//! What moderators' measures keep from being shown on a site.
//!
//! A row of `measures` without `ended_at` holds; nothing else is written, so that it ends when its row does. Each condition
//! is one constant text with the site as its only value.

/// A condition on an actor's key in `$actor`, a column's name: a measure of these kinds, a text of quoted words, holds on it
/// or on its server, with every name below that and every port.
#[macro_export]
#[doc(hidden)]
macro_rules! actor_measured {
    ($site:expr, $actor:literal, $kinds:literal) => {
        diesel::dsl::sql::<diesel::sql_types::Bool>(concat!(
            $actor,
            " IN (SELECT m.actor_id FROM measures m WHERE m.ended_at IS NULL AND m.actor_id IS NOT NULL AND m.kind IN (",
            $kinds,
            ") AND m.site_id = "
        ))
        .bind::<store::sql::Key, _>($site)
        .sql(concat!(
            ") OR EXISTS (SELECT 1 FROM measures m JOIN actors a ON a.id = ",
            $actor,
            " WHERE m.ended_at IS NULL AND m.host IS NOT NULL AND m.kind IN (",
            $kinds,
            ") AND (a.host = m.host OR a.host LIKE m.host || ':%' OR a.host LIKE '%.' || m.host \
             OR a.host LIKE '%.' || m.host || ':%') AND a.site_id IS NULL AND m.site_id = "
        ))
        .bind::<store::sql::Key, _>($site)
        .sql(")")
    };
}

/// A condition on `objects`: it came from another server while a measure holds back what comes from there, and no moderator
/// let it through; or one read it and refused.
#[macro_export]
#[doc(hidden)]
macro_rules! held_back_on {
    ($site:expr) => {
        diesel::dsl::sql::<diesel::sql_types::Bool>(
            "((EXISTS (SELECT 1 FROM measures m JOIN actors a ON a.id = objects.actor_id WHERE m.ended_at IS NULL \
             AND m.kind = 'hold' AND objects.seen_at >= m.created_at \
             AND (a.id = m.actor_id OR a.host = m.host OR a.host LIKE m.host || ':%' OR a.host LIKE '%.' || m.host \
             OR a.host LIKE '%.' || m.host || ':%') AND a.site_id IS NULL AND m.site_id = ",
        )
        .bind::<store::sql::Key, _>($site)
        .sql(
            ") AND NOT EXISTS (SELECT 1 FROM approved_objects o WHERE o.object_id = objects.id AND o.shown \
             AND o.site_id = ",
        )
        .bind::<store::sql::Key, _>($site)
        .sql(
            ")) OR EXISTS (SELECT 1 FROM approved_objects r WHERE r.object_id = objects.id AND NOT r.shown \
             AND r.site_id = ",
        )
        .bind::<store::sql::Key, _>($site)
        .sql("))")
    };
}

/// A condition on `objects`: it was not removed on the site, who wrote it, its author and its server are not suspended there, it does not
/// wait for a moderator, and its kind is among those that are shown of them.
#[macro_export]
macro_rules! not_hidden_on {
    ($site:expr) => {{
        use diesel::prelude::*;
        let site: store::Id = $site;
        let removed = diesel::dsl::sql::<diesel::sql_types::Bool>(
            "objects.id IN (SELECT m.object_id FROM measures m WHERE m.ended_at IS NULL AND m.object_id IS NOT NULL \
             AND m.kind = 'remove' AND m.site_id = ",
        )
        .bind::<store::sql::Key, _>(site)
        .sql(")");
        let other_kind = diesel::dsl::sql::<diesel::sql_types::Bool>(
            "EXISTS (SELECT 1 FROM measures m JOIN actors a ON a.id = objects.actor_id WHERE m.ended_at IS NULL \
             AND m.kind = 'kinds' AND CAST(m.scope AS TEXT) NOT LIKE '%\"' || objects.kind || '\"%' \
             AND (a.id = m.actor_id OR a.host = m.host OR a.host LIKE m.host || ':%' OR a.host LIKE '%.' || m.host \
             OR a.host LIKE '%.' || m.host || ':%') AND a.site_id IS NULL AND m.site_id = ",
        )
        .bind::<store::sql::Key, _>(site)
        .sql(")");
        let suspended = diesel::dsl::sql::<diesel::sql_types::Bool>(
            "EXISTS (SELECT 1 FROM measures m WHERE m.ended_at IS NULL AND m.account_id = objects.account_id \
             AND m.kind = 'suspend' AND m.site_id = ",
        )
        .bind::<store::sql::Key, _>(site)
        .sql(")");
        diesel::dsl::not(
            removed
                .or(suspended)
                .or($crate::actor_measured!(site, "objects.actor_id", "'suspend'"))
                .or(other_kind)
                .or($crate::held_back_on!(site)),
        )
    }};
}

/// A condition on `objects`: no measure keeps it out of the site's lists.
#[macro_export]
macro_rules! not_unlisted_on {
    ($site:expr) => {{
        use diesel::prelude::*;
        let site: store::Id = $site;
        let unlisted = diesel::dsl::sql::<diesel::sql_types::Bool>(
            "objects.id IN (SELECT m.object_id FROM measures m WHERE m.ended_at IS NULL AND m.object_id IS NOT NULL \
             AND m.kind = 'unlist' AND m.site_id = ",
        )
        .bind::<store::sql::Key, _>(site)
        .sql(")");
        diesel::dsl::not(unlisted.or($crate::actor_measured!(site, "objects.actor_id", "'unlist'")))
    }};
}
