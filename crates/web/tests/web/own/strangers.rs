//! Somebody of another server who follows and answers.

use super::*;
use activitystreams::NoteObject;
use federation::{Actor, Content};
use store::fresh_id;
use store::schema::follows;

/// Somebody of another server.
pub(super) fn stranger(scene: &Scene) -> Actor {
    use store::schema::actors;
    let now = scene.clock.ts();
    let uri = "https://fab.test/@guilde";
    scene
        .database
        .write_now(|c| {
            let id = fresh_id(now.0);
            diesel::insert_into(actors::table)
                .values((
                    (
                        actors::id.eq(id),
                        actors::uri.eq(uri),
                        actors::host.eq("fab.test"),
                        actors::kind.eq("Group"),
                        actors::username.eq("guilde"),
                        actors::name.eq("La Guilde"),
                        actors::summary.eq(""),
                    ),
                    actors::inbox.eq(format!("{uri}/inbox")),
                    actors::manually_approves.eq(false),
                    actors::discoverable.eq(true),
                    actors::indexable.eq(true),
                    actors::state.eq("active"),
                    actors::created_at.eq(now),
                    actors::updated_at.eq(now),
                ))
                .execute(c)?;
            Ok::<_, StoreError>(Actor::by_id(c, id)?.unwrap())
        })
        .unwrap()
}

/// Follows an agenda of ours and answers an event.
pub(super) fn follows_and_answers(scene: &Scene, who: &Actor, agenda: &str, event: &Event) {
    let now = scene.clock.ts();
    let note = json!({"id": "https://fab.test/notes/1", "type": "Note", "attributedTo": who.uri,
        "inReplyTo": event.uri, "content": format!("<p>@zebulon_bal Bravo {NAME}</p>"),
        "to": ["https://www.w3.org/ns/activitystreams#Public"]});
    let note = NoteObject::read(&note).unwrap();
    scene
        .database
        .write_now(|c| {
            let target: Id = actors::table
                .filter(actors::username.eq(agenda))
                .select(actors::id)
                .first(c)?;
            let id = fresh_id(now.0);
            diesel::insert_into(follows::table)
                .values((
                    follows::id.eq(id),
                    follows::follower_id.eq(who.id),
                    follows::target_id.eq(target),
                    follows::uri.eq("https://fab.test/follows/1"),
                    follows::state.eq("accepted"),
                    follows::activity.eq(
                        json!({"type": "Follow", "object": format!("{ALPHA}/@{agenda}")})
                            .to_string(),
                    ),
                    follows::created_at.eq(now),
                ))
                .execute(c)?;
            assert!(scene.registry.replied(c, &note, who, now).unwrap());
            Ok::<_, StoreError>(())
        })
        .unwrap();
}
