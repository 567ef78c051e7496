//! What can go wrong, in one enum that pages and the JSON API show by its code.

use crate::password::PasswordError;
use store::StoreError;

/// Why a request about accounts was refused.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The e-mail address is malformed.
    #[error("this is not an e-mail address")]
    Email,
    /// An address whose domain the site does not take.
    #[error("addresses of this domain are not taken here")]
    EmailDomain,
    /// The name is empty, longer than 100 characters or has control characters.
    #[error("a name has between 1 and 100 characters")]
    Name,
    /// A text (motive, label) is longer than its limit.
    #[error("a text is too long")]
    TooLong,
    /// The password breaks a rule.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The site takes no sign-ups.
    #[error("this site takes no new accounts")]
    Closed,
    /// Twenty sign-ups wait for a moderator already (RATE-01).
    #[error("too many sign-ups are waiting for a moderator")]
    QueueFull,
    /// Said only on an open site that has no mail; everywhere else it would tell who has an account.
    #[error("this address has an account already")]
    EmailTaken,
    /// Unknown address or wrong password: which of them is not said (AUTH-05).
    #[error("unknown address or wrong password")]
    Credentials,
    /// The password is right, the address is not confirmed yet.
    #[error("the address is not confirmed yet")]
    Unconfirmed,
    /// The password is right, a moderator has not decided yet.
    #[error("the account waits for a moderator")]
    Waiting,
    /// The password is right, the account is suspended, here or on the whole server.
    #[error("the account is suspended")]
    Suspended,
    /// The link was used, replaced by a newer one, or is too old.
    #[error("this link is no longer valid")]
    DeadLink,
    /// The invitation is for somebody who has an account: sign in first.
    #[error("sign in to accept this invitation")]
    SignInFirst,
    /// Signed in under another address than the invited one: say so explicitly.
    #[error("the invitation was sent to another address")]
    OtherAddress,
    /// Too many attempts.
    #[error("too many attempts, try again in {retry_after} seconds")]
    TooMany {
        /// Seconds until the next attempt may succeed.
        retry_after: u64,
    },
    /// Whoever asks has no right to it.
    #[error("not allowed")]
    Forbidden,
    /// No such account, session, role or invitation here.
    #[error("not found")]
    NotFound,
    /// Every agenda keeps at least one owner; hand over first.
    #[error("the last owner of an agenda cannot leave it")]
    LastOwner,
    /// The server keeps at least one administrator, and so does each site.
    #[error("the last administrator cannot leave")]
    LastAdmin,
    /// Invitations, resets and changes of address need mail, which is not configured.
    #[error("this server sends no mail")]
    NoMail,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AccountError {
    /// A stable word for pages, the JSON API and logs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Email => "email_malformed",
            Self::EmailDomain => "email_domain_refused",
            Self::Name => "name_length",
            Self::TooLong => "text_too_long",
            Self::Password(error) => error.code(),
            Self::Closed => "registration_closed",
            Self::QueueFull => "registration_queue_full",
            Self::EmailTaken => "email_taken",
            Self::Credentials => "credentials",
            Self::Unconfirmed => "unconfirmed",
            Self::Waiting => "waiting_for_moderator",
            Self::Suspended => "suspended",
            Self::DeadLink => "dead_link",
            Self::SignInFirst => "sign_in_first",
            Self::OtherAddress => "other_address",
            Self::TooMany { .. } => "too_many_attempts",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::LastOwner => "last_owner",
            Self::LastAdmin => "last_admin",
            Self::NoMail => "no_mail",
            Self::Store(_) => "database",
        }
    }

    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Credentials | Self::SignInFirst => 401,
            Self::Unconfirmed | Self::Waiting | Self::Suspended => 403,
            Self::Closed | Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::EmailTaken | Self::LastOwner | Self::LastAdmin | Self::OtherAddress => 409,
            Self::DeadLink => 410,
            Self::TooMany { .. } => 429,
            Self::Password(PasswordError::Hashing) | Self::Store(_) => 500,
            Self::QueueFull | Self::NoMail => 503,
            Self::Email | Self::EmailDomain | Self::Name | Self::TooLong | Self::Password(_) => 422,
        }
    }
}

impl From<diesel::result::Error> for AccountError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(StoreError::Query(error))
    }
}
