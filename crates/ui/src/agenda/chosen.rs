//! The filters in force.

use super::entries::ActiveFilter;
use crate::html::SafeHtml;
use crate::lang::Lang;
use askama::Template;

#[derive(Template)]
#[template(path = "active_filters.html")]
struct ActiveFilters<'a> {
    lang: Lang,
    active: &'a [ActiveFilter],
    reset_url: &'a str,
}

/// Each filter with the way to do without it; nothing when there is none.
pub(super) fn active_filters(active: &[ActiveFilter], reset_url: &str, lang: Lang) -> SafeHtml {
    SafeHtml::render(&ActiveFilters {
        lang,
        active,
        reset_url,
    })
}
