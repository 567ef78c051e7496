//! People who ask to be let in.

use super::{Deciding, Hands, Look, Source, Waiting, after};
use crate::ModerationError;
use accounts::{AccountState, Permission, SIGN_UPS_PATH, SiteRole};
use diesel::prelude::*;
use futures::future::BoxFuture;
use store::schema::{accounts as people, site_roles};
use store::{Conn, Id, StoreError, Ts};

pub(super) struct SignUps;

macro_rules! asking {
    ($look:expr) => {
        site_roles::table
            .inner_join(people::table)
            .filter(site_roles::site_id.eq($look.site.id))
            .filter(site_roles::role.eq(SiteRole::Applicant.as_str()))
            .filter(people::state.eq_any([
                AccountState::Waiting.as_str(),
                AccountState::Active.as_str(),
            ]))
    };
}

impl Source for SignUps {
    fn name(&self) -> &'static str {
        "sign-ups"
    }

    fn permission(&self) -> Permission {
        Permission::Accounts
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        Ok(asking!(look).count().get_result(conn)?)
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let query = asking!(look).into_boxed::<store::MultiBackend>();
        let rows: Vec<(Id, Ts, String, String)> =
            after!(query, look, site_roles::created_at, people::id)
                .order((site_roles::created_at, people::id))
                .limit(limit)
                .select((
                    people::id,
                    site_roles::created_at,
                    people::name,
                    people::motive,
                ))
                .load(conn)?;
        let waiting = |(key, since, title, about): (Id, Ts, String, String)| Waiting {
            source: "sign-ups",
            key,
            since,
            title,
            about,
            reason: String::new(),
            link: SIGN_UPS_PATH.to_owned(),
            assigned_to: None,
        };
        Ok(rows.into_iter().map(waiting).collect())
    }

    fn acts(&self) -> &'static [&'static str] {
        &["approve", "refuse"]
    }

    fn takes_words(&self, act: &str) -> bool {
        act == "refuse"
    }

    fn act<'a>(
        &'a self,
        hands: &'a Hands,
        deciding: &'a Deciding,
        key: Id,
        act: &'a str,
    ) -> BoxFuture<'a, Result<(), ModerationError>> {
        Box::pin(async move {
            let Deciding {
                site, by, words, ..
            } = deciding;
            match act {
                "approve" => hands.accounts.approve(site, *by, key).await?,
                _ => hands.accounts.refuse(site, *by, key, words).await?,
            }
            Ok(())
        })
    }
}
