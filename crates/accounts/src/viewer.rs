//! Who asks: the extractors of handlers.

use crate::access::AccessError;
use crate::session::{self, Identity, SessionKind};
use crate::{AccountError, Accounts, Visitor};
use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, USER_AGENT};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use sites::{CurrentSite, Site};
use std::future::{Future, Ready, ready};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

type Soon<T> = Pin<Box<dyn Future<Output = Result<T, AccessError>>>>;

/// Whoever asks, signed in or not. Read once per request, in one hop to the database; nothing is
/// read without a cookie or a bearer token, and no cookie is ever set by it.
#[derive(Debug, Clone, Default)]
pub struct Viewer(Option<Arc<Identity>>);

impl Viewer {
    /// Who is signed in.
    pub fn identity(&self) -> Option<&Identity> {
        self.0.as_deref()
    }

    /// True for moderators and administrators of this site.
    pub fn is_moderator(&self) -> bool {
        self.identity().is_some_and(Identity::is_moderator)
    }

    /// True for administrators of this site.
    pub fn is_admin(&self) -> bool {
        self.identity().is_some_and(Identity::is_admin)
    }

    /// The token for forms; empty when nobody is signed in.
    pub fn csrf(&self) -> &str {
        self.identity()
            .map_or("", |identity| &identity.session.csrf)
    }

    /// Reads it for a request, or takes what was read before.
    pub async fn of(request: &HttpRequest) -> Result<Self, AccessError> {
        if let Some(known) = request.extensions().get::<Self>() {
            return Ok(known.clone());
        }
        let viewer = read(request).await?;
        request.extensions_mut().insert(viewer.clone());
        Ok(viewer)
    }
}

/// The bearer token of a request.
pub(crate) fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

/// The session cookie of a request. Two of the same name are none: one of them was planted.
pub(crate) fn session_cookie(request: &HttpRequest, site: &Site) -> Option<String> {
    let name = session::cookie_name(site);
    let cookies = request.cookies().ok()?;
    let mut values = cookies.iter().filter(|cookie| cookie.name() == name);
    match (values.next(), values.next()) {
        (Some(cookie), None) => Some(cookie.value().to_owned()),
        _ => None,
    }
}

async fn read(request: &HttpRequest) -> Result<Viewer, AccessError> {
    let site = request
        .extensions()
        .get::<CurrentSite>()
        .map(|site| site.0.clone());
    let Some(site) = site else {
        return Ok(Viewer::default());
    };
    let accounts = accounts(request)?;
    // A bearer token stands for itself: with it, the cookie is not looked at, so that a request
    // that needs no form token cannot borrow the rights of a cookie.
    let (kind, token) = match bearer(request) {
        Some(token) => (SessionKind::Api, token),
        None => match session_cookie(request, &site) {
            Some(token) => (SessionKind::Web, token),
            None => return Ok(Viewer::default()),
        },
    };
    let identity = accounts
        .identify(&site, kind, token)
        .await
        .map_err(unavailable)?;
    Ok(Viewer(identity.map(Arc::new)))
}

fn unavailable(error: AccountError) -> AccessError {
    tracing::error!(%error, "the session could not be read");
    AccessError::Unavailable
}

fn accounts(request: &HttpRequest) -> Result<web::Data<Accounts>, AccessError> {
    let accounts = request.app_data::<web::Data<Accounts>>().cloned();
    accounts.ok_or_else(|| {
        tracing::error!("no Accounts in the application's data");
        AccessError::Unavailable
    })
}

impl Accounts {
    /// Who shows this token on this site; writes the last use when it is due.
    pub async fn identify(
        &self,
        site: &Site,
        kind: SessionKind,
        token: String,
    ) -> Result<Option<Identity>, AccountError> {
        let (site, now) = (site.id, self.clock.ts());
        let found = self
            .database
            .read(move |conn| session::identify(conn, site, kind, &token, now))
            .await?;
        if let Some(identity) = found
            .as_ref()
            .filter(|found| session::is_due(&found.session, now))
        {
            let id = identity.session.id;
            self.write(move |conn, _| session::seen(conn, id, now))
                .await?;
        }
        Ok(found)
    }
}

impl FromRequest for Viewer {
    type Error = AccessError;
    type Future = Soon<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

impl FromRequest for Visitor {
    type Error = AccessError;
    type Future = Ready<Result<Self, AccessError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Visitor::of(request))
    }
}

impl Visitor {
    /// Reads it from a request.
    pub fn of(request: &HttpRequest) -> Result<Self, AccessError> {
        let peer = request.peer_addr().map(|socket| socket.ip());
        let site = request
            .extensions()
            .get::<CurrentSite>()
            .map(|site| site.0.clone());
        let agent = request
            .headers()
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok());
        Ok(Self {
            address: accounts(request)?.proxies.client(peer, request.headers()),
            user_agent: agent.unwrap_or_default().chars().take(200).collect(),
            cookie: site.and_then(|site| session_cookie(request, &site)),
        })
    }
}

macro_rules! signed_in {
    ($(#[$meta:meta])* $name:ident, $allowed:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Arc<Identity>);

        impl Deref for $name {
            type Target = Identity;
            fn deref(&self) -> &Identity {
                &self.0
            }
        }

        impl FromRequest for $name {
            type Error = AccessError;
            type Future = Soon<Self>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let allowed: fn(&Identity, &str) -> bool = $allowed;
                    match Viewer::of(&request).await?.0 {
                        None => Err(AccessError::sign_in(&request)),
                        Some(identity) if allowed(&identity, request.path()) => Ok(Self(identity)),
                        Some(_) => Err(AccessError::forbidden(&request)),
                    }
                })
            }
        }
    };
}

signed_in! {
    /// Somebody signed in on this site. Others are sent to the sign-in page, or get 401 under `/api/`.
    SignedIn, |_, _| true
}
signed_in! {
    /// Somebody let in on this site; others signed in get 403.
    Member, |who, _| who.is_member()
}
signed_in! {
    /// A moderator or administrator of this site who may do what the path needs; others signed in get 403.
    Moderator, Identity::may_moderate_at
}
signed_in! {
    /// An administrator of this site, or a moderator with the permission for settings on their pages; others signed in get
    /// 403.
    Admin, Identity::may_set_at
}
