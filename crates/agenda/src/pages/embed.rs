//! An agenda for the page of another site, without script or cookie (A5), and how to put it there.

use super::home::{read, today};
use crate::cards::by_day;
use crate::listing::Search;
use crate::query::Query;
use crate::rooms::Rooms;
use accounts::Viewer;
use actix_web::{HttpResponse, web};
use federation::{Actor, ActorState};
use pages::Frame;
use serde::Deserialize;
use ui::SafeHtml;
use ui::pages::narrow_page;

/// Events of an embedded agenda.
const MOST: usize = 15;

/// `GET /embed/agenda`.
pub(super) async fn all(frame: Frame, rooms: Rooms, query: web::Query<Query>) -> HttpResponse {
    let (name, more) = (frame.site.name.clone(), frame.site.base_url());
    show(&frame, &rooms, &query, |_| {}, &name, &more).await
}

/// `GET /embed/@{name}`.
pub(super) async fn of_agenda(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    query: web::Query<Query>,
) -> HttpResponse {
    let (site, name) = (frame.site.id, path.into_inner());
    let found = rooms
        .database
        .read(move |c| Actor::local(c, site, &name))
        .await;
    match found {
        Err(_) => frame.error(503),
        Ok(Some(actor)) if actor.state() == ActorState::Active => {
            let narrow = |search: &mut Search| search.actor = Some(actor.id);
            show(&frame, &rooms, &query, narrow, &actor.name, &actor.uri).await
        }
        Ok(_) => frame.error(404),
    }
}

async fn show(
    frame: &Frame,
    rooms: &Rooms,
    query: &Query,
    narrow: impl FnOnce(&mut Search),
    title: &str,
    more: &str,
) -> HttpResponse {
    let (lang, site) = (frame.lang, &frame.site);
    let (now, today) = today(rooms, site);
    let mut search = query.search(site, today);
    narrow(&mut search);
    let first = search
        .from
        .map(|from| from.0.with_timezone(&site.timezone).date_naive());
    // For the readers of another site: nobody's own.
    let anybody = Viewer::default();
    let Ok(read) = read(rooms, (site, &anybody), query, search, MOST).await else {
        return frame.error(503);
    };
    let days = by_day(site, &read.listed, &read.pictures, first, now, lang);
    let body = match days.is_empty() {
        true => SafeHtml::trusted(format!("<p>{}</p>", SafeHtml::text(&lang.t("embed-empty")))),
        false => ui::agenda::agenda_list(&days, today, lang, true),
    };
    let html = ui::embed_layout(lang, &frame.look(), title, more, &body);
    pages::embeddable(frame.document(html))
}

/// What is asked of the page with the lines to copy.
#[derive(Deserialize)]
pub(super) struct Which {
    /// Name of one agenda; without it, all of the site.
    #[serde(default)]
    agenda: String,
}

/// `GET /embed`: the lines to copy, for the whole site or for one of its agendas.
pub(super) async fn how(frame: Frame, rooms: Rooms, which: web::Query<Which>) -> HttpResponse {
    let (lang, site) = (frame.lang, frame.site.id);
    let agendas = match rooms
        .database
        .read(move |c| Actor::all_of(c, site, "Group"))
        .await
    {
        Ok(agendas) => agendas,
        Err(_) => return frame.error(503),
    };
    let chosen = agendas.iter().find(|one| one.username == which.agenda);
    if chosen.is_none() && !which.agenda.is_empty() {
        return frame.error(404);
    }
    let (path, title) = match chosen {
        Some(one) => (format!("/embed/@{}", one.username), &one.name),
        None => ("/embed/agenda".to_owned(), &frame.site.name),
    };
    let code = format!(
        "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"600\" loading=\"lazy\"></iframe>",
        frame.site.url(&path),
        SafeHtml::text(title)
    );
    let mut html = format!(
        "<h2>{}</h2><p class=\"titled\"><code data-copy=\"{}\" data-copied=\"{}\">{}</code>\
         <a class=\"button quiet small\" href=\"{path}\">{}</a></p>",
        SafeHtml::text(&lang.ta("embed-code", &[("name", title.as_str().into())])),
        SafeHtml::text(&lang.t("follow-copy")),
        SafeHtml::text(&lang.t("follow-copied")),
        SafeHtml::text(&code),
        SafeHtml::text(&lang.t("embed-preview"))
    );
    let whole = lang.ta("embed-whole", &[("name", frame.site.name.as_str().into())]);
    let mut others: Vec<(&str, String)> = agendas
        .iter()
        .filter(|one| one.username != which.agenda)
        .map(|one| (one.name.as_str(), format!("/embed?agenda={}", one.username)))
        .collect();
    if chosen.is_some() {
        others.insert(0, (&whole, "/embed".to_owned()));
    }
    if !others.is_empty() {
        html.push_str(&format!(
            "<h2>{}</h2><ul>",
            SafeHtml::text(&lang.t("embed-others"))
        ));
        for (name, url) in others {
            let name = SafeHtml::text(name);
            html.push_str(&format!("<li><a href=\"{url}\">{name}</a></li>"));
        }
        html.push_str("</ul>");
    }
    let heading = lang.t("embed-heading");
    let body = narrow_page(&heading, &lang.t("embed-intro"), &SafeHtml::trusted(html));
    frame.html(&frame.page(&heading, body))
}
