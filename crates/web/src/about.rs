//! The page "about": who the site is, the nine answers (S002-16), some figures.

use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use diesel::prelude::*;
use federation::Software;
use moderation::settings::ModerationSettings;
use pages::{Frame, Portrait};
use sites::Site;
use store::schema::{actors, follows};
use store::{Id, StoreError};
use ui::event::{FollowBox, follow_box};
use ui::forms::more_options;
use ui::pages::{AboutView, about_page};
use ui::{Lang, NavItem, SafeHtml};

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.route("/about", web::get().to(about));
}

fn words(source: &str) -> SafeHtml {
    SafeHtml::trusted(text::markdown(source))
}

/// The nine questions with their answers, safe to show.
fn answers(site: &Site) -> Vec<(&'static str, SafeHtml)> {
    crate::setup::answers(&site.about)
        .questions()
        .into_iter()
        .map(|(_, question, _, answer)| (question, words(answer)))
        .collect()
}

/// The answers given, folded; for the sign-up page.
pub(crate) fn answers_folded(site: &Site, lang: Lang) -> SafeHtml {
    let list: String = answers(site)
        .iter()
        .filter(|(_, answer)| !answer.is_empty())
        .map(|(question, answer)| {
            format!(
                "<dt>{}</dt><dd class=\"prose\">{answer}</dd>",
                SafeHtml::text(&lang.t(question))
            )
        })
        .collect();
    if list.is_empty() {
        return SafeHtml::default();
    }
    let heading = lang.ta("about-heading", &[("site", site.name.as_str().into())]);
    let list = SafeHtml::trusted(format!("<dl class=\"answers\">{list}</dl>"));
    SafeHtml::trusted(format!(
        "<div class=\"narrow\">{}</div>",
        more_options(&heading, false, &list)
    ))
}

/// Published objects, agendas, and instances followed.
struct Figures {
    published: i64,
    agendas: i64,
    following: i64,
}

fn figures(conn: &mut store::Conn, site: Id, own: Option<Id>) -> Result<Figures, StoreError> {
    let published = publication::count_published(conn, site)?;
    let agendas = actors::table
        .filter(actors::site_id.eq(site))
        .filter(actors::kind.eq("Group"))
        .filter(actors::state.eq("active"))
        .count()
        .get_result(conn)?;
    let following = match own {
        Some(own) => follows::table
            .filter(follows::follower_id.eq(own))
            .filter(follows::state.eq("accepted"))
            .count()
            .get_result(conn)?,
        None => 0,
    };
    Ok(Figures {
        published,
        agendas,
        following,
    })
}

/// "Follow this site from my server".
pub(crate) fn site_follow_box(site: &Site, lang: Lang) -> SafeHtml {
    let follow = FollowBox {
        name: site.name.clone(),
        handle: format!("@{}@{}", federation::actor::INSTANCE_NAME, site.host),
        action: "/follow-from".to_owned(),
        target: site.actor_uri(),
        ..FollowBox::default()
    };
    follow_box(&follow, lang)
}

async fn about(frame: Frame, rooms: Rooms, software: Option<web::Data<Software>>) -> HttpResponse {
    let (site, own) = (frame.site.id, frame.site.actor_id);
    let read = rooms.database.read(move |c| {
        let portrait = Portrait::of(c, own.unwrap_or(site))?;
        let settings = ModerationSettings::read(c, site)?;
        Ok::<_, StoreError>((figures(c, site, own)?, portrait, settings))
    });
    let Ok((counts, portrait, settings)) = read.await else {
        return frame.error(500);
    };
    let lang = frame.lang;
    let figure = |key: &str, n: i64| (lang.t(key), n.to_string());
    let view = AboutView {
        name: frame.site.name.clone(),
        banner: portrait.shown_banner(),
        icon: portrait.shown_icon(),
        description: words(&frame.site.about.description),
        answers: answers(&frame.site),
        contact: frame.site.contact_email.clone().unwrap_or_default(),
        figures: vec![
            figure("about-figures-published", counts.published),
            figure("about-figures-agendas", counts.agendas),
            figure("about-figures-following", counts.following),
        ],
        follow_box: site_follow_box(&frame.site, lang),
        version: software.map(|s| s.version.clone()).unwrap_or_default(),
    };
    let title = lang.ta("about-heading", &[("site", view.name.as_str().into())]);
    let mut body = about_page(&view, lang);
    if settings.shows_anything(frame.viewer.identity().is_some()) {
        let more = crate::markup::link(crate::moderating::public::PATH, &lang.t("log-link"));
        body = SafeHtml::trusted(format!("{body}<p>{more}</p>"));
    }
    let mut page = frame.page(&title, body);
    page.nav_current = NavItem::About;
    frame.html(&page)
}
