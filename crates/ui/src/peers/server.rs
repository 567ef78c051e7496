//! The page of one server: both follows, what was exchanged, what did not arrive, and what to do about it.

use super::{PeerRow, buttons, facts, marks, side};
use crate::{FormErrors, Lang, SafeHtml};

/// A delivery that waits or did not arrive.
#[derive(Clone, Debug, Default)]
pub struct UndeliveredRow {
    /// What was sent, as its type and id.
    pub what: (String, String),
    /// Where to.
    pub inbox: String,
    /// Word of its state: `queued`, `refused`, `failed`, `gone`.
    pub state: String,
    /// When it was made, as words.
    pub made: String,
    /// Why it did not arrive.
    pub reason: String,
}

/// One server.
#[derive(Clone, Debug, Default)]
pub struct PeerView {
    /// As in the list of servers.
    pub row: PeerRow,
    /// What is known of the exchange: a name and a value each, as words.
    pub exchange: Vec<(String, String)>,
    /// What waits or did not arrive, latest first.
    pub undelivered: Vec<UndeliveredRow>,
    /// True when there is more of it.
    pub more: bool,
    /// Where the list of servers is.
    pub path: String,
    /// The session's token.
    pub csrf: String,
    /// What was wrong.
    pub errors: FormErrors,
}

/// The body of the page.
pub fn peer_page(view: &PeerView, lang: Lang) -> SafeHtml {
    let t = |key: &str| SafeHtml::text(&lang.t(key));
    let (row, pair) = (&view.row, |name: &SafeHtml, value: &str| {
        format!("<div><dt>{name}</dt><dd>{value}</dd></div>")
    });
    let mut list = pair(
        &t("peers-col-follower"),
        &side(&row.follower, "follower", lang),
    );
    list += &pair(
        &t("peers-col-following"),
        &side(&row.following, "following", lang),
    );
    list += &pair(&t("peers-col-news"), &facts(row, lang));
    for (name, value) in &view.exchange {
        list += &pair(&SafeHtml::text(name), SafeHtml::text(value).as_str());
    }
    let mut body = SafeHtml::trusted(format!(
        "<p><a href=\"{}\">{}</a></p><h1><bdi>{}</bdi></h1><p class=\"lede\">{} {}</p>{}\
         <div class=\"actions\">{}</div><p><a href=\"{}\">{}</a></p><dl class=\"answers\">{list}</dl>",
        SafeHtml::text(&view.path),
        t("peers-heading"),
        SafeHtml::text(&row.host),
        SafeHtml::text(&row.software),
        marks(row, lang),
        crate::forms::error_summary(&view.errors, lang),
        buttons(row, &view.path, &view.csrf, true, lang),
        SafeHtml::text(&row.measures),
        t("measures-of-server"),
    ));
    body.push(&undelivered(view, lang));
    body
}

fn undelivered(view: &PeerView, lang: Lang) -> SafeHtml {
    let t = |key: &str| SafeHtml::text(&lang.t(key));
    let heading = format!("<h2 id=\"undelivered\">{}</h2>", t("peer-undelivered"));
    if view.undelivered.is_empty() {
        return SafeHtml::trusted(format!(
            "{heading}<p class=\"nothing\">{}</p>",
            t("admin-deliveries-none")
        ));
    }
    let rows: String = view
        .undelivered
        .iter()
        .map(|row| {
            format!(
                "<tr><th scope=\"row\"><bdi>{}</bdi><span class=\"sub\"><bdi>{}</bdi></span></th>\
                 <td data-label=\"{}\">{}<span class=\"sub\">{}</span></td>\
                 <td data-label=\"{}\"><bdi>{}</bdi></td><td data-label=\"{}\">{}</td></tr>",
                SafeHtml::text(&row.what.0),
                SafeHtml::text(&row.what.1),
                t("peer-state"),
                t(&format!("peer-state-{}", row.state)),
                SafeHtml::text(&row.made),
                t("peer-inbox"),
                SafeHtml::text(&row.inbox),
                t("admin-deliveries-error"),
                SafeHtml::text(&row.reason),
            )
        })
        .collect();
    let more = match view.more {
        true => format!("<p>{}</p>", t("peer-undelivered-more")),
        false => String::new(),
    };
    SafeHtml::trusted(format!(
        "{heading}<table class=\"cards-on-phone\"><caption class=\"sr\">{}</caption><thead><tr>\
         <th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th>\
         </tr></thead><tbody>{rows}</tbody></table>{more}",
        t("peer-undelivered"),
        t("peer-activity"),
        t("peer-state"),
        t("peer-inbox"),
        t("admin-deliveries-error"),
    ))
}
