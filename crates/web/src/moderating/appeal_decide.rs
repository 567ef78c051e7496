//! Judging the answer to a measure.

use super::appeal::facts;
use super::faults::{page_of, refused};
use super::measure_form::measure_list;
use crate::markup::{form_page, panel};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::appeal::{Appeal, AppealState};
use moderation::measure::{Measure, strikes};
use pages::Frame;
use serde::Deserialize;
use store::Id;
use ui::forms::{Button, error_summary};
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct DecisionForm {
    #[serde(rename = "do")]
    act: String,
    text: String,
}

struct Seen {
    appeal: Appeal,
    measure: Measure,
    taken: Vec<Measure>,
}

async fn read(frame: &Frame, rooms: &Rooms, id: Id) -> Result<Seen, ModerationError> {
    let site = frame.site.id;
    let found = rooms.database.read(move |conn| {
        let appeal = Appeal::of(conn, site, id)?;
        let measure = Measure::of(conn, site, appeal.measure_id)?;
        let target = measure.target(conn)?;
        let (actor, account) = target.map_or((None, None), |target| (target.actor, target.account));
        let taken = strikes(conn, site, actor, account.or(appeal.account_id))?;
        Ok::<_, ModerationError>(Seen {
            appeal,
            measure,
            taken,
        })
    });
    found.await
}

fn page(frame: &Frame, who: &Moderator, seen: &Seen, text: &str, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let title = [("title", seen.measure.title.as_str().into())];
    let heading = lang.ta("appeal-admin-heading", &title);
    let address = format!("/admin/appeals/{}", seen.appeal.id);
    let said = SafeHtml::trusted(format!(
        "<p class=\"said\">{}</p>",
        SafeHtml::text(&seen.appeal.text)
    ));
    let decide = match seen.appeal.state() {
        AppealState::Open => {
            let own = seen.measure.by_id == Some(who.account.id);
            let hint = match own {
                true => format!(
                    "<p class=\"help\">{}</p>",
                    SafeHtml::text(&lang.t("appeal-other"))
                ),
                false => String::new(),
            };
            let form = Form::post(&address, frame.csrf())
                .body(
                    Field::textarea("text", lang.t("appeal-answer"), 4)
                        .max_length(5_000)
                        .optional()
                        .value(text)
                        .render(errors, lang),
                )
                .button(Button::primary(lang.t("appeal-lift")).sends("do", "lift"))
                .button(Button::quiet(lang.t("appeal-uphold")).sends("do", "uphold"))
                .render();
            SafeHtml::trusted(format!("{hint}{form}"))
        }
        AppealState::Lifted => SafeHtml::text(&lang.t("appeal-lifted")),
        AppealState::Offered | AppealState::Upheld => SafeHtml::text(&lang.t("appeal-upheld")),
    };
    let body = SafeHtml::concat([
        &SafeHtml::trusted(format!("<h1>{}</h1>", SafeHtml::text(&heading))),
        &error_summary(errors, lang),
        &panel(
            "measure",
            &lang.t("appeal-what"),
            &facts(frame, &seen.measure),
        ),
        &panel("said", &lang.t("appeal-text"), &said),
        &panel("decide", &lang.t("appeal-decide"), &decide),
        &panel(
            "history",
            &lang.t("measure-history"),
            &measure_list(frame, &seen.taken, &address),
        ),
    ]);
    form_page(frame, NavItem::Admin, &heading, body)
}

pub(crate) async fn show(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    path: web::Path<String>,
) -> HttpResponse {
    let Some(id) = Id::parse(&path) else {
        return frame.error(404);
    };
    match read(&frame, &rooms, id).await {
        // A link that nobody used is nobody's business.
        Ok(seen) if seen.appeal.state() == AppealState::Offered => frame.error(404),
        Ok(seen) => frame.answer(200, &page(&frame, &who, &seen, "", &FormErrors::new())),
        Err(error) => page_of(&frame, &error),
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    path: web::Path<String>,
    form: CsrfForm<DecisionForm>,
) -> HttpResponse {
    let Some(id) = Id::parse(&path) else {
        return frame.error(404);
    };
    let lift = match form.act.as_str() {
        "lift" => true,
        "uphold" => false,
        _ => return frame.error(400),
    };
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let text = form.text.clone();
    let decided = rooms
        .database
        .write(move |conn| desk.decide_appeal(conn, &site, by, id, lift, &text, now));
    let decided = decided.await;
    rooms.decided().await;
    match decided {
        Ok(_) => pages::done(super::QUEUE_PATH, "appeal-decided"),
        Err(error) => match read(&frame, &rooms, id).await {
            Ok(seen) => refused(&frame, &error, |errors| {
                page(&frame, &who, &seen, &form.text, errors)
            }),
            Err(error) => page_of(&frame, &error),
        },
    }
}
