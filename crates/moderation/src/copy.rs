//! What a target was like when somebody reported it: evidence that a later edit does not take away.

use crate::target::{Target, TargetKind};
use diesel::prelude::*;
use federation::Actor;
use publication::{Object, Registry};
use serde_json::{Value, json};
use store::schema::{comments, objects};
use store::{Conn, StoreError};

/// Characters of a text in a copy.
const LONGEST: usize = 20_000;

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The copy: `title`, `text` (sanitised HTML), `page`, `author`, and for objects `document`, the ActivityStreams form.
pub(crate) fn of(
    conn: &mut Conn,
    registry: &Registry,
    target: &Target,
) -> Result<Value, StoreError> {
    let author = match target.actor {
        Some(actor) => Actor::by_id(conn, actor)?.map(|actor| actor.uri),
        None => None,
    };
    let mut copy = json!({"title": target.title, "page": target.page, "author": author});
    match (target.kind, target.id) {
        (TargetKind::Object, Some(id)) => {
            if let Some(object) = Object::by_id(conn, id)? {
                copy["document"] = match object.site_id {
                    Some(_) => registry.document(conn, &object)?.unwrap_or(Value::Null),
                    None => {
                        let raw: Option<Option<String>> = objects::table
                            .find(id)
                            .select(objects::raw)
                            .first(conn)
                            .optional()?;
                        let raw = raw.flatten().filter(|raw| raw.len() <= 4 * LONGEST);
                        raw.and_then(|raw| serde_json::from_str(&raw).ok())
                            .unwrap_or(Value::Null)
                    }
                };
                let text = copy["document"]["content"].as_str().unwrap_or_default();
                copy["text"] = cut(&text::clean_html(text)).into();
            }
        }
        (TargetKind::Comment, Some(id)) => {
            let content: Option<String> = comments::table
                .find(id)
                .select(comments::content)
                .first(conn)
                .optional()?;
            copy["text"] = cut(&content.unwrap_or_default()).into();
        }
        (TargetKind::Actor, Some(id)) => {
            let summary = Actor::by_id(conn, id)?.map(|actor| actor.summary);
            copy["text"] = cut(&text::clean_html(&summary.unwrap_or_default())).into();
        }
        _ => {}
    }
    Ok(copy)
}
