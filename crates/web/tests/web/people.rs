//! Signing up, in and out, a forgotten password, one's account.

use crate::scene::{Browser, PASSWORD, admin, on_both};

const ALPHA: &str = "https://alpha.test";

fn sign_up<'a>(name: &'a str, email: &'a str, password: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("name", name),
        ("email", email),
        ("password", password),
        ("reason", "pour nos bals"),
    ]
}

#[test]
fn sign_up_confirm_use_and_leave() {
    on_both(|scene| async move {
        scene.open("alpha.test");
        let app = scene.app().await;
        let mut ada = Browser::new(ALPHA);
        assert!(
            ada.get(&app, "/signup")
                .await
                .body
                .contains("Soyez <strong>doux</strong>")
        );
        let faults = ada
            .post(
                &app,
                "/signup",
                &sign_up("Ada Lovelace", "ada@example.org", "court"),
            )
            .await;
        assert_eq!(faults.status, 422);
        assert!(faults.body.contains("value=\"Ada Lovelace\"") && !faults.body.contains("court\""));
        let sent = ada
            .post(
                &app,
                "/signup",
                &sign_up("Ada", "ada@example.org", PASSWORD),
            )
            .await;
        assert_eq!(sent.status, 200);
        assert!(ada.cookie.is_none());
        assert_eq!(
            ada.sign_in(&app, "ada@example.org", PASSWORD).await.status,
            422
        );
        // Reading the link changes nothing; a wrong password neither.
        let link = scene.link("ada@example.org", "/confirm?token=");
        for _ in 0..2 {
            assert_eq!(ada.get(&app, &link).await.status, 200);
        }
        let token = link.split("token=").nth(1).unwrap();
        let wrong = ada
            .post(
                &app,
                "/confirm",
                &[("token", token), ("password", "un autre orgue")],
            )
            .await;
        assert_eq!(wrong.status, 422);
        let right = [("token", token), ("password", PASSWORD)];
        let done = ada.post(&app, "/confirm", &right).await;
        assert_eq!(
            (done.status, done.header("location")),
            (303, "/account?done=email-confirmed")
        );
        assert_eq!(ada.get(&app, &link).await.status, 410);
        let account = ada.get(&app, "/account?done=email-confirmed").await;
        assert!(account.body.contains("Ada") && account.body.contains("Adresse confirmée"));
        // Name and language.
        let kept = ada
            .post(&app, "/account", &[("name", ""), ("language", "en")])
            .await;
        assert_eq!(kept.status, 422);
        let kept = ada
            .post(&app, "/account", &[("name", "Ada B."), ("language", "en")])
            .await;
        assert_eq!(kept.status, 303);
        let account = ada.get(&app, "/account").await;
        assert!(account.body.contains("Ada B.") && account.body.contains("lang=\"en\""));
        // Out, and the cookie is worth nothing any more.
        let old = ada.clone();
        assert_eq!(ada.post(&app, "/logout", &[]).await.status, 303);
        assert!(ada.cookie.is_none());
        let mut old = old;
        let gone = old.get(&app, "/account").await;
        assert_eq!(
            (gone.status, gone.header("location")),
            (303, "/login?next=%2Faccount")
        );
    });
}

#[test]
fn auth_05_a_known_and_an_unknown_address_get_the_same_answers() {
    on_both(|scene| async move {
        scene.open("alpha.test");
        let app = scene.app().await;
        let (known, unknown) = ("admin@alpha.test", "zz@example.org");
        let tries: [(&str, Vec<(&str, &str)>); 3] = [
            ("/signup", vec![("name", "Zoé"), ("password", PASSWORD)]),
            ("/reset", vec![]),
            ("/login", vec![("password", "ce n’est pas le bon")]),
        ];
        for (path, fields) in tries {
            let mut answers = Vec::new();
            for email in [known, unknown] {
                let mut visitor = Browser::new(ALPHA);
                let mut fields = fields.clone();
                fields.push(("email", email));
                let answer = visitor.post(&app, path, &fields).await;
                let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
                answers.push((answer.status, answer.body.replace(email, "…"), names.len()));
            }
            assert_eq!(answers[0], answers[1], "{path}");
        }
        // The control: the right password is told apart.
        assert_eq!(
            Browser::new(ALPHA)
                .sign_in(&app, known, PASSWORD)
                .await
                .status,
            303
        );
        let recipients: Vec<_> = scene.letters().into_iter().map(|(to, _)| to).collect();
        assert!(
            recipients.iter().filter(|to| *to == known).count() == 2
                && recipients.iter().any(|to| to == unknown)
        );
    });
}

#[test]
fn auth_06_a_reset_link_names_the_site_works_once_and_ends_other_sessions() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut elsewhere = admin(&app, ALPHA).await;
        let visitor = Browser::new(ALPHA);
        let forged = visitor
            .form("/reset", &[("email", "admin@alpha.test")])
            .insert_header(("x-forwarded-host", "evil.test"))
            .insert_header(("forwarded", "host=evil.test"));
        assert_eq!(crate::scene::send(&app, forged).await.status, 200);
        let wrong_host = visitor
            .form("/reset", &[("email", "admin@alpha.test")])
            .insert_header(("host", "evil.test"));
        assert_eq!(crate::scene::send(&app, wrong_host).await.status, 421);
        let letters = scene.letters();
        assert_eq!(letters.len(), 1);
        assert!(
            letters[0].1.contains("https://alpha.test/reset?token=")
                && !letters[0].1.contains("evil")
        );
        let link = scene.link("admin@alpha.test", "/reset?token=");
        let token = link.split("token=").nth(1).unwrap().to_owned();
        let mut visitor = visitor;
        let page = visitor.get(&app, &link).await;
        assert_eq!(
            (page.status, page.header("referrer-policy")),
            (200, "same-origin")
        );
        let short = visitor
            .post(&app, "/reset", &[("token", &token), ("password", "court")])
            .await;
        assert_eq!(short.status, 422);
        let new = "une toute autre phrase";
        let done = visitor
            .post(&app, "/reset", &[("token", &token), ("password", new)])
            .await;
        assert_eq!(
            (done.status, done.header("location")),
            (303, "/login?done=password-reset")
        );
        let again = visitor
            .post(&app, "/reset", &[("token", &token), ("password", PASSWORD)])
            .await;
        assert_eq!(again.status, 410);
        assert_eq!(elsewhere.get(&app, "/account").await.status, 303);
        assert_eq!(
            visitor
                .sign_in(&app, "admin@alpha.test", PASSWORD)
                .await
                .status,
            422
        );
        assert_eq!(
            visitor.sign_in(&app, "admin@alpha.test", new).await.status,
            303
        );
    });
}

#[test]
fn auth_04_a_new_password_keeps_this_session_alone() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let (mut here, mut there) = (admin(&app, ALPHA).await, admin(&app, ALPHA).await);
        let wrong = [
            ("current", "pas le bon mot"),
            ("password", "encore une phrase"),
        ];
        let refused = here.post(&app, "/account/password", &wrong).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("id=\"f-current"));
        let before = here.cookie.clone();
        let right = [("current", PASSWORD), ("password", "encore une phrase")];
        assert_eq!(
            here.post(&app, "/account/password", &right).await.status,
            303
        );
        assert_ne!(here.cookie, before);
        assert_eq!(here.get(&app, "/account").await.status, 200);
        assert_eq!(there.get(&app, "/account").await.status, 303);
    });
}

#[test]
fn auth_01_the_twenty_sixth_try_is_refused_with_a_time() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut visitor = Browser::new(ALPHA);
        for _ in 0..25 {
            assert_eq!(
                visitor
                    .sign_in(&app, "nobody@example.org", "x")
                    .await
                    .status,
                422
            );
        }
        let late = visitor.sign_in(&app, "nobody@example.org", "x").await;
        assert_eq!(late.status, 429);
        assert!(late.header("retry-after").parse::<u64>().unwrap() > 0);
        scene.pass(3_700);
        assert_eq!(
            visitor
                .sign_in(&app, "admin@alpha.test", PASSWORD)
                .await
                .status,
            303
        );
    });
}

#[test]
fn a_moderator_lets_in_and_gives_roles() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut ada = Browser::new(ALPHA);
        ada.post(
            &app,
            "/signup",
            &sign_up("Ada", "ada@example.org", PASSWORD),
        )
        .await;
        let link = scene.link("ada@example.org", "/confirm?token=");
        let token = link.split("token=").nth(1).unwrap();
        let waits = ada
            .post(
                &app,
                "/confirm",
                &[("token", token), ("password", PASSWORD)],
            )
            .await;
        assert_eq!(waits.status, 200);
        assert_eq!(
            ada.sign_in(&app, "ada@example.org", PASSWORD).await.status,
            422
        );
        let mut boss = admin(&app, ALPHA).await;
        let page = boss.get(&app, "/admin/people").await;
        assert!(page.body.contains("pour nos bals"));
        let id = page
            .body
            .split("name=\"id\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let yes = boss
            .post(&app, "/admin/people", &[("do", "approve"), ("id", &id)])
            .await;
        assert_eq!(
            (yes.status, yes.header("location")),
            (303, "/admin/people?done=account-approved")
        );
        assert_eq!(
            ada.sign_in(&app, "ada@example.org", PASSWORD).await.status,
            303
        );
        assert_eq!(ada.get(&app, "/admin").await.status, 403);
        let role = [("do", "role"), ("id", id.as_str()), ("role", "moderator")];
        // Nobody raises themselves.
        assert_eq!(ada.post(&app, "/admin/people", &role).await.status, 403);
        assert_eq!(boss.post(&app, "/admin/people", &role).await.status, 303);
        assert_eq!(
            ada.sign_in(&app, "ada@example.org", PASSWORD).await.status,
            303
        );
        assert_eq!(ada.get(&app, "/admin").await.status, 200);
        assert_eq!(ada.get(&app, "/admin/site").await.status, 403);
    });
}
