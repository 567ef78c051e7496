//! The whole document around a page.

use askama::Template;

use crate::html::{SafeHtml, json_for_script};
use crate::lang::Lang;
use crate::pattern::{Pattern, pattern};
use crate::theme::{Paper, theme_path};

mod routes;

pub use routes::Routes;

/// A picture already in the right size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Address of the file, on this server.
    pub src: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What it shows; empty when it only decorates.
    pub alt: String,
    /// Classes that keep its focal point in sight where it is cropped: see [`focus_class`].
    pub focus: &'static str,
}

/// The classes for a focal point (x from -1, left, to 1; y from -1, bottom, to 1): an edge or the
/// middle, because pages carry no style of their own. Empty for the middle both ways.
pub fn focus_class(x: f64, y: f64) -> &'static str {
    const CLASSES: [[&str; 3]; 3] = [
        ["fx0 fy0", "fx2 fy0", "fx4 fy0"],
        ["fx0 fy2", "", "fx4 fy2"],
        ["fx0 fy4", "fx2 fy4", "fx4 fy4"],
    ];
    let third = |at: f64| match at {
        low if low < -1.0 / 3.0 => 0,
        high if high > 1.0 / 3.0 => 2,
        _ => 1,
    };
    CLASSES
        .get(third(-y))
        .and_then(|row| row.get(third(x)))
        .copied()
        .unwrap_or("")
}

/// What a site looks like and how it is called.
#[derive(Clone, Debug)]
pub struct SiteLook {
    /// Its name.
    pub name: String,
    /// One short sentence under the name; may be empty.
    pub tagline: String,
    /// `https://agenda.example`, without a slash at the end.
    pub base_url: String,
    /// The host alone: seeds the pattern and stands in handles.
    pub host: String,
    /// Hue of the accent, in degrees of OKLCH, 0 to 359.
    pub accent_hue: u16,
    /// The ground of the pages.
    pub paper: Paper,
    /// The banner of the home page; a pattern is drawn when there is none.
    pub banner: Option<Picture>,
    /// The logo beside the name on the home page.
    pub icon: Option<Picture>,
    /// Shows "create an account" to visitors.
    pub registrations_open: bool,
    /// The site's plan.
    pub routes: Routes,
}

impl Default for SiteLook {
    fn default() -> Self {
        Self {
            name: "Kiosque".to_owned(),
            tagline: String::new(),
            base_url: String::new(),
            host: String::new(),
            accent_hue: 25,
            paper: Paper::Tinted,
            banner: None,
            icon: None,
            registrations_open: false,
            routes: Routes::default(),
        }
    }
}

impl SiteLook {
    /// The address of the site's colours.
    pub fn theme_path(&self) -> String {
        theme_path(self.accent_hue, self.paper)
    }

    fn banner_pattern(&self) -> SafeHtml {
        pattern(&self.host, Pattern::Banner)
    }

    fn strip_pattern(&self) -> SafeHtml {
        pattern(&self.host, Pattern::Strip)
    }

    /// A path of the site as a whole address.
    pub fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') {
            format!("{}{path}", self.base_url)
        } else {
            path.to_owned()
        }
    }
}

/// The person signed in.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    /// The name shown.
    pub name: String,
    /// May open the administration.
    pub is_moderator: bool,
    /// May publish an event.
    pub may_publish: bool,
    /// What waits for a decision; 0 shows nothing.
    pub pending: u32,
}

/// The place in the site, for `aria-current`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NavItem {
    /// None of the navigation's entries.
    #[default]
    Nowhere,
    /// The agenda by day.
    Agenda,
    /// The agenda by month.
    Month,
    /// Following and followers.
    Following,
    /// About the site.
    About,
    /// New event.
    NewEvent,
    /// Own account, agendas.
    Account,
    /// Administration.
    Admin,
    /// Signing in or up.
    SignIn,
}

/// A message said once, at the top of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flash {
    /// It worked: said quietly.
    Success(String),
    /// Good to know.
    Info(String),
    /// Be careful.
    Warning(String),
    /// It did not work.
    Error(String),
}

impl Flash {
    fn class(&self) -> &'static str {
        match self {
            Flash::Success(_) => "success",
            Flash::Info(_) => "info",
            Flash::Warning(_) => "warning",
            Flash::Error(_) => "error",
        }
    }
    fn icon(&self) -> &'static str {
        match self {
            Flash::Success(_) => "check",
            Flash::Info(_) => "info",
            Flash::Warning(_) | Flash::Error(_) => "warning",
        }
    }
    fn role(&self) -> &'static str {
        match self {
            Flash::Error(_) | Flash::Warning(_) => "alert",
            Flash::Success(_) | Flash::Info(_) => "status",
        }
    }
    fn text(&self) -> &str {
        match self {
            Flash::Success(t) | Flash::Info(t) | Flash::Warning(t) | Flash::Error(t) => t,
        }
    }
}

/// What a link to the page shows elsewhere. Title, description, address and
/// site name come from the page itself.
#[derive(Clone, Debug, Default)]
pub struct OpenGraph {
    /// `website` when empty, `article` for an event.
    pub kind: &'static str,
    /// The picture, with a whole address in `src`.
    pub image: Option<Picture>,
}

/// The same thing in another form: `<link rel="alternate">`.
#[derive(Clone, Debug)]
pub struct Alternate {
    /// `text/calendar`, `application/atom+xml`, `application/activity+json`, or
    /// empty for another language of the page.
    pub media_type: &'static str,
    /// Path or whole address.
    pub href: String,
    /// Title of the form; may be empty.
    pub title: String,
    /// The language, for a translation of the page.
    pub lang: Option<Lang>,
}

/// Everything a document needs. Make it with [`Page::new`], then set fields.
#[derive(Clone, Debug)]
pub struct Page {
    /// Language of the interface.
    pub lang: Lang,
    /// The site around it.
    pub site: SiteLook,
    /// Title of the page, without the site's name. Empty on the home page.
    pub title: String,
    /// One or two sentences for search engines and previews.
    pub description: String,
    /// Path and query of the page, for the canonical address.
    pub path: String,
    /// Where in the navigation.
    pub nav_current: NavItem,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// The token of the sign-out form; empty when nobody is signed in.
    pub csrf: String,
    /// A message said once.
    pub flash: Option<Flash>,
    /// The preview elsewhere.
    pub og: OpenGraph,
    /// Other forms of the page.
    pub alternates: Vec<Alternate>,
    /// schema.org description.
    pub json_ld: Option<serde_json::Value>,
    /// Keeps search engines away (forms, searches, account pages).
    pub noindex: bool,
    /// Shows the wide banner with the site's name under the navigation: home page.
    pub hero: bool,
    /// A site not set up yet: no navigation, no links at the foot.
    pub minimal: bool,
    /// The content of `<main>`.
    pub body: SafeHtml,
}

impl Page {
    /// A page with nothing but its place, title and content.
    pub fn new(lang: Lang, site: SiteLook, path: &str, title: &str, body: SafeHtml) -> Self {
        Self {
            lang,
            site,
            title: title.to_owned(),
            description: String::new(),
            path: path.to_owned(),
            nav_current: NavItem::Nowhere,
            viewer: None,
            csrf: String::new(),
            flash: None,
            og: OpenGraph::default(),
            alternates: Vec::new(),
            json_ld: None,
            noindex: false,
            hero: false,
            minimal: false,
            body,
        }
    }

    fn document_title(&self) -> String {
        if self.title.is_empty() {
            self.site.name.clone()
        } else {
            format!("{} · {}", self.title, self.site.name)
        }
    }

    fn description_or_tagline(&self) -> &str {
        if self.description.is_empty() {
            &self.site.tagline
        } else {
            &self.description
        }
    }

    fn is(&self, item: NavItem) -> bool {
        self.nav_current == item
    }
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    page: &'a Page,
    lang: Lang,
    site: &'a SiteLook,
    routes: &'a Routes,
    json_ld: Option<SafeHtml>,
}

/// The whole document, from the doctype on.
pub fn layout(page: &Page) -> String {
    SafeHtml::render(&Layout {
        page,
        lang: page.lang,
        site: &page.site,
        routes: &page.site.routes,
        json_ld: page.json_ld.as_ref().map(json_for_script),
    })
    .into_string()
}

#[derive(Template)]
#[template(path = "embed.html")]
struct Embed<'a> {
    lang: Lang,
    site: &'a SiteLook,
    title: &'a str,
    more_url: &'a str,
    body: &'a SafeHtml,
}

/// A document without header nor script, to be shown inside another site's page.
/// `more_url` is the full page, opened in a new tab; the links inside `body`
/// must do the same (the components take `new_tab`).
pub fn embed_layout(
    lang: Lang,
    site: &SiteLook,
    title: &str,
    more_url: &str,
    body: &SafeHtml,
) -> String {
    SafeHtml::render(&Embed {
        lang,
        site,
        title,
        more_url,
        body,
    })
    .into_string()
}

#[cfg(test)]
mod tests;
