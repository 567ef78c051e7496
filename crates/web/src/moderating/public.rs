//! What the site tells everybody of its moderation: the log, the figures of a year, the servers it blocks; each where the
//! site shows it, and no page where it shows nothing.

use super::faults::page_of;
use super::public_figures;
use crate::letters::key_of;
use crate::markup::{nothing, panel, paragraph, table, two_lines};
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::figures::{Figures, of_year, years};
use moderation::public::{LogEntry, ServerDecision, log, servers};
use moderation::settings::ModerationSettings;
use pages::Frame;
use serde::Deserialize;
use std::sync::Arc;
use store::Page;
use ui::{NavItem, SafeHtml, dates};

/// Its address.
pub(crate) const PATH: &str = "/moderation";
/// Entries on a page.
const PAGE: i64 = 50;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    before: Option<i64>,
    year: Option<i32>,
}

/// What this visitor is shown.
struct Shown {
    settings: ModerationSettings,
    log: Page<LogEntry>,
    years: Vec<i32>,
    figures: Option<Figures>,
    servers: Option<Vec<ServerDecision>>,
}

async fn read(
    frame: &Frame,
    rooms: &Rooms,
    asked: &Asked,
) -> Result<Option<Shown>, ModerationError> {
    let (site, now) = (Arc::clone(&frame.site), rooms.clock.ts());
    let signed_in = frame.viewer.identity().is_some();
    let asked = asked.clone();
    let found = rooms.database.read(move |conn| {
        let settings = ModerationSettings::read(conn, site.id)?;
        if !settings.shows_anything(signed_in) {
            return Ok(None);
        }
        let named = settings.servers.covers(signed_in);
        let entries = match settings.log {
            true => log(conn, &site, named, asked.before, PAGE + 1)?,
            false => Vec::new(),
        };
        let years = years(conn, &site, now)?;
        let year = asked.year.filter(|year| years.contains(year));
        let year = year.or(years.first().copied());
        let figures = match year.filter(|_| settings.figures) {
            Some(year) => Some(of_year(conn, &site, year)?),
            None => None,
        };
        Ok::<_, ModerationError>(Some(Shown {
            settings,
            log: Page::of(entries, PAGE),
            years,
            figures,
            servers: match named {
                true => Some(servers(conn, site.id)?),
                false => None,
            },
        }))
    });
    found.await
}

pub(crate) async fn show(frame: Frame, rooms: Rooms, asked: web::Query<Asked>) -> HttpResponse {
    let shown = match read(&frame, &rooms, &asked).await {
        Ok(Some(shown)) => shown,
        Ok(None) => return frame.error(404),
        Err(error) => return page_of(&frame, &error),
    };
    let lang = frame.lang;
    let site = [("site", frame.site.name.as_str().into())];
    let heading = lang.ta("log-heading", &site);
    let mut parts = vec![SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>",
        SafeHtml::text(&heading),
        SafeHtml::text(&lang.t("log-intro"))
    ))];
    if shown.settings.log {
        parts.push(panel(
            "log",
            &lang.t("log-measures"),
            &entries(&frame, &shown.log),
        ));
    }
    if let Some(figures) = &shown.figures {
        let body = public_figures::body(&frame, figures, &shown.years);
        parts.push(panel("figures", &lang.t("log-figures"), &body));
    }
    if let Some(servers) = &shown.servers {
        let body = decisions(&frame, servers);
        parts.push(panel("servers", &lang.t("log-servers"), &body));
    }
    let mut page = frame.page(&heading, SafeHtml::concat(&parts));
    page.nav_current = NavItem::About;
    frame.html(&page)
}

fn reason_of(frame: &Frame, reason: &str) -> String {
    match reason {
        "" => String::new(),
        word => frame.lang.t(&format!("report-reason-{}", key_of(word))),
    }
}

fn entries(frame: &Frame, log: &Page<LogEntry>) -> SafeHtml {
    let lang = frame.lang;
    if log.items.is_empty() {
        return nothing(&lang.t("log-none"));
    }
    let columns = [
        "log-col-what",
        "log-col-about",
        "log-col-why",
        "log-col-day",
    ];
    let columns = columns.map(|key| lang.t(key));
    let rows: Vec<Vec<SafeHtml>> = log
        .items
        .iter()
        .map(|entry| {
            let what = lang.t(&format!("log-measure-{}", key_of(&entry.measure)));
            let step = lang.t(&format!("log-step-{}", entry.step.as_str()));
            let about = lang.t(&format!("log-about-{}", entry.about.as_str()));
            vec![
                two_lines(&what, &step),
                two_lines(&about, entry.host.as_deref().unwrap_or_default()),
                SafeHtml::text(&reason_of(frame, &entry.reason)),
                SafeHtml::text(&dates::long_date(entry.day, lang)),
            ]
        })
        .collect();
    let more = match log.items.last().filter(|_| log.more) {
        Some(last) => format!(
            "<p class=\"actions\"><a class=\"button quiet\" href=\"{PATH}?before={}\">{}</a></p>",
            last.seq,
            SafeHtml::text(&lang.t("queue-next"))
        ),
        None => String::new(),
    };
    SafeHtml::trusted(format!(
        "{}{}{more}",
        paragraph(&lang.t("log-measures-intro")),
        table(&lang.t("log-measures"), &columns, &rows)
    ))
}

fn decisions(frame: &Frame, servers: &[ServerDecision]) -> SafeHtml {
    let lang = frame.lang;
    if servers.is_empty() {
        return nothing(&lang.t("log-servers-none"));
    }
    let columns = ["log-col-server", "log-col-what", "log-col-why"].map(|key| lang.t(key));
    let rows: Vec<Vec<SafeHtml>> = servers
        .iter()
        .map(|server| {
            let measures = server
                .measures
                .iter()
                .map(|word| lang.t(&format!("log-measure-{}", key_of(word))));
            let reasons = server.reasons.iter().map(|word| reason_of(frame, word));
            vec![
                SafeHtml::trusted(format!("<bdi>{}</bdi>", SafeHtml::text(&server.host))),
                SafeHtml::text(&measures.collect::<Vec<_>>().join(", ")),
                SafeHtml::text(&reasons.collect::<Vec<_>>().join(" ; ")),
            ]
        })
        .collect();
    table(&lang.t("log-servers"), &columns, &rows)
}
