//! The page of the servers around a site: who follows it, whom it follows, and what to do next.

mod server;

pub use server::{PeerView, UndeliveredRow, peer_page};

use crate::forms::{Button, Choice};
use crate::{Field, Form, FormErrors, Lang, SafeHtml, icon};

/// One direction of a relation, in words.
#[derive(Clone, Debug, Default)]
pub struct PeerSide {
    /// Word of its state: `pending`, `accepted`, `refused`, `removed`, `lost`; empty for none.
    pub state: &'static str,
    /// Since when, a whole sentence.
    pub since: String,
}

/// One server.
#[derive(Clone, Debug, Default)]
pub struct PeerRow {
    /// Its host.
    pub host: String,
    /// Its software, when known.
    pub software: String,
    /// Its follow of us.
    pub follower: PeerSide,
    /// Our follow of it.
    pub following: PeerSide,
    /// Sentences about what was heard of it and what waits.
    pub facts: Vec<String>,
    /// It does not answer now.
    pub silent: bool,
    /// Blocked by an administrator.
    pub blocked: bool,
    /// Words of what can be done, the most likely first.
    pub acts: Vec<&'static str>,
    /// Where to choose what is shown of it; empty: nothing is shown of it.
    pub rule: String,
    /// Its own page.
    pub page: String,
    /// Where moderators decide about it.
    pub measures: String,
}

/// The whole page.
#[derive(Clone, Debug, Default)]
pub struct PeersView {
    /// The servers of this page.
    pub rows: Vec<PeerRow>,
    /// How many wait for an answer in all.
    pub waiting: i64,
    /// Word of the filter.
    pub filter: String,
    /// Part of a host looked for.
    pub text: String,
    /// Address of the next page.
    pub next: Option<String>,
    /// Address of the first page, when this is another one.
    pub first: Option<String>,
    /// Where this page is.
    pub path: String,
    /// Where the settings are; empty for who may not change them.
    pub settings: String,
    /// The session's token.
    pub csrf: String,
    /// What was wrong.
    pub errors: FormErrors,
}

/// Words of the filters, in the order of the form.
pub const FILTERS: [&str; 9] = [
    "all",
    "waiting",
    "asked",
    "followers",
    "following",
    "refused",
    "removed",
    "lost",
    "trouble",
];

/// The body of the page.
pub fn peers_page(view: &PeersView, lang: Lang) -> SafeHtml {
    let t = |key: &str| SafeHtml::text(&lang.t(key));
    let mut body = SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>",
        t("peers-heading"),
        t("peers-intro")
    ));
    if view.waiting > 0 {
        let count = [("n", view.waiting.into())];
        body.push(&SafeHtml::trusted(format!(
            "<div class=\"notice warn\"><p>{} <a href=\"{}?show=waiting\">{}</a></p></div>",
            SafeHtml::text(&lang.ta("peers-waiting", &count)),
            SafeHtml::text(&view.path),
            t("peers-waiting-show")
        )));
    }
    if !view.settings.is_empty() {
        body.push(&SafeHtml::trusted(format!(
            "<p class=\"actions\"><a class=\"button quiet\" href=\"{}\">{}</a></p>",
            SafeHtml::text(&view.settings),
            t("peers-settings")
        )));
    }
    body.push(&crate::forms::error_summary(&view.errors, lang));
    let choices = FILTERS
        .iter()
        .map(|word| Choice::new(word, &lang.t(&format!("peers-show-{word}"))))
        .collect();
    let none = FormErrors::new();
    let form = Form::get(&view.path)
        .inline()
        .body(
            Field::select("show", lang.t("peers-show"), choices)
                .value(&view.filter)
                .render(&none, lang),
        )
        .body(
            Field::search("q", lang.t("peers-search"))
                .value(&view.text)
                .render(&none, lang),
        )
        .button(Button::quiet(lang.t("peers-filter")))
        .render();
    body.push(&form);
    if view.rows.is_empty() {
        let key = match view.filter.as_str() {
            "all" if view.text.is_empty() => "peers-none",
            _ => "peers-none-filtered",
        };
        body.push(&SafeHtml::trusted(format!(
            "<p class=\"nothing\">{}</p>",
            t(key)
        )));
        return body;
    }
    let columns = [
        "peers-col-host",
        "peers-col-follower",
        "peers-col-following",
        "peers-col-news",
    ];
    let head: String = columns
        .iter()
        .map(|key| format!("<th scope=\"col\">{}</th>", t(key)))
        .collect();
    let rows: String = view.rows.iter().map(|row| line(row, view, lang)).collect();
    body.push(&SafeHtml::trusted(format!(
        "<table class=\"cards-on-phone\"><caption class=\"sr\">{}</caption><thead><tr>{head}\
         <th scope=\"col\"><span class=\"sr\">{}</span></th></tr></thead><tbody>{rows}</tbody></table>",
        t("peers-heading"),
        t("following-col-actions")
    )));
    let link = |to: &Option<String>, key: &str| {
        to.as_ref().map_or_else(String::new, |to| {
            format!(
                "<a class=\"button quiet\" href=\"{}\">{}</a> ",
                SafeHtml::text(to),
                t(key)
            )
        })
    };
    body.push(&SafeHtml::trusted(format!(
        "<p class=\"actions\">{}{}</p>",
        link(&view.first, "peers-first"),
        link(&view.next, "peers-next")
    )));
    body
}

fn line(row: &PeerRow, view: &PeersView, lang: Lang) -> String {
    let label = |key: &str| SafeHtml::text(&lang.t(key));
    format!(
        "<tr><th scope=\"row\"><bdi><a href=\"{}\">{}</a></bdi><span class=\"sub\">{}</span>{}</th>\
         <td data-label=\"{}\">{}</td><td data-label=\"{}\">{}</td><td data-label=\"{}\">{}</td>\
         <td class=\"do\">{}</td></tr>",
        SafeHtml::text(&row.page),
        SafeHtml::text(&row.host),
        SafeHtml::text(&row.software),
        marks(row, lang),
        label("peers-col-follower"),
        side(&row.follower, "follower", lang),
        label("peers-col-following"),
        side(&row.following, "following", lang),
        label("peers-col-news"),
        facts(row, lang),
        buttons(row, &view.path, &view.csrf, false, lang),
    )
}

fn marks(row: &PeerRow, lang: Lang) -> String {
    match (row.blocked, row.silent) {
        (true, _) => badge("bad", "cancel", &lang.t("peers-blocked")),
        (_, true) => badge("bad", "cancel", &lang.t("peers-silent")),
        _ => String::new(),
    }
}

fn facts(row: &PeerRow, lang: Lang) -> String {
    let mut facts: String = row
        .facts
        .iter()
        .map(|fact| format!("<span class=\"sub\">{}</span>", SafeHtml::text(fact)))
        .collect();
    if row.silent && !row.blocked {
        facts.push_str(&format!(
            "<span class=\"sub advice\">{}</span>",
            SafeHtml::text(&lang.t("peers-advice-silent"))
        ));
    }
    facts
}

/// What can be done about a server; `here`: on its own page, to which the buttons lead back.
fn buttons(row: &PeerRow, path: &str, csrf: &str, here: bool, lang: Lang) -> String {
    let mut form = Form::post(&format!("{path}/act"), csrf)
        .inline()
        .hidden("host", &row.host);
    if here {
        form = form.hidden("from", "server");
    }
    for act in &row.acts {
        form = form.button(button(act, row, lang));
    }
    let mut buttons = form.render().into_string();
    if !row.rule.is_empty() {
        buttons.push_str(&format!(
            "<p class=\"sub\"><a href=\"{}\">{}<span class=\"sr\"> {}</span></a></p>",
            SafeHtml::text(&row.rule),
            SafeHtml::text(&lang.t("peers-rule")),
            SafeHtml::text(&row.host)
        ));
    }
    buttons
}

fn badge(class: &str, picture: &str, text: &str) -> String {
    format!(
        "<span class=\"badge {class}\">{}{}</span>",
        icon(picture),
        SafeHtml::text(text)
    )
}

fn side(side: &PeerSide, which: &str, lang: Lang) -> String {
    let (class, picture) = match side.state {
        "" => {
            let none = lang.t(&format!("peers-{which}-none"));
            return format!("<span class=\"sub\">{}</span>", SafeHtml::text(&none));
        }
        "accepted" => ("good", "check"),
        "pending" => ("warn", "clock"),
        _ => ("bad", "cancel"),
    };
    let advice = match side.state {
        "pending" | "refused" | "removed" | "lost" => format!(
            "<span class=\"sub advice\">{}</span>",
            SafeHtml::text(&lang.t(&format!("peers-{which}-{}-advice", side.state)))
        ),
        _ => String::new(),
    };
    format!(
        "{}<span class=\"sub\">{}</span>{advice}",
        badge(
            class,
            picture,
            &lang.t(&format!("peers-{which}-{}", side.state))
        ),
        SafeHtml::text(&side.since)
    )
}

fn button(act: &str, row: &PeerRow, lang: Lang) -> Button {
    let text = lang.t(&format!("peers-do-{act}"));
    let button = match act {
        // Lifting a refusal is possible, not proposed.
        "approve" if row.follower.state == "pending" => Button::primary(text),
        "refuse" | "remove" | "unfollow" | "block" => Button::danger(text),
        _ => Button::quiet(text),
    };
    button.about(&row.host).sends("do", act)
}
