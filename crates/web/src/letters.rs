//! The words of letters, from the same translations as the pages.

use crate::correcting::{field_name, said};
use accounts::{Letter, Letters, MailText};
use sites::Site;
use ui::{Arg, Lang, dates};

/// Letters in French and English.
#[derive(Debug, Clone, Copy, Default)]
pub struct Translated;

/// What a letter says: keys of its subject and text, the link, who is greeted, and whether it is
/// said that the message may be ignored.
struct Words<'a> {
    key: &'static str,
    greeted: &'a str,
    link: &'a str,
    more: &'a str,
    ignore: bool,
    /// Sentences that follow the text, ready.
    after: Vec<String>,
    args: Vec<(&'static str, Arg)>,
}

impl<'a> Words<'a> {
    fn new(key: &'static str, greeted: &'a str, link: &'a str) -> Self {
        Self {
            key,
            greeted,
            link,
            more: "",
            ignore: false,
            after: Vec::new(),
            args: Vec::new(),
        }
    }

    fn may_be_ignored(mut self) -> Self {
        self.ignore = true;
        self
    }

    fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

fn words(letter: &Letter, lang: Lang) -> Words<'_> {
    match letter {
        Letter::Confirm { name, link, hours } => Words::new("mail-confirm", name, link)
            .with("hours", *hours)
            .may_be_ignored(),
        // Two addresses, one to a line: see `write`.
        Letter::AlreadyRegistered {
            name,
            sign_in,
            reset,
        } => Words {
            more: reset,
            ..Words::new("mail-exists", name, sign_in)
        },
        Letter::SignUpWaiting { name, motive, link } => Words {
            more: motive,
            ..Words::new("mail-pending", "", link)
        }
        .with("name", name),
        Letter::FollowWaiting { host, link } => {
            Words::new("mail-follow-waiting", "", link).with("host", host)
        }
        Letter::AgendaEnded { name } => Words::new("mail-agenda-ended", name, ""),
        Letter::Approved { name, sign_in } => Words::new("mail-approved", name, sign_in),
        Letter::Refused { name, reason } => Words {
            more: reason,
            ..Words::new(
                if reason.is_empty() {
                    "mail-refused-silent"
                } else {
                    "mail-refused"
                },
                name,
                "",
            )
        },
        Letter::Reset { name, link, hours } => Words::new("mail-reset", name, link)
            .with("hours", *hours)
            .may_be_ignored(),
        Letter::PasswordChanged { name, reset } => Words::new("mail-password-changed", name, reset),
        Letter::ConfirmEmail { name, link, hours } => Words::new("mail-email", name, link)
            .with("hours", *hours)
            .may_be_ignored(),
        Letter::EmailChanged { name, new } => {
            Words::new("mail-email-changed", name, "").with("new", new)
        }
        Letter::Invitation {
            inviter,
            agenda,
            link,
            days,
        } => Words::new("mail-invite", "", link)
            .with("inviter", inviter)
            .with("agenda", agenda)
            .with("days", *days),
        Letter::InvitationAccepted {
            name,
            email,
            agenda,
        } => Words::new("mail-accepted", "", "")
            .with("name", name)
            .with("email", email)
            .with("agenda", agenda),
        Letter::ConfirmReport { title, link, hours } => Words::new("mail-report-confirm", "", link)
            .with("title", title)
            .with("hours", *hours)
            .may_be_ignored(),
        Letter::ReportDecided {
            title,
            outcome,
            text,
        } => Words {
            more: text,
            ..Words::new("mail-report-decided", "", "")
        }
        .with("title", title)
        .with("outcome", lang.t(&format!("mail-report-outcome-{outcome}"))),
        Letter::CaseMessage { title, text } => Words {
            more: text,
            ..Words::new("mail-case-message", "", "")
        }
        .with("title", title),
        Letter::CorrectionProposed {
            title,
            field,
            was,
            value,
            link,
        } => Words::new("mail-correction", "", link)
            .with("title", title)
            .with("field", field_name(field, lang))
            .with("was", said(field, was, lang))
            .with("value", said(field, value, lang)),
        Letter::MeasureTaken {
            name,
            kind,
            title,
            reason,
            rule,
            text,
            until,
            link,
        } => {
            let what = [("title", title.as_str().into())];
            let reason = lang.t(&format!("report-reason-{}", key_of(reason)));
            let mut after = vec![lang.ta("mail-measure-reason", &[("reason", reason.into())])];
            if let Some(rule) = rule {
                after.push(lang.ta("mail-measure-rule", &[("rule", rule.as_str().into())]));
            }
            if let Some(day) = until {
                let date = dates::long_date(*day, lang);
                after.push(lang.ta("mail-measure-until", &[("date", date.into())]));
            }
            after.push(lang.ta("mail-measure-appeal", &[("link", link.as_str().into())]));
            Words {
                more: text,
                after,
                ..Words::new("mail-measure", name, "")
            }
            .with(
                "what",
                lang.ta(&format!("mail-measure-what-{}", key_of(kind)), &what),
            )
        }
        Letter::MeasureEnded {
            name,
            kind,
            title,
            undone,
        } => Words::new(
            match undone {
                true => "mail-measure-ended",
                false => "mail-measure-expired",
            },
            name,
            "",
        )
        .with("title", title)
        .with("measure", lang.t(&format!("measure-name-{}", key_of(kind)))),
        Letter::AppealDecided {
            name,
            title,
            lifted,
            text,
        } => Words {
            more: text,
            ..Words::new(
                match lifted {
                    true => "mail-appeal-lifted",
                    false => "mail-appeal-upheld",
                },
                name,
                "",
            )
        }
        .with("title", title),
        Letter::HeldDecided {
            name,
            title,
            accepted,
            text,
            link,
        } => {
            let key = match accepted {
                true => "mail-held-yes",
                false => "mail-held-no",
            };
            Words {
                more: text,
                ..Words::new(key, name, link)
            }
            .with("title", title)
        }
        Letter::HookFailing { host, link } => {
            Words::new("mail-hook-failing", "", link).with("host", host)
        }
        Letter::ConfirmProposal { title, link, hours } => {
            Words::new("mail-proposal-confirm", "", link)
                .with("title", title)
                .with("hours", *hours)
                .may_be_ignored()
        }
        Letter::ProposalDecided {
            title,
            accepted,
            text,
            link,
        } => {
            let key = match accepted {
                true => "mail-proposal-yes",
                false => "mail-proposal-no",
            };
            Words {
                more: text,
                ..Words::new(key, "", link)
            }
            .with("title", title)
        }
        Letter::RulesChanged { since, link } => {
            Words::new("mail-rules", "", link).with("date", dates::long_date(*since, lang))
        }
        Letter::QueueWaiting { count, link } => {
            Words::new("mail-queue", "", link).with("count", *count)
        }
    }
}

/// A word of the database as the translations spell it.
pub(crate) fn key_of(word: &str) -> String {
    word.replace('_', "-")
}

impl Letters for Translated {
    fn write(&self, letter: &Letter, language: &str, site: &Site) -> MailText {
        let default = site.default_language.parse().unwrap_or_default();
        let lang: Lang = language.parse().unwrap_or(default);
        let Words {
            key,
            greeted,
            link,
            more,
            ignore,
            after,
            mut args,
        } = words(letter, lang);
        args.push(("site", site.name.as_str().into()));
        let mut parts = Vec::new();
        if !greeted.is_empty() {
            parts.push(lang.ta("mail-greeting", &[("name", greeted.into())]));
        }
        parts.push(lang.ta(&format!("{key}-text"), &args));
        for part in [link, more] {
            if !part.is_empty() {
                parts.push(part.to_owned());
            }
        }
        parts.extend(after);
        if ignore {
            parts.push(lang.t("mail-ignore"));
        }
        let signature = [
            ("site", site.name.as_str().into()),
            ("url", site.base_url().into()),
        ];
        parts.push(format!("-- \n{}", lang.ta("mail-signature", &signature)));
        MailText {
            subject: lang.ta(&format!("{key}-subject"), &args),
            body: format!("{}\n", parts.join("\n\n")),
        }
    }
}
