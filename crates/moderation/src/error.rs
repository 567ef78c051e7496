//! Why something was not done.

use store::StoreError;

/// Why a step of moderation was not made; nothing of it is kept then.
#[derive(Debug, thiserror::Error)]
pub enum ModerationError {
    /// Not there, not of this site, or not for this person to see (ACL-03).
    #[error("no such thing")]
    Unknown,
    /// A moderator of the site is needed.
    #[error("not allowed")]
    Forbidden,
    /// A person does not judge a report about themselves, nor an appeal against their own decision where there is
    /// somebody else.
    #[error("somebody else must decide this")]
    SomebodyElse,
    /// The measure cannot be taken on this.
    #[error("this measure does not fit")]
    NotFitting,
    /// Somebody else was faster.
    #[error("decided meanwhile")]
    Decided,
    /// A reason that is not on the list.
    #[error("no such reason")]
    Reason,
    /// A text that is needed is missing.
    #[error("a text is missing")]
    Missing,
    /// A text that is too long.
    #[error("too long")]
    TooLong,
    /// A field that cannot be corrected.
    #[error("this field cannot be corrected")]
    Field,
    /// What cannot stand in the field.
    #[error("this cannot stand in the field")]
    Value,
    /// It says so already.
    #[error("it says so already")]
    Same,
    /// An end that is not in the future, or too far in it.
    #[error("not an end")]
    End,
    /// An address on the web that is none, or not one that is read.
    #[error("not an address that can be read")]
    Address,
    /// A mail address that is none.
    #[error("not a mail address")]
    Email,
    /// A link that is too old, used or invented.
    #[error("a dead link")]
    DeadLink,
    /// This server sends no mail.
    #[error("no mail")]
    NoMail,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany {
        /// Seconds until one may succeed.
        retry_after: u64,
    },
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ModerationError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not_found",
            Self::Forbidden => "forbidden",
            Self::SomebodyElse => "somebody_else_decides",
            Self::NotFitting => "measure_does_not_fit",
            Self::Decided => "decided_meanwhile",
            Self::Reason => "unknown_reason",
            Self::Missing => "text_missing",
            Self::TooLong => "text_too_long",
            Self::Field => "not_a_field",
            Self::Value => "not_a_value",
            Self::Same => "says_so_already",
            Self::End => "not_an_end",
            Self::Address => "not_an_address",
            Self::Email => "not_an_email",
            Self::DeadLink => "dead_link",
            Self::NoMail => "no_mail",
            Self::TooMany { .. } => "too_many_attempts",
            Self::Store(_) => "store_failed",
        }
    }

    /// Status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unknown => 404,
            Self::Forbidden | Self::SomebodyElse => 403,
            Self::Decided => 409,
            Self::DeadLink => 410,
            Self::TooMany { .. } => 429,
            Self::Store(_) => 500,
            Self::NotFitting
            | Self::Reason
            | Self::Missing
            | Self::TooLong
            | Self::Field
            | Self::Value
            | Self::Same
            | Self::End
            | Self::Address
            | Self::Email
            | Self::NoMail => 422,
        }
    }
}

impl From<diesel::result::Error> for ModerationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<accounts::AccountError> for ModerationError {
    fn from(error: accounts::AccountError) -> Self {
        use accounts::AccountError as A;
        match error {
            A::Store(error) => Self::Store(error),
            A::NotFound => Self::Unknown,
            A::TooMany { retry_after } => Self::TooMany { retry_after },
            A::DeadLink => Self::DeadLink,
            A::Email | A::EmailDomain => Self::Email,
            _ => Self::Forbidden,
        }
    }
}

impl From<publication::LifeError> for ModerationError {
    fn from(error: publication::LifeError) -> Self {
        use publication::LifeError as L;
        match error {
            L::Store(error) => Self::Store(error),
            L::Unknown => Self::Unknown,
            L::Stale => Self::Decided,
        }
    }
}
