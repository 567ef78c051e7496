//! Icons drawn for this project: strokes on a 24 by 24 grid, in the text's colour.

use crate::html::SafeHtml;

/// A decorative icon. What it means must also be said in words beside it or in
/// the label of its control. An unknown name draws a plain dot.
pub fn icon(name: &str) -> SafeHtml {
    SafeHtml::trusted(format!(
        "<svg class=\"icon\" viewBox=\"0 0 24 24\" width=\"20\" height=\"20\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\">{}</svg>",
        drawing(name)
    ))
}

/// The names [`icon`] knows.
pub const NAMES: [&str; 29] = [
    "bandstand",
    "calendar",
    "pin",
    "link",
    "clock",
    "tag",
    "ticket",
    "follow",
    "edit",
    "copy",
    "cancel",
    "trash",
    "globe",
    "feed",
    "check",
    "warning",
    "info",
    "user",
    "search",
    "left",
    "right",
    "down",
    "plus",
    "repeat",
    "comment",
    "download",
    "filter",
    "close",
    "list",
];

fn drawing(name: &str) -> &'static str {
    match name {
        "bandstand" => {
            "<path d=\"M3 9.5 12 4l9 5.5zM12 4V2M5 9.5V18M9.7 9.5V18M14.3 9.5V18M19 9.5V18M3 18h18M2 21.5h20\"/>"
        }
        "calendar" => "<path d=\"M4 6h16v14.5H4zM4 10.5h16M8.5 3v4.5M15.5 3v4.5M8 15h3\"/>",
        "pin" => {
            "<path d=\"M12 21.5s7-6.6 7-12a7 7 0 0 0-14 0c0 5.4 7 12 7 12z\"/><circle cx=\"12\" cy=\"9.5\" r=\"2.5\"/>"
        }
        "link" => "<path d=\"M10 14 20 4M14 4h6v6M19 14.5V20H4V5h5.5\"/>",
        "clock" => "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M12 6.5V12l3.5 2.5\"/>",
        "tag" => "<path d=\"M3.5 3.5h8l9 9-8 8-9-9z\"/><path d=\"M8 8h.01\"/>",
        "ticket" => {
            "<path d=\"M3 7h18v3.3a1.8 1.8 0 0 0 0 3.4V17H3v-3.3a1.8 1.8 0 0 0 0-3.4zM14 7v2m0 2.5v1m0 2.5v2\"/>"
        }
        "follow" => {
            "<circle cx=\"6\" cy=\"12\" r=\"3\"/><path d=\"M13 5.5a9 9 0 0 1 0 13M16.5 2.5a13.5 13.5 0 0 1 0 19\"/>"
        }
        "edit" => "<path d=\"m4 20 1-5L16.5 3.5l4 4L9 19zM13.5 6.5l4 4\"/>",
        "copy" => "<path d=\"M8.5 8.5h12v12h-12zM15.5 8.5v-5h-12v12h5\"/>",
        "cancel" => "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"m5.7 5.7 12.6 12.6\"/>",
        "trash" => {
            "<path d=\"M4 6.5h16M9 6.5V3.5h6v3M6 6.5l1 14h10l1-14M10.5 11v5.5M13.5 11v5.5\"/>"
        }
        "globe" => {
            "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18\"/>"
        }
        "feed" => "<path d=\"M4.5 11a9 9 0 0 1 8.5 8.5M4.5 5A15 15 0 0 1 19 19.5M5.5 18.5h.01\"/>",
        "check" => "<path d=\"m4 12.5 5.5 5.5L20 6.5\"/>",
        "warning" => "<path d=\"M12 3.5 22 20.5H2zM12 10v4.5M12 17.5h.01\"/>",
        "info" => "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M12 11v5.5M12 7.5h.01\"/>",
        "user" => "<circle cx=\"12\" cy=\"8\" r=\"4\"/><path d=\"M4 21a8 8 0 0 1 16 0\"/>",
        "search" => "<circle cx=\"10.5\" cy=\"10.5\" r=\"6.5\"/><path d=\"m15.5 15.5 5 5\"/>",
        "left" => "<path d=\"m14.5 5-7 7 7 7\"/>",
        "right" => "<path d=\"m9.5 5 7 7-7 7\"/>",
        "down" => "<path d=\"m5 9 7 7 7-7\"/>",
        "plus" => "<path d=\"M12 4.5v15M4.5 12h15\"/>",
        "repeat" => {
            "<path d=\"M4 11V9.5A3 3 0 0 1 7 6.5h12M16 3.5l3 3-3 3M20 13v1.5a3 3 0 0 1-3 3H5M8 20.5l-3-3 3-3\"/>"
        }
        "comment" => "<path d=\"M3.5 4.5h17v12H11l-5 4v-4H3.5z\"/>",
        "download" => "<path d=\"M12 3.5v12M7 11l5 5 5-5M4 20.5h16\"/>",
        "filter" => "<path d=\"M4 6h16M7 12h10M10 18h4\"/>",
        "close" => "<path d=\"m6 6 12 12M18 6 6 18\"/>",
        "list" => "<path d=\"M4 6h2M10 6h10M4 12h2M10 12h10M4 18h2M10 18h10\"/>",
        _ => "<circle cx=\"12\" cy=\"12\" r=\"2\"/>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_own_drawing() {
        let unknown = icon("no such icon");
        let mut seen = std::collections::HashSet::new();
        for name in NAMES {
            let svg = icon(name);
            assert_ne!(svg, unknown, "{name}");
            assert!(svg.as_str().contains("aria-hidden"), "{name}");
            assert!(seen.insert(svg.into_string()), "{name} is drawn twice");
        }
    }
}
