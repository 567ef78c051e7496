//! Letting a held publication through, or refusing it: a moderator, or the program that the site asks first (`hooks`).

use super::is_watched;
use crate::ModerationError;
use crate::desk::Moderation;
use crate::record::{self, Action, Deed};
use accounts::{Account, Letter, Permission, roles};
use diesel::prelude::*;
use publication::{Object, ObjectState, Revision, Submitted};
use serde_json::json;
use sites::Site;
use store::schema::hooks;
use store::{Conn, Id, StoreError, Ts};

/// Who decides of what is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy {
    /// A moderator.
    Person(Id),
    /// A program, by its key.
    Hook(Id),
}

/// True when the site has a program that is asked before publication, and it is not paused.
pub(super) fn asks_first(conn: &mut Conn, site: Id) -> Result<bool, StoreError> {
    let asked = hooks::table
        .filter(hooks::site_id.eq(site))
        .filter(hooks::asks.eq(true))
        .filter(hooks::paused.eq(false));
    Ok(diesel::select(diesel::dsl::exists(asked)).get_result(conn)?)
}

impl Moderation {
    /// Publishes what is held, or gives it back to its author as a draft. The revision that is read here is the one decided
    /// on (MOD-02): an edit in between is read again.
    #[expect(
        clippy::too_many_arguments,
        reason = "who decides what, and with which words"
    )]
    pub fn decide_held(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: HeldBy,
        key: Id,
        yes: bool,
        words: &str,
        now: Ts,
    ) -> Result<(), ModerationError> {
        let person = match by {
            HeldBy::Person(person) => {
                roles::require_permission(conn, site.id, person, Permission::Publications)?;
                Some(person)
            }
            HeldBy::Hook(_) => None,
        };
        let held = Object::by_id(conn, key)?.filter(|object| object.site_id == Some(site.id));
        let object = held.ok_or(ModerationError::Unknown)?;
        if object.state() != ObjectState::Held {
            return Err(ModerationError::Decided);
        }
        if matches!(by, HeldBy::Hook(_)) && yes && is_watched(conn, &by_whom(site.id, &object))? {
            // A moderator has said meanwhile that a person reads it.
            return Err(ModerationError::NotFitting);
        }
        let (state, action) = match yes {
            true => (ObjectState::Public, Action::HeldApproved),
            false => (ObjectState::Draft, Action::HeldRefused),
        };
        let revision = Revision {
            state: Some(state.as_str().to_owned()),
            ..Revision::default()
        };
        let changes = json!({"state": [object.state, state.as_str()]});
        let same = |_: &mut Conn, _: &Object| Ok(());
        // This registry has no desk: what is let through is not held again.
        let decided = publication::revise(
            conn,
            &self.registry,
            &object,
            Some(object.revision),
            &revision,
            None,
            person,
            changes,
            same,
            now,
        )?;
        // What a passer-by proposed has no author who could work on it: refused, it is gone.
        if self.answer_proposal(conn, site, &object, yes, words, now)? && !yes {
            publication::delete(conn, &self.registry, &decided, person, now)?;
        }
        if let Some(author) = object.account_id.filter(|author| Some(*author) != person)
            && let Some(author) = Account::find(conn, author)?
        {
            let letter = Letter::HeldDecided {
                name: author.name.clone(),
                title: object.title.clone(),
                accepted: yes,
                text: words.to_owned(),
                link: object.url.clone(),
            };
            self.write_to_account(conn, site, &author, &letter, now)?;
        }
        let mut detail = json!({"revision": object.revision});
        if let HeldBy::Hook(hook) = by {
            detail["hook"] = hook.to_string().into();
        }
        let deed = Deed {
            site: site.id,
            by: person,
            action,
            target_kind: "object",
            target: &object.uri,
            reason: "",
            detail,
        };
        record::write(conn, &deed, now)?;
        Ok(())
    }
}

/// What the measures on its author are looked up by.
fn by_whom(site: Id, object: &Object) -> Submitted<'static> {
    Submitted {
        site,
        object: Some(object.id),
        actor: object.actor_id,
        account: object.account_id,
        host: None,
        texts: Vec::new(),
        links: false,
        pictures: false,
        edited: false,
    }
}
