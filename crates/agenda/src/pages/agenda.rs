//! An agenda's own page.

use super::comment::quiet_link;
use super::home::{list, other_half};
use crate::proposal::open_agenda;
use crate::query::Query;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use diesel::prelude::*;
use federation::{Actor, ActorState};
use pages::{Frame, Portrait};
use publication::waiting_comments;
use store::schema::actors;
use store::{Conn, Id, StoreError};
use ui::SafeHtml;
use ui::agenda::{Link, agenda_page};
use ui::event::{FollowBox, follow_box};
use ui::layout::Alternate;

/// "Follow from my server", for an agenda of the site.
pub(super) fn follow(actor: &Actor) -> FollowBox {
    FollowBox {
        name: actor.name.clone(),
        handle: actor.handle(),
        action: "/follow-from".to_owned(),
        target: actor.uri.clone(),
        account: String::new(),
        errors: Default::default(),
    }
}

/// What an agenda's page shows beside its events.
struct Around {
    portrait: Portrait,
    /// Names of those who hold a role, when an owner wanted them shown (ACL-05).
    people: Vec<String>,
    /// Events under which replies wait, for organisers.
    waiting: Vec<(Id, String, i64)>,
}

fn around(c: &mut Conn, actor: Id, organiser: bool) -> Result<Around, StoreError> {
    let shows: bool = actors::table
        .find(actor)
        .select(actors::shows_people)
        .first(c)?;
    let people = match shows {
        true => accounts::roles::people_of_actor(c, actor)
            .map_err(|error| StoreError::Damaged(error.to_string()))?,
        false => Vec::new(),
    };
    Ok(Around {
        portrait: Portrait::of(c, actor)?,
        people: people
            .into_iter()
            .map(|(account, _)| account.name)
            .collect(),
        waiting: match organiser {
            true => waiting_comments(c, actor)?,
            false => Vec::new(),
        },
    })
}

/// `GET /@{name}`, for people: servers were answered before.
pub(super) async fn agenda(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    query: web::Query<Query>,
) -> HttpResponse {
    let (site, name, lang) = (frame.site.id, path.into_inner(), frame.lang);
    let found = rooms
        .database
        .read(move |c| Actor::local(c, site, &name))
        .await;
    let Ok(found) = found else {
        return frame.error(503);
    };
    let Some(actor) = found else {
        return frame.error(404);
    };
    match actor.state() {
        ActorState::Active => {}
        ActorState::Deleted => return frame.error(410),
        ActorState::Suspended | ActorState::Blocked => return frame.error(404),
    }
    let feed = format!("/@{}", actor.username);
    let narrow = |search: &mut crate::listing::Search| search.actor = Some(actor.id);
    let intro = text::plain(&actor.summary);
    let made = list(
        &frame,
        &rooms,
        &query,
        narrow,
        &actor.name,
        &intro,
        &feed,
        false,
    )
    .await;
    let may_edit = frame
        .viewer
        .identity()
        .is_some_and(|who| who.may_edit(actor.id));
    let (id, site, name) = (actor.id, frame.site.id, actor.username.clone());
    let around = rooms.database.read(move |c| {
        let open = open_agenda(c, site, &name)?.is_some();
        Ok::<_, StoreError>((around(c, id, may_edit)?, open))
    });
    let around = around.await;
    let (Ok((mut view, mut alternates)), Ok((around, open))) = (made, around) else {
        return frame.error(503);
    };
    view.banner = around.portrait.shown_banner();
    view.icon = around.portrait.shown_icon();
    view.people = around.people;
    // The month is of the whole site.
    view.month_url = String::new();
    view.embed_url = format!("/embed?agenda={}", actor.username);
    if may_edit {
        view.tools = vec![
            Link::new(&lang.t("nav-new-event"), &format!("{feed}/new")),
            Link::new(&lang.t("agenda-import-first"), &format!("{feed}/import")),
            Link::new(
                &lang.t("agendas-edit"),
                &format!("/agendas/{}", actor.username),
            ),
        ];
    }
    if open && !may_edit {
        view.tools = vec![Link::new(
            &lang.t("propose-tool"),
            &super::propose::path(&actor.username),
        )];
    }
    if !around.waiting.is_empty() {
        let items: String = around
            .waiting
            .iter()
            .map(|(event, title, n)| {
                format!(
                    "<li><a href=\"/e/{event}#comments\">{}</a> ({n})</li>",
                    SafeHtml::text(title)
                )
            })
            .collect();
        view.waiting = SafeHtml::trusted(format!(
            "<section class=\"panel\" aria-labelledby=\"waiting\"><h2 id=\"waiting\">{}</h2>\
             <ul>{items}</ul></section>",
            SafeHtml::text(&lang.t("comments-waiting"))
        ));
    }
    let mut body = agenda_page(&view, lang);
    body.push(&other_half(&frame, &query));
    body.push(&follow_box(&follow(&actor), lang));
    if !may_edit {
        let report = super::event::report_url(&actor.uri);
        let report = quiet_link(&report, &lang.t("report-link"));
        let hide = match frame.viewer.identity() {
            Some(_) => quiet_link(
                &super::event::hide_url(&actor.uri),
                &lang.t("own-hide-agenda"),
            ),
            None => String::new(),
        };
        body.push(&SafeHtml::trusted(format!(
            "<p class=\"sub\">{report} {hide}</p>"
        )));
    }
    alternates.push(Alternate {
        media_type: "application/activity+json",
        href: actor.uri.clone(),
        title: actor.handle(),
        lang: None,
    });
    let mut page = frame.page(&actor.name, body);
    page.description = intro;
    page.alternates = alternates;
    frame.html(&page)
}
