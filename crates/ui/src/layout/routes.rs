//! The plan of the site.

/// The addresses the layout and the components link to: paths on the site.
/// The default is the plan of the site; a room changes a field to move a page.
#[derive(Clone, Copy, Debug)]
pub struct Routes {
    /// The agenda, also the home page.
    pub home: &'static str,
    /// The month view.
    pub month: &'static str,
    /// Whom the site follows and who follows it.
    pub following: &'static str,
    /// About the site: the nine answers.
    pub about: &'static str,
    /// A new event.
    pub new_event: &'static str,
    /// Signing in (GET form, POST).
    pub sign_in: &'static str,
    /// Signing up.
    pub sign_up: &'static str,
    /// Signing out (POST).
    pub sign_out: &'static str,
    /// Forgotten password.
    pub reset: &'static str,
    /// One's own account.
    pub account: &'static str,
    /// One's agendas and their organisers.
    pub agendas: &'static str,
    /// Administration of the site.
    pub admin: &'static str,
    /// "Follow from my server": how to, with the form.
    pub follow: &'static str,
    /// The site's calendar to subscribe to.
    pub ics: &'static str,
    /// The site's Atom feed.
    pub atom: &'static str,
    /// The agenda to embed in another page.
    pub embed: &'static str,
    /// The address of the source code (AGPL, section 13).
    pub source_code: &'static str,
}

impl Default for Routes {
    fn default() -> Self {
        Self {
            home: "/",
            month: "/month",
            following: "/following",
            about: "/about",
            new_event: "/events/new",
            sign_in: "/login",
            sign_up: "/signup",
            sign_out: "/logout",
            reset: "/reset",
            account: "/account",
            agendas: "/agendas",
            admin: "/admin",
            follow: "/follow-from",
            ics: "/agenda.ics",
            atom: "/agenda.atom",
            embed: "/embed",
            source_code: "/source",
        }
    }
}
