//! A small application with one route of each kind, and requests to it.

use crate::scene::Scene;
use accounts::{
    AccountError, Accounts, Admin, CsrfForm, Member, Moderator, SignedIn, Viewer, Visitor,
    VisitorForm, guard_forms, session, verify_csrf,
};
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpResponse, web};
use serde::Deserialize;
use sites::CurrentSite;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often something was changed.
pub(crate) type Changes = Arc<AtomicUsize>;

#[derive(Deserialize)]
struct Change {
    title: String,
}

#[derive(Deserialize)]
struct LogIn {
    email: String,
    password: String,
}

async fn page(viewer: Viewer) -> String {
    viewer
        .identity()
        .map_or("nobody".into(), |who| who.account.email.clone())
}

async fn change(form: CsrfForm<Change>, changes: web::Data<Changes>) -> String {
    changes.fetch_add(1, Ordering::SeqCst);
    form.title.clone()
}

async fn upload(
    who: SignedIn,
    body: web::Bytes,
    changes: web::Data<Changes>,
) -> Result<String, accounts::AccessError> {
    verify_csrf(&who.session, &String::from_utf8_lossy(&body))?;
    changes.fetch_add(1, Ordering::SeqCst);
    Ok("uploaded".into())
}

/// A handler whose author forgot the form's token: the guard alone stands before it.
async fn careless(who: SignedIn, changes: web::Data<Changes>) -> String {
    changes.fetch_add(1, Ordering::SeqCst);
    who.account.email.clone()
}

async fn log_in(
    site: CurrentSite,
    visitor: Visitor,
    form: VisitorForm<LogIn>,
    accounts: web::Data<Accounts>,
) -> HttpResponse {
    match accounts
        .log_in(&site.0, &form.email, &form.password, &visitor)
        .await
    {
        Ok(opened) => HttpResponse::Ok()
            .cookie(session::cookie(&site, &opened))
            .body("welcome"),
        Err(error @ AccountError::TooMany { .. }) => {
            HttpResponse::TooManyRequests().body(error.code())
        }
        Err(error) => {
            HttpResponse::build(StatusCode::from_u16(error.status()).unwrap()).body(error.code())
        }
    }
}

/// The application, as a function from requests to answers.
pub(crate) type Server = Box<dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Answer>>>>;

pub(crate) async fn app(scene: &Scene, changes: &Changes) -> Server {
    let service = init_service(
        App::new()
            .app_data(web::Data::new(scene.accounts.clone()))
            .app_data(web::Data::new(scene.sites.clone()))
            .app_data(web::Data::new(changes.clone()))
            .wrap(from_fn(guard_forms))
            .wrap(from_fn(sites::resolve_site))
            .route("/page", web::get().to(page))
            .route(
                "/private",
                web::get().to(|who: SignedIn| async move { who.account.email.clone() }),
            )
            .route("/private", web::post().to(|_: SignedIn| async { "sent" }))
            .route("/member", web::get().to(|_: Member| async { "member" }))
            .route(
                "/moderation",
                web::get().to(|_: Moderator| async { "moderation" }),
            )
            .route("/admin", web::get().to(|_: Admin| async { "admin" }))
            .route(
                "/api/private",
                web::get().to(|who: SignedIn| async move { who.account.email.clone() }),
            )
            .route("/change", web::post().to(change))
            .route("/upload", web::post().to(upload))
            .route("/careless", web::route().guard(not_safe()).to(careless))
            .route("/log-in", web::post().to(log_in))
            .route(
                "/inbox",
                web::post().to(|_: web::Bytes| async { HttpResponse::Accepted().finish() }),
            ),
    )
    .await;
    let service = Rc::new(service);
    Box::new(move |request| {
        let service = service.clone();
        Box::pin(async move {
            let response = call_service(&*service, request.to_request()).await;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let body = read_body(response).await;
            Answer {
                status,
                headers,
                body: String::from_utf8(body.to_vec()).unwrap(),
            }
        })
    })
}

fn not_safe() -> impl actix_web::guard::Guard {
    actix_web::guard::fn_guard(|ctx| !ctx.head().method.is_safe())
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    headers: actix_web::http::header::HeaderMap,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub(crate) async fn send(app: &Server, request: TestRequest) -> Answer {
    app(request).await
}

pub(crate) fn get(host: &str, path: &str) -> TestRequest {
    TestRequest::get().uri(path).insert_header(("host", host))
}

/// A form as a browser sends it from a page of the site.
pub(crate) fn post(origin: &str, path: &str, body: &str) -> TestRequest {
    let host = origin.split("://").nth(1).unwrap();
    TestRequest::post()
        .uri(path)
        .insert_header(("host", host))
        .insert_header(("origin", origin))
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(body.to_owned())
}
