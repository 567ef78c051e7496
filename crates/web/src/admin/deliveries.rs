//! What waits to be sent to other servers, and what could not be.

use super::peer::page_of;
use crate::markup::{form_page, link, nothing, table};
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_web::HttpResponse;
use federation::Backlog;
use pages::Frame;
use ui::{NavItem, SafeHtml};

pub(crate) async fn show(frame: Frame, _who: Moderator, rooms: Rooms) -> HttpResponse {
    let (lang, site) = (frame.lang, frame.site.id);
    let found = rooms.database.read(move |c| Backlog::all(c, site));
    let hosts = match found.await {
        Ok(hosts) => hosts,
        Err(error) => {
            tracing::error!(%error, "deliveries could not be read");
            return frame.error(500);
        }
    };
    let parked = match rooms
        .federation
        .parked(site, None, super::parked::SHOWN)
        .await
    {
        Ok(parked) => parked,
        Err(error) => {
            tracing::error!(%error, "parked activities could not be read");
            return frame.error(500);
        }
    };
    let heading = lang.t("admin-deliveries");
    let list = if hosts.is_empty() {
        nothing(&lang.t("admin-deliveries-none"))
    } else {
        let columns = [
            "admin-deliveries-host",
            "admin-deliveries-waiting",
            "admin-deliveries-failed",
            "admin-deliveries-error",
        ];
        let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
        let rows: Vec<Vec<SafeHtml>> = hosts
            .iter()
            .map(|entry| {
                vec![
                    link(&page_of(&entry.host), &entry.host),
                    SafeHtml::text(&entry.waiting.to_string()),
                    SafeHtml::text(&entry.refused.to_string()),
                    SafeHtml::text(&entry.last_error),
                ]
            })
            .collect();
        table(&heading, &columns, &rows)
    };
    let body = SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>{list}{}",
        SafeHtml::text(&heading),
        SafeHtml::text(&lang.t("admin-deliveries-intro")),
        super::parked::section(&frame, &parked)
    ));
    frame.html(&form_page(&frame, NavItem::Admin, &heading, body))
}
