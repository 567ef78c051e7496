use crate::http::{self, Changes, Server, post, send};
use crate::scene::{PASSWORD, Scene, on_both};
use accounts::{OpenedSession, Sender, sender};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use std::sync::atomic::Ordering;

const HOME: &str = "https://alpha.test";

struct Stage {
    app: Server,
    changes: Changes,
    open: OpenedSession,
}

impl Stage {
    async fn new(scene: &Scene) -> Self {
        scene.person("ada@example.org").await;
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        let changes = Changes::default();
        Self {
            app: http::app(scene, &changes).await,
            changes,
            open,
        }
    }

    fn cookie(&self) -> (&'static str, String) {
        ("cookie", format!("__Host-session={}", self.open.token))
    }

    fn body(&self) -> String {
        format!("title=Bal&csrf={}", self.open.session.csrf)
    }

    fn changed(&self) -> usize {
        self.changes.load(Ordering::SeqCst)
    }

    /// A form without the two headers that say where it comes from.
    fn bare(&self, path: &str) -> TestRequest {
        TestRequest::post()
            .uri(path)
            .insert_header(("host", "alpha.test"))
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(self.cookie())
            .set_payload(self.body())
    }
}

#[test]
fn web_01_our_own_page_passes() {
    on_both(|scene| async move {
        let stage = Stage::new(&scene).await;
        for (i, request) in [
            post(HOME, "/change", &stage.body()).insert_header(stage.cookie()),
            // One of the headers is enough: older browsers send only the second.
            stage
                .bare("/change")
                .insert_header(("sec-fetch-site", "same-origin")),
            stage.bare("/change").insert_header(("origin", HOME)),
            stage
                .bare("/change")
                .insert_header(("sec-fetch-site", "none")),
        ]
        .into_iter()
        .enumerate()
        {
            let answer = send(&stage.app, request).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, "Bal"));
            assert_eq!(stage.changed(), i + 1);
        }
    });
}

#[test]
fn web_01_cross_site_requests_with_a_cookie_are_refused() {
    on_both(|scene| async move {
        let stage = Stage::new(&scene).await;
        let with = |headers: &[(&'static str, &'static str)]| {
            headers
                .iter()
                .fold(stage.bare("/change"), |request, header| {
                    request.append_header(*header)
                })
        };
        for headers in [
            &[("origin", "https://evil.test")][..],
            &[("origin", "null")],
            &[("origin", "http://alpha.test")],
            &[("origin", "https://alpha.test:8443")],
            &[("origin", "https://alpha.test.evil.test")],
            &[("origin", "http://beta.test")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://evil.test"),
            ],
            &[("sec-fetch-site", "cross-site"), ("origin", HOME)],
            &[("origin", HOME), ("origin", "https://evil.test")],
            // No browser of today, but a cookie.
            &[],
        ] {
            let answer = send(&stage.app, with(headers)).await;
            assert_eq!(answer.status, 403, "{headers:?}");
        }
        // The guard refuses for a handler that forgot the form's token, whatever the method.
        for method in ["POST", "PUT", "PATCH", "DELETE", "BREW"] {
            let careless = |origin: &'static str| {
                TestRequest::default()
                    .method(method.parse().unwrap())
                    .uri("/careless")
                    .insert_header(("host", "alpha.test"))
                    .insert_header(("origin", origin))
                    .insert_header(stage.cookie())
            };
            assert_eq!(
                send(&stage.app, careless("https://evil.test")).await.status,
                403,
                "{method}"
            );
            assert_eq!(
                send(&stage.app, careless(HOME)).await.status,
                200,
                "{method}"
            );
        }
        assert_eq!(stage.changed(), 5);
    });
}

#[test]
fn web_01_no_token_a_foreign_token_and_other_bodies_are_refused() {
    on_both(|scene| async move {
        let stage = Stage::new(&scene).await;
        let second = scene.log_in(&scene.alpha, "ada@example.org").await;
        let foreign = format!("title=Bal&csrf={}", second.session.csrf);
        for body in [
            "title=Bal",
            "title=Bal&csrf=",
            "title=Bal&csrf=x",
            &foreign,
            "csrf=x&title=Bal",
        ] {
            let answer = send(
                &stage.app,
                post(HOME, "/change", body).insert_header(stage.cookie()),
            )
            .await;
            assert_eq!(answer.status, 403, "{body}");
        }
        // The first of two counts, so a planted second one does nothing.
        let twice = format!("title=Bal&csrf=x&csrf={}", stage.open.session.csrf);
        assert_eq!(
            send(
                &stage.app,
                post(HOME, "/change", &twice).insert_header(stage.cookie())
            )
            .await
            .status,
            403
        );
        let typed = |content_type: &'static str| {
            post(HOME, "/change", &stage.body())
                .insert_header(stage.cookie())
                .insert_header(("content-type", content_type))
        };
        for (content_type, want) in [
            ("text/plain", 403),
            ("text/plain; charset=utf-8", 403),
            ("TEXT/PLAIN", 403),
            ("application/json", 415),
            ("multipart/form-data; boundary=x", 415),
            ("", 415),
        ] {
            assert_eq!(
                send(&stage.app, typed(content_type)).await.status,
                want,
                "{content_type}"
            );
        }
        let long = format!("{}&title={}", stage.body(), "x".repeat(64 * 1024));
        assert_eq!(
            send(
                &stage.app,
                post(HOME, "/change", &long).insert_header(stage.cookie())
            )
            .await
            .status,
            413
        );
        let fieldless = format!("csrf={}", stage.open.session.csrf);
        let answer = send(
            &stage.app,
            post(HOME, "/change", &fieldless).insert_header(stage.cookie()),
        )
        .await;
        assert_eq!(answer.status, 400);
        assert_eq!(stage.changed(), 0);
        let answer = send(
            &stage.app,
            typed("application/x-www-form-urlencoded; charset=UTF-8"),
        )
        .await;
        assert_eq!((answer.status, stage.changed()), (200, 1));
        // Nobody signed in: to the sign-in page, without a way back to a form that was sent.
        let answer = send(&stage.app, post(HOME, "/change", &stage.body())).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/login"))
        );
    });
}

#[test]
fn web_01_get_and_method_override_change_nothing() {
    on_both(|scene| async move {
        let stage = Stage::new(&scene).await;
        for header in [
            "x-http-method-override",
            "x-method-override",
            "x-http-method",
        ] {
            let request = TestRequest::get()
                .uri(&format!("/change?_method=POST&{}", stage.body()))
                .insert_header(("host", "alpha.test"))
                .insert_header((header, "POST"))
                .insert_header(stage.cookie());
            assert_eq!(send(&stage.app, request).await.status, 404);
            // And a POST that claims to be a GET is checked as what it is.
            let request = stage.bare("/change").insert_header((header, "GET"));
            let request = request.insert_header(("origin", "https://evil.test"));
            assert_eq!(send(&stage.app, request).await.status, 403);
        }
        assert_eq!(stage.changed(), 0);
    });
}

#[test]
fn web_01_multipart_forms_have_their_token_checked_by_hand() {
    on_both(|scene| async move {
        let stage = Stage::new(&scene).await;
        let upload = |origin: &str, token: &str| {
            post(HOME, "/upload", token)
                .insert_header(stage.cookie())
                .insert_header(("content-type", "multipart/form-data; boundary=x"))
                .insert_header(("origin", origin.to_owned()))
        };
        let token = stage.open.session.csrf.as_str();
        assert_eq!(send(&stage.app, upload(HOME, "x")).await.status, 403);
        assert_eq!(
            send(&stage.app, upload("https://evil.test", token))
                .await
                .status,
            403
        );
        assert_eq!(stage.changed(), 0);
        assert_eq!(send(&stage.app, upload(HOME, token)).await.status, 200);
    });
}

#[test]
fn web_01_bearer_tokens_need_no_form_token_and_borrow_no_cookie() {
    on_both(|scene| async move {
        let stage = Stage::new(&scene).await;
        let api = scene
            .accounts
            .make_api_token(&scene.alpha, &stage.open.session, PASSWORD, "s")
            .await
            .unwrap();
        let change = |bearer: &str| {
            TestRequest::post()
                .uri("/change")
                .insert_header(("host", "alpha.test"))
                .insert_header(("authorization", format!("Bearer {bearer}")))
                .insert_header(("content-type", "application/x-www-form-urlencoded"))
                .set_payload("title=Bal")
        };
        assert_eq!(send(&stage.app, change(&api.token)).await.status, 200);
        assert_eq!(stage.changed(), 1);
        // A worthless bearer token beside a good cookie is nobody.
        let request = change("worthless")
            .insert_header(stage.cookie())
            .insert_header(("origin", "https://evil.test"));
        assert_eq!(send(&stage.app, request).await.status, 303);
        assert_eq!(stage.changed(), 1);
    });
}

#[test]
fn web_01_visitor_forms_come_from_our_pages_and_servers_reach_the_inbox() {
    on_both(|scene| async move {
        let stage = Stage::new(&scene).await;
        let form = format!(
            "email=ada%40example.org&password={}",
            PASSWORD.replace(' ', "+")
        );
        let peer = "192.0.2.1:1".parse().unwrap();
        let from = |origin: Option<&str>| {
            let request = TestRequest::post()
                .uri("/log-in")
                .peer_addr(peer)
                .insert_header(("host", "alpha.test"))
                .insert_header(("content-type", "application/x-www-form-urlencoded"))
                .set_payload(form.clone());
            match origin {
                Some(origin) => request.insert_header(("origin", origin.to_owned())),
                None => request,
            }
        };
        for origin in [
            None,
            Some("https://evil.test"),
            Some("null"),
            Some("http://beta.test"),
        ] {
            let answer = send(&stage.app, from(origin)).await;
            assert_eq!(
                (answer.status, answer.header("set-cookie")),
                (403, None),
                "{origin:?}"
            );
        }
        assert_eq!(send(&stage.app, from(Some(HOME))).await.status, 200);

        let inbox = || {
            TestRequest::post()
                .uri("/inbox")
                .insert_header(("host", "alpha.test"))
                .insert_header(("content-type", "application/activity+json"))
                .set_payload("{}")
        };
        assert_eq!(send(&stage.app, inbox()).await.status, 202);
        assert_eq!(
            send(
                &stage.app,
                inbox().insert_header(("origin", "https://peer.test"))
            )
            .await
            .status,
            202
        );
        // A page that posts there as a form, or with somebody's cookie, is refused.
        let as_form = inbox().insert_header(("content-type", "text/plain"));
        assert_eq!(
            send(
                &stage.app,
                as_form.insert_header(("origin", "https://evil.test"))
            )
            .await
            .status,
            403
        );
        let with_cookie = inbox().insert_header(stage.cookie());
        assert_eq!(
            send(
                &stage.app,
                with_cookie.insert_header(("origin", "https://evil.test"))
            )
            .await
            .status,
            403
        );
    });
}

#[test]
fn web_01_the_two_headers() {
    on_both(|scene| async move {
        let read = |headers: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            }
            sender(&map, &scene.beta)
        };
        assert_eq!(read(&[]), Sender::Unknown);
        assert_eq!(read(&[("origin", "http://beta.test")]), Sender::OwnPage);
        assert_eq!(read(&[("origin", "https://beta.test")]), Sender::OtherSite);
        assert_eq!(read(&[("origin", "http://beta.test/")]), Sender::OtherSite);
        assert_eq!(read(&[("sec-fetch-site", "same-origin")]), Sender::OwnPage);
        assert_eq!(read(&[("sec-fetch-site", "anything")]), Sender::OtherSite);
        assert_eq!(
            read(&[("sec-fetch-site", "none"), ("sec-fetch-site", "none")]),
            Sender::OtherSite
        );
    });
}
