//! Reports.

use super::{Deciding, Hands, Look, MEASURE, Source, Waiting, after};
use crate::ModerationError;
use crate::case::{Case, CaseState, Outcome};
use accounts::Permission;
use diesel::prelude::*;
use futures::future::BoxFuture;
use store::schema::cases;
use store::{Conn, Id, StoreError, Ts};

pub(super) struct Cases;

macro_rules! open {
    ($look:expr) => {{
        let mut query = cases::table
            .filter(cases::site_id.eq($look.site.id))
            .filter(cases::state.eq(CaseState::Open.as_str()))
            .into_boxed::<store::MultiBackend>();
        if let Some(whose) = $look.assigned_to {
            query = query.filter(cases::assigned_to.eq(whose));
        }
        query
    }};
}

impl Source for Cases {
    fn name(&self) -> &'static str {
        "reports"
    }

    fn permission(&self) -> Permission {
        Permission::Reports
    }

    fn can_be_assigned(&self) -> bool {
        true
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        Ok(open!(look).count().get_result(conn)?)
    }

    fn newest(&self, conn: &mut Conn, look: &Look) -> Result<Option<Ts>, StoreError> {
        Ok(open!(look)
            .select(diesel::dsl::max(cases::opened_at))
            .first(conn)?)
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let rows: Vec<Case> = after!(open!(look), look, cases::opened_at, cases::id)
            .order((cases::opened_at, cases::id))
            .limit(limit)
            .select(Case::as_select())
            .load(conn)?;
        let waiting = |case: Case| Waiting {
            source: "reports",
            key: case.id,
            since: case.opened_at,
            about: match case.reports {
                1 => String::new(),
                n => format!("× {n}"),
            },
            reason: case.reason,
            link: format!("/admin/cases/{}", case.id),
            assigned_to: case.assigned_to,
            title: case.title,
        };
        Ok(rows.into_iter().map(waiting).collect())
    }

    fn acts(&self) -> &'static [&'static str] {
        &["take", "dismiss", MEASURE]
    }

    fn takes_words(&self, act: &str) -> bool {
        act != "take"
    }

    fn act<'a>(
        &'a self,
        hands: &'a Hands,
        deciding: &'a Deciding,
        key: Id,
        act: &'a str,
    ) -> BoxFuture<'a, Result<(), ModerationError>> {
        let (moderation, now) = (hands.moderation.clone(), hands.clock.ts());
        let (deciding, act) = (deciding.clone(), act.to_owned());
        Box::pin(async move {
            let written = hands.database.write(move |conn| {
                let Deciding {
                    site, by, words, ..
                } = &deciding;
                match (act.as_str(), &deciding.measure) {
                    ("dismiss", _) => {
                        moderation.close(conn, site, *by, key, Outcome::Dismissed, words, now)
                    }
                    ("take", _) => moderation.assign(conn, site.id, *by, key, Some(*by), now),
                    (MEASURE, Some(measure)) => {
                        moderation.answer_case(conn, site, *by, key, measure, words, now)
                    }
                    _ => Err(ModerationError::Missing),
                }
            });
            written.await?;
            hands.moderation.wake();
            hands.federation.wake();
            Ok(())
        })
    }
}
