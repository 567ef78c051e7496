//! What there is to administer, and what waits.

use crate::markup::{form_page, link};
use accounts::{Moderator, SIGN_UPS_PATH};
use actix_web::HttpResponse;
use pages::Frame;
use ui::{NavItem, SafeHtml};

pub(crate) async fn show(frame: Frame, who: Moderator) -> HttpResponse {
    let lang = frame.lang;
    let mut entries = vec![
        (SIGN_UPS_PATH, "admin-people"),
        ("/following", "nav-following"),
        (super::peers::PATH, "peers-heading"),
        ("/admin/deliveries", "admin-deliveries"),
    ];
    if who.is_admin() {
        entries.insert(0, ("/admin/site", "admin-site"));
    }
    let list: String = entries
        .iter()
        .map(|(path, key)| format!("<li>{}</li>", link(path, &lang.t(key))))
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
        "<div class=\"narrow\"><h1>{}</h1>{waiting}<div class=\"panel\"><ul>{list}</ul></div></div>",
        SafeHtml::text(&heading)
    ));
    frame.html(&form_page(&frame, NavItem::Admin, &heading, body))
}
