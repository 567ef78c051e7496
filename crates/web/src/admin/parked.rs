//! Received activities that could not take effect: shown whole, tried again or thrown away.

use crate::markup::{nothing, panel, paragraph, table, two_lines};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use federation::parked::{Parked, ParkedAct};
use pages::Frame;
use serde::Deserialize;
use store::Id;
use ui::SafeHtml;
use ui::forms::{Button, Form, more_options};

/// Where the buttons lead.
pub(super) const PATH: &str = "/admin/deliveries/parked";
/// Activities shown at most; the rest follow when these are dealt with.
pub(super) const SHOWN: i64 = 50;

/// The document, put into lines where it can be read.
fn document(body: &str) -> String {
    serde_json::from_str::<serde_json::Value>(body)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| body.to_owned())
}

/// The part of the page.
pub(super) fn section(frame: &Frame, parked: &[Parked]) -> SafeHtml {
    let lang = frame.lang;
    let heading = lang.t("parked-heading");
    if parked.is_empty() {
        let none = nothing(&lang.t("parked-none"));
        return panel("parked", &heading, &none);
    }
    let columns = ["parked-what", "admin-deliveries-error", "agendas-col-do"];
    let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
    let rows: Vec<Vec<SafeHtml>> = parked
        .iter()
        .map(|activity| {
            let button = |act: ParkedAct, button: Button| {
                button
                    .about(&activity.activity_uri)
                    .sends("do", act.as_str())
            };
            let buttons = Form::post(PATH, frame.csrf())
                .inline()
                .hidden("id", &activity.id.to_string())
                .button(button(
                    ParkedAct::Retry,
                    Button::primary(lang.t("parked-retry")),
                ))
                .button(button(
                    ParkedAct::Drop,
                    Button::quiet(lang.t("parked-drop")),
                ))
                .render();
            let document = SafeHtml::trusted(format!(
                "<pre><code>{}</code></pre>",
                SafeHtml::text(&document(&activity.body))
            ));
            let whole = more_options(&lang.t("parked-document"), false, &document);
            vec![
                SafeHtml::concat([
                    &two_lines(&activity.actor_uri, &activity.activity_uri),
                    &whole,
                ]),
                SafeHtml::text(activity.last_error.as_deref().unwrap_or_default()),
                buttons,
            ]
        })
        .collect();
    let list = SafeHtml::concat([
        &paragraph(&lang.t("parked-intro")),
        &table(&heading, &columns, &rows),
    ]);
    panel("parked", &heading, &list)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ParkedForm {
    id: String,
    #[serde(rename = "do")]
    act: String,
}

pub(crate) async fn send(
    frame: Frame,
    _who: Moderator,
    rooms: Rooms,
    form: CsrfForm<ParkedForm>,
) -> HttpResponse {
    let (Some(id), Some(act)) = (Id::parse(&form.id), ParkedAct::from_word(&form.act)) else {
        return frame.error(400);
    };
    match rooms.federation.act_on_parked(frame.site.id, id, act).await {
        Ok(true) => pages::done(
            "/admin/deliveries#parked",
            &format!("parked-{}", act.as_str()),
        ),
        // Somebody else was faster.
        Ok(false) => pages::done("/admin/deliveries#parked", "parked-gone"),
        Err(error) => {
            tracing::error!(%error, "a parked activity could not be changed");
            frame.error(500)
        }
    }
}
