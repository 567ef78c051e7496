//! Refusals of the moderation, in the words of a form or as a page.

use crate::letters::key_of;
use actix_web::HttpResponse;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use moderation::ModerationError;
use pages::Frame;
use ui::{FormErrors, Page};

/// The field that a refusal belongs to.
fn field(error: &ModerationError) -> &'static str {
    match error {
        ModerationError::Email => "email",
        ModerationError::Reason => "reason",
        ModerationError::Missing | ModerationError::TooLong => "text",
        ModerationError::Field | ModerationError::Value | ModerationError::Same => "field",
        ModerationError::End => "days",
        _ => "",
    }
}

fn key(error: &ModerationError) -> String {
    format!("moderation-error-{}", key_of(error.code()))
}

/// Answers a form with its page and what is wrong in it.
pub(crate) fn refused(
    frame: &Frame,
    error: &ModerationError,
    page: impl FnOnce(&FormErrors) -> Page,
) -> HttpResponse {
    if matches!(error, ModerationError::Unknown | ModerationError::Store(_)) {
        return page_of(frame, error);
    }
    let mut errors = FormErrors::new();
    errors.add(field(error), &key(error));
    let mut response = frame.answer(error.status(), &page(&errors));
    if let ModerationError::TooMany { retry_after } = error {
        let seconds = HeaderValue::from(*retry_after);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

/// Answers a button that has no form around it.
pub(crate) fn page_of(frame: &Frame, error: &ModerationError) -> HttpResponse {
    if let ModerationError::Store(error) = error {
        tracing::error!(%error, path = frame.path, "a page failed");
        return frame.error(500);
    }
    let said = frame.lang.t(&key(error));
    frame.error_with(error.status(), Some(&said))
}
