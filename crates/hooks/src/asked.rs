//! Acts on what the program says that is asked before something is published.

use crate::lane::Due;
use moderation::hold::HeldBy;
use moderation::{Moderation, ModerationError};
use publication::Object;
use serde::Deserialize;
use store::events::Event;
use store::{Conn, Id, StoreError, Ts};

/// What it says.
#[derive(Debug, Deserialize)]
struct Said {
    decision: String,
    #[serde(default)]
    reason: String,
}

/// Does what the program says that was asked; gives it in words. What is held for another reason too, what was changed or
/// decided meanwhile, and what says nothing understood stay with the moderators.
pub(crate) fn decide(
    conn: &mut Conn,
    desk: &Moderation,
    due: &Due,
    answer: &[u8],
    now: Ts,
) -> Result<Option<String>, StoreError> {
    if !due.hook.asks || due.event != Event::PublicationHeld.as_str() {
        return Ok(None);
    }
    let Ok(said) = serde_json::from_slice::<Said>(answer) else {
        return Ok(None);
    };
    let reason: String = said
        .reason
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    let words = match reason.is_empty() {
        true => said.decision.chars().take(20).collect(),
        false => format!(
            "{}: {reason}",
            said.decision.chars().take(20).collect::<String>()
        ),
    };
    let yes = match said.decision.as_str() {
        "publish" if due.about["alone"] == true => true,
        "refuse" => false,
        "publish" | "hold" => return Ok(Some(words)),
        _ => return Ok(None),
    };
    let Some(id) = due.about["object"].as_str().and_then(Id::parse) else {
        return Ok(None);
    };
    // The revision that it saw is the one decided on (MOD-02).
    let seen = due.about["revision"].as_i64();
    let same =
        Object::by_id(conn, id)?.is_some_and(|object| Some(i64::from(object.revision)) == seen);
    if !same {
        return Ok(Some(words));
    }
    let by = HeldBy::Hook(due.hook.id);
    // By itself: what cannot be decided leaves nothing half done.
    let decided = store::write_transaction(conn, |conn| {
        desk.decide_held(conn, &due.site, by, id, yes, "", now)
    });
    match decided {
        Err(ModerationError::Store(error)) => Err(error),
        Err(error) => {
            tracing::info!(%error, hook = %due.hook.id, "what a hook said came too late");
            Ok(Some(words))
        }
        Ok(()) => Ok(Some(words)),
    }
}
