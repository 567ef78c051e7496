//! What a check found, in words for people and codes for machines.

use serde_json::{Value, json};
use ui::{Arg, Lang};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// As it should be.
    Ok,
    /// To be looked at, or not to be known from here.
    Warn,
    /// Something does not work, or is not safe.
    Fail,
}

impl Verdict {
    /// Stable word, in reports for machines.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finding {
    /// Which check; also the part of the code before the first `-`.
    pub(crate) check: &'static str,
    /// The host, file or setting it is about; may be empty.
    pub(crate) about: String,
    /// How bad.
    pub(crate) verdict: Verdict,
    /// Stable name of what was found; its words are `doctor-<code>`, the advice `doctor-<code>-do`.
    pub(crate) code: &'static str,
    args: Vec<(&'static str, Arg)>,
}

impl Finding {
    fn new(check: &'static str, verdict: Verdict, code: &'static str) -> Self {
        Self {
            check,
            about: String::new(),
            verdict,
            code,
            args: Vec::new(),
        }
    }

    /// As it should be.
    pub(crate) fn ok(check: &'static str, code: &'static str) -> Self {
        Self::new(check, Verdict::Ok, code)
    }

    /// See [`Verdict::Warn`].
    pub(crate) fn warn(check: &'static str, code: &'static str) -> Self {
        Self::new(check, Verdict::Warn, code)
    }

    /// See [`Verdict::Fail`].
    pub(crate) fn fail(check: &'static str, code: &'static str) -> Self {
        Self::new(check, Verdict::Fail, code)
    }

    /// Says what it is about.
    pub(crate) fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self
    }

    /// A value in its words.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// What was found, in one sentence.
    pub(crate) fn message(&self, lang: Lang) -> String {
        lang.ta(&format!("doctor-{}", self.code), &self.args)
    }

    /// What to do next; nothing when all is well.
    pub(crate) fn advice(&self, lang: Lang) -> Option<String> {
        (self.verdict != Verdict::Ok)
            .then(|| lang.ta(&format!("doctor-{}-do", self.code), &self.args))
    }

    /// The line for people, and a second one with the advice.
    pub(crate) fn lines(&self, lang: Lang) -> String {
        let verdict = lang.t(match self.verdict {
            Verdict::Ok => "doctor-verdict-ok",
            Verdict::Warn => "doctor-verdict-warn",
            Verdict::Fail => "doctor-verdict-fail",
        });
        let about = match self.about.is_empty() {
            true => String::new(),
            false => format!("{} — ", self.about),
        };
        let check = lang.ta(&format!("doctor-check-{}", self.check), &[]);
        let line = format!("{verdict:<10} {check:<16} {about}{}", self.message(lang));
        // A host or an error of another server may hold anything.
        let plain = |text: String| text.replace(char::is_control, " ");
        match self.advice(lang) {
            Some(advice) => format!("{}\n{:>30}{}", plain(line), "→ ", plain(advice)),
            None => plain(line),
        }
    }

    /// The same for machines.
    pub(crate) fn document(&self, lang: Lang) -> Value {
        json!({
            "check": self.check,
            "about": self.about,
            "verdict": self.verdict.word(),
            "code": self.code,
            "message": self.message(lang),
            "advice": self.advice(lang),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Check, code and severity of each finding that the sources make.
    fn made() -> Vec<(String, String, &'static str)> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctor");
        let mut sources = vec![include_str!("../doctor.rs").to_owned()];
        for entry in std::fs::read_dir(folder).expect("folder").flatten() {
            if entry.path().is_file() {
                sources.push(std::fs::read_to_string(entry.path()).expect("source"));
            }
        }
        let mut found = Vec::new();
        for source in sources {
            for verdict in ["ok", "warn", "fail"] {
                for (at, call) in source.match_indices(&format!("Finding::{verdict}(")) {
                    let mut words = source[at + call.len()..].split('"');
                    if let (Some(start), Some(check), Some(_), Some(code)) =
                        (words.next(), words.next(), words.next(), words.next())
                        && start.trim().is_empty()
                    {
                        found.push((check.to_owned(), code.to_owned(), verdict));
                    }
                }
            }
        }
        found
    }

    /// Every value that a finding may carry.
    const VALUES: [&str; 13] = [
        "seq",
        "reason",
        "n",
        "free",
        "migration",
        "version",
        "failed",
        "minutes",
        "to",
        "seconds",
        "addresses",
        "days",
        "status",
    ];

    #[test]
    fn every_finding_has_words_in_both_languages_and_advice_where_something_is_wrong() {
        let made = made();
        assert!(made.len() > 30, "{made:?}");
        for (check, code, verdict) in made {
            assert!(code.starts_with(&format!("{check}-")), "{check} {code}");
            for lang in Lang::ALL {
                let mut keys = vec![format!("doctor-{code}"), format!("doctor-check-{check}")];
                if verdict != "ok" {
                    keys.push(format!("doctor-{code}-do"));
                }
                for key in keys {
                    let text = lang.ta(&key, &VALUES.map(|name| (name, Arg::from("x"))));
                    assert_ne!(text, key, "{lang}");
                }
            }
        }
    }

    #[test]
    fn a_line_says_what_is_wrong_and_what_to_do_in_the_language_asked_for() {
        let found = Finding::fail("disk", "disk-full")
            .about("data\n\u{1b}[2J")
            .with("free", "12 MB");
        let (fr, en) = (found.lines(Lang::Fr), found.lines(Lang::En));
        assert!(
            fr.starts_with("échec") && en.starts_with("fail"),
            "{fr}\n{en}"
        );
        assert_eq!((fr.lines().count(), en.lines().count()), (2, 2));
        assert!(!fr.contains('\u{1b}') && fr.contains("12 MB"));
        let document = found.document(Lang::En);
        assert_eq!(
            (&document["verdict"], &document["code"]),
            (&"fail".into(), &"disk-full".into())
        );
        assert!(Finding::ok("disk", "disk-room").advice(Lang::Fr).is_none());
    }
}
