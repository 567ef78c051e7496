//! Publications that wait to be read before they are shown.

use super::{Deciding, Hands, Look, Source, Waiting, after};
use crate::ModerationError;
use crate::hold::HeldBy;
use crate::proposed;
use accounts::Permission;
use diesel::prelude::*;
use futures::future::BoxFuture;
use publication::ObjectState;
use store::schema::{actors, objects};
use store::{Conn, Id, StoreError, Ts};

pub(super) struct Held;

impl Source for Held {
    fn name(&self) -> &'static str {
        "held"
    }

    fn permission(&self) -> Permission {
        Permission::Publications
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        let held = objects::table
            .filter(objects::site_id.eq(look.site.id))
            .filter(objects::state.eq(ObjectState::Held.as_str()));
        Ok(held.count().get_result(conn)?)
    }

    fn newest(&self, conn: &mut Conn, look: &Look) -> Result<Option<Ts>, StoreError> {
        let held = objects::table
            .filter(objects::site_id.eq(look.site.id))
            .filter(objects::state.eq(ObjectState::Held.as_str()));
        Ok(held
            .select(diesel::dsl::max(objects::updated_at))
            .first(conn)?)
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let query = objects::table
            .inner_join(actors::table)
            .filter(objects::site_id.eq(look.site.id))
            .filter(objects::state.eq(ObjectState::Held.as_str()))
            .into_boxed::<store::MultiBackend>();
        let rows: Vec<(Id, Ts, String, String, String)> =
            after!(query, look, objects::seen_at, objects::id)
                .order((objects::seen_at, objects::id))
                .limit(limit)
                .select((
                    objects::id,
                    objects::seen_at,
                    objects::title,
                    actors::name,
                    objects::url,
                ))
                .load(conn)?;
        let keys: Vec<Id> = rows.iter().map(|(key, ..)| *key).collect();
        let proposed = proposed::among(conn, &keys)?;
        let waiting =
            |(key, since, title, about, link): (Id, Ts, String, String, String)| Waiting {
                source: "held",
                key,
                since,
                title,
                about,
                reason: match proposed.contains(&key) {
                    true => "proposed".to_owned(),
                    false => String::new(),
                },
                link,
                assigned_to: None,
            };
        Ok(rows.into_iter().map(waiting).collect())
    }

    fn acts(&self) -> &'static [&'static str] {
        &["approve", "refuse"]
    }

    fn takes_words(&self, _act: &str) -> bool {
        true
    }

    fn act<'a>(
        &'a self,
        hands: &'a Hands,
        deciding: &'a Deciding,
        key: Id,
        act: &'a str,
    ) -> BoxFuture<'a, Result<(), ModerationError>> {
        let (desk, now) = (hands.moderation.clone(), hands.clock.ts());
        let (deciding, yes) = (deciding.clone(), act == "approve");
        Box::pin(async move {
            let written = hands.database.write(move |conn| {
                let Deciding {
                    site, by, words, ..
                } = &deciding;
                let by = HeldBy::Person(*by);
                desk.decide_held(conn, site, by, key, yes, words, now)
            });
            written.await?;
            hands.moderation.wake();
            hands.federation.wake();
            Ok(())
        })
    }
}
