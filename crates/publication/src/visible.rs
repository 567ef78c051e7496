//! What a site shows: its own objects, and those of whom its own actor follows.

/// A filter on `objects`, joined or alone: public, listed, and to be had on a site by who has its address.
///
/// These are the site's own objects, those of an actor that the site follows, those that such an
/// actor passed on, and those of a sibling site of this server that the site follows (WEB-04: a
/// remote object is stored once and shown only where it is followed); each as far as the rule for the
/// server followed lets it through ([`crate::narrowing`]).
///
/// `$site` is the site's key, `$actor` its own actor's.
#[macro_export]
macro_rules! reachable_on {
    ($site:expr, $actor:expr) => {{
        use diesel::prelude::*;
        let (site, actor): (store::Id, store::Id) = ($site, $actor);
        $crate::followed_on!(site, actor).and($crate::not_hidden_on!(site))
    }};
}

/// [`reachable_on!`], whatever measures say.
#[macro_export]
macro_rules! followed_on {
    ($site:expr, $actor:expr) => {{
        use diesel::dsl::exists;
        use diesel::prelude::*;
        use store::schema::{announces, follows, objects, sites};
        let (site, actor): (store::Id, store::Id) = ($site, $actor);
        let followed = follows::table
            .filter(follows::follower_id.eq(actor))
            .filter(follows::state.eq("accepted"))
            .filter(follows::target_id.eq(objects::actor_id))
            .filter($crate::narrowing::lets_through());
        let passed_on = announces::table
            .inner_join(follows::table.on(follows::target_id.eq(announces::actor_id)))
            .filter(announces::object_id.eq(objects::id))
            .filter(follows::follower_id.eq(actor))
            .filter(follows::state.eq("accepted"))
            .filter($crate::narrowing::lets_through());
        let sibling = sites::table
            .inner_join(follows::table.on(sites::actor_id.eq(follows::target_id.nullable())))
            .filter(sites::id.nullable().eq(objects::site_id))
            .filter(follows::follower_id.eq(actor))
            .filter(follows::state.eq("accepted"))
            .filter($crate::narrowing::lets_through());
        objects::state
            .eq("public")
            .and(objects::audience.eq("public"))
            .and(
                objects::site_id
                    .eq(site)
                    .assume_not_null()
                    .or(exists(followed))
                    .or(exists(passed_on))
                    .or(exists(sibling)),
            )
    }};
}

/// [`reachable_on!`], and in the site's lists, feeds and searches: no measure keeps it out of them.
#[macro_export]
macro_rules! shown_on {
    ($site:expr, $actor:expr) => {{
        use diesel::prelude::*;
        let site: store::Id = $site;
        $crate::reachable_on!(site, $actor).and($crate::not_unlisted_on!(site))
    }};
}
