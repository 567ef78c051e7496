//! The moderators' side: the queue, cases, measures, appeals, the record.

mod appeals;
mod cases;
mod hold_rules;
mod measures;
mod public;
mod queue;
mod record;
mod settings;

pub(super) use appeals::{__path_decide, decide};
pub(super) use cases::{__path_act, __path_show, act, show};
pub(super) use hold_rules::{__path_read_rules, __path_write_rules, read_rules, write_rules};
pub(super) use measures::{__path_create, __path_list, __path_undo, create, list, undo};
pub(super) use public::{
    __path_public_figures, __path_public_log, __path_public_servers, public_figures, public_log,
    public_servers,
};
pub(super) use queue::{__path_act as __path_act_on_queue, __path_read, act as act_on_queue, read};
pub(super) use record::{__path_log, log};
pub(super) use settings::{
    __path_read_settings, __path_write_settings, read_settings, write_settings,
};

use moderation::ModerationError;
use pages::ApiError;

/// An error of the moderation as the API tells it.
pub(super) fn refusal(error: ModerationError) -> ApiError {
    match error {
        ModerationError::Store(error) => error.into(),
        ModerationError::Unknown => ApiError::not_found(),
        other => {
            let mut answer = ApiError::new(other.status(), other.code(), other.to_string());
            if let ModerationError::TooMany { retry_after } = other {
                answer.retry_after = Some(retry_after);
            }
            answer
        }
    }
}
