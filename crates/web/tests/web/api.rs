//! The JSON API: a token and never the cookie, stable errors.

use crate::scene::{Answer, Browser, PASSWORD, admin, on_both, send};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

pub(crate) const ALPHA: &str = "https://alpha.test";

pub(crate) struct Program {
    origin: &'static str,
    token: String,
}

impl Program {
    fn request(&self, method: Method, path: &str, body: Option<Value>) -> TestRequest {
        let mut request = Browser::new(self.origin)
            .request(method, &format!("/api/v1{path}"))
            .insert_header(("accept", "application/json"));
        if !self.token.is_empty() {
            request = request.insert_header(("authorization", format!("Bearer {}", self.token)));
        }
        match body {
            Some(body) => request.set_json(body),
            None => request,
        }
    }

    pub(crate) async fn call<S, B>(
        &self,
        app: &S,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer
    where
        S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        send(app, self.request(method, path, body)).await
    }

    pub(crate) async fn signed_in<S, B>(app: &S, origin: &'static str) -> Self
    where
        S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
        B: MessageBody,
    {
        let mut program = Self {
            origin,
            token: String::new(),
        };
        let email = format!("admin@{}", origin.split("://").nth(1).unwrap());
        let body = json!({ "email": email, "password": PASSWORD });
        let answer = program
            .call(app, Method::POST, "/session", Some(body))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert!(answer.header("set-cookie").is_empty());
        program.token = answer.json()["token"].as_str().unwrap().to_owned();
        program
    }
}

#[test]
fn web_02_a_token_of_this_site_opens_and_nothing_else_does() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let nobody = Program {
            origin: ALPHA,
            token: String::new(),
        };
        let wrong = json!({ "email": "admin@alpha.test", "password": "pas le bon mot" });
        let refused = nobody
            .call(&app, Method::POST, "/session", Some(wrong))
            .await;
        assert_eq!(
            (refused.status, refused.json()["error"].as_str()),
            (401, Some("credentials"))
        );
        let program = Program::signed_in(&app, ALPHA).await;
        let paths = ["/follows", "/followers", "/deliveries", "/inbox/parked"];
        for path in paths {
            let answer = program.call(&app, Method::GET, path, None).await;
            assert_eq!(
                (answer.status, answer.json()),
                (200, json!({ "items": [] })),
                "{path}"
            );
            let elsewhere = Program {
                origin: "http://beta.test",
                token: program.token.clone(),
            };
            assert_eq!(
                elsewhere.call(&app, Method::GET, path, None).await.status,
                401,
                "{path}"
            );
            let mut browser = admin(&app, ALPHA).await;
            let answer = browser.get(&app, &format!("/api/v1{path}")).await;
            assert_eq!(
                (answer.status, answer.json()["error"].as_str()),
                (401, Some("sign_in")),
                "{path}"
            );
            // Nor is the bearer token a cookie.
            browser.cookie = Some(format!("__Host-session={}", program.token));
            assert_eq!(browser.get(&app, "/account").await.status, 303);
        }
        assert_eq!(
            program
                .call(&app, Method::DELETE, "/session", None)
                .await
                .status,
            204
        );
        assert_eq!(
            program
                .call(&app, Method::GET, "/follows", None)
                .await
                .status,
            401
        );
    });
}

#[test]
fn agendas_and_follows_by_program() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let alpha = Program::signed_in(&app, ALPHA).await;
        let beta = Program::signed_in(&app, "http://beta.test").await;
        let body = json!({ "username": "bal", "name": "Le bal", "summary": "Venez" });
        let made = beta
            .call(&app, Method::POST, "/agendas", Some(body.clone()))
            .await;
        assert_eq!(made.status, 201);
        assert_eq!(made.json()["uri"], "http://beta.test/@bal");
        let taken = beta.call(&app, Method::POST, "/agendas", Some(body)).await;
        assert_eq!(
            (taken.status, taken.json()["error"].as_str()),
            (409, Some("name_taken"))
        );
        for (body, status) in [
            (json!({ "username": "b", "name": "x" }), 422),
            (json!({ "username": "bals" }), 422),
            (json!(["username"]), 422),
        ] {
            let answer = beta.call(&app, Method::POST, "/agendas", Some(body)).await;
            assert_eq!(answer.status, status);
            assert!(answer.json()["message"].is_string());
        }
        let target = json!({ "target": "@bal@beta.test" });
        let asked = alpha
            .call(&app, Method::POST, "/follows", Some(target))
            .await;
        assert_eq!(
            (asked.status, asked.json()["target"].as_str()),
            (201, Some("http://beta.test/@bal"))
        );
        assert_eq!(asked.json()["state"], "accepted");
        let followers = beta
            .call(&app, Method::GET, "/followers", None)
            .await
            .json();
        assert_eq!(followers["items"][0]["actor"], "https://alpha.test/actor");
        assert_eq!(followers["items"][0]["target"], "http://beta.test/@bal");
        let id = followers["items"][0]["id"].as_str().unwrap().to_owned();
        let theirs = alpha
            .call(&app, Method::POST, &format!("/followers/{id}/refuse"), None)
            .await;
        assert_eq!(theirs.status, 404);
        let no = beta
            .call(&app, Method::POST, &format!("/followers/{id}/refuse"), None)
            .await;
        assert_eq!(no.status, 204);
        let follows = alpha.call(&app, Method::GET, "/follows", None).await.json();
        assert_eq!(follows["items"][0]["state"], "refused");
        let path = format!("/follows/{id}");
        assert_eq!(
            beta.call(&app, Method::DELETE, &path, None).await.status,
            404
        );
        assert_eq!(
            alpha.call(&app, Method::DELETE, &path, None).await.status,
            204
        );
        assert_eq!(
            alpha.call(&app, Method::GET, "/follows", None).await.json(),
            json!({ "items": [] })
        );
        for target in ["", "nobody", "@nobody@beta.test"] {
            let body = json!({ "target": target });
            let answer = alpha.call(&app, Method::POST, "/follows", Some(body)).await;
            assert!([404, 422].contains(&answer.status), "{target}");
        }
    });
}

#[test]
fn a_body_that_is_no_json_is_refused_in_json() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let program = Program::signed_in(&app, ALPHA).await;
        let post = |kind: &'static str, body: String| {
            program
                .request(Method::POST, "/agendas", None)
                .insert_header(("content-type", kind))
                .set_payload(body)
        };
        for (kind, body, status) in [
            ("text/plain", "{}".to_owned(), 415),
            ("application/json", "{".to_owned(), 400),
            (
                "application/json",
                format!("\"{}\"", "a".repeat(pages::LONGEST_JSON)),
                413,
            ),
        ] {
            let answer = send(&app, post(kind, body)).await;
            assert_eq!(answer.status, status);
            assert!(answer.json()["error"].is_string());
        }
        let good = post(
            "application/json; charset=utf-8",
            r#"{"username":"bal","name":"Bal"}"#.to_owned(),
        );
        assert_eq!(send(&app, good).await.status, 201);
    });
}

#[test]
fn the_site_and_the_description_are_public() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let nobody = Program {
            origin: ALPHA,
            token: String::new(),
        };
        let site = nobody.call(&app, Method::GET, "/site", None).await.json();
        assert_eq!(site["actor"], "https://alpha.test/actor");
        assert_eq!(site["about"].as_object().unwrap().len(), 9);
        let open_api = nobody
            .call(&app, Method::GET, "/openapi.json", None)
            .await
            .json();
        for path in [
            "/api/v1/session",
            "/api/v1/agendas",
            "/api/v1/follows/{id}",
            "/api/v1/deliveries",
        ] {
            assert!(open_api["paths"][path].is_object(), "{path}");
        }
        assert!(open_api["components"]["securitySchemes"]["bearer"].is_object());
    });
}

#[test]
fn dom_01_an_administrator_of_the_server_blocks_a_host_and_nobody_else_does() {
    on_both(|scene| async move {
        use diesel::prelude::*;
        let app = scene.app().await;
        let program = Program::signed_in(&app, ALPHA).await;
        // Whoever administers one site only.
        let other = Program::signed_in(&app, "http://beta.test").await;
        scene
            .database
            .write_now(|conn| {
                use store::schema::accounts::dsl as a;
                diesel::update(a::accounts.filter(a::email.eq("admin@beta.test")))
                    .set(a::is_server_admin.eq(false))
                    .execute(conn)?;
                Ok::<_, store::StoreError>(())
            })
            .unwrap();
        let nobody = Program {
            origin: ALPHA,
            token: String::new(),
        };
        let evil = || Some(json!({ "host": "https://EVIL.example.:443/x", "reason": "spam" }));
        for (who, status) in [(&nobody, 401), (&other, 403)] {
            for (method, path, body) in [
                (Method::GET, "/blocks", None),
                (Method::POST, "/blocks", evil()),
                (Method::DELETE, "/blocks/evil.example", None),
            ] {
                let answer = who.call(&app, method, path, body).await;
                assert_eq!(answer.status, status, "{path} {}", answer.body);
            }
        }
        assert!(!scene.federation.is_blocked("evil.example"));
        let made = program.call(&app, Method::POST, "/blocks", evil()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let made = made.json();
        assert_eq!(
            (&made["host"], &made["reason"]),
            (&json!("evil.example"), &json!("spam"))
        );
        assert_eq!(
            (&made["follows_ended"], &made["deliveries_ended"]),
            (&json!(0), &json!(0))
        );
        let list = program
            .call(&app, Method::GET, "/blocks", None)
            .await
            .json();
        assert_eq!(list["items"][0]["host"], "evil.example");
        assert!(list["items"][0]["since"].is_string());
        for (host, code) in [
            ("", "not_a_host"),
            ("a b", "not_a_host"),
            ("exa/mple.org", "not_a_host"),
            ("alpha.test", "own_host"),
            ("beta.test", "own_host"),
        ] {
            let body = Some(json!({ "host": host }));
            let answer = program.call(&app, Method::POST, "/blocks", body).await;
            assert_eq!(
                (answer.status, &answer.json()["error"]),
                (422, &json!(code)),
                "{host}"
            );
        }
        let follow = Some(json!({ "target": "@eve@sub.evil.example" }));
        let answer = program.call(&app, Method::POST, "/follows", follow).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (403, &json!("host_blocked"))
        );
        for (path, status) in [
            ("/blocks/other.example", 404),
            ("/blocks/a%20b", 404),
            ("/blocks/Evil.example", 204),
            ("/blocks/evil.example", 404),
        ] {
            let answer = program.call(&app, Method::DELETE, path, None).await;
            assert_eq!(answer.status, status, "{path}");
        }
        assert!(!scene.federation.is_blocked("evil.example"));
    });
}
