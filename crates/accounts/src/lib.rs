//! People of this server: sign-up, log-in, sessions, roles, invitations, and the letters they get.
//!
//! - Pages call [`Accounts`], which puts password hashes, limits on attempts and transactions in the
//!   right order. Under it, the modules' functions take a connection, the time and the [`Secrets`].
//! - Handlers ask for [`Viewer`], [`SignedIn`], [`Member`], [`Moderator`] or [`Admin`], and read forms
//!   as [`CsrfForm`] or [`VisitorForm`]; [`guard_forms`] stands in front of all routes, after
//!   `sites::resolve_site`.
//! - An account belongs to the server; a session, and the roles it brings, to one site.
//! - Letters are queued in the transaction that causes them; [`MailWorker`] sends them. Their words
//!   come from above, through [`Letters`].

mod access;
mod account;
pub mod email_rules;
mod entering;
mod error;
mod forms;
mod holding;
pub mod invitation;
mod letter;
mod limits;
mod outgoing;
pub mod password;
mod people;
pub mod permission;
pub mod recovery;
pub mod roles;
mod secrets;
mod service;
pub mod session;
pub mod sign_up;
pub mod token;
mod viewer;

pub use access::{AccessError, local_path, sign_in_address};
pub use account::{Account, AccountState};
pub use error::AccountError;
pub use forms::{CsrfForm, LONGEST_FORM, Sender, VisitorForm, guard_forms, sender, verify_csrf};
pub use letter::{
    CONFIRM_PATH, EMAIL_PATH, INVITATION_PATH, Letter, Letters, MailText, RESET_PATH, SIGN_IN_PATH,
    SIGN_UPS_PATH,
};
pub use limits::{LimitKind, Limits};
pub use outgoing::{MailState, MailWorker, post, post_to, send_due_mails};
pub use password::{PasswordError, PasswordSettings, Passwords};
pub use permission::{Permission, Permissions};
pub use roles::{ActorRole, ActorRoleOf, SiteRole, can_edit_actor};
pub use secrets::{Secrets, token_hash};
pub use service::{Accounts, AccountsSettings, Confirmed, SignUp, Visitor};
pub use session::{Identity, OpenedSession, Session, SessionKind};
pub use sign_up::{NewAccount, SignUpOutcome};
pub use sites::{NetworkError, Proxies, address_key};
pub use token::TokenPurpose;
pub use viewer::{Admin, Member, Moderator, SignedIn, Viewer};
