//! Pages that say what went wrong, and where to go next.

use crate::html::SafeHtml;
use crate::lang::Lang;
use crate::layout::{Page, Routes, SiteLook, Viewer, layout};
use askama::Template;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorBody<'a> {
    lang: Lang,
    routes: &'a Routes,
    status: u16,
    title: &'a str,
    text: &'a str,
    detail: Option<&'a str>,
}

/// The title and explanation of an HTTP status, as translation keys.
fn error_keys(status: u16) -> (&'static str, &'static str) {
    match status {
        400 | 422 => ("error-400-title", "error-400-text"),
        401 => ("error-401-title", "error-401-text"),
        403 => ("error-403-title", "error-403-text"),
        404 | 405 => ("error-404-title", "error-404-text"),
        408 => ("error-408-title", "error-408-text"),
        410 => ("error-410-title", "error-410-text"),
        413 => ("error-413-title", "error-413-text"),
        421 => ("error-421-title", "error-421-text"),
        429 => ("error-429-title", "error-429-text"),
        503 => ("error-503-title", "error-503-text"),
        _ => ("error-500-title", "error-500-text"),
    }
}

/// The page of an HTTP error, in the site's look: says what happened and where
/// to go next. `detail` is one more sentence, already in `lang`.
pub fn error_page(
    status: u16,
    lang: Lang,
    site: &SiteLook,
    viewer: Option<Viewer>,
    csrf: &str,
    detail: Option<&str>,
) -> String {
    let (title, text) = error_keys(status);
    let title = lang.t(title);
    let body = SafeHtml::render(&ErrorBody {
        lang,
        routes: &site.routes,
        status,
        title: &title,
        text: &lang.t(text),
        detail,
    });
    let mut page = Page::new(lang, site.clone(), "", &title, body);
    page.viewer = viewer;
    page.csrf = csrf.to_owned();
    page.noindex = true;
    layout(&page)
}

#[derive(Template)]
#[template(path = "bare_error.html")]
struct BareError<'a> {
    lang: Lang,
    status: u16,
    title: &'a str,
    text: &'a str,
}

/// The page of an error where no site is known (421): no link, no name, no file.
pub fn bare_error_page(status: u16, lang: Lang) -> String {
    let (title, text) = error_keys(status);
    SafeHtml::render(&BareError {
        lang,
        status,
        title: &lang.t(title),
        text: &lang.t(text),
    })
    .into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> SiteLook {
        SiteLook {
            name: "La Raffinerie".into(),
            ..SiteLook::default()
        }
    }

    #[test]
    fn errors_say_what_to_do_and_are_not_indexed() {
        for status in [400, 401, 403, 404, 408, 410, 413, 421, 429, 500, 503, 599] {
            for lang in Lang::ALL {
                let html = error_page(status, lang, &site(), None, "", Some("plus <précis>"));
                assert!(html.contains("noindex"), "{status}");
                assert!(html.contains("href=\"/\""), "{status}");
                assert!(!html.contains("error-") || html.contains("class=\"error-page\""));
                assert!(!html.contains("<précis>"));
                assert!(!html.contains("rel=\"canonical\""));
            }
        }
        let not_found = error_page(404, Lang::Fr, &site(), None, "", None);
        assert!(not_found.contains("Page introuvable"));
    }

    #[test]
    fn an_unknown_site_gets_no_link_at_all() {
        let html = bare_error_page(421, Lang::Fr);
        assert!(html.contains("Site inconnu"));
        for part in ["href=", "src=", "http"] {
            assert!(!html.contains(part), "{part}");
        }
    }
}
