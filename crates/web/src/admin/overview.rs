//! What there is to administer, and what waits.

use crate::markup::{form_page, link};
use crate::moderating::{HOLD_PATH, MEASURES_PATH, QUEUE_PATH, RECORD_PATH};
use accounts::{Moderator, SIGN_UPS_PATH};
use actix_web::HttpResponse;
use pages::Frame;
use ui::{NavItem, SafeHtml};

pub(crate) async fn show(frame: Frame, who: Moderator) -> HttpResponse {
    let lang = frame.lang;
    let mut entries = vec![
        (QUEUE_PATH, "queue-heading", "queue-intro"),
        (MEASURES_PATH, "measures-heading", "measures-intro"),
        (crate::blocking::PATH, "blocks-heading", "blocks-intro"),
        (RECORD_PATH, "record-heading", "record-intro"),
        (SIGN_UPS_PATH, "admin-people", "admin-people-about"),
        ("/following", "nav-following", "following-intro"),
        (super::peers::PATH, "peers-heading", "peers-intro"),
        (
            "/admin/deliveries",
            "admin-deliveries",
            "admin-deliveries-intro",
        ),
    ];
    entries.retain(|(path, ..)| who.may_moderate_at(path));
    if who.may_set_at("/admin/site") {
        entries.insert(0, ("/admin/site", "admin-site", "admin-site-about"));
        entries.push((
            crate::ruling::EDIT_PATH,
            "rules-edit-heading",
            "rules-edit-intro",
        ));
        entries.push((crate::hooking::PATH, "hooks-heading", "hooks-intro"));
        entries.push((HOLD_PATH, "hold-heading", "hold-intro"));
    }
    let list: String = entries
        .iter()
        .map(|(path, name, about)| {
            format!(
                "<div><dt>{}</dt><dd>{}</dd></div>",
                link(path, &lang.t(name)),
                SafeHtml::text(&lang.t(about))
            )
        })
        .collect();
    let waiting = frame.person().map_or(0, |person| person.pending);
    let waiting = match waiting {
        0 => String::new(),
        n => format!(
            "<p class=\"lede\">{}</p>",
            SafeHtml::text(&lang.ta("nav-pending", &[("n", n.into())]))
        ),
    };
    let heading = lang.t("admin-heading");
    let body = SafeHtml::trusted(format!(
        "<h1>{}</h1>{waiting}<dl class=\"answers\">{list}</dl>",
        SafeHtml::text(&heading)
    ));
    frame.html(&form_page(&frame, NavItem::Admin, &heading, body))
}
