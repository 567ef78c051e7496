//! What stands around every page: the site, who looks at it, and in which language.

use accounts::{AccessError, Permissions, Viewer};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, ETAG, IF_NONE_MATCH, LOCATION, VARY,
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use sites::{CurrentSite, Registration, Site, Sites};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use store::schema::{actors, follows, site_roles};
use store::{Conn, Database, Id, StoreError};
use ui::{Flash, Lang, Page, Routes, SafeHtml, SiteLook};

/// Counts what waits for the moderators of a site, for the number beside their name; application data, where a room
/// above knows of more than sign-ups and follows.
#[derive(Clone)]
pub struct Tasks(Arc<Counts>);

type Counts = dyn Fn(&mut Conn, &Arc<Site>, Permissions) -> Result<i64, StoreError> + Send + Sync;

impl Tasks {
    /// Counted by this.
    pub fn new(
        count: impl Fn(&mut Conn, &Arc<Site>, Permissions) -> Result<i64, StoreError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self(Arc::new(count))
    }
}

/// The site, the viewer and the language of a request for a page. An extractor.
#[derive(Clone)]
pub struct Frame {
    /// The site that is asked.
    pub site: Arc<Site>,
    /// Who asks.
    pub viewer: Viewer,
    /// `?lang=`, else the account's, else the browser's, else the site's.
    pub lang: Lang,
    /// The path asked, without its query.
    pub path: String,
    flash: Option<Flash>,
    if_none_match: Option<String>,
    /// Decisions that wait for a moderator.
    pending: u32,
}

impl Frame {
    /// Reads it for a request that has a site; `None` when it has none (setup, 421).
    pub async fn of(request: &HttpRequest) -> Result<Option<Self>, AccessError> {
        let site = request
            .extensions()
            .get::<CurrentSite>()
            .map(|site| site.0.clone());
        let Some(site) = site else { return Ok(None) };
        let viewer = Viewer::of(request).await?;
        let header = |name| {
            let value = request.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let own = viewer
            .identity()
            .and_then(|who| who.account.language.parse().ok());
        let default = site.default_language.parse().unwrap_or_default();
        let lang = asked(request, "lang")
            .and_then(|tag| tag.parse().ok())
            .or(own);
        let lang =
            lang.unwrap_or_else(|| Lang::negotiate(header(ACCEPT_LANGUAGE).as_deref(), default));
        let pending = match request.app_data::<web::Data<Database>>() {
            Some(database) if viewer.is_moderator() => {
                let tasks = request.app_data::<web::Data<Tasks>>().cloned();
                let site = Arc::clone(&site);
                let may = viewer
                    .identity()
                    .map_or(Permissions::NONE, |who| who.permissions);
                let counted = database.read(move |c| match tasks {
                    Some(tasks) => Ok(u32::try_from((tasks.0)(c, &site, may)?).unwrap_or(u32::MAX)),
                    None => waiting(c, site.id),
                });
                counted.await.unwrap_or(0)
            }
            _ => 0,
        };
        Ok(Some(Self {
            flash: asked(request, "done").and_then(|key| said(&key, lang)),
            path: request.path().to_owned(),
            if_none_match: header(IF_NONE_MATCH),
            site,
            viewer,
            lang,
            pending,
        }))
    }

    /// The look of the site.
    pub fn look(&self) -> SiteLook {
        look(&self.site)
    }

    /// The plan of the site.
    pub fn routes(&self) -> Routes {
        Routes::default()
    }

    /// The token for forms; empty when nobody is signed in.
    pub fn csrf(&self) -> &str {
        self.viewer.csrf()
    }

    /// The person of the navigation.
    pub fn person(&self) -> Option<ui::Viewer> {
        let who = self.viewer.identity()?;
        Some(ui::Viewer {
            name: who.account.name.clone(),
            is_moderator: who.is_moderator(),
            may_publish: !who.actors.is_empty() || who.is_member(),
            pending: self.pending,
        })
    }

    /// A page with the site, the person, the token and what was just done already in it.
    pub fn page(&self, title: &str, body: SafeHtml) -> Page {
        let mut page = Page::new(self.lang, self.look(), &self.path, title, body);
        page.viewer = self.person();
        self.csrf().clone_into(&mut page.csrf);
        page.flash.clone_from(&self.flash);
        page
    }

    /// The answer, 200. Pages of somebody signed in are kept by nobody; the others carry an `ETag`
    /// and are asked for again each time (ACL-06).
    pub fn html(&self, page: &Page) -> HttpResponse {
        self.document(ui::layout(page))
    }

    /// [`Frame::html`] for a whole document, such as an embedded agenda.
    pub fn document(&self, html: String) -> HttpResponse {
        if self.viewer.identity().is_some() || self.flash.is_some() {
            return self.html_with(StatusCode::OK, html);
        }
        let tag = etag(html.as_bytes());
        let same = self.if_none_match.as_deref().is_some_and(|known| {
            known
                .split(',')
                .any(|one| one.trim().trim_start_matches("W/") == tag)
        });
        let status = if same {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        };
        let mut response = HttpResponse::build(status);
        response
            .insert_header((CACHE_CONTROL, "no-cache"))
            .insert_header((VARY, "Cookie, Authorization, Accept, Accept-Language"))
            .insert_header((ETAG, tag));
        if same {
            return response.finish();
        }
        response.content_type("text/html; charset=utf-8").body(html)
    }

    /// A page that answers a form: 422 with its faults, 429, or any other status. Never kept.
    pub fn answer(&self, status: u16, page: &Page) -> HttpResponse {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.html_with(status, ui::layout(page))
    }

    fn html_with(&self, status: StatusCode, html: String) -> HttpResponse {
        HttpResponse::build(status)
            .insert_header((CACHE_CONTROL, "private, no-store"))
            .insert_header((VARY, "Cookie, Authorization, Accept, Accept-Language"))
            .content_type("text/html; charset=utf-8")
            .body(html)
    }

    /// The designed page of an error.
    pub fn error(&self, status: u16) -> HttpResponse {
        self.error_with(status, None)
    }

    /// [`Frame::error`] with one more sentence, in the page's language.
    pub fn error_with(&self, status: u16, detail: Option<&str>) -> HttpResponse {
        let look = self.look();
        let html = ui::error_page(status, self.lang, &look, self.person(), self.csrf(), detail);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.html_with(status, html)
    }
}

/// A site as its pages show it.
pub(crate) fn look(site: &Site) -> SiteLook {
    SiteLook {
        name: site.name.clone(),
        tagline: site.tagline.clone(),
        base_url: site.base_url(),
        host: site.host.clone(),
        accent_hue: u16::try_from(site.accent_hue.rem_euclid(360)).unwrap_or(0),
        paper: site.paper.as_str().parse().unwrap_or_default(),
        banner: None,
        icon: None,
        registrations_open: site.registration != Registration::Closed,
        routes: Routes::default(),
    }
}

fn asked(request: &HttpRequest, name: &str) -> Option<String> {
    let query = request.uri().query()?;
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The sentence `flash-KEY`; nothing for a key that is none of ours, so that an address cannot put
/// words into the page.
fn said(key: &str, lang: Lang) -> Option<Flash> {
    let plain = key.len() <= 40 && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let name = format!("flash-{key}");
    let text = plain.then(|| lang.t(&name)).filter(|text| *text != name)?;
    Some(Flash::Success(text))
}

fn etag(content: &[u8]) -> String {
    let hex: String = Sha256::digest(content)
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{hex}\"")
}

/// Sign-ups and follows that a moderator of the site has to decide on.
fn waiting(conn: &mut Conn, site: Id) -> Result<u32, StoreError> {
    let people: i64 = site_roles::table
        .filter(site_roles::site_id.eq(site))
        .filter(site_roles::role.eq("applicant"))
        .count()
        .get_result(conn)?;
    let asking: i64 = follows::table
        .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
        .filter(actors::site_id.eq(site))
        .filter(follows::state.eq("pending"))
        .count()
        .get_result(conn)?;
    Ok(u32::try_from(people + asking).unwrap_or(0))
}

/// 303 to a local path, after a form.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, path))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

/// 303 to a local path that then says the sentence `flash-KEY`.
pub fn done(path: &str, key: &str) -> HttpResponse {
    let (path, fragment) = path
        .split_once('#')
        .map_or((path, None), |(p, f)| (p, Some(f)));
    let mark = if path.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|f| format!("#{f}")).unwrap_or_default();
    see_other(&format!("{path}{mark}done={key}{fragment}"))
}

impl FromRequest for Frame {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            match Self::of(&request).await? {
                Some(frame) => Ok(frame),
                None => {
                    let empty = request
                        .app_data::<web::Data<Sites>>()
                        .is_some_and(|sites| sites.is_empty());
                    let answer = match empty {
                        true => see_other("/setup"),
                        false => HttpResponse::MisdirectedRequest().finish(),
                    };
                    Err(actix_web::error::InternalError::from_response("no site", answer).into())
                }
            }
        })
    }
}
