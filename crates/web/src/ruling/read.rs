//! The rules as everybody reads them: those that count, those to come, and what they were.

use crate::markup::{form_page, nothing};
use crate::moderating::page_of;
use crate::rooms::Rooms;
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::rules::SiteRule;
use pages::Frame;
use store::Ts;
use ui::forms::more_options;
use ui::pages::narrow_page;
use ui::{NavItem, SafeHtml, dates};

/// A rule with the day from which, or until which, it counts.
fn item(frame: &Frame, rule: &SiteRule, key: &str, at: Ts) -> String {
    let day = at.0.with_timezone(&frame.site.timezone).date_naive();
    let date = [("date", dates::long_date(day, frame.lang).into())];
    let text = rule.text(frame.lang.tag(), &frame.site.default_language);
    format!(
        "<li id=\"r{}\"><p>{}<span class=\"sub\">{}</span></p></li>",
        rule.id,
        SafeHtml::text(&text),
        SafeHtml::text(&frame.lang.ta(key, &date))
    )
}

pub(crate) async fn show(frame: Frame, rooms: Rooms) -> HttpResponse {
    let (site, now) = (frame.site.id, rooms.clock.ts());
    let found = rooms
        .database
        .read(move |conn| Ok::<_, ModerationError>(SiteRule::all(conn, site)?));
    let rules = match found.await {
        Ok(rules) => rules,
        Err(error) => return page_of(&frame, &error),
    };
    let lang = frame.lang;
    let (mut counting, mut coming, mut past) = (String::new(), String::new(), String::new());
    for rule in &rules {
        match (rule.since > now, rule.until) {
            (true, _) => coming.push_str(&item(&frame, rule, "rules-from", rule.since)),
            (false, Some(until)) if until <= now => {
                past.push_str(&item(&frame, rule, "rules-until", until));
            }
            _ => counting.push_str(&item(&frame, rule, "rules-since", rule.since)),
        }
    }
    let heading = lang.t("rules-heading");
    let mut parts = vec![match counting.is_empty() {
        true => nothing(&lang.t("rules-none")),
        false => SafeHtml::trusted(format!("<ol>{counting}</ol>")),
    }];
    if !coming.is_empty() {
        let title = SafeHtml::text(&lang.t("rules-coming"));
        parts.push(SafeHtml::trusted(format!(
            "<h2>{title}</h2><ul>{coming}</ul>"
        )));
    }
    if !past.is_empty() {
        let past = SafeHtml::trusted(format!("<ul>{past}</ul>"));
        parts.push(more_options(&lang.t("rules-past"), false, &past));
    }
    let site = [("site", frame.site.name.as_str().into())];
    let intro = lang.ta("rules-intro", &site);
    let body = narrow_page(&heading, &intro, &SafeHtml::concat(&parts));
    let mut page = form_page(&frame, NavItem::Nowhere, &heading, body);
    page.noindex = false;
    frame.html(&page)
}
