//! What somebody had typed into one of the forms of a case when it was refused: it stands there again.

/// The name of the form of measures, beside the words of `moderation::case::CaseAct`.
pub(super) const MEASURE: &str = "measure";

/// One form's fields; those of the others are empty.
#[derive(Debug, Default, Clone)]
pub(super) struct Typed {
    /// Which form.
    pub(super) act: &'static str,
    /// The report that the form belongs to.
    pub(super) report: String,
    pub(super) text: String,
    pub(super) outcome: String,
    pub(super) words: String,
    pub(super) on: String,
    pub(super) kind: String,
    pub(super) reason: String,
    pub(super) days: String,
}

impl Typed {
    /// The words of one form: of an act, and of a report where the act has one.
    pub(super) fn text_of(&self, act: &str, report: &str) -> Option<&str> {
        (self.act == act && self.report == report).then_some(self.text.as_str())
    }
}
