//! What is wrong in a form.

use crate::lang::{Arg, Lang};

/// One thing to correct.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    field: String,
    key: String,
    args: Vec<(String, Arg)>,
}

impl FieldError {
    /// The field's name; empty for the form as a whole.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The translation key, stable enough for a test.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The sentence.
    pub fn message(&self, lang: Lang) -> String {
        let args: Vec<(&str, Arg)> = self
            .args
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        lang.ta(&self.key, &args)
    }
}

/// The errors of a form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FormErrors(Vec<FieldError>);

impl FormErrors {
    /// A form without errors.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an error: a field's name and a translation key.
    pub fn add(&mut self, field: &str, key: &str) {
        self.add_with(field, key, &[]);
    }

    /// Adds an error whose sentence carries values.
    pub fn add_with(&mut self, field: &str, key: &str, args: &[(&str, Arg)]) {
        self.0.push(FieldError {
            field: field.to_owned(),
            key: key.to_owned(),
            args: args
                .iter()
                .map(|(n, v)| ((*n).to_owned(), v.clone()))
                .collect(),
        });
    }

    /// True when nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many things to correct.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The first error of a field.
    pub fn get(&self, field: &str) -> Option<&FieldError> {
        self.0.iter().find(|e| e.field == field)
    }

    /// True when one of these fields has an error.
    pub fn any_of(&self, fields: &[&str]) -> bool {
        fields.iter().any(|f| self.get(f).is_some())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }
}
