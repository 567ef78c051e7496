//! An agenda's own page.

use super::home::{list, other_half};
use crate::query::Query;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use federation::{Actor, ActorState};
use pages::Frame;
use publication::text;
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
    let Ok((view, mut alternates)) = made else {
        return frame.error(503);
    };
    let mut body = SafeHtml::default();
    let may_edit = frame
        .viewer
        .identity()
        .is_some_and(|who| who.may_edit(actor.id));
    if may_edit {
        let tools = [
            Link::new(&lang.t("nav-new-event"), &format!("{feed}/new")),
            Link::new(&lang.t("agenda-import-first"), &format!("{feed}/import")),
        ];
        let items: String = tools
            .iter()
            .map(|tool| {
                format!(
                    "<a class=\"button\" href=\"{}\">{}</a> ",
                    SafeHtml::text(&tool.url),
                    SafeHtml::text(&tool.label)
                )
            })
            .collect();
        body.push(&SafeHtml::trusted(format!(
            "<p class=\"tools\">{items}</p>"
        )));
    }
    body.push(&agenda_page(&view, lang));
    body.push(&other_half(&frame, &query));
    body.push(&follow_box(&follow(&actor), lang));
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
