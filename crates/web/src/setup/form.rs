//! The fields of the setup page.

use serde::Deserialize;
use sites::About;
use ui::pages::{AboutAnswers, SetupValues};

/// The nine answers as fields (S002-16), and the presentation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AboutForm {
    pub(crate) description: String,
    pub(crate) categories: String,
    pub(crate) languages: String,
    pub(crate) code_of_conduct: String,
    pub(crate) moderation_information: String,
    pub(crate) administrator: String,
    pub(crate) creation_reason: String,
    pub(crate) maintenance_lifetime: String,
    pub(crate) business_model: String,
    pub(crate) hardware_information: String,
}

/// Most characters of an answer.
const LONGEST: usize = 5_000;

impl AboutForm {
    /// What the site keeps.
    pub(crate) fn about(&self) -> About {
        let text = |text: &String| text.trim().replace("\r\n", "\n");
        About {
            description: text(&self.description),
            categories: text(&self.categories),
            moderation_languages: text(&self.languages),
            code_of_conduct: text(&self.code_of_conduct),
            moderation_information: text(&self.moderation_information),
            administrator: text(&self.administrator),
            creation_reason: text(&self.creation_reason),
            maintenance_lifetime: text(&self.maintenance_lifetime),
            business_model: text(&self.business_model),
            hardware_information: text(&self.hardware_information),
        }
    }

    /// What is typed, for the form.
    pub(crate) fn answers(&self) -> AboutAnswers {
        answers(&self.about())
    }

    /// The names of the answers that are too long.
    pub(crate) fn too_long(&self) -> Vec<&'static str> {
        let answers = self.answers();
        let mut names: Vec<_> = answers
            .questions()
            .iter()
            .filter(|(.., answer)| answer.chars().count() > LONGEST)
            .map(|(name, ..)| *name)
            .collect();
        if self.description.chars().count() > LONGEST {
            names.push("description");
        }
        names
    }
}

/// A site's answers as the form shows them.
pub(crate) fn answers(about: &About) -> AboutAnswers {
    AboutAnswers {
        categories: about.categories.clone(),
        languages: about.moderation_languages.clone(),
        code_of_conduct: about.code_of_conduct.clone(),
        moderation_information: about.moderation_information.clone(),
        administrator: about.administrator.clone(),
        creation_reason: about.creation_reason.clone(),
        maintenance_lifetime: about.maintenance_lifetime.clone(),
        business_model: about.business_model.clone(),
        hardware_information: about.hardware_information.clone(),
    }
}

/// Everything that the setup page sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SetupForm {
    pub(crate) setup_code: String,
    pub(crate) site_name: String,
    pub(crate) tagline: String,
    pub(crate) language: String,
    pub(crate) time_zone: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) agenda_handle: String,
    pub(crate) registrations: String,
    pub(crate) accent_hue: String,
    pub(crate) paper: String,
    #[serde(flatten)]
    pub(crate) about: AboutForm,
}

impl SetupForm {
    /// What was typed, without the password.
    pub(crate) fn values(&self) -> SetupValues {
        SetupValues {
            site_name: self.site_name.clone(),
            tagline: self.tagline.clone(),
            language: self.language.clone(),
            time_zone: self.time_zone.clone(),
            account_name: self.name.clone(),
            email: self.email.clone(),
            agenda_handle: self.agenda_handle.clone(),
            registrations: self.registrations.clone(),
            accent_hue: self.accent_hue.clone(),
            paper: self.paper.clone(),
            about: self.about.answers(),
        }
    }
}
