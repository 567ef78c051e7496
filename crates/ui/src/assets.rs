//! The files every page needs, compiled in. An address carries a hash of the
//! content, so a caller may let browsers keep it for a year (`immutable`).

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A static file.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Plain name: `site.css`.
    pub name: &'static str,
    /// Address on every site: `/assets/site.0f3a….css`.
    pub path: &'static str,
    /// For `Content-Type`.
    pub content_type: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        load(
            "site.css",
            "text/css; charset=utf-8",
            compact_css(include_str!("../assets/site.css")),
        ),
        load(
            "site.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../assets/site.js"),
        ),
        load(
            "favicon.svg",
            "image/svg+xml",
            include_bytes!("../assets/favicon.svg"),
        ),
    ]
});

/// The style sheet without its comments and layout, which only its readers need.
/// It must hold no string with a brace, semicolon or comment inside.
fn compact_css(source: &str) -> &'static [u8] {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut css = words;
    for mark in ["{", "}", ";", ","] {
        css = css
            .replace(&format!(" {mark}"), mark)
            .replace(&format!("{mark} "), mark);
    }
    Box::leak(css.replace(";}", "}").replace(" > ", ">").into_boxed_str()).as_bytes()
}

fn load(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let path = format!("/assets/{stem}.{}.{extension}", short_hash(bytes));
    // Once per process for three files: kept for its whole life.
    Asset {
        name,
        path: Box::leak(path.into_boxed_str()),
        content_type,
        bytes,
    }
}

/// The first ten hexadecimal digits of SHA-256.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(5)
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Every static file.
pub fn assets() -> &'static [Asset] {
    &ASSETS
}

/// The file at an address such as `/assets/site.0f3a….css`.
pub fn asset(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|a| a.path == path)
}

/// The address of a file by its plain name; an unknown name gives `/assets/`.
pub fn asset_path(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|a| a.name == name)
        .map_or("/assets/", |a| a.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_the_hash_and_lead_back() {
        for file in assets() {
            assert_eq!(asset_path(file.name), file.path);
            assert_eq!(asset(file.path).map(|a| a.bytes), Some(file.bytes));
            assert!(file.path.contains(&short_hash(file.bytes)));
        }
        assert!(asset("/assets/site.css").is_none());
    }

    #[test]
    fn budgets() {
        let size = |name| asset(asset_path(name)).map_or(usize::MAX, |a| a.bytes.len());
        assert!(
            size("site.css") < 20_000,
            "style sheet: {}",
            size("site.css")
        );
        assert!(size("site.js") < 6_000, "script: {}", size("site.js"));
        assert!(
            size("favicon.svg") < 2_000,
            "favicon: {}",
            size("favicon.svg")
        );
    }

    #[test]
    fn compacting_keeps_what_matters() {
        let css = compact_css("/* a */ .b , .c > p { margin : calc(1px + 2px) ; } /* d */\n.e{}");
        assert_eq!(
            std::str::from_utf8(css),
            Ok(".b,.c>p{margin : calc(1px + 2px)}.e{}")
        );
    }

    #[test]
    fn the_style_sheet_calls_nobody() {
        let css = std::str::from_utf8(asset(asset_path("site.css")).map_or(b"", |a| a.bytes))
            .unwrap_or_default();
        assert!(!css.contains("http") && !css.contains("@import") && !css.contains("@font-face"));
    }
}
