//! The words of letters, from the same translations as the pages.

use accounts::{Letter, Letters, MailText};
use sites::Site;
use ui::{Arg, Lang};

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

fn words(letter: &Letter) -> Words<'_> {
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
    }
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
            mut args,
        } = words(letter);
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
