//! The agendas that somebody may act for.

use crate::markup::{button_link, form_page, link, table, two_lines};
use accounts::{ActorRole, SignedIn};
use actix_web::HttpResponse;
use pages::Frame;
use ui::agenda::{EmptyState, Link, empty_state};
use ui::{NavItem, SafeHtml};

pub(crate) async fn show(frame: Frame, who: SignedIn) -> HttpResponse {
    let lang = frame.lang;
    let heading = lang.t("agendas-heading");
    let list = if who.actors.is_empty() {
        let actions = match who.is_member() {
            true => vec![Link::new(&lang.t("agendas-new"), "/agendas/new")],
            false => vec![Link::new(
                &lang.t("account-apply-heading"),
                "/account#apply",
            )],
        };
        empty_state(&EmptyState {
            title: lang.t("agendas-none-title"),
            text: lang.t("agendas-none-text"),
            actions,
        })
    } else {
        let columns = ["agendas-name", "agendas-col-role", "agendas-col-do"];
        let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
        let rows: Vec<Vec<SafeHtml>> = who
            .actors
            .iter()
            .map(|one| {
                let handle = format!("@{}@{}", one.username, frame.site.host);
                let role = match one.role {
                    ActorRole::Owner => "organisers-role-owner",
                    ActorRole::Organiser => "organisers-role-organiser",
                };
                let own = super::path(&one.username);
                let links = [
                    link(&format!("/@{}", one.username), &lang.t("agendas-view")),
                    link(&own, &lang.t("agendas-edit")),
                    link(&format!("{own}/people"), &lang.t("agendas-people")),
                ];
                let links: Vec<String> = links.iter().map(ToString::to_string).collect();
                vec![
                    two_lines(&one.name, &handle),
                    SafeHtml::text(&lang.t(role)),
                    SafeHtml::trusted(links.join(" · ")),
                ]
            })
            .collect();
        let mut list = table(&heading, &columns, &rows);
        if who.is_member() {
            list.push(&button_link("/agendas/new", &lang.t("agendas-new")));
        }
        list
    };
    let body = SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>{list}",
        SafeHtml::text(&heading),
        SafeHtml::text(&lang.t("agendas-intro"))
    ));
    frame.html(&form_page(&frame, NavItem::Account, &heading, body))
}
