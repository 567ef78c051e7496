//! Markup that may be written into a page as it is.

use std::fmt;

/// HTML whose every variable part is already escaped or sanitised.
///
/// Templates write a `SafeHtml` untouched and escape everything else, so a
/// string reaches a page unescaped only through [`SafeHtml::trusted`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes markup as it is. The caller vouches for it: it comes from a
    /// template of ours or from the sanitiser.
    pub fn trusted(markup: impl Into<String>) -> Self {
        Self(markup.into())
    }

    /// Takes plain text and escapes it for element content and quoted attributes.
    pub fn text(text: &str) -> Self {
        Self(escape(text))
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The markup, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// True when there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends markup.
    pub fn push(&mut self, other: &SafeHtml) {
        self.0.push_str(&other.0);
    }

    /// Puts pieces one after the other.
    pub fn concat<'a>(pieces: impl IntoIterator<Item = &'a SafeHtml>) -> Self {
        let mut all = SafeHtml::default();
        for piece in pieces {
            all.push(piece);
        }
        all
    }

    /// Renders a template of this crate or of another room.
    ///
    /// Writing to a string fails only if a `Display` inside the template does;
    /// ours never do, and the page is then left empty rather than half written.
    pub fn render(template: &impl askama::Template) -> Self {
        Self(template.render().unwrap_or_default())
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::FastWritable for SafeHtml {
    fn write_into(
        &self,
        dest: &mut dyn fmt::Write,
        _: &dyn askama::Values,
    ) -> Result<(), askama::Error> {
        Ok(dest.write_str(&self.0)?)
    }
}

impl askama::filters::HtmlSafe for SafeHtml {}

impl FromIterator<SafeHtml> for SafeHtml {
    fn from_iter<T: IntoIterator<Item = SafeHtml>>(pieces: T) -> Self {
        let mut all = SafeHtml::default();
        for piece in pieces {
            all.push(&piece);
        }
        all
    }
}

/// Escapes the five characters that matter in content and quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// JSON made fit for a `<script type="application/ld+json">` block: `<`, `>`
/// and `&` become escapes, so no text inside can close the element.
pub fn json_for_script(value: &serde_json::Value) -> SafeHtml {
    SafeHtml(
        value
            .to_string()
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026"),
    )
}

/// An address that may stand in an `href`: `http`, `https`, `mailto`, `tel`,
/// `geo`, `webcal`, or a path of this site (not `//host`). Anything else, such as
/// `javascript:` or `data:`, gives `None`.
pub fn safe_href(address: &str) -> Option<&str> {
    let trimmed = address.trim();
    if trimmed.chars().any(|c| c.is_control()) {
        return None;
    }
    if trimmed.starts_with('/') && !trimmed.starts_with("//") && !trimmed.starts_with("/\\") {
        return Some(trimmed);
    }
    if trimmed.starts_with('?') || trimmed.starts_with('#') {
        return Some(trimmed);
    }
    let parsed = url::Url::parse(trimmed).ok()?;
    matches!(
        parsed.scheme(),
        "http" | "https" | "mailto" | "tel" | "geo" | "webcal"
    )
    .then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_trusted_is_not() {
        assert_eq!(
            SafeHtml::text("<a href='\"&'>").as_str(),
            "&lt;a href=&#39;&quot;&amp;&#39;&gt;"
        );
        assert_eq!(SafeHtml::trusted("<b>oui</b>").as_str(), "<b>oui</b>");
    }

    #[test]
    fn json_cannot_close_its_script() {
        let json = json_for_script(&serde_json::json!({"name": "</script><!--&"}));
        assert!(!json.as_str().contains('<'));
        let back: serde_json::Value = serde_json::from_str(json.as_str()).unwrap_or_default();
        assert_eq!(back["name"], "</script><!--&");
    }

    #[test]
    fn only_plain_schemes_become_links() {
        for good in ["https://a.example/x", "/events/1", "?tag=a", "mailto:a@b.c"] {
            assert_eq!(safe_href(good), Some(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/\\evil.example",
            "java\nscript:alert(1)",
            "vbscript:x",
            "example.org",
        ] {
            assert_eq!(safe_href(bad), None, "{bad}");
        }
    }
}
