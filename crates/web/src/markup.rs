//! Small pieces of pages that several handlers share.

use pages::Frame;
use ui::{NavItem, Page, SafeHtml};

/// A page of forms: search engines stay away.
pub(crate) fn form_page(frame: &Frame, nav: NavItem, title: &str, body: SafeHtml) -> Page {
    let mut page = frame.page(title, body);
    page.nav_current = nav;
    page.noindex = true;
    page
}

/// A heading with content on a panel; `id` makes it a target of links.
pub(crate) fn panel(id: &str, heading: &str, body: &SafeHtml) -> SafeHtml {
    SafeHtml::trusted(format!(
        "<section class=\"panel\" aria-labelledby=\"{id}\"><h2 id=\"{id}\">{}</h2>{body}</section>",
        SafeHtml::text(heading)
    ))
}

/// A paragraph of plain text.
pub(crate) fn paragraph(text: &str) -> SafeHtml {
    SafeHtml::trusted(format!("<p>{}</p>", SafeHtml::text(text)))
}

/// A sentence in place of a list without entries.
pub(crate) fn nothing(text: &str) -> SafeHtml {
    SafeHtml::trusted(format!("<p class=\"nothing\">{}</p>", SafeHtml::text(text)))
}

/// A link to a path of ours.
pub(crate) fn link(path: &str, text: &str) -> SafeHtml {
    SafeHtml::trusted(format!(
        "<a href=\"{}\">{}</a>",
        SafeHtml::text(path),
        SafeHtml::text(text)
    ))
}

/// A link that looks like a button.
pub(crate) fn button_link(path: &str, text: &str) -> SafeHtml {
    SafeHtml::trusted(format!(
        "<p class=\"actions\"><a class=\"button\" href=\"{}\">{}</a></p>",
        SafeHtml::text(path),
        SafeHtml::text(text)
    ))
}

/// A main line with a smaller one under it.
pub(crate) fn two_lines(first: &str, second: &str) -> SafeHtml {
    SafeHtml::trusted(format!(
        "<bdi>{}</bdi><span class=\"sub\">{}</span>",
        SafeHtml::text(first),
        SafeHtml::text(second)
    ))
}

/// A table that a telephone shows as cards. The first cell of a row is its heading.
pub(crate) fn table(caption: &str, columns: &[String], rows: &[Vec<SafeHtml>]) -> SafeHtml {
    let head: String = columns
        .iter()
        .map(|column| format!("<th scope=\"col\">{}</th>", SafeHtml::text(column)))
        .collect();
    let body: String = rows
        .iter()
        .map(|row| {
            let cells: String = row
                .iter()
                .zip(columns)
                .enumerate()
                .map(|(at, (cell, column))| match at {
                    0 => format!("<th scope=\"row\">{cell}</th>"),
                    _ => format!("<td data-label=\"{}\">{cell}</td>", SafeHtml::text(column)),
                })
                .collect();
            format!("<tr>{cells}</tr>")
        })
        .collect();
    SafeHtml::trusted(format!(
        "<table class=\"cards-on-phone\"><caption class=\"sr\">{}</caption>\
         <thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
        SafeHtml::text(caption)
    ))
}
