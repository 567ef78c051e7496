//! Name and presentation of an agenda, what becomes of replies, whether its people are named; its
//! followers are told of a change.

use super::making::{check_name, check_summary};
use super::new::{agenda_name, refused, summary};
use super::{held, path};
use crate::announce::tell_followers_with;
use crate::markup::{form_page, link};
use crate::rooms::Rooms;
use accounts::{ActorRole, CsrfForm, SignedIn};
use actix_web::{HttpResponse, web};
use diesel::prelude::*;
use federation::Actor;
use pages::Frame;
use publication::{CommentPolicy, LifeError, Registry, comment_policy, set_comment_policy};
use serde::Deserialize;
use store::schema::actors;
use store::{Conn, Id, StoreError};
use ui::forms::{Button, Choice, error_summary};
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SettingsForm {
    name: String,
    summary: String,
    /// Word of [`CommentPolicy`]; empty leaves it.
    comments: String,
    /// Names its people; only an owner's counts (ACL-05).
    shows_people: Option<String>,
    /// Takes events proposed by passers-by.
    proposals: Option<String>,
    /// Sent beside the box, which sends nothing when it is empty.
    people_asked: Option<String>,
}

/// An agenda and who asks for its settings.
struct Held {
    actor: Actor,
    owner: bool,
    comments: CommentPolicy,
    shows_people: bool,
    proposals: bool,
}

fn page(frame: &Frame, held: &Held, form: &SettingsForm, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let own = path(&held.actor.username);
    let choice = |policy: CommentPolicy, key: &str| {
        let mut choice = Choice::new(policy.as_str(), &lang.t(key));
        choice.help = lang.t(&format!("{key}-help"));
        choice
    };
    let comments = Field::radios(
        "comments",
        lang.t("agendas-comments"),
        vec![
            choice(CommentPolicy::Open, "agendas-comments-open"),
            choice(CommentPolicy::Moderated, "agendas-comments-moderated"),
            choice(CommentPolicy::Closed, "agendas-comments-closed"),
        ],
    )
    .value(&form.comments)
    .render(errors, lang);
    let mut shown = Form::post(&own, frame.csrf())
        .body(agenda_name(&form.name, errors, lang))
        .body(summary(&form.summary, errors, lang))
        .body(comments);
    if held.owner {
        let on = form.shows_people.is_some();
        let people = Field::checkbox("shows_people", lang.t("agendas-shows-people"), on)
            .help(lang.t("agendas-shows-people-help"))
            .render(errors, lang);
        let on = form.proposals.is_some();
        let proposals = Field::checkbox("proposals", lang.t("agendas-proposals"), on)
            .help(lang.t("agendas-proposals-help"))
            .render(errors, lang);
        shown = shown
            .body(people)
            .body(proposals)
            .hidden("people_asked", "1");
    }
    let shown = shown
        .button(Button::primary(lang.t("account-save")))
        .render();
    let links = SafeHtml::trusted(format!(
        "<p>{} · {} · {}</p>",
        link(
            &format!("/@{}", held.actor.username),
            &lang.t("agendas-view")
        ),
        link(&format!("{own}/pictures"), &lang.t("portrait-link")),
        link(&format!("{own}/people"), &lang.t("agendas-people"))
    ));
    let body = SafeHtml::concat([&error_summary(errors, lang), &shown, &links]);
    let heading = lang.t("agendas-edit");
    form_page(
        frame,
        NavItem::Account,
        &heading,
        narrow_page(&heading, &held.actor.handle(), &body),
    )
}

async fn find(
    frame: &Frame,
    who: &SignedIn,
    rooms: &Rooms,
    name: &str,
) -> Result<Held, HttpResponse> {
    let (site, who, name) = (frame.site.id, who.0.clone(), name.to_owned());
    let found = rooms.database.read(move |conn| {
        let Some((actor, role)) = held(conn, site, &name, &who)? else {
            return Ok(None);
        };
        let (shows_people, proposals) = actors::table
            .find(actor.id)
            .select((actors::shows_people, actors::proposals))
            .first(conn)?;
        Ok::<_, StoreError>(Some(Held {
            owner: role == ActorRole::Owner,
            comments: comment_policy(conn, actor.id)?,
            shows_people,
            proposals,
            actor,
        }))
    });
    match found.await {
        Ok(Some(held)) => Ok(held),
        // Whoever may not see it learns nothing of it.
        Ok(None) => Err(frame.error(404)),
        Err(error) => {
            tracing::error!(%error, "the agenda could not be read");
            Err(frame.error(500))
        }
    }
}

pub(crate) async fn show(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    name: web::Path<String>,
) -> HttpResponse {
    match find(&frame, &who, &rooms, &name).await {
        Ok(held) => {
            let form = SettingsForm {
                name: held.actor.name.clone(),
                summary: text::plain(&held.actor.summary),
                comments: held.comments.as_str().to_owned(),
                shows_people: held.shows_people.then(|| "on".to_owned()),
                proposals: held.proposals.then(|| "on".to_owned()),
                people_asked: None,
            };
            frame.html(&page(&frame, &held, &form, &FormErrors::new()))
        }
        Err(response) => response,
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    registry: web::Data<Registry>,
    name: web::Path<String>,
    form: CsrfForm<SettingsForm>,
) -> HttpResponse {
    let held = match find(&frame, &who, &rooms, &name).await {
        Ok(held) => held,
        Err(response) => return response,
    };
    let read = check_name(&form.name).and_then(|n| Ok((n, check_summary(&form.summary)?)));
    let (new_name, new_summary) = match read {
        Ok(read) => read,
        Err(error) => {
            return refused(&frame, &error, |errors| page(&frame, &held, &form, errors));
        }
    };
    let comments = match form.comments.as_str() {
        "" => held.comments,
        word => match CommentPolicy::from_word(word) {
            Some(policy) => policy,
            None => {
                let mut errors = FormErrors::new();
                errors.add("comments", "form-error-choice");
                return frame.answer(422, &page(&frame, &held, &form, &errors));
            }
        },
    };
    let asked = held.owner && form.people_asked.is_some();
    let people = asked.then(|| (form.shows_people.is_some(), form.proposals.is_some()));
    let mut actor = held.actor;
    actor.name = new_name;
    actor.summary = new_summary;
    let (id, account, now) = (actor.id, who.account.id, rooms.clock.ts());
    let more = move |conn: &mut Conn| {
        if let Some((shown, proposals)) = people {
            set_choices(conn, id, shown, proposals)?;
        }
        set_comment_policy(conn, &registry, id, comments, Some(account), now).map_err(|error| {
            match error {
                LifeError::Store(error) => error,
                other => StoreError::Damaged(other.to_string()),
            }
        })
    };
    match tell_followers_with(&rooms, &frame.site, actor, more).await {
        Ok(()) => pages::done(&path(&name), "saved"),
        Err(error) => {
            tracing::error!(%error, "the agenda could not be changed");
            frame.error(500)
        }
    }
}

fn set_choices(conn: &mut Conn, actor: Id, shown: bool, proposals: bool) -> Result<(), StoreError> {
    diesel::update(actors::table.find(actor))
        .set((
            actors::shows_people.eq(shown),
            actors::proposals.eq(proposals),
        ))
        .execute(conn)?;
    Ok(())
}
