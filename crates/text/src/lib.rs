//! Text that people and peers write, made safe to show.

mod links;
mod reading;

use reading::{Shaped, Words, read};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Longest text shown, in bytes; longer is cut.
const LONGEST: usize = 100 * 1024;

/// Elements that are shown.
const ELEMENTS: [&str; 25] = [
    "a",
    "p",
    "br",
    "strong",
    "em",
    "b",
    "i",
    "u",
    "del",
    "s",
    "ul",
    "ol",
    "li",
    "blockquote",
    "code",
    "pre",
    "h2",
    "h3",
    "h4",
    "h5",
    "hr",
    "span",
    "sub",
    "sup",
    "abbr",
];

/// Attributes that the cleaner is asked about; it says on which element, and which addresses.
const ATTRIBUTES: [&str; 7] = [
    "href", "hreflang", "lang", "dir", "cite", "datetime", "start",
];

/// What links of other people say about themselves.
const REL: &str = "noopener noreferrer nofollow ugc";

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .tags(HashSet::from(ELEMENTS))
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some(REL))
        .url_relative(ammonia::UrlRelative::Deny)
        .strip_comments(true);
    builder
});

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST))
        .unwrap_or(text)
}

/// Readings after which a text that still changes is taken for its words alone.
const READINGS: usize = 8;

/// HTML of other people, reduced to an allow-list of elements (XSS-01, R-REP-01).
///
/// Read again until it stays as it is: what a browser makes of the result is then what was checked, and
/// not what a second parser makes of a link in a link or of a text that was cut (XSS-03).
pub fn clean_html(html: &str) -> String {
    let mut shape = shaped(html);
    let mut text = CLEANER.clean(&shape).to_string();
    for _ in 0..READINGS {
        // Of the same shape the cleaner makes the same text.
        let again = shaped(&text);
        if again == shape {
            return text;
        }
        text = CLEANER.clean(&again).to_string();
        shape = again;
    }
    let words = plain(&text);
    // Each sign may take five; nothing of it is read as markup, nor cut the next time.
    let words = words.get(..words.floor_char_boundary(LONGEST / 5));
    let words = words.unwrap_or_default().trim_start_matches(MARK);
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The mark at the beginning of a file, which a parser takes away, one at each reading.
const MARK: char = '\u{feff}';

fn shaped(html: &str) -> String {
    read(cut(html).trim_start_matches(MARK), Shaped::default()).finish()
}

/// Markdown to safe HTML. Raw HTML in it is shown as text; addresses become links; headings begin
/// below the page's own.
pub fn markdown(source: &str) -> String {
    let mut options = comrak::Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.render.escape = true;
    options.render.hardbreaks = true;
    let html = comrak::markdown_to_html(cut(source), &options);
    clean_html(&html.replace("<h1>", "<h2>").replace("</h1>", "</h2>"))
}

/// The words of an HTML text, without markup, for summaries, feeds and search.
pub fn plain(html: &str) -> String {
    let words = read(cut(html), Words::default()).0;
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xss_01_nothing_that_acts_survives() {
        for (input, kept) in [
            ("<p>Bonjour</p>", "<p>Bonjour</p>"),
            ("<script>alert(1)</script>salut", "salut"),
            ("<p onclick=x style=color:red id=main>a</p>", "<p>a</p>"),
            ("<img src=x onerror=alert(1)>b", "b"),
            (
                "<svg><a xlink:href='javascript:1'>c</a></svg>",
                "<a rel=\"noopener noreferrer nofollow ugc\">c</a>",
            ),
        ] {
            assert_eq!(clean_html(input), kept, "{input}");
        }
    }

    #[test]
    fn xss_02_only_known_schemes_stay() {
        for scheme in [
            "javascript:alert(1)",
            " java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "blob:x",
        ] {
            let html = clean_html(&format!("<a href=\"{scheme}\">x</a>"));
            assert!(!html.contains("href"), "{scheme}: {html}");
        }
        assert!(
            clean_html("<a href=\"https://ok.example/\">x</a>")
                .contains("href=\"https://ok.example/\"")
        );
    }

    #[test]
    fn xss_03_cleaning_twice_changes_nothing() {
        for input in [
            "<p>a<b>c</p></b>",
            "<math><mi//xlink:href='data:x'>",
            "<noscript><p title='</noscript><img src=x onerror=1>'>",
            "<template><p>x",
        ] {
            let once = clean_html(input);
            assert_eq!(clean_html(&once), once, "{input}");
        }
    }

    #[test]
    fn inj_06_template_syntax_is_text() {
        for words in [
            "{{7*7}}",
            "${7*7}",
            "#{7*7}",
            "{% raw %}",
            "[[7*7]]",
            "@(7*7)",
        ] {
            for html in [markdown(words), clean_html(words)] {
                let shown = plain(&html).replace("&amp;", "&");
                assert_eq!(shown, words, "{html}");
                assert!(!html.contains("49"), "{html}");
            }
        }
    }

    #[test]
    fn xss_06_a_shortcode_stays_text_and_brings_no_picture() {
        for (input, kept) in [
            (":blob_cat:", ":blob_cat:"),
            (
                ":<img src=\"https://evil.example/x.png\" alt=\":x:\">:",
                "::",
            ),
            (":../../etc:", ":../../etc:"),
        ] {
            assert_eq!(clean_html(input), kept, "{input}");
        }
    }

    #[test]
    fn markdown_is_text_first() {
        assert_eq!(
            markdown("Un *soir*\n<b>non</b>"),
            "<p>Un <em>soir</em><br>\n&lt;b&gt;non&lt;/b&gt;</p>\n"
        );
        assert!(
            markdown("voir https://a.example").contains("rel=\"noopener noreferrer nofollow ugc\"")
        );
        assert_eq!(markdown("# Titre"), "<h2>Titre</h2>\n");
        assert_eq!(
            plain("<p>Un &amp; deux</p><p>trois &lt;b&gt;</p>"),
            "Un & deux trois <b>"
        );
    }
}
