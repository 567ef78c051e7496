//! What a message says: what happened, keys and links, and to the program that is asked the document as the public would
//! see it. No personal data beside that.

use crate::hook::Hook;
use publication::{Object, ObjectState, Registry};
use serde_json::{Value, json};
use sites::Site;
use store::events::Event;
use store::{Conn, Id, StoreError, Ts};

/// Where a moderator looks at it.
fn link(site: &Site, event: Option<Event>, about: &Value) -> String {
    let of = |path: &str, key: &str| match about[key].as_str() {
        Some(id) => site.url(&format!("{path}/{id}")),
        None => site.url("/admin/queue"),
    };
    match event {
        Some(Event::ReportOpened | Event::CaseClosed) => of("/admin/cases", "case"),
        Some(Event::AppealReceived) => of("/admin/appeals", "appeal"),
        Some(Event::MeasureTaken | Event::MeasureEnded) => site.url("/admin/measures"),
        Some(Event::SignUpWaiting) => site.url("/admin/people"),
        Some(Event::PublicationHeld) => site.url("/admin/queue?show=held"),
        None => site.url("/admin/hooks"),
    }
}

/// The message. The document goes with it only while it is what is held: what its author took back or rewrote since is
/// sent to nobody.
pub(crate) fn body(
    conn: &mut Conn,
    registry: &Registry,
    site: &Site,
    hook: &Hook,
    event: &str,
    about: &Value,
    at: Ts,
) -> Result<Value, StoreError> {
    let known = Event::from_word(event);
    let mut data = match about.is_object() {
        true => about.clone(),
        false => json!({}),
    };
    data["site"] = site.base_url().into();
    data["link"] = link(site, known, about).into();
    if hook.asks
        && known == Some(Event::PublicationHeld)
        && let Some(id) = about["object"].as_str().and_then(Id::parse)
        && let Some(object) = Object::by_id(conn, id)?
        && object.state() == ObjectState::Held
        && Some(i64::from(object.revision)) == about["revision"].as_i64()
    {
        data["document"] = registry.document(conn, &object)?.unwrap_or_default();
    }
    Ok(json!({"type": event, "timestamp": at.0.to_rfc3339(), "data": data}))
}
