//! Pages around the agenda: setup, signing in and up, about the site.

mod about;
mod entering;
mod setup;

pub use about::*;
pub use entering::*;
pub use setup::*;

use crate::html::SafeHtml;

/// A heading, a sentence and content, on a narrow column: the frame of forms
/// and short pages. `intro` may be empty.
pub fn narrow_page(heading: &str, intro: &str, body: &SafeHtml) -> SafeHtml {
    let intro = if intro.is_empty() {
        String::new()
    } else {
        format!("<p class=\"lede\">{}</p>", SafeHtml::text(intro))
    };
    SafeHtml::trusted(format!(
        "<div class=\"narrow\"><h1>{}</h1>{intro}{body}</div>",
        SafeHtml::text(heading)
    ))
}

/// A page that only says something and leads on: "look in your mail".
pub fn message_page(heading: &str, text: &str, next: Option<(&str, &str)>) -> SafeHtml {
    let link = next.map_or_else(String::new, |(url, label)| {
        format!(
            "<p class=\"actions\"><a class=\"button\" href=\"{}\">{}</a></p>",
            SafeHtml::text(url),
            SafeHtml::text(label)
        )
    });
    narrow_page(heading, text, &SafeHtml::trusted(link))
}

#[cfg(test)]
mod tests;
