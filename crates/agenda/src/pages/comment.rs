//! What an organiser decides of a reply: shown or hidden.

use super::edit::own;
use crate::rooms::Rooms;
use accounts::CsrfForm;
use actix_web::{HttpResponse, web};
use pages::{Frame, done};
use publication::{Comment, Decision, decide};
use serde::Deserialize;
use store::Id;
use ui::SafeHtml;
use ui::forms::{Button, Form};

/// What the buttons bring.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    /// `show` or `hide`.
    #[serde(rename = "do")]
    act: String,
}

/// Under a reply: tell the moderators of it and, for somebody signed in, hide who wrote it from oneself.
pub(super) fn links(frame: &Frame, comment: &Comment) -> SafeHtml {
    let handle = comment.author.handle();
    let who = [("who", handle.as_str().into())];
    let hide = match frame.viewer.identity() {
        Some(_) => quiet_link(
            &super::event::hide_url(&comment.author.uri),
            &frame.lang.ta("own-hide-who", &who),
        ),
        None => String::new(),
    };
    let report = quiet_link(
        &super::event::report_url(&comment.uri),
        &frame.lang.t("report-link"),
    );
    SafeHtml::trusted(format!("<p class=\"sub\">{report} {hide}</p>"))
}

/// A link that search engines do not follow.
pub(super) fn quiet_link(path: &str, words: &str) -> String {
    format!(
        "<a href=\"{}\" rel=\"nofollow\">{}</a>",
        SafeHtml::text(path),
        SafeHtml::text(words)
    )
}

/// The buttons under a reply, for an organiser.
pub(super) fn tools(frame: &Frame, event: &str, comment: &Comment) -> SafeHtml {
    let lang = frame.lang;
    let about = comment.author.handle();
    let mut form = Form::post(&format!("{event}/comments/{}", comment.id), frame.csrf()).inline();
    if comment.held {
        form = form.button(
            Button::primary(lang.t("comment-show"))
                .about(&about)
                .sends("do", "show"),
        );
    }
    let form = form.button(
        Button::quiet(lang.t("comment-hide"))
            .about(&about)
            .sends("do", "hide"),
    );
    SafeHtml::concat([&form.render(), &links(frame, comment)])
}

/// `POST /e/{id}/comments/{comment}`.
pub(super) async fn send(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<(String, String)>,
    form: CsrfForm<Answer>,
) -> HttpResponse {
    let listed = match own(&frame, &rooms, &path.0).await {
        Ok(listed) => listed,
        Err(answer) => return answer,
    };
    let (decision, said) = match form.act.as_str() {
        "show" => (Decision::Show, "comment-shown"),
        "hide" => (Decision::Hide, "comment-hidden"),
        _ => return frame.error(400),
    };
    let Some(comment) = Id::parse(&path.1) else {
        return frame.error(404);
    };
    let (object, now) = (listed.object.id, rooms.clock.ts());
    let account = frame.viewer.identity().map(|who| who.account.id);
    let decided = rooms
        .database
        .write(move |c| decide(c, object, comment, decision, account, now));
    match decided.await {
        Ok(true) => done(&format!("/e/{object}#comments"), said),
        Ok(false) => frame.error(404),
        Err(error) => {
            tracing::error!(%error, "a reply could not be decided on");
            frame.error(503)
        }
    }
}
