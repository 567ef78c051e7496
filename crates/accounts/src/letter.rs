//! What is said by mail. The words are written above, in the person's language.

use sites::Site;

/// One occasion to write to a person, with what the text needs. Links are absolute, built from the
/// site's own name and never from a request (AUTH-06).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Letter {
    /// Proves an address after sign-up.
    Confirm {
        /// Who signed up.
        name: String,
        /// [`CONFIRM_PATH`] with the token; lives `hours`.
        link: String,
        /// Life of the link.
        hours: i64,
    },
    /// Somebody tried to sign up with an address that has an account (AUTH-05).
    AlreadyRegistered {
        /// The account's name.
        name: String,
        /// Where to sign in.
        sign_in: String,
        /// Where to ask for a new password.
        reset: String,
    },
    /// Tells a moderator that a sign-up waits.
    SignUpWaiting {
        /// Who asks.
        name: String,
        /// Why.
        motive: String,
        /// Where to decide.
        link: String,
    },
    /// Tells a moderator that another server asks to follow.
    FollowWaiting {
        /// Its host.
        host: String,
        /// Where to decide.
        link: String,
    },
    /// A moderator said yes.
    Approved {
        /// To whom.
        name: String,
        /// Where to sign in.
        sign_in: String,
    },
    /// A moderator said no.
    Refused {
        /// To whom.
        name: String,
        /// The moderator's words; may be empty.
        reason: String,
    },
    /// Sets a new password.
    Reset {
        /// Whose.
        name: String,
        /// [`RESET_PATH`] with the token; lives `hours`.
        link: String,
        /// Life of the link.
        hours: i64,
    },
    /// The password was changed, by its person or by a link.
    PasswordChanged {
        /// Whose.
        name: String,
        /// Where to ask for a new password, if it was somebody else.
        reset: String,
    },
    /// Proves a new address; sent to the new one.
    ConfirmEmail {
        /// Whose.
        name: String,
        /// [`EMAIL_PATH`] with the token; lives `hours`.
        link: String,
        /// Life of the link.
        hours: i64,
    },
    /// Tells the old address of the change.
    EmailChanged {
        /// Whose.
        name: String,
        /// The new address.
        new: String,
    },
    /// Invites to an agenda.
    Invitation {
        /// Who invites.
        inviter: String,
        /// The agenda's name.
        agenda: String,
        /// [`INVITATION_PATH`] with the token; lives `days`.
        link: String,
        /// Life of the link.
        days: i64,
    },
    /// Tells the inviter that somebody came in.
    InvitationAccepted {
        /// Who.
        name: String,
        /// Under which address; the invited one or another of theirs.
        email: String,
        /// The agenda's name.
        agenda: String,
    },
    /// Proves a visitor's address before their report counts.
    ConfirmReport {
        /// What is reported.
        title: String,
        /// The page with the token; lives `hours`.
        link: String,
        /// Life of the link.
        hours: i64,
    },
    /// Tells who reported what came of it.
    ReportDecided {
        /// What was reported.
        title: String,
        /// `acted`, `corrected` or `dismissed`.
        outcome: &'static str,
        /// The moderators' words; may be empty.
        text: String,
    },
    /// The moderators' words about a report, to who made it or to whom it is about.
    CaseMessage {
        /// What it is about.
        title: String,
        /// Their words.
        text: String,
    },
    /// Tells an author that somebody proposes another value for a field of a publication.
    CorrectionProposed {
        /// The publication.
        title: String,
        /// Name of the field.
        field: String,
        /// What stands there; may be empty.
        was: String,
        /// What should.
        value: String,
        /// Where to decide.
        link: String,
    },
    /// A moderator took a measure; the statement of reasons (DSA, article 17).
    MeasureTaken {
        /// To whom.
        name: String,
        /// What: a word of the measures.
        kind: String,
        /// On what.
        title: String,
        /// Why: a word of the reasons.
        reason: String,
        /// The rule of the site that it rests on, in the person's language.
        rule: Option<String>,
        /// The moderators' words; may be empty.
        text: String,
        /// The day on which it ends by itself.
        until: Option<chrono::NaiveDate>,
        /// Where to answer.
        link: String,
    },
    /// A measure is over.
    MeasureEnded {
        /// To whom.
        name: String,
        /// What: a word of the measures.
        kind: String,
        /// On what.
        title: String,
        /// True when it was taken back, false when its time was over.
        undone: bool,
    },
    /// What came of the answer to a measure.
    AppealDecided {
        /// To whom.
        name: String,
        /// What the measure was about.
        title: String,
        /// True when the measure was taken back.
        lifted: bool,
        /// The words of who decided; may be empty.
        text: String,
    },
    /// Proves a passer-by's address before what they propose is read.
    ConfirmProposal {
        /// What is proposed.
        title: String,
        /// The page with the token; lives `hours`.
        link: String,
        /// Life of the link.
        hours: i64,
    },
    /// Tells a passer-by what became of what they proposed.
    ProposalDecided {
        /// What was proposed.
        title: String,
        /// True when it is published.
        accepted: bool,
        /// The moderators' words; may be empty.
        text: String,
        /// Its page; empty when it is not published.
        link: String,
    },
    /// Tells the people of a site that its rules change.
    RulesChanged {
        /// The day from which they count.
        since: chrono::NaiveDate,
        /// Where they stand.
        link: String,
    },
    /// Tells an organiser that an agenda ended with the account of its last owner. Not which: its name may be theirs.
    AgendaEnded {
        /// To whom.
        name: String,
    },
    /// Tells who published something that was read first what became of it.
    HeldDecided {
        /// To whom.
        name: String,
        /// What was published.
        title: String,
        /// True when it is shown now.
        accepted: bool,
        /// The moderators' words; may be empty.
        text: String,
        /// Its page.
        link: String,
    },
    /// Tells an administrator that messages to a hook do not arrive.
    HookFailing {
        /// Host of its address.
        host: String,
        /// Where it is looked at.
        link: String,
    },
    /// Tells a moderator that something waits.
    QueueWaiting {
        /// How many things in all.
        count: i64,
        /// Where they are.
        link: String,
    },
}

/// The words of a message, plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailText {
    /// One line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// Writes letters; implemented above with the translations.
pub trait Letters: Send + Sync {
    /// The words of `letter` in `language` (BCP 47; the site's own where there is no translation).
    fn write(&self, letter: &Letter, language: &str, site: &Site) -> MailText;
}

/// Page that confirms an address: asks for the password, then POST.
pub const CONFIRM_PATH: &str = "/confirm";
/// Page that sets a new password.
pub const RESET_PATH: &str = "/reset";
/// Page that confirms a new address.
pub const EMAIL_PATH: &str = "/account/email";
/// Page that accepts an invitation.
pub const INVITATION_PATH: &str = "/invitation";
/// Page on which moderators decide on sign-ups.
pub const SIGN_UPS_PATH: &str = "/admin/people";
/// Page to sign in.
pub const SIGN_IN_PATH: &str = "/login";

/// A link with a token, on the site's own host.
pub(crate) fn link(site: &Site, path: &str, token: &str) -> String {
    // A token is base64url with at most one dot: nothing in it needs escaping.
    format!("{}?token={token}", site.url(path))
}
