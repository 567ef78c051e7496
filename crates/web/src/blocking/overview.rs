//! What is decided about servers, and where more of it comes from.

use super::{ALLOWED_PATH, LISTS_PATH, PATH, PREVIEW_PATH};
use crate::markup::{form_page, link, nothing, panel, paragraph, table, two_lines};
use crate::moderating::{measure_list, measure_new, page_of};
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_web::HttpResponse;
use federation::{AllowList, Block};
use moderation::ModerationError;
use moderation::lists::{BlockList, lifted_together};
use moderation::measure::{Measure, on_hosts};
use pages::Frame;
use ui::forms::{Button, error_summary};
use ui::{Field, Form, FormErrors, NavItem, SafeHtml};

/// What was typed, to be shown again.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) list: String,
    pub(super) file: String,
    pub(super) allowed: Option<String>,
}

struct Seen {
    measures: Vec<Measure>,
    /// Blocks of the server that no measure of this site stands for.
    blocks: Vec<Block>,
    lists: Vec<(BlockList, i64)>,
    /// Addresses of lists, with how many measures each brought.
    brought: Vec<(String, i64)>,
    allow_list: AllowList,
}

async fn read(frame: &Frame, rooms: &Rooms) -> Result<Seen, ModerationError> {
    let site = frame.site.id;
    let found = rooms.database.read(move |conn| {
        Ok::<_, ModerationError>((
            on_hosts(conn, site)?,
            BlockList::of_site(conn, site)?,
            lifted_together(conn, site)?,
        ))
    });
    let (measures, lists, brought) = found.await?;
    let mut blocks = rooms.federation.blocked_hosts().await?;
    blocks.retain(|block| {
        !measures
            .iter()
            .any(|measure| measure.kind == "block" && measure.host.as_ref() == Some(&block.host))
    });
    Ok(Seen {
        measures,
        blocks,
        lists,
        brought,
        allow_list: rooms.federation.allow_list().await?,
    })
}

/// Decisions in force, then blocks that an administrator made without one.
fn decisions(frame: &Frame, seen: &Seen) -> SafeHtml {
    let lang = frame.lang;
    let mut parts = vec![measure_list(frame, &seen.measures, PATH)];
    if !seen.blocks.is_empty() {
        let columns = ["blocks-col-host", "queue-col-why"].map(|key| lang.t(key));
        let rows: Vec<Vec<SafeHtml>> = seen
            .blocks
            .iter()
            .map(|block| {
                vec![
                    SafeHtml::text(&block.host),
                    SafeHtml::text(block.reason.as_deref().unwrap_or_default()),
                ]
            })
            .collect();
        parts.push(paragraph(&lang.t("blocks-server")));
        parts.push(table(&lang.t("blocks-server"), &columns, &rows));
    }
    let new = Form::get(measure_new::PATH)
        .body(
            Field::text("host", lang.t("blocks-host"))
                .help(lang.t("blocks-host-help"))
                .render(&FormErrors::new(), lang),
        )
        .button(Button::primary(lang.t("blocks-host-go")));
    parts.push(new.render());
    SafeHtml::concat(&parts)
}

/// The file, in and out.
fn files(frame: &Frame, typed: &Typed, errors: &FormErrors) -> SafeHtml {
    let lang = frame.lang;
    let form = Form::post(PREVIEW_PATH, frame.csrf())
        .multipart()
        .body(Field::file("file", lang.t("blocks-file"), ".csv,.txt,text/csv").render(errors, lang))
        .body(
            Field::textarea("text", lang.t("blocks-text"), 4)
                .help(lang.t("blocks-text-help"))
                .optional()
                .value(&typed.file)
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("blocks-look")));
    let out = link("/admin/blocks.csv", &lang.t("blocks-export"));
    SafeHtml::concat([
        &paragraph(&lang.t("blocks-file-intro")),
        &form.render(),
        &SafeHtml::trusted(format!("<p>{out}</p>")),
    ])
}

/// Lists of others.
fn lists(frame: &Frame, seen: &Seen, admin: bool, typed: &Typed, errors: &FormErrors) -> SafeHtml {
    let lang = frame.lang;
    let mut parts = vec![paragraph(&lang.t("lists-intro"))];
    let button = |fields: &[(&str, &str)], key: &str, about: &str| {
        let mut form = Form::post(LISTS_PATH, frame.csrf()).inline();
        for (name, value) in fields {
            form = form.hidden(name, value);
        }
        form.button(Button::quiet(lang.t(key)).about(about))
            .render()
    };
    let lift = |url: &str| {
        let brought = seen.brought.iter().find(|(from, _)| from == url);
        brought.map(|(_, n)| {
            let n = [("n", (*n).into())];
            let label = lang.ta("lists-brought", &n);
            let lift = button(&[("do", "lift"), ("url", url)], "lists-lift", url);
            SafeHtml::trusted(format!("<p>{} {lift}</p>", SafeHtml::text(&label)))
        })
    };
    let mut rows: Vec<Vec<SafeHtml>> = Vec::new();
    for (list, waiting) in &seen.lists {
        let id = list.id.to_string();
        let state = match (&list.last_error, list.read_at) {
            (Some(why), _) => lang.ta("lists-failed", &[("why", why.as_str().into())]),
            (None, Some(at)) => {
                let when = ui::dates::moment(at.0, frame.site.timezone, lang);
                lang.ta("lists-read", &[("when", when.into())])
            }
            (None, None) => lang.t("lists-unread"),
        };
        let waiting = match waiting {
            0 => SafeHtml::text(&lang.t("lists-nothing")),
            n => link(
                "/admin/queue?show=proposals",
                &lang.ta("lists-waiting", &[("n", (*n).into())]),
            ),
        };
        let mut tools = Vec::new();
        if admin {
            tools.push(button(
                &[("do", "read"), ("id", &id)],
                "lists-check",
                &list.url,
            ));
            tools.push(button(
                &[("do", "end"), ("id", &id)],
                "lists-end",
                &list.url,
            ));
        }
        let proposals = SafeHtml::concat([&waiting, &lift(&list.url).unwrap_or_default()]);
        rows.push(vec![
            two_lines(&list.url, &state),
            proposals,
            SafeHtml::concat(&tools),
        ]);
    }
    let ended = seen
        .brought
        .iter()
        .filter(|(url, _)| seen.lists.iter().all(|(list, _)| list.url != *url));
    for (url, _) in ended {
        let lift = lift(url).unwrap_or_default();
        rows.push(vec![
            two_lines(url, &lang.t("lists-ended")),
            lift,
            SafeHtml::default(),
        ]);
    }
    parts.push(match rows.is_empty() {
        true => nothing(&lang.t("lists-none")),
        false => {
            let columns = ["lists-col-list", "lists-col-says", "agendas-col-do"];
            table(
                &lang.t("lists-heading"),
                &columns.map(|key| lang.t(key)),
                &rows,
            )
        }
    });
    if admin {
        let form = Form::post(LISTS_PATH, frame.csrf())
            .hidden("do", "subscribe")
            .body(
                Field::url("url", lang.t("lists-url"))
                    .help(lang.t("lists-url-help"))
                    .value(&typed.list)
                    .render(errors, lang),
            )
            .button(Button::primary(lang.t("lists-subscribe")));
        parts.push(form.render());
    }
    SafeHtml::concat(&parts)
}

/// Speaking with named servers only.
fn allowed(frame: &Frame, list: &AllowList, typed: &Typed, errors: &FormErrors) -> SafeHtml {
    let lang = frame.lang;
    let hosts = match &typed.allowed {
        Some(typed) => typed.clone(),
        None => list.hosts.join("\n"),
    };
    let form = Form::post(ALLOWED_PATH, frame.csrf())
        .body(Field::checkbox("only", lang.t("allowed-only"), list.only).render(errors, lang))
        .body(
            Field::textarea("hosts", lang.t("allowed-hosts"), 4)
                .help(lang.t("allowed-hosts-help"))
                .optional()
                .value(&hosts)
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("allowed-save")));
    SafeHtml::concat([&paragraph(&lang.t("allowed-intro")), &form.render()])
}

/// The page, with what was wrong.
pub(super) async fn answer(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    typed: &Typed,
    errors: &FormErrors,
    status: u16,
) -> HttpResponse {
    let seen = match read(frame, rooms).await {
        Ok(seen) => seen,
        Err(error) => return page_of(frame, &error),
    };
    let lang = frame.lang;
    let heading = lang.t("blocks-heading");
    let mut parts = vec![
        SafeHtml::trusted(format!(
            "<h1>{}</h1><p class=\"lede\">{}</p>",
            SafeHtml::text(&heading),
            SafeHtml::text(&lang.t("blocks-intro"))
        )),
        error_summary(errors, lang),
        panel(
            "decisions",
            &lang.t("blocks-decisions"),
            &decisions(frame, &seen),
        ),
        panel(
            "file",
            &lang.t("blocks-file-heading"),
            &files(frame, typed, errors),
        ),
        panel(
            "lists",
            &lang.t("lists-heading"),
            &lists(frame, &seen, who.is_admin(), typed, errors),
        ),
    ];
    if who.account.is_server_admin {
        let body = allowed(frame, &seen.allow_list, typed, errors);
        parts.push(panel("allowed", &lang.t("allowed-heading"), &body));
    }
    let body = SafeHtml::concat(&parts);
    frame.answer(status, &form_page(frame, NavItem::Admin, &heading, body))
}

pub(crate) async fn show(frame: Frame, who: Moderator, rooms: Rooms) -> HttpResponse {
    let (typed, errors) = (Typed::default(), FormErrors::new());
    answer(&frame, &who, &rooms, &typed, &errors, 200).await
}
