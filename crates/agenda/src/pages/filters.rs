//! What an agenda can be narrowed by, and what it is narrowed by now.

use crate::listing::CATEGORIES;
use crate::query::Query;
use chrono::NaiveDate;
use sites::Site;
use ui::Lang;
use ui::agenda::{ActiveFilter, Filters, QuickFilter};
use ui::forms::Choice;

/// What a site knows to propose, and whether it knows what was asked.
pub(super) struct Known {
    /// The place named as a centre is not known here.
    pub(super) lost: bool,
    /// Names of places.
    pub(super) places: Vec<String>,
    /// Hosts that events come from.
    pub(super) hosts: Vec<String>,
}

/// The category's name.
pub(crate) fn category_name(word: &str, lang: Lang) -> String {
    lang.t(&format!(
        "category-{}",
        word.to_ascii_lowercase().replace('_', "-")
    ))
}

pub(crate) fn category_choices(lang: Lang) -> Vec<Choice> {
    let mut choices: Vec<(String, &str)> = CATEGORIES
        .iter()
        .map(|word| (category_name(word, lang), *word))
        .collect();
    choices.sort_by_key(|(name, _)| store::fold(name));
    choices
        .iter()
        .map(|(name, word)| Choice::new(word, name))
        .collect()
}

/// The filters in force, each with the way to the same page without it.
pub(super) fn active(query: &Query, path: &str, lang: Lang) -> Vec<ActiveFilter> {
    let mut active = Vec::new();
    let mut drop = |label: String, names: &[&str]| {
        let gone: Vec<(&str, &str)> = names.iter().map(|name| (*name, "")).collect();
        active.push(ActiveFilter {
            label,
            remove_url: query.address(path, &gone),
        });
    };
    if !query.q.is_empty() {
        drop(
            lang.ta("filter-label-q", &[("words", query.q.clone().into())]),
            &["q"],
        );
    }
    if !query.tag.is_empty() {
        drop(format!("#{}", query.tag), &["tag"]);
    }
    if !query.category.is_empty() {
        drop(category_name(&query.category, lang), &["category"]);
    }
    if !query.place.is_empty() {
        drop(query.place.clone(), &["place"]);
    }
    if !query.near.is_empty() {
        drop(
            format!(
                "{} km · {}",
                if query.within.is_empty() {
                    "20"
                } else {
                    &query.within
                },
                query.near
            ),
            &["near", "within"],
        );
    }
    if !query.source.is_empty() {
        drop(query.source.clone(), &["source"]);
    }
    if !query.free.is_empty() {
        drop(lang.t("filter-free"), &["free"]);
    }
    if !query.online.is_empty() {
        drop(lang.t("filter-online"), &["online"]);
    }
    if let Ok(date) = query.from.parse::<NaiveDate>() {
        let date = ui::dates::long_date(date, lang);
        drop(
            lang.ta("filter-label-from", &[("date", date.into())]),
            &["from"],
        );
    }
    if let Ok(date) = query.to.parse::<NaiveDate>() {
        let date = ui::dates::long_date(date, lang);
        drop(
            lang.ta("filter-label-to", &[("date", date.into())]),
            &["to"],
        );
    }
    active
}

pub(super) fn filters(
    query: &Query,
    path: &str,
    site: &Site,
    known: &Known,
    lang: Lang,
) -> Filters {
    let quick = |key: &str, field: &'static str, value: &'static str, current: bool| QuickFilter {
        label: lang.t(key),
        url: query.address(
            path,
            // The first that names a field counts.
            &[(field, value), ("when", ""), ("from", ""), ("to", "")],
        ),
        current,
    };
    let undated = query.when.is_empty() && query.from.is_empty() && query.to.is_empty();
    let free = !query.free.is_empty();
    let mut errors = query.faults();
    if known.lost {
        errors.add("near", "filter-error-near");
    }
    let mut categories = vec![Choice::new("", &lang.t("filter-category-any"))];
    categories.extend(category_choices(lang));
    let mut sources = vec![
        Choice::new("", &lang.t("filter-source-any")),
        Choice::new(&site.host, &lang.t("filter-source-local")),
    ];
    sources.extend(known.hosts.iter().map(|host| Choice::new(host, host)));
    Filters {
        action: path.to_owned(),
        q: query.q.clone(),
        from: query.from.clone(),
        to: query.to.clone(),
        place: query.place.clone(),
        near: query.near.clone(),
        within: query.within.clone(),
        tag: query.tag.clone(),
        category: query.category.clone(),
        free,
        online: !query.online.is_empty(),
        source: query.source.clone(),
        categories,
        sources,
        places: known.places.clone(),
        tags: Vec::new(),
        quick: vec![
            quick("filter-quick-all", "when", "", undated && !free),
            quick("filter-quick-today", "when", "today", query.when == "today"),
            quick(
                "filter-quick-weekend",
                "when",
                "weekend",
                query.when == "weekend",
            ),
            quick("filter-quick-week", "when", "week", query.when == "week"),
            quick("filter-quick-month", "when", "month", query.when == "month"),
            quick(
                "filter-quick-free",
                "free",
                if free { "" } else { "1" },
                free,
            ),
        ],
        active: active(query, path, lang),
        reset_url: path.to_owned(),
        errors,
    }
}
