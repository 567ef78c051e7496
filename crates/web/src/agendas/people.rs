//! Who organises an agenda: inviting by mail, changing roles, removing.

use super::held;
use crate::faults::{page_of, refused};
use crate::markup::{form_page, panel, paragraph, table, two_lines};
use crate::rooms::Rooms;
use accounts::invitation::{self, Invitation};
use accounts::{Account, AccountError, ActorRole, CsrfForm, SignedIn, roles};
use actix_web::{HttpResponse, web};
use federation::Actor;
use pages::Frame;
use serde::Deserialize;
use store::Id;
use ui::forms::{Button, error_summary};
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PeopleForm {
    /// `invite`, `withdraw`, `owner`, `organiser` or `remove`.
    #[serde(rename = "do")]
    act: String,
    email: String,
    /// An account's or an invitation's key.
    id: String,
}

/// An agenda with the people around it.
struct Circle {
    actor: Actor,
    owner: bool,
    people: Vec<(Account, ActorRole)>,
    invited: Vec<Invitation>,
}

async fn read(
    frame: &Frame,
    who: &SignedIn,
    rooms: &Rooms,
    name: &str,
) -> Result<Circle, HttpResponse> {
    let (site, who, name) = (frame.site.id, who.0.clone(), name.to_owned());
    let now = rooms.clock.ts();
    let found = rooms.database.read(move |conn| {
        let Some((actor, role)) = held(conn, site, &name, &who)? else {
            return Ok(None);
        };
        Ok::<_, AccountError>(Some(Circle {
            owner: role == ActorRole::Owner,
            people: roles::people_of_actor(conn, actor.id)?,
            invited: invitation::list(conn, actor.id, now)?,
            actor,
        }))
    });
    match found.await {
        Ok(Some(circle)) => Ok(circle),
        Ok(None) => Err(frame.error(404)),
        Err(error) => Err(page_of(frame, &error)),
    }
}

fn path(actor: &Actor) -> String {
    format!("{}/people", super::path(&actor.username))
}

fn page(
    frame: &Frame,
    who: &SignedIn,
    circle: &Circle,
    mail: bool,
    email: &str,
    errors: &FormErrors,
) -> Page {
    let lang = frame.lang;
    let action = path(&circle.actor);
    let button = |act: &'static str, key: &str, id: Id, about: &str| {
        Form::post(&action, frame.csrf())
            .inline()
            .hidden("id", &id.to_string())
            .button(Button::quiet(lang.t(key)).about(about).sends("do", act))
            .render()
    };
    let columns = ["organisers-col-who", "agendas-col-role", "agendas-col-do"];
    let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
    let mut rows: Vec<Vec<SafeHtml>> = Vec::new();
    for (account, role) in &circle.people {
        let own = account.id == who.account.id;
        // Addresses are for those who invite.
        let second = match circle.owner || own {
            true => account.email.as_str(),
            false => "",
        };
        let (word, other, key) = match role {
            ActorRole::Owner => (
                "organisers-role-owner",
                "organiser",
                "organisers-make-organiser",
            ),
            ActorRole::Organiser => (
                "organisers-role-organiser",
                "owner",
                "organisers-make-owner",
            ),
        };
        let mut acts = SafeHtml::default();
        if circle.owner {
            acts.push(&button(other, key, account.id, &account.name));
        }
        if own {
            acts.push(&button("remove", "organisers-leave", account.id, ""));
        } else if circle.owner {
            acts.push(&button(
                "remove",
                "organisers-remove-short",
                account.id,
                &account.name,
            ));
        }
        rows.push(vec![
            two_lines(&account.name, second),
            SafeHtml::text(&lang.t(word)),
            acts,
        ]);
    }
    if circle.owner {
        for one in &circle.invited {
            rows.push(vec![
                two_lines(&one.email_folded, ""),
                SafeHtml::text(&lang.t("organisers-role-invited")),
                button("withdraw", "organisers-withdraw", one.id, &one.email_folded),
            ]);
        }
    }
    let heading = lang.ta(
        "organisers-heading",
        &[("name", circle.actor.name.as_str().into())],
    );
    let mut body = error_summary(errors, lang);
    body.push(&table(&heading, &columns, &rows));
    if circle.owner {
        let invite = match mail {
            true => Form::post(&action, frame.csrf())
                .inline()
                .body(
                    Field::email("email", lang.t("account-email"))
                        .help(lang.t("organisers-invite-by-mail"))
                        .value(email)
                        .required()
                        .render(errors, lang),
                )
                .button(Button::primary(lang.t("organisers-invite-submit")).sends("do", "invite"))
                .render(),
            false => paragraph(&lang.t("account-error-no-mail")),
        };
        body.push(&panel("invite", &lang.t("organisers-invite"), &invite));
    }
    let body = SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>{body}",
        SafeHtml::text(&heading),
        SafeHtml::text(&lang.t("organisers-intro"))
    ));
    form_page(frame, NavItem::Account, &heading, body)
}

pub(crate) async fn show(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    name: web::Path<String>,
) -> HttpResponse {
    match read(&frame, &who, &rooms, &name).await {
        Ok(circle) => {
            let mail = rooms.accounts.sends_mail();
            frame.html(&page(&frame, &who, &circle, mail, "", &FormErrors::new()))
        }
        Err(response) => response,
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    name: web::Path<String>,
    form: CsrfForm<PeopleForm>,
) -> HttpResponse {
    let circle = match read(&frame, &who, &rooms, &name).await {
        Ok(circle) => circle,
        Err(response) => return response,
    };
    let (actor, by, now) = (circle.actor.id, who.account.id, rooms.clock.ts());
    let (done, key) = if form.act == "invite" {
        let asked = rooms
            .accounts
            .invite(&frame.site, &who.account, actor, &form.email);
        (asked.await, "organiser-invited")
    } else {
        let Some(id) = Id::parse(&form.id) else {
            return frame.error(404);
        };
        let act = form.act.clone();
        let key = match act.as_str() {
            "withdraw" => "invitation-withdrawn",
            "remove" => "organiser-removed",
            "owner" | "organiser" => "organiser-changed",
            _ => return frame.error(400),
        };
        let sites = rooms.sites.as_ref().clone();
        let written = rooms.database.write(move |conn| match act.as_str() {
            "withdraw" => invitation::withdraw(conn, by, actor, id),
            "remove" => roles::revoke_actor(conn, by, actor, id),
            "owner" => {
                roles::grant_actor(conn, by, actor, id, ActorRole::Owner, now)?;
                // What an owner blocks holds for the agenda from now on.
                federation::barred::end_follows(conn, &sites, id, now)?;
                Ok(())
            }
            _ => roles::grant_actor(conn, by, actor, id, ActorRole::Organiser, now),
        });
        (written.await, key)
    };
    match done {
        Ok(()) if key == "organiser-removed" && form.id == by.to_string() => {
            pages::done("/agendas", key)
        }
        Ok(()) => {
            rooms.federation.wake();
            pages::done(&path(&circle.actor), key)
        }
        Err(error) => refused(&frame, &error, |errors| {
            page(
                &frame,
                &who,
                &circle,
                rooms.accounts.sends_mail(),
                &form.email,
                errors,
            )
        }),
    }
}
