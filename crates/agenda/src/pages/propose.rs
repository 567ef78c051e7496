//! A passer-by proposes an event: a short form, and a letter to confirm the address.

use crate::proposal::{Asked, ProposeError, Proposed, ask, open_agenda};
use crate::rooms::Rooms;
use accounts::{Accounts, LimitKind, Visitor, VisitorForm, address_key};
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, web};
use federation::Actor;
use pages::Frame;
use std::sync::Arc;
use ui::forms::{Button, error_summary, row};
use ui::pages::{message_page, narrow_page};
use ui::{Field, Form, FormErrors, Page, SafeHtml};

/// Its path.
pub(crate) fn path(agenda: &str) -> String {
    format!("/@{agenda}/propose")
}

fn page(frame: &Frame, actor: &Actor, form: &Proposed, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let name = [("name", actor.name.as_str().into())];
    let heading = lang.ta("propose-heading", &name);
    let render = |field: Field| field.render(errors, lang);
    let when = row(&[
        render(
            Field::date("start_date", lang.t("form-start-date"))
                .required()
                .value(&form.start_date),
        ),
        render(
            Field::time("start_time", lang.t("form-start-time"))
                .optional()
                .value(&form.start_time),
        ),
        render(
            Field::time("end_time", lang.t("form-end-time"))
                .optional()
                .value(&form.end_time),
        ),
    ]);
    let fields = [
        render(
            Field::text("title", lang.t("form-title"))
                .help(lang.t("form-title-help"))
                .required()
                .max_length(200)
                .value(&form.title),
        ),
        when,
        render(
            Field::text("place_name", lang.t("form-place-name"))
                .optional()
                .value(&form.place_name),
        ),
        render(
            Field::text("locality", lang.t("form-place-locality"))
                .optional()
                .value(&form.locality),
        ),
        render(
            Field::textarea("description", lang.t("form-description"), 5)
                .optional()
                .value(&form.description),
        ),
        render(
            Field::text("price", lang.t("form-price"))
                .optional()
                .value(&form.price),
        ),
        render(
            Field::url("registration_url", lang.t("propose-link"))
                .optional()
                .value(&form.registration_url),
        ),
        render(
            Field::email("email", lang.t("propose-email"))
                .help(lang.t("propose-email-help"))
                .required()
                .value(&form.email),
        ),
    ];
    let mut made = Form::post(&path(&actor.username), frame.csrf());
    for field in fields {
        made = made.body(field);
    }
    let made = made
        .button(Button::primary(lang.t("propose-send")))
        .render();
    let body = SafeHtml::concat([&error_summary(errors, lang), &made]);
    let mut page = frame.page(
        &heading,
        narrow_page(&heading, &lang.t("propose-intro"), &body),
    );
    page.noindex = true;
    page
}

async fn agenda(frame: &Frame, rooms: &Rooms, name: &str) -> Result<Actor, HttpResponse> {
    let (site, name) = (frame.site.id, name.to_owned());
    let found = rooms
        .database
        .read(move |c| open_agenda(c, site, &name))
        .await;
    match found {
        Ok(Some(actor)) => Ok(actor),
        // Whether it takes none or does not exist is nobody's business.
        Ok(None) => Err(frame.error(404)),
        Err(error) => {
            tracing::error!(%error, "an agenda could not be read");
            Err(frame.error(503))
        }
    }
}

/// `GET /@{name}/propose`.
pub(super) async fn show(
    frame: Frame,
    rooms: Rooms,
    accounts: web::Data<Accounts>,
    name: web::Path<String>,
) -> HttpResponse {
    if !accounts.sends_mail() {
        return frame.error(404);
    }
    match agenda(&frame, &rooms, &name).await {
        Ok(actor) => frame.html(&page(
            &frame,
            &actor,
            &Proposed::default(),
            &FormErrors::new(),
        )),
        Err(answer) => answer,
    }
}

/// `POST /@{name}/propose`.
pub(super) async fn send(
    frame: Frame,
    rooms: Rooms,
    accounts: web::Data<Accounts>,
    visitor: Visitor,
    name: web::Path<String>,
    form: VisitorForm<Proposed>,
) -> HttpResponse {
    if !accounts.sends_mail() {
        return frame.error(404);
    }
    let actor = match agenda(&frame, &rooms, &name).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let again = |status: u16, errors: &FormErrors| {
        frame.answer(status, &page(&frame, &actor, &form, errors))
    };
    if let Err(errors) = form.details(&frame.site) {
        return again(422, &errors);
    }
    let now = rooms.clock.ts();
    let limits = accounts.limits();
    let counted = limits
        .check(
            LimitKind::Proposal,
            Some(frame.site.id),
            &address_key(visitor.address),
            now,
        )
        .and_then(|()| limits.check(LimitKind::Recipient, None, &form.email.to_lowercase(), now));
    if let Err(retry_after) = counted {
        let mut errors = FormErrors::new();
        let minutes = retry_after.div_ceil(60).max(1);
        errors.add_with("", "account-error-too-many", &[("minutes", minutes.into())]);
        let mut response = again(429, &errors);
        let seconds = HeaderValue::from(retry_after);
        response.headers_mut().insert(RETRY_AFTER, seconds);
        return response;
    }
    let (site, proposed, language) = (
        Arc::clone(&frame.site),
        form.0.clone(),
        frame.lang.tag().to_owned(),
    );
    let (token, letters, to) = (accounts.fresh_token(), accounts.letters(), actor.clone());
    let kept = rooms.database.write(move |c| {
        let asked = Asked {
            site: &site,
            actor: &to,
            proposed: &proposed,
            language: &language,
            token: &token,
        };
        let (email, letter) = ask(c, &asked, now)?;
        accounts::post(c, letters.as_ref(), &site, &email, &language, &letter, now)?;
        Ok::<_, ProposeError>(())
    });
    let kept = kept.await;
    accounts.notify().notify_one();
    let lang = frame.lang;
    match kept {
        Ok(()) => {
            let heading = lang.t("propose-asked-heading");
            let body = message_page(&heading, &lang.t("propose-asked-text"), None);
            let mut page = frame.page(&heading, body);
            page.noindex = true;
            frame.html(&page)
        }
        Err(ProposeError::Form(errors)) => again(422, &errors),
        Err(ProposeError::Full) => {
            let mut errors = FormErrors::new();
            errors.add("", "propose-error-full");
            again(422, &errors)
        }
        Err(ProposeError::Unknown) => frame.error(404),
        Err(ProposeError::Store(error)) => {
            tracing::error!(%error, "a proposal was not kept");
            frame.error(503)
        }
    }
}
