//! What a link of other people says about where it leads (XSS-07).
//!
//! A link may be called anything. Where its words are an address, they are its own address: not another host's, not
//! one whose end was cut off, not one that invisible or reversing characters or letters of several scripts make look
//! like another's.

use unicode_security::MixedScript;
use url::Url;

/// Marks around an address that belong to the sentence.
const AROUND: [char; 14] = [
    '(', ')', '[', ']', '<', '>', '"', '\'', '«', '»', '“', '”', ',', ';',
];

/// Where a link leads, when that is a page.
pub(crate) fn target(href: &str) -> Option<Url> {
    let url = Url::parse(href.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some()).then_some(url)
}

/// What to show of a link to `target` instead of its words, where they name another place; its own address, with the
/// host in full and in ASCII.
pub(crate) fn instead(words: &str, target: &Url) -> Option<String> {
    let seen: String = words.chars().filter(|c| !is_unseen(*c)).collect();
    let hides = seen.len() != words.len();
    let misleads = |claim: &str| {
        let Ok(url) = Url::parse(claim) else {
            return true;
        };
        let other = url.host_str() != target.host_str();
        let before_path = claim.split("://").nth(1).unwrap_or_default();
        let host = before_path
            .split(['/', '?', '#', '\\'])
            .next()
            .unwrap_or_default();
        hides || other || host.contains('@') || !host.is_single_script()
    };
    let lies = seen
        .split_whitespace()
        .filter_map(claim)
        .any(|claim| misleads(&claim));
    lies.then(|| {
        let mut own = target.clone();
        // What stands before an `@` reads like a host.
        let _ = own.set_username("");
        let _ = own.set_password(None);
        own.into()
    })
}

/// A word read as an address, if people would read it as one.
fn claim(word: &str) -> Option<String> {
    let word = word.trim_matches(AROUND);
    let lower = word.to_lowercase();
    let bare = lower
        .strip_prefix("http://")
        .or(lower.strip_prefix("https://"));
    if let Some(bare) = bare {
        return Some(format!("https://{bare}"));
    }
    let (host, rest) = word.split_once('/').unwrap_or((word, ""));
    let has_path = word.len() > host.len();
    let is_host = || {
        let mut labels = host.split('.');
        let plain = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        labels.clone().count() > 1 && labels.all(plain)
    };
    let named = lower.starts_with("www.") || (has_path && is_host());
    named.then(|| format!("https://{host}/{rest}"))
}

/// Characters that are not seen, or turn what is seen around.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use crate::{clean_html, markdown};

    /// What is seen of a link.
    fn seen(words: &str, href: &str) -> String {
        let html = clean_html(&format!("<p><a href=\"{href}\">{words}</a></p>"));
        assert_eq!(clean_html(&html), html, "stays as it is: {words}");
        let (_, rest) = html.split_once("ugc\">").expect("a link");
        rest.split_once("</a>").expect("its end").0.to_owned()
    }

    #[test]
    fn xss_07_an_address_in_a_link_is_where_it_leads() {
        let there = "https://evil.example/login?a=1&amp;b=2";
        for words in [
            "https://bank.example/login",
            "HTTPS://Bank.Example/",
            "www.bank.example",
            "bank.example/login",
            "(https://bank.example)",
            "Ma banque : https://bank.example",
            // Cut so that the host is not seen whole, or seems to be what comes first.
            "https://evil.exam…",
            "https://…/login",
            "https://",
            "https://bank.example@evil.example/",
            "https://bank.example\u{2215}@evil.example/",
            // Put together from pieces, of which a style would hide some.
            "<span class=\"invisible\">https://</span><b>bank.example</b><span class=\"invisible\">/x</span>",
            // Turned around, or with letters that are not seen.
            "https://evil.example/\u{202e}elpmaxe.knab//:sptth",
            "https://evil.\u{200b}example/",
            "https://evil\u{ad}.example",
            "\u{feff}https://evil.example",
            "https://evil.example/&#8238;moc",
        ] {
            assert_eq!(seen(words, there), there, "{words}");
        }
        // The twins: words are words, and an address that is the link's own stays as it was written.
        for words in [
            "Billetterie",
            "l’agenda de bank.example",
            "Node.js",
            "24/7",
            "et/ou",
            "https://evil.example/login",
            "https://evil.example/lo…",
            "evil.example/login?a=1",
            "www.evil.example",
            "<b>https://evil.example/</b>",
        ] {
            let href = match words.starts_with("www") {
                true => "https://www.evil.example/",
                false => there,
            };
            assert_eq!(seen(words, href), words, "{words}");
        }
    }

    #[test]
    fn xss_07_letters_of_several_scripts_are_shown_in_ascii() {
        for (host, ascii) in [
            ("аpple.com", "xn--pple-43d.com"),
            ("раураl.com", "xn--l-7sba6dbr.com"),
            ("bücher.рф", "xn--bcher-kva.xn--p1ai"),
        ] {
            let address = format!("https://{host}/");
            let shown = format!("https://{ascii}/");
            assert_eq!(seen(&address, &address), shown);
            assert_eq!(seen(&format!("{host}/"), &address), shown);
            assert!(
                markdown(&address).contains(&format!(">{shown}</a>")),
                "{host}"
            );
        }
        for host in [
            "bücher.example",
            "пример.рф",
            "xn--pple-43d.com",
            "bank-2.example",
        ] {
            let address = format!("https://{host}/");
            assert_eq!(seen(&address, &address), address);
            assert!(
                markdown(&address).contains(&format!(">{address}</a>")),
                "{host}"
            );
        }
    }

    #[test]
    fn xss_07_what_lies_in_markdown_is_shown_too() {
        let html = markdown("[https://bank.example](https://evil.example/a)");
        assert!(html.contains(">https://evil.example/a</a>"), "{html}");
        assert!(!html.contains("bank"), "{html}");
        let html = markdown("[Ma **banque**](https://evil.example/a)");
        assert!(html.contains(">Ma <strong>banque</strong></a>"), "{html}");
    }

    #[test]
    fn xss_07_a_link_at_the_end_of_what_is_shown_is_whole_or_cut_but_stays() {
        for length in ((crate::LONGEST - 260)..crate::LONGEST).step_by(5) {
            let filling = "a".repeat(length);
            let html = format!(
                "{filling}<a href=\"https://evil.example/{}\">https://bank.example/</a>z",
                "é".repeat(9)
            );
            let once = clean_html(&html);
            assert!(!once.contains("bank"), "{length}");
            assert_eq!(clean_html(&once), once, "{length}");
        }
    }
}
