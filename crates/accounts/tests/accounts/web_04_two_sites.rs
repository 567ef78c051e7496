use crate::http::{self, get, post, send};
use crate::scene::{PASSWORD, on_both, visitor};
use accounts::roles::{set_actor_role, set_site_role};
use accounts::{ActorRole, SessionKind, SiteRole};

#[test]
fn web_04_a_cookie_of_one_site_is_nothing_on_the_other() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await;
        let (alpha, now) = (scene.alpha.id, scene.now());
        scene.write(|conn| set_site_role(conn, alpha, ada.id, SiteRole::Admin, now));
        let here = scene.log_in(&scene.alpha, "ada@example.org").await;
        let there = scene.log_in(&scene.beta, "ada@example.org").await;
        let api = scene
            .accounts
            .make_api_token(&scene.alpha, &here.session, PASSWORD, "s")
            .await
            .unwrap();
        let app = http::app(&scene, &Default::default()).await;
        let ask = async |host: &str, token: &str, path: &str| {
            let both = format!("__Host-session={token}; session={token}");
            let answer = send(&app, get(host, path).insert_header(("cookie", both))).await;
            (answer.status, answer.body)
        };
        assert_eq!(
            ask("alpha.test", &here.token, "/page").await.1,
            "ada@example.org"
        );
        assert_eq!(
            ask("beta.test", &there.token, "/page").await.1,
            "ada@example.org"
        );
        assert_eq!(ask("beta.test", &here.token, "/page").await.1, "nobody");
        assert_eq!(ask("alpha.test", &there.token, "/page").await.1, "nobody");
        // Administrator of the one, nothing on the other.
        assert_eq!(ask("alpha.test", &here.token, "/admin").await.0, 200);
        assert_eq!(ask("alpha.test", &here.token, "/member").await.0, 200);
        for path in ["/admin", "/moderation", "/member"] {
            assert_eq!(ask("beta.test", &there.token, path).await.0, 403, "{path}");
        }
        let bearer = async |host: &str| {
            let header = ("authorization", format!("Bearer {}", api.token));
            send(&app, get(host, "/api/private").insert_header(header))
                .await
                .status
        };
        assert_eq!(
            (bearer("alpha.test").await, bearer("beta.test").await),
            (200, 401)
        );
        // A form token of one site with the cookie of the other.
        let change = async |origin, name: &str, cookie: &str, csrf: &str| {
            let request = post(origin, "/change", &format!("title=x&csrf={csrf}"));
            send(
                &app,
                request.insert_header(("cookie", format!("{name}={cookie}"))),
            )
            .await
            .status
        };
        assert_eq!(
            change(
                "http://beta.test",
                "session",
                &there.token,
                &here.session.csrf
            )
            .await,
            403
        );
        assert_eq!(
            change(
                "http://beta.test",
                "session",
                &there.token,
                &there.session.csrf
            )
            .await,
            200
        );
        // Logging in on one with the other's cookie in the request does not end the other's.
        let from = accounts::Visitor {
            cookie: Some(here.token.clone()),
            ..visitor("192.0.2.1")
        };
        scene
            .accounts
            .log_in(&scene.beta, "ada@example.org", PASSWORD, &from)
            .await
            .unwrap();
        assert_eq!(
            ask("alpha.test", &here.token, "/page").await.1,
            "ada@example.org"
        );
    });
}

#[test]
fn web_04_an_unknown_host_gets_421_and_no_cookie() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        let app = http::app(&scene, &Default::default()).await;
        for path in ["/page", "/private", "/log-in"] {
            let header = ("cookie", format!("__Host-session={}", open.token));
            let answer = send(&app, get("evil.test", path).insert_header(header)).await;
            assert_eq!(
                (answer.status, answer.header("set-cookie")),
                (421, None),
                "{path}"
            );
            assert_eq!(answer.header("location"), None);
        }
    });
}

#[test]
fn web_04_actors_and_roles_of_one_site_do_not_show_on_the_other() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await;
        let (ours, theirs) = (
            scene.agenda(&scene.alpha, "bal"),
            scene.agenda(&scene.beta, "fab"),
        );
        let now = scene.now();
        scene.write(|conn| set_actor_role(conn, ours, ada.id, ActorRole::Owner, now));
        scene.write(|conn| set_actor_role(conn, theirs, ada.id, ActorRole::Organiser, now));
        for (site, edits, not) in [(&scene.alpha, ours, theirs), (&scene.beta, theirs, ours)] {
            let open = scene.log_in(site, "ada@example.org").await;
            let who = scene
                .accounts
                .identify(site, SessionKind::Web, open.token)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(who.actors.len(), 1);
            assert!(who.may_edit(edits) && !who.may_edit(not));
        }
    });
}
