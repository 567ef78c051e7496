//! The queue: everything that waits for somebody, with filters, and actions on several lines.

use super::QUEUE_PATH;
use super::faults::page_of;
use crate::letters::key_of;
use crate::markup::{form_page, nothing};
use crate::rooms::Rooms;
use accounts::{Account, Moderator, SiteRole, roles};
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::queue::{Look, Mark, Waiting};
use pages::Frame;
use serde::Deserialize;
use std::collections::HashMap;
use store::Id;
use ui::forms::{Button, Choice, error_summary};
use ui::{Field, Form, FormErrors, NavItem, SafeHtml, dates};

/// Lines on a page.
pub(super) const PAGE: i64 = 50;
/// The filter for what one looks after oneself.
const MINE: &str = "mine";

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Name of a source, or [`MINE`].
    pub(super) show: String,
    /// Place after which the page begins: microseconds and key.
    pub(super) after: String,
}

impl Asked {
    pub(super) fn of(show: String, after: String) -> Self {
        Self { show, after }
    }

    /// The address of the same view, from its beginning.
    pub(super) fn address(&self) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("show", &self.show)
            .finish();
        format!("{QUEUE_PATH}?{query}")
    }
}

/// What somebody had chosen when something was wrong with it.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// As [`name_of`] has them.
    pub(super) lines: Vec<String>,
    /// All of the page.
    pub(super) whole: bool,
    pub(super) act: String,
}

/// What a line is called in a form.
pub(super) fn name_of(waiting: &Waiting) -> String {
    format!("{}:{}", waiting.source, waiting.key)
}

pub(crate) async fn show(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let (none, errors) = (Chosen::default(), FormErrors::new());
    answer(&frame, &who, &rooms, &asked, &none, errors, 200).await
}

pub(super) struct Seen {
    counts: Vec<(&'static str, i64)>,
    pub(super) lines: Vec<Waiting>,
    moderators: HashMap<Id, String>,
}

pub(super) async fn read(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    asked: &Asked,
) -> Result<Seen, ModerationError> {
    let (queue, site) = (rooms.queue.clone(), frame.site.clone());
    let mine = (asked.show == MINE).then_some(who.account.id);
    let only = queue.named(&asked.show).map(|source| source.name());
    let (after, may) = (Mark::parse(&asked.after), who.permissions);
    let found = rooms.database.read(move |conn| {
        let all = Look {
            site: site.clone(),
            may,
            assigned_to: None,
            after: None,
        };
        let look = Look {
            assigned_to: mine,
            after,
            ..all.clone()
        };
        let people = roles::people_of(conn, site.id, &[SiteRole::Admin, SiteRole::Moderator])?;
        let name = |(account, _): (Account, SiteRole)| (account.id, account.name);
        Ok::<_, ModerationError>(Seen {
            counts: queue.counts(conn, &all)?,
            lines: queue.waiting(conn, &look, only, PAGE + 1)?,
            moderators: people.into_iter().map(name).collect(),
        })
    });
    found.await
}

pub(super) async fn answer(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    asked: &Asked,
    chosen: &Chosen,
    errors: FormErrors,
    status: u16,
) -> HttpResponse {
    let seen = match read(frame, who, rooms, asked).await {
        Ok(seen) => seen,
        Err(error) => return page_of(frame, &error),
    };
    let lang = frame.lang;
    let heading = lang.t("queue-heading");
    let mut body = SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>",
        SafeHtml::text(&heading),
        SafeHtml::text(&lang.t("queue-intro"))
    ));
    body.push(&error_summary(&errors, lang));
    body.push(&filter(frame, asked, &seen.counts));
    let more = seen.lines.len() > PAGE as usize;
    let lines = &seen.lines[..seen.lines.len().min(PAGE as usize)];
    match lines.is_empty() {
        true => {
            let key = match asked.show.is_empty() {
                true => "queue-none",
                false => "queue-none-filtered",
            };
            body.push(&nothing(&lang.t(key)));
        }
        false => {
            body.push(&list(
                frame,
                rooms,
                asked,
                lines,
                (&seen.moderators, chosen, &errors),
            ));
            body.push(&SafeHtml::trusted(format!(
                "<p class=\"help\">{}</p>",
                SafeHtml::text(&lang.t("queue-keys"))
            )));
        }
    }
    body.push(&pager(frame, asked, lines.last().filter(|_| more)));
    frame.answer(status, &form_page(frame, NavItem::Admin, &heading, body))
}

/// The sources with their counts: a choice, and at the same time the overview.
fn filter(frame: &Frame, asked: &Asked, counts: &[(&'static str, i64)]) -> SafeHtml {
    let lang = frame.lang;
    let all: i64 = counts.iter().map(|(_, n)| n).sum();
    let counted = |label: String, n: i64| format!("{label} ({n})");
    let mut choices = vec![
        Choice::new("", &counted(lang.t("queue-all"), all)),
        Choice::new(MINE, &lang.t("queue-mine")),
    ];
    for (name, n) in counts.iter().copied() {
        choices.push(Choice::new(
            name,
            &counted(lang.t(&format!("queue-source-{name}")), n),
        ));
    }
    Form::get(QUEUE_PATH)
        .inline()
        .body(
            Field::select("show", lang.t("queue-filter"), choices)
                .value(&asked.show)
                .render(&FormErrors::new(), lang),
        )
        .button(Button::quiet(lang.t("queue-filter-do")))
        .render()
}

fn list(
    frame: &Frame,
    rooms: &Rooms,
    asked: &Asked,
    lines: &[Waiting],
    (moderators, chosen, errors): (&HashMap<Id, String>, &Chosen, &FormErrors),
) -> SafeHtml {
    let lang = frame.lang;
    let t = |key: &str| SafeHtml::text(&lang.t(key));
    let rows: String = lines
        .iter()
        .map(|line| {
            let since = dates::moment(line.since.0, frame.site.timezone, lang);
            let why = match line.reason.as_str() {
                "" => String::new(),
                word => lang.t(&format!("report-reason-{}", key_of(word))),
            };
            let whose = line
                .assigned_to
                .and_then(|id| moderators.get(&id))
                .map_or("", String::as_str);
            format!(
                "<tr><th scope=\"row\"><div class=\"check\"><input type=\"checkbox\" name=\"line\" value=\"{}\"{} aria-label=\"{} {}\"> \
                 <span><a href=\"{}\"><bdi>{}</bdi></a><span class=\"sub\">{}</span></span></div></th>\
                 <td data-label=\"{}\"><span class=\"badge\">{}</span><span class=\"sub\">{}</span></td>\
                 <td data-label=\"{}\">{}</td><td data-label=\"{}\"><bdi>{}</bdi></td></tr>",
                SafeHtml::text(&name_of(line)),
                match chosen.lines.contains(&name_of(line)) {
                    true => " checked",
                    false => "",
                },
                t("queue-select"),
                SafeHtml::text(&line.title),
                SafeHtml::text(&line.link),
                SafeHtml::text(&line.title),
                SafeHtml::text(&line.about),
                t("queue-col-why"),
                t(&format!("queue-source-{}", line.source)),
                SafeHtml::text(&why),
                t("queue-col-since"),
                SafeHtml::text(&since),
                t("queue-col-who"),
                SafeHtml::text(whose),
            )
        })
        .collect();
    let head: String = [
        "queue-col-what",
        "queue-col-why",
        "queue-col-since",
        "queue-col-who",
    ]
    .iter()
    .map(|key| format!("<th scope=\"col\">{}</th>", t(key)))
    .collect();
    let table = SafeHtml::trusted(format!(
        "<table class=\"cards-on-phone\"><caption class=\"sr\">{}</caption><thead><tr>{head}</tr></thead>\
         <tbody>{rows}</tbody></table>",
        t("queue-heading")
    ));
    let mut acts: Vec<Choice> = vec![Choice::new("", "")];
    for source in rooms.queue.sources() {
        let name = source.name();
        if !lines.iter().any(|line| line.source == name) {
            continue;
        }
        for act in source.acts() {
            if acts.iter().all(|known| known.value != *act) {
                acts.push(Choice::new(act, &lang.t(&format!("queue-do-{act}"))));
            }
        }
    }
    Form::post(QUEUE_PATH, frame.csrf())
        .hidden("show", &asked.show)
        .hidden("after", &asked.after)
        .body(table)
        .body(Field::checkbox("whole", lang.t("queue-whole"), chosen.whole).render(errors, lang))
        .body(
            Field::select("act", lang.t("queue-act"), acts)
                .help(lang.t("queue-act-help"))
                .value(&chosen.act)
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("queue-act-go")))
        .render()
}

fn pager(frame: &Frame, asked: &Asked, last: Option<&Waiting>) -> SafeHtml {
    let here = |after: String| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("show", &asked.show);
        if !after.is_empty() {
            query.append_pair("after", &after);
        }
        format!("{QUEUE_PATH}?{}", query.finish())
    };
    let link = |to: String, key: &str| {
        format!(
            "<a class=\"button quiet\" href=\"{}\">{}</a> ",
            SafeHtml::text(&to),
            SafeHtml::text(&frame.lang.t(key))
        )
    };
    let mut links = String::new();
    if !asked.after.is_empty() {
        links.push_str(&link(here(String::new()), "queue-first"));
    }
    if let Some(last) = last {
        links.push_str(&link(here(last.mark().to_string()), "queue-next"));
    }
    match links.is_empty() {
        true => SafeHtml::default(),
        false => SafeHtml::trusted(format!("<p class=\"actions\">{links}</p>")),
    }
}
