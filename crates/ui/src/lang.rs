//! The languages of the interface and their words.
//!
//! The texts live in `locales/fr/*.ftl` and `locales/en/*.ftl` (Project Fluent).

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::loader::LanguageIdentifier;
use fluent_templates::{langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "fr",
        // The isolating marks would show up in titles, mails and attributes.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static FR: LazyLock<LanguageIdentifier> = LazyLock::new(|| langid!("fr"));
static EN: LazyLock<LanguageIdentifier> = LazyLock::new(|| langid!("en"));

/// A language of the interface. Both are complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// French, the first.
    #[default]
    Fr,
    /// English, written the British way.
    En,
}

/// A value put into a sentence: a text, or a number that chooses a plural.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Written as it is; the page escapes the finished sentence.
    Text(String),
    /// A count.
    Number(i64),
}

impl Lang {
    /// Every language of the interface.
    pub const ALL: [Lang; 2] = [Lang::Fr, Lang::En];

    /// The tag for `lang=""`, `hreflang` and `inLanguage` (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Fr => "fr",
            Lang::En => "en",
        }
    }

    /// The form Open Graph asks for.
    pub fn og_locale(self) -> &'static str {
        match self {
            Lang::Fr => "fr_FR",
            Lang::En => "en_GB",
        }
    }

    /// The language's own name.
    pub fn own_name(self) -> &'static str {
        match self {
            Lang::Fr => "Français",
            Lang::En => "English",
        }
    }

    /// Chooses from an `Accept-Language` header (RFC 9110, 12.5.4): the highest
    /// quality we speak, the earlier one when equal, `site_default` when none.
    pub fn negotiate(accept_language: Option<&str>, site_default: Lang) -> Lang {
        let mut best: Option<(u16, Lang)> = None;
        for item in accept_language.unwrap_or_default().split(',').take(32) {
            let mut parts = item.split(';');
            let range = parts.next().unwrap_or_default().trim();
            let quality = parts
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(1000, quality_in_thousandths);
            let lang = if range == "*" {
                Some(site_default)
            } else {
                range.parse().ok()
            };
            if let Some(lang) = lang
                && quality > 0
                && best.is_none_or(|(b, _)| quality > b)
            {
                best = Some((quality, lang));
            }
        }
        best.map_or(site_default, |(_, lang)| lang)
    }

    /// The text of a key. An unknown key gives the key itself, which a test of
    /// the whole workspace keeps from happening.
    pub fn t(self, key: &str) -> String {
        LOCALES
            .lookup_single_language::<&str>(self.identifier(), key, None)
            .unwrap_or_else(|_| key.to_owned())
    }

    /// The text of a key with values: `lang.ta("agenda-count", &[("n", 3.into())])`.
    pub fn ta(self, key: &str, args: &[(&str, Arg)]) -> String {
        let args: HashMap<Cow<'static, str>, FluentValue<'_>> = args
            .iter()
            .map(|(name, value)| (Cow::Owned((*name).to_owned()), value.into()))
            .collect();
        LOCALES
            .lookup_single_language(self.identifier(), key, Some(&args))
            .unwrap_or_else(|_| key.to_owned())
    }

    fn identifier(self) -> &'static LanguageIdentifier {
        match self {
            Lang::Fr => &FR,
            Lang::En => &EN,
        }
    }
}

fn quality_in_thousandths(text: &str) -> u16 {
    text.trim()
        .parse::<f32>()
        .ok()
        .filter(|q| (0.0..=1.0).contains(q))
        .map_or(0, |q| (q * 1000.0).round() as u16)
}

/// A language the interface does not speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLang;

impl FromStr for Lang {
    type Err = UnknownLang;

    /// Reads a tag by its primary part: `fr`, `fr-CA`, `en_US`.
    fn from_str(tag: &str) -> Result<Self, UnknownLang> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("fr") {
            Ok(Lang::Fr)
        } else if primary.eq_ignore_ascii_case("en") {
            Ok(Lang::En)
        } else {
            Err(UnknownLang)
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl<'a> From<&'a Arg> for FluentValue<'a> {
    fn from(arg: &'a Arg) -> Self {
        match arg {
            Arg::Text(text) => FluentValue::from(text.as_str()),
            Arg::Number(n) => FluentValue::from(*n),
        }
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(text)
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Arg::Text(text.clone())
    }
}

macro_rules! number_args {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Arg {
            fn from(n: $kind) -> Self {
                Arg::Number(i64::try_from(n).unwrap_or(i64::MAX))
            }
        }
    )*};
}
number_args!(i32, i64, u16, u32, u64, usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_chooses_and_the_site_decides_otherwise() {
        let cases = [
            (None, Lang::Fr, Lang::Fr),
            (None, Lang::En, Lang::En),
            (Some("en-GB,en;q=0.9,fr;q=0.8"), Lang::Fr, Lang::En),
            (Some("de, fr-CA;q=0.5, en;q=0.2"), Lang::En, Lang::Fr),
            (Some("de,es;q=0.5"), Lang::Fr, Lang::Fr),
            (Some("en;q=0"), Lang::Fr, Lang::Fr),
            (Some("en;q=nonsense, fr;q=0.1"), Lang::En, Lang::Fr),
            (Some("*"), Lang::En, Lang::En),
            (Some(";;;,,,"), Lang::En, Lang::En),
        ];
        for (header, default, expected) in cases {
            assert_eq!(Lang::negotiate(header, default), expected, "{header:?}");
        }
    }

    #[test]
    fn plurals_follow_the_language() {
        assert_eq!(
            Lang::Fr.ta("agenda-count", &[("n", 0.into())]),
            "0 événement"
        );
        assert_eq!(
            Lang::Fr.ta("agenda-count", &[("n", 2.into())]),
            "2 événements"
        );
        assert_eq!(Lang::En.ta("agenda-count", &[("n", 0.into())]), "0 events");
        assert_eq!(Lang::En.ta("agenda-count", &[("n", 1.into())]), "1 event");
    }

    #[test]
    fn an_unknown_key_gives_itself() {
        assert_eq!(Lang::Fr.t("no-such-key"), "no-such-key");
    }
}
