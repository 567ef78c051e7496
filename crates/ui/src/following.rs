//! Whom the site follows, and who follows it.

use askama::Template;

use crate::agenda::EmptyState;
use crate::agenda::empty_state;
use crate::forms::{Button, Field, Form, FormErrors, error_summary};
use crate::html::SafeHtml;
use crate::lang::Lang;

/// Where a follow stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FollowState {
    /// Asked, no answer yet.
    #[default]
    Pending,
    /// Accepted: events arrive.
    Accepted,
    /// Refused by the other side.
    Refused,
    /// Accepted, but the other server no longer answers.
    Unreachable,
}

/// What is followed or follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActorKind {
    /// A whole instance.
    #[default]
    Instance,
    /// An agenda (a group).
    Agenda,
    /// A person.
    Person,
}

/// One line of the following page.
#[derive(Clone, Debug, Default)]
pub struct FollowRow {
    /// Display name.
    pub name: String,
    /// `@agenda@host` or the host.
    pub handle: String,
    /// Its own page.
    pub url: String,
    /// Instance, agenda, person.
    pub kind: ActorKind,
    /// Where it stands.
    pub state: FollowState,
    /// Which of our actors follows or is followed; may be empty when it is the site.
    pub ours: String,
    /// "demandé le 2 juillet", "depuis le 4 mai".
    pub since: String,
    /// ISO 8601 of it.
    pub datetime: String,
    /// What went wrong last, in words; may be empty.
    pub last_error: String,
    /// Events received and still to come, when counted.
    pub events: Option<u32>,
    /// Sends the form of the buttons (POST); empty shows no button. The buttons
    /// send `do`: `unfollow`, `retry`, `accept` or `refuse`.
    pub action: String,
    /// Our identifier of the line, sent as `follow`.
    pub id: String,
}

/// The whole page.
#[derive(Clone, Debug, Default)]
pub struct FollowingView {
    /// Whom we follow.
    pub following: Vec<FollowRow>,
    /// Who follows us.
    pub followers: Vec<FollowRow>,
    /// People may be many: they are only counted.
    pub followers_total: u32,
    /// Where the "follow another instance" form goes (POST, field `target`);
    /// empty for a visitor, who does not see the form.
    pub action: String,
    /// The session's token.
    pub csrf: String,
    /// What was typed.
    pub target: String,
    /// What was wrong in it (field `target`).
    pub errors: FormErrors,
    /// "Follow this site from my server".
    pub follow_box: SafeHtml,
}

#[derive(Template)]
#[template(path = "following.html")]
struct Following<'a> {
    lang: Lang,
    view: &'a FollowingView,
    form: SafeHtml,
    following: SafeHtml,
    followers: SafeHtml,
}

/// The body of the following page.
pub fn following_page(view: &FollowingView, lang: Lang) -> SafeHtml {
    let form = if view.action.is_empty() {
        SafeHtml::default()
    } else {
        let field = Field::text("target", lang.t("following-address"))
            .help(lang.t("following-address-help"))
            .value(&view.target)
            .attribute("autocapitalize", "none")
            .attribute("spellcheck", "false")
            .inputmode("url")
            .required()
            .render(&view.errors, lang);
        let form = Form::post(&view.action, &view.csrf)
            .inline()
            .body(field)
            .button(Button::primary(lang.t("following-follow")))
            .render();
        SafeHtml::concat([&error_summary(&view.errors, lang), &form])
    };
    let following = if view.following.is_empty() {
        empty_state(&EmptyState {
            title: lang.t("following-none-title"),
            text: lang.t("following-none-text"),
            actions: Vec::new(),
        })
    } else {
        follow_table(
            &view.following,
            &lang.t("following-title"),
            false,
            &view.csrf,
            lang,
        )
    };
    let followers = if view.followers.is_empty() {
        SafeHtml::trusted(format!(
            "<p class=\"nothing\">{}</p>",
            SafeHtml::text(&lang.t("followers-none"))
        ))
    } else {
        follow_table(
            &view.followers,
            &lang.t("followers-title"),
            true,
            &view.csrf,
            lang,
        )
    };
    SafeHtml::render(&Following {
        lang,
        view,
        form,
        following,
        followers,
    })
}

#[derive(Template)]
#[template(path = "follow_table.html")]
struct Table<'a> {
    lang: Lang,
    rows: &'a [FollowRow],
    caption: &'a str,
    followers: bool,
    csrf: &'a str,
}

impl Table<'_> {
    fn state_words(&self, row: &FollowRow) -> String {
        self.lang.t(match (row.state, self.followers) {
            (FollowState::Pending, false) => "follow-state-pending",
            (FollowState::Pending, true) => "follower-state-pending",
            (FollowState::Accepted, _) => "follow-state-accepted",
            (FollowState::Refused, false) => "follow-state-refused",
            (FollowState::Refused, true) => "follower-state-refused",
            (FollowState::Unreachable, _) => "follow-state-unreachable",
        })
    }
    /// What to do next, in words.
    fn advice(&self, row: &FollowRow) -> Option<String> {
        let key = match (row.state, self.followers) {
            (FollowState::Pending, false) => "follow-advice-pending",
            (FollowState::Refused, false) => "follow-advice-refused",
            (FollowState::Unreachable, false) => "follow-advice-unreachable",
            (FollowState::Pending, true) => "follower-advice-pending",
            _ => return None,
        };
        Some(self.lang.t(key))
    }
    fn state_class(&self, row: &FollowRow) -> &'static str {
        match row.state {
            FollowState::Pending => "warn",
            FollowState::Accepted => "good",
            FollowState::Refused | FollowState::Unreachable => "bad",
        }
    }
    fn state_icon(&self, row: &FollowRow) -> &'static str {
        match row.state {
            FollowState::Pending => "clock",
            FollowState::Accepted => "check",
            FollowState::Refused => "cancel",
            FollowState::Unreachable => "warning",
        }
    }
    fn kind(&self, row: &FollowRow) -> String {
        self.lang.t(match row.kind {
            ActorKind::Instance => "following-kind-instance",
            ActorKind::Agenda => "following-kind-agenda",
            ActorKind::Person => "following-kind-person",
        })
    }
    fn buttons(&self, row: &FollowRow) -> SafeHtml {
        if row.action.is_empty() {
            return SafeHtml::default();
        }
        let button = |key: &str, what: &str| {
            Button::quiet(self.lang.t(key))
                .about(&row.name)
                .sends("do", what)
        };
        let mut form = Form::post(&row.action, self.csrf)
            .inline()
            .hidden("follow", &row.id);
        form = match (row.state, self.followers) {
            (FollowState::Accepted, false) => form.button(button("following-unfollow", "unfollow")),
            (FollowState::Pending, false) => form
                .button(button("following-retry", "retry"))
                .button(button("following-withdraw", "unfollow")),
            (FollowState::Refused | FollowState::Unreachable, false) => form
                .button(button("following-retry", "retry"))
                .button(button("following-remove", "unfollow")),
            (FollowState::Pending, true) => form
                .button(button("followers-accept", "accept"))
                .button(button("followers-refuse", "refuse")),
            // A block that was lifted leaves them refused: a person lets them in again.
            (FollowState::Refused, true) => form
                .button(button("followers-accept", "accept"))
                .button(button("followers-remove", "refuse")),
            (_, true) => form.button(button("followers-remove", "refuse")),
        };
        form.render()
    }
}

/// A table of follows that a telephone shows as cards. `followers` turns it
/// round: the lines follow us.
pub fn follow_table(
    rows: &[FollowRow],
    caption: &str,
    followers: bool,
    csrf: &str,
    lang: Lang,
) -> SafeHtml {
    SafeHtml::render(&Table {
        lang,
        rows,
        caption,
        followers,
        csrf,
    })
}

#[cfg(test)]
mod tests;
