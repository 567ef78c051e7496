//! The fields of a program, as they are shown and read.

use crate::letters::key_of;
use crate::markup::{panel, paragraph};
use hooks::{HookError, LONGEST_NAME, NewHook};
use pages::Frame;
use store::events::Event;
use ui::{Field, Form, FormErrors, SafeHtml};

/// An event as the translations spell it.
pub(super) fn event_key(word: &str) -> String {
    format!("hooks-event-{}", key_of(word).replace('.', "-"))
}

/// The fields, with what was typed and what was wrong.
pub(super) fn add(mut form: Form, frame: &Frame, typed: &NewHook, errors: &FormErrors) -> Form {
    let lang = frame.lang;
    let name = Field::text("name", lang.t("hooks-name"))
        .max_length(LONGEST_NAME)
        .optional()
        .value(&typed.name);
    let url = Field::url("url", lang.t("hooks-url"))
        .help(lang.t("hooks-url-help"))
        .required()
        .value(&typed.url);
    let events = Event::ALL.iter().map(|event| {
        let word = event.as_str();
        let on = typed.events.iter().any(|typed| typed == word);
        Field::checkbox(word, lang.t(&event_key(word)), on)
    });
    let asks = Field::checkbox("asks", lang.t("hooks-asks-label"), typed.asks)
        .help(lang.t("hooks-asks-help"));
    for field in [name, url].into_iter().chain(events).chain([asks]) {
        form = form.body(field.render(errors, lang));
    }
    form
}

/// What was sent.
pub(super) struct Sent<'a>(pub(super) &'a [(String, String)]);

impl Sent<'_> {
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub(super) fn hook(&self) -> NewHook {
        let ticked = Event::ALL.iter().map(|event| event.as_str());
        NewHook {
            name: self.get("name").to_owned(),
            url: self.get("url").to_owned(),
            events: ticked
                .filter(|word| !self.get(word).is_empty())
                .map(str::to_owned)
                .collect(),
            asks: !self.get("asks").is_empty(),
        }
    }
}

/// What was wrong, at its field.
pub(super) fn wrong(error: &HookError) -> FormErrors {
    let mut errors = FormErrors::new();
    let field = match error {
        HookError::Name => "name",
        _ => "url",
    };
    errors.add(field, &format!("hooks-error-{}", key_of(error.code())));
    errors
}

/// A secret, this once.
pub(super) fn secret_panel(frame: &Frame, secret: &str) -> SafeHtml {
    let lang = frame.lang;
    let code = SafeHtml::trusted(format!("<p><code>{}</code></p>", SafeHtml::text(secret)));
    let body = SafeHtml::concat([&paragraph(&lang.t("hooks-made-text")), &code]);
    panel("made", &lang.t("hooks-made-heading"), &body)
}
