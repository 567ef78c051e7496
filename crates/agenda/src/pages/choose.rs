//! "Add an event", before it is said in which agenda.

use actix_web::HttpResponse;
use pages::{Frame, see_other};

/// `GET /events/new`: the form of the person's agenda; the form itself asks which one when there are
/// several. Without one, an agenda is made first.
pub(super) async fn agenda(frame: Frame) -> HttpResponse {
    match frame.viewer.identity() {
        None => see_other(&accounts::sign_in_address(Some(&frame.path))),
        Some(who) => match who.actors.first() {
            Some(first) => see_other(&format!("/@{}/new", first.username)),
            None => see_other("/agendas/new"),
        },
    }
}
