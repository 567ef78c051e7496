//! The page "about" and the nine answers.

use askama::Template;

use crate::forms::{Field, FormErrors};
use crate::html::SafeHtml;
use crate::lang::Lang;
use crate::layout::Picture;

/// The nine answers by which a site presents itself. The names are those of
/// PeerTube's `instance` settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AboutAnswers {
    /// What it publishes.
    pub categories: String,
    /// Languages its moderators speak.
    pub languages: String,
    /// Rules of conduct.
    pub code_of_conduct: String,
    /// How it moderates.
    pub moderation_information: String,
    /// Who is behind.
    pub administrator: String,
    /// Why it exists.
    pub creation_reason: String,
    /// For how long it will be kept.
    pub maintenance_lifetime: String,
    /// How it is paid for.
    pub business_model: String,
    /// On which machines it runs.
    pub hardware_information: String,
}

impl AboutAnswers {
    /// The nine (field name, question's key, help's key, answer), in order.
    pub fn questions(&self) -> [(&'static str, &'static str, &'static str, &str); 9] {
        [
            (
                "administrator",
                "about-administrator",
                "about-administrator-help",
                &self.administrator,
            ),
            (
                "creation_reason",
                "about-creation-reason",
                "about-creation-reason-help",
                &self.creation_reason,
            ),
            (
                "categories",
                "about-categories",
                "about-categories-help",
                &self.categories,
            ),
            (
                "languages",
                "about-languages",
                "about-languages-help",
                &self.languages,
            ),
            (
                "code_of_conduct",
                "about-code-of-conduct",
                "about-code-of-conduct-help",
                &self.code_of_conduct,
            ),
            (
                "moderation_information",
                "about-moderation-information",
                "about-moderation-information-help",
                &self.moderation_information,
            ),
            (
                "maintenance_lifetime",
                "about-maintenance-lifetime",
                "about-maintenance-lifetime-help",
                &self.maintenance_lifetime,
            ),
            (
                "business_model",
                "about-business-model",
                "about-business-model-help",
                &self.business_model,
            ),
            (
                "hardware_information",
                "about-hardware-information",
                "about-hardware-information-help",
                &self.hardware_information,
            ),
        ]
    }

    /// The nine questions as fields, for setup and administration.
    pub fn fields(&self, errors: &FormErrors, lang: Lang) -> SafeHtml {
        self.questions()
            .into_iter()
            .map(|(name, question, help, answer)| {
                Field::textarea(name, lang.t(question), 3)
                    .help(lang.t(help))
                    .value(answer)
                    .max_length(5000)
                    .optional()
                    .render(errors, lang)
            })
            .collect()
    }
}

/// The page "about".
#[derive(Clone, Debug, Default)]
pub struct AboutView {
    /// Name of the site.
    pub name: String,
    /// The wide picture on top.
    pub banner: Option<Picture>,
    /// The logo beside the name.
    pub icon: Option<Picture>,
    /// What it is, sanitised; may be empty.
    pub description: SafeHtml,
    /// The nine answers, each already turned from Markdown and sanitised, as
    /// (question's key, answer). Unanswered ones are said so.
    pub answers: Vec<(&'static str, SafeHtml)>,
    /// How to reach those who answer for the site; may be empty.
    pub contact: String,
    /// Figures: (label, number), already in words.
    pub figures: Vec<(String, String)>,
    /// "Follow this site".
    pub follow_box: SafeHtml,
    /// The version running.
    pub version: String,
}

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    lang: Lang,
    view: &'a AboutView,
}

/// The body of the page "about".
pub fn about_page(view: &AboutView, lang: Lang) -> SafeHtml {
    SafeHtml::render(&About { lang, view })
}
