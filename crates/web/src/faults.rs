//! Refusals of the rooms below, in the words of a form or as a page.

use accounts::{AccountError, PasswordError};
use actix_web::HttpResponse;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use federation::NewActorError;
use pages::Frame;
use ui::{FormErrors, Page};

/// The field and the sentence of an error that a form can show; `None` when a page must.
fn key(error: &AccountError) -> Option<(&'static str, &'static str)> {
    Some(match error {
        AccountError::Email => ("email", "form-error-email"),
        AccountError::EmailDomain => ("email", "account-error-email-domain"),
        AccountError::Name => ("name", "account-error-name"),
        AccountError::TooLong => ("", "account-error-text"),
        AccountError::Password(PasswordError::TooShort) => {
            ("password", "account-error-password-short")
        }
        AccountError::Password(PasswordError::TooLong) => {
            ("password", "account-error-password-long")
        }
        AccountError::Password(PasswordError::Common) => {
            ("password", "account-error-password-common")
        }
        AccountError::Closed => ("", "sign-up-closed-text"),
        AccountError::QueueFull => ("", "account-error-queue-full"),
        AccountError::EmailTaken => ("email", "account-error-email-taken"),
        AccountError::Credentials => ("", "sign-in-error"),
        AccountError::Unconfirmed => ("", "sign-in-error-unconfirmed"),
        AccountError::Waiting => ("", "sign-in-error-pending"),
        AccountError::Suspended => ("", "sign-in-error-suspended"),
        AccountError::SignInFirst => ("", "invitation-error-sign-in"),
        AccountError::OtherAddress => ("other_address", "invitation-error-other-address"),
        AccountError::LastOwner => ("", "organisers-error-last"),
        AccountError::LastAdmin => ("", "account-error-last-admin"),
        AccountError::NoMail => ("", "account-error-no-mail"),
        AccountError::DeadLink => ("", "confirm-failed-text"),
        AccountError::TooMany { .. }
        | AccountError::Password(_)
        | AccountError::Forbidden
        | AccountError::NotFound
        | AccountError::Store(_) => return None,
    })
}

/// Answers a form with its page and what is wrong in it, or with the page of an error that no field
/// can mend.
pub(crate) fn refused(
    frame: &Frame,
    error: &AccountError,
    page: impl FnOnce(&FormErrors) -> Page,
) -> HttpResponse {
    let mut errors = FormErrors::new();
    if let AccountError::TooMany { retry_after } = error {
        let minutes = retry_after.div_ceil(60).max(1);
        errors.add_with("", "account-error-too-many", &[("minutes", minutes.into())]);
        let mut response = frame.answer(429, &page(&errors));
        let seconds = HeaderValue::from(*retry_after);
        response.headers_mut().insert(RETRY_AFTER, seconds);
        return response;
    }
    match key(error) {
        Some((field, key)) => {
            errors.add(field, key);
            let status = if matches!(error, AccountError::DeadLink) {
                410
            } else {
                422
            };
            frame.answer(status, &page(&errors))
        }
        None => page_of(frame, error),
    }
}

/// Answers a button that has no form around it.
pub(crate) fn page_of(frame: &Frame, error: &AccountError) -> HttpResponse {
    let status = error.status();
    if status >= 500 {
        tracing::error!(%error, path = frame.path, "a page failed");
    }
    let detail = key(error).map(|(_, key)| frame.lang.t(key));
    // 401 would ask a browser for a password of its own.
    let status = if status == 401 { 403 } else { status };
    frame.error_with(status, detail.as_deref())
}

/// The field and sentence for a name that cannot be had.
pub(crate) fn actor_key(error: &NewActorError) -> Option<(&'static str, &'static str)> {
    match error {
        NewActorError::Name => Some(("username", "account-error-username")),
        NewActorError::Reserved | NewActorError::Taken => {
            Some(("username", "agendas-error-handle-taken"))
        }
        NewActorError::Key(_) | NewActorError::Store(_) => None,
    }
}
