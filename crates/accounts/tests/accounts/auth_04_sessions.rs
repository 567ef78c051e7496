use crate::http::{self, get, post, send};
use crate::scene::{PASSWORD, Scene, on_both, visitor};
use accounts::roles::{grant_site, set_site_role};
use accounts::{AccountError, SessionKind, SiteRole, Visitor, recovery, session, sign_up};
use actix_web::cookie::{Cookie, SameSite};
use diesel::prelude::*;
use store::StoreError;

async fn lives(scene: &Scene, kind: SessionKind, token: &str) -> bool {
    scene
        .accounts
        .identify(&scene.alpha, kind, token.to_owned())
        .await
        .unwrap()
        .is_some()
}

async fn web(scene: &Scene, token: &str) -> bool {
    lives(scene, SessionKind::Web, token).await
}

#[test]
fn auth_04_a_log_in_ends_the_browsers_former_session_and_takes_no_given_id() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        let first = scene.log_in(&scene.alpha, "ada@example.org").await;
        assert!(web(&scene, &first.token).await);
        let from = Visitor {
            cookie: Some(first.token.clone()),
            ..visitor("192.0.2.1")
        };
        let second = scene
            .accounts
            .log_in(&scene.alpha, "ada@example.org", PASSWORD, &from)
            .await
            .unwrap();
        assert_ne!(first.token, second.token);
        assert_ne!(first.session.csrf, second.session.csrf);
        assert!(!web(&scene, &first.token).await);
        assert!(web(&scene, &second.token).await);
        // An id of the attacker's choice, set before the log-in, is nothing afterwards.
        let from = Visitor {
            cookie: Some("fixed".into()),
            ..visitor("192.0.2.1")
        };
        let third = scene
            .accounts
            .log_in(&scene.alpha, "ada@example.org", PASSWORD, &from)
            .await
            .unwrap();
        assert_ne!(third.token, "fixed");
        assert!(!web(&scene, "fixed").await);
        // Log-out ends it on the server, not only in the browser.
        scene.accounts.log_out(&third.session).await.unwrap();
        assert!(!web(&scene, &third.token).await);
        assert!(web(&scene, &second.token).await);
        scene.accounts.log_out(&third.session).await.unwrap();
    });
}

#[test]
fn auth_04_a_new_password_or_address_ends_all_other_sessions_and_tokens() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        let mine = scene.log_in(&scene.alpha, "ada@example.org").await;
        let other = scene.log_in(&scene.alpha, "ada@example.org").await;
        let elsewhere = scene.log_in(&scene.beta, "ada@example.org").await;
        let api = scene
            .accounts
            .make_api_token(&scene.alpha, &other.session, PASSWORD, "script")
            .await
            .unwrap();
        assert!(lives(&scene, SessionKind::Api, &api.token).await);
        assert!(!web(&scene, &api.token).await, "an API token is no cookie");
        assert!(
            !lives(&scene, SessionKind::Api, &other.token).await,
            "a cookie is no API token"
        );

        let new = "orgue et nains sept";
        let rotated = scene
            .accounts
            .change_password(&scene.alpha, &mine.session, PASSWORD, new)
            .await
            .unwrap();
        for token in [&mine.token, &other.token, &api.token] {
            assert!(!web(&scene, token).await && !lives(&scene, SessionKind::Api, token).await);
        }
        let there = scene
            .accounts
            .identify(&scene.beta, SessionKind::Web, elsewhere.token)
            .await
            .unwrap();
        assert!(there.is_none());
        assert!(web(&scene, &rotated.token).await);
        assert_eq!(rotated.session.expires_at, mine.session.expires_at);
        let old = scene
            .accounts
            .log_in(
                &scene.alpha,
                "ada@example.org",
                PASSWORD,
                &visitor("192.0.2.1"),
            )
            .await;
        assert!(matches!(old, Err(AccountError::Credentials)));
        let from = visitor("192.0.2.1");
        let second = scene
            .accounts
            .log_in(&scene.alpha, "ada@example.org", new, &from)
            .await
            .unwrap();
        assert!(scene.letters().iter().any(|(to, subject, _)| {
            to == "ada@example.org" && subject.starts_with("PasswordChanged")
        }));

        let wrong = scene.accounts.request_email(
            &scene.alpha,
            &rotated.session,
            "wrong wrong",
            "new@example.org",
        );
        assert!(matches!(wrong.await, Err(AccountError::Credentials)));
        scene
            .accounts
            .request_email(&scene.alpha, &rotated.session, new, "new@example.org")
            .await
            .unwrap();
        assert!(web(&scene, &second.token).await);
        let token = scene.token("ConfirmEmail");
        let last = scene
            .accounts
            .confirm_email(&scene.alpha, &rotated.session, &token)
            .await
            .unwrap();
        assert!(!web(&scene, &second.token).await && !web(&scene, &rotated.token).await);
        assert!(web(&scene, &last.token).await);
        assert!(
            scene
                .accounts
                .log_in(&scene.alpha, "new@example.org", new, &from)
                .await
                .is_ok()
        );
        let old = scene
            .accounts
            .log_in(&scene.alpha, "ada@example.org", new, &from)
            .await;
        assert!(matches!(old, Err(AccountError::Credentials)));
        assert!(scene.letters().iter().any(|(to, subject, _)| {
            to == "ada@example.org" && subject.starts_with("EmailChanged")
        }));
    });
}

#[test]
fn auth_04_suspension_closing_and_a_change_of_rights_end_sessions() {
    on_both(|scene| async move {
        let boss = scene.person("boss@example.org").await;
        let ada = scene.person("ada@example.org").await;
        let (alpha, now) = (scene.alpha.id, scene.now());
        scene.write(|conn| set_site_role(conn, alpha, boss.id, SiteRole::Admin, now));
        let here = scene.log_in(&scene.alpha, "ada@example.org").await;
        let there = scene.log_in(&scene.beta, "ada@example.org").await;
        // To become a member is no privilege; to become a moderator is, on that site.
        scene.write(|conn| grant_site(conn, boss.id, alpha, ada.id, SiteRole::Member, now));
        assert!(web(&scene, &here.token).await);
        scene.write(|conn| grant_site(conn, boss.id, alpha, ada.id, SiteRole::Moderator, now));
        assert!(!web(&scene, &here.token).await);
        let still = scene
            .accounts
            .identify(&scene.beta, SessionKind::Web, there.token.clone())
            .await
            .unwrap();
        assert!(still.is_some());
        let here = scene.log_in(&scene.alpha, "ada@example.org").await;
        scene.write(|conn| grant_site(conn, boss.id, alpha, ada.id, SiteRole::Member, now));
        assert!(!web(&scene, &here.token).await);

        let denied = scene
            .database
            .write_now(|conn| sign_up::suspend(conn, boss.id, ada.id));
        assert!(
            matches!(denied, Err(AccountError::Forbidden)),
            "an administrator of one site only"
        );
        scene.write(|conn| {
            use store::schema::accounts;
            diesel::update(accounts::table.find(boss.id))
                .set(accounts::is_server_admin.eq(true))
                .execute(conn)?;
            sign_up::suspend(conn, boss.id, ada.id)
        });
        assert!(
            scene
                .accounts
                .identify(&scene.beta, SessionKind::Web, there.token)
                .await
                .unwrap()
                .is_none()
        );
        scene.write(|conn| sign_up::reinstate(conn, boss.id, ada.id));
        let back = scene.log_in(&scene.alpha, "ada@example.org").await;
        let wrong = scene
            .accounts
            .prove(&back.session, "wrong wrong wrong")
            .await;
        assert!(matches!(wrong, Err(AccountError::Credentials)) && web(&scene, &back.token).await);
        scene.accounts.prove(&back.session, PASSWORD).await.unwrap();
        scene.write(|conn| recovery::close(conn, ada.id));
        assert!(!web(&scene, &back.token).await);
        let from = visitor("192.0.2.1");
        let gone = scene
            .accounts
            .log_in(&scene.alpha, "ada@example.org", PASSWORD, &from);
        assert!(matches!(gone.await, Err(AccountError::Credentials)));
        let last = scene
            .database
            .write(move |conn| recovery::close(conn, boss.id))
            .await;
        assert!(matches!(last, Err(AccountError::LastAdmin)));
    });
}

#[test]
fn sessions_end_when_idle_and_when_old() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await;
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        // Used each ten days it lives, up to ninety.
        for _ in 0..8 {
            scene.pass(10 * 86_400);
            assert!(web(&scene, &open.token).await);
        }
        scene.pass(10 * 86_400);
        assert!(!web(&scene, &open.token).await);
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        scene.pass(14 * 86_400 - 1);
        assert!(web(&scene, &open.token).await);
        scene.pass(14 * 86_400);
        assert!(!web(&scene, &open.token).await);
        // A moderator's: twelve hours.
        let (alpha, now) = (scene.alpha.id, scene.now());
        scene.write(|conn| set_site_role(conn, alpha, ada.id, SiteRole::Moderator, now));
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        scene.pass(12 * 3_600 - 1);
        assert!(web(&scene, &open.token).await);
        scene.pass(12 * 3_600);
        assert!(!web(&scene, &open.token).await);
        scene.pass(90 * 86_400);
        assert_eq!(scene.write(|conn| session::list(conn, ada.id)).len(), 1);
        assert_eq!(scene.accounts.purge().await.unwrap(), 1);
        assert!(scene.write(|conn| session::list(conn, ada.id)).is_empty());
    });
}

#[test]
fn sessions_are_listed_and_ended_by_their_own_account_only() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await;
        let eve = scene.person("eve@example.org").await;
        let one = scene.log_in(&scene.alpha, "ada@example.org").await;
        let two = scene.log_in(&scene.alpha, "ada@example.org").await;
        let listed = scene.write(|conn| session::list(conn, ada.id));
        assert_eq!(listed.len(), 2);
        let stolen = scene
            .database
            .write_now(|conn| session::end(conn, eve.id, one.session.id));
        assert!(matches!(stolen, Err(AccountError::NotFound)) && web(&scene, &one.token).await);
        scene.write(|conn| session::end(conn, ada.id, one.session.id));
        assert!(!web(&scene, &one.token).await && web(&scene, &two.token).await);
    });
}

#[test]
fn tokens_are_kept_as_hashes_only() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        assert!(open.token.len() >= 43);
        let kept: Vec<String> = scene
            .database
            .read_now(|conn| {
                use store::schema::sessions;
                sessions::table
                    .select(sessions::token_hash)
                    .load(conn)
                    .map_err(StoreError::from)
            })
            .unwrap();
        assert_eq!(kept, [accounts::token_hash(&open.token)]);
        assert!(!kept[0].contains(&open.token));
    });
}

#[test]
fn the_cookie_has_its_attributes_and_comes_with_the_log_in_only() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        let app = http::app(&scene, &Default::default()).await;
        for path in ["/page", "/private", "/api/private"] {
            let answer = send(&app, get("alpha.test", path)).await;
            assert_eq!(answer.header("set-cookie"), None, "{path}");
        }
        let body = format!(
            "email=ada%40example.org&password={}",
            PASSWORD.replace(' ', "+")
        );
        let peer = "192.0.2.1:1".parse().unwrap();
        let answer = send(
            &app,
            post("https://alpha.test", "/log-in", &body).peer_addr(peer),
        )
        .await;
        let cookie = Cookie::parse(answer.header("set-cookie").unwrap().to_owned()).unwrap();
        assert_eq!(cookie.name(), "__Host-session");
        assert_eq!((cookie.path(), cookie.domain()), (Some("/"), None));
        assert_eq!(
            (cookie.secure(), cookie.http_only()),
            (Some(true), Some(true))
        );
        assert_eq!(cookie.same_site(), Some(SameSite::Lax));
        let page = send(&app, get("alpha.test", "/page").cookie(cookie.clone())).await;
        assert_eq!(
            (page.body.as_str(), page.header("set-cookie")),
            ("ada@example.org", None)
        );
        let answer = send(
            &app,
            post("http://beta.test", "/log-in", &body).peer_addr(peer),
        )
        .await;
        let plain = Cookie::parse(answer.header("set-cookie").unwrap().to_owned()).unwrap();
        assert_eq!((plain.name(), plain.secure()), ("session", None));
        // A second cookie of the same name was planted: neither is believed.
        let both = format!("__Host-session=planted; __Host-session={}", cookie.value());
        let page = send(
            &app,
            get("alpha.test", "/page").insert_header(("cookie", both)),
        )
        .await;
        assert_eq!(page.body, "nobody");
        let gone = session::gone_cookie(&scene.alpha);
        assert_eq!(gone.max_age().map(|age| age.whole_seconds()), Some(0));
    });
}
