//! Erasure: beforehand, what will become of each agenda; then all at once, one transaction.

mod files;
mod moderation;
mod redact;
mod traces;

use crate::Leaving;
use accounts::{Account, AccountError, AccountState, Accounts, Letter, Session, roles};
use diesel::prelude::*;
use federation::Actor;
use files::Loose;
use publication::{LifeError, ObjectState, close_actor, forget_history};
use redact::Redact;
use sites::Site;
use std::sync::Arc;
use store::schema::{accounts as people, actor_roles, actors, objects};
use store::{Conn, Id, StoreError, Ts};

/// What becomes of an agenda when somebody who acts for it is erased.
#[derive(Debug, Clone, PartialEq)]
pub struct Fate {
    /// The agenda.
    pub agenda: Actor,
    /// True when nobody else owns it: it ends.
    pub ends: bool,
    /// Events and whatever else it published that are not deleted.
    pub published: i64,
    /// Others who act for it.
    pub others: i64,
}

/// What will become of each agenda, on every site, in the order of their names.
pub fn fates(conn: &mut Conn, account: Id) -> Result<Vec<Fate>, StoreError> {
    let held: Vec<(Actor, String)> = actor_roles::table
        .inner_join(actors::table)
        .filter(actor_roles::account_id.eq(account))
        .filter(actors::site_id.is_not_null())
        .filter(actors::deleted_at.is_null())
        .order((actors::name, actors::id))
        .select((Actor::as_select(), actor_roles::role))
        .load(conn)?;
    let mut fates = Vec::with_capacity(held.len());
    for (agenda, role) in held {
        let others: Vec<String> = actor_roles::table
            .inner_join(people::table)
            .filter(actor_roles::actor_id.eq(agenda.id))
            .filter(actor_roles::account_id.ne(account))
            .filter(people::state.eq("active"))
            .select(actor_roles::role)
            .load(conn)?;
        let published = objects::table
            .filter(objects::actor_id.eq(agenda.id))
            .filter(objects::state.ne(ObjectState::Deleted.as_str()))
            .count()
            .get_result(conn)?;
        fates.push(Fate {
            ends: role == "owner" && !others.iter().any(|other| other == "owner"),
            published,
            others: i64::try_from(others.len()).unwrap_or(i64::MAX),
            agenda,
        });
    }
    Ok(fates)
}

impl Leaving {
    /// Erases the account of a session, after its password: the agendas that nobody else owns, everything that names the
    /// person, the account itself. Other servers are told; files go after the commit.
    ///
    /// # Errors
    /// `Credentials`, `TooMany`; `LastAdmin` for the last administrator of the server.
    pub async fn close(
        &self,
        accounts: &Accounts,
        session: &Session,
        password: &str,
    ) -> Result<(), AccountError> {
        let account = accounts.prove(session, password).await?;
        let (room, now) = (self.clone(), self.parts().clock.ts());
        let letters = accounts.sends_mail().then(|| accounts.letters());
        let erased = self.parts().database.write(move |conn| {
            let (loose, helpers) = room.erase(conn, &account, now)?;
            if let Some(letters) = letters {
                for (site, helper) in &helpers {
                    let name = helper.name.clone();
                    let letter = Letter::AgendaEnded { name };
                    accounts::post_to(conn, letters.as_ref(), site, helper, &letter, now)?;
                }
            }
            Ok::<_, AccountError>(loose)
        });
        let loose = erased.await?;
        accounts.notify().notify_one();
        self.parts().federation.wake();
        if let Err(error) = self.parts().sites.catch_up().await {
            tracing::warn!(%error, "sites not read again");
        }
        self.remove_files(&loose.exports);
        self.remove_pictures(loose.pictures).await;
        self.0.wake.notify_one();
        Ok(())
    }

    /// Gives what is left on the disk, and who helped with agendas that ended.
    fn erase(
        &self,
        conn: &mut Conn,
        account: &Account,
        now: Ts,
    ) -> Result<(Loose, Vec<Helper>), AccountError> {
        let id = account.id;
        let ending: Vec<Actor> = fates(conn, id)?
            .into_iter()
            .filter(|fate| fate.ends)
            .map(|fate| fate.agenda)
            .collect();
        let mut gone = Vec::new();
        let mut places = Vec::new();
        let mut pictures = Vec::new();
        let mut helpers = Vec::new();
        for agenda in &ending {
            let site = agenda
                .site_id
                .and_then(|site| self.parts().sites.by_id(site));
            for (helper, _) in roles::people_of_actor(conn, agenda.id)? {
                if helper.id != id
                    && helper.state == AccountState::Active
                    && let Some(site) = &site
                {
                    helpers.push((Arc::clone(site), helper));
                }
            }
            let (its_places, its_pictures) = files::used_by(conn, agenda.id)?;
            places.extend(its_places);
            pictures.extend(its_pictures);
            let ids = close_actor(conn, &self.parts().registry, agenda, Some(id), now);
            gone.extend(ids.map_err(failed)?);
        }
        forget_history(conn, &gone)?;
        let actors: Vec<Id> = ending.iter().map(|agenda| agenda.id).collect();
        // Replies of others go with what they answered, and what moderators kept of them.
        let replies = traces::replies(conn, &gone)?;
        traces::of_agendas(conn, &actors, &gone, &places)?;
        let redact = Redact::of(account, &ending);
        let addresses = [&account.email, &account.email_folded];
        gone.extend(replies);
        moderation::forget(conn, id, addresses, (&actors, &gone), &redact)?;
        traces::of_person(conn, &self.parts().sites, account, (&redact, now))?;
        let exports = traces::exports(conn, id)?;
        // The last: it refuses the last administrator, and all of the above with it.
        accounts::recovery::close(conn, id)?;
        let pictures = files::let_go(conn, id, pictures)?;
        Ok((Loose { exports, pictures }, helpers))
    }
}

/// Somebody to be told, and on which site.
type Helper = (Arc<Site>, Account);

fn failed(error: LifeError) -> AccountError {
    match error {
        LifeError::Store(error) => error.into(),
        other => StoreError::Damaged(other.to_string()).into(),
    }
}

/// Keys in one query.
const CHUNK: usize = 500;
