use crate::http::{self, post, send};
use crate::scene::{PASSWORD, form, on_both, on_both_with, visitor};
use accounts::{AccountError, SignUpOutcome, sign_up};
use std::time::Instant;

#[test]
fn auth_05_log_in_answers_alike_and_computes_a_hash_for_nobody() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        let app = http::app(&scene, &Default::default()).await;
        let mut answers = Vec::new();
        for email in [
            "ada%40example.org",
            "nobody%40example.org",
            "not+an+address",
            "",
        ] {
            let before = scene.accounts.passwords().verified();
            let request = post(
                "https://alpha.test",
                "/log-in",
                &format!("email={email}&password=wrong+wrong+one"),
            )
            .peer_addr("192.0.2.1:1".parse().unwrap());
            let answer = send(&app, request).await;
            assert_eq!(scene.accounts.passwords().verified() - before, 1, "{email}");
            assert_eq!(answer.header("set-cookie"), None);
            answers.push((answer.status, answer.body));
        }
        assert!(
            answers
                .iter()
                .all(|answer| *answer == (401, "credentials".to_owned())),
            "{answers:?}"
        );
        // The accepted twin.
        scene.log_in(&scene.alpha, "ada@example.org").await;
    });
}

#[test]
fn auth_05_log_in_takes_the_same_time() {
    let scene = crate::scene::Scene::new(store::trial::sqlite(), true, 100);
    actix_web::rt::System::new().block_on(async move {
        scene.person("ada@example.org").await;
        let from = visitor("192.0.2.1");
        let mut known = Vec::new();
        let mut unknown = Vec::new();
        // Alternating, so that the machine's other work weighs on both.
        for _ in 0..15 {
            for (email, times) in [
                ("ada@example.org", &mut known),
                ("nobody@example.org", &mut unknown),
            ] {
                let start = Instant::now();
                let done = scene
                    .accounts
                    .log_in(&scene.alpha, email, "wrong wrong one", &from)
                    .await;
                times.push(start.elapsed());
                assert!(matches!(done, Err(AccountError::Credentials)));
            }
        }
        known.sort();
        unknown.sort();
        // The median of a missing hash would be a hundredth of it.
        let (known, unknown) = (known[7].as_secs_f64(), unknown[7].as_secs_f64());
        assert!(
            unknown > known * 0.5 && known > unknown * 0.5,
            "{known} {unknown}"
        );
    });
}

#[test]
fn auth_05_sign_up_answers_alike_and_writes_to_the_owner() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        for site in [&scene.alpha, &scene.beta] {
            for email in ["Ada@Example.org", &format!("new@{}.org", site.id)] {
                let from = visitor("192.0.2.1");
                let done = scene
                    .accounts
                    .sign_up(site, form(email), &from)
                    .await
                    .unwrap();
                assert_eq!(done, SignUpOutcome::ConfirmationSent);
            }
        }
        let letters = scene.letters();
        let to_ada: Vec<_> = letters
            .iter()
            .filter(|(to, ..)| to == "ada@example.org")
            .collect();
        assert_eq!(to_ada.len(), 2);
        assert!(
            to_ada
                .iter()
                .all(|(_, subject, _)| subject.starts_with("AlreadyRegistered"))
        );
        // Her account is as it was.
        scene.log_in(&scene.alpha, "ada@example.org").await;
    });
}

#[test]
fn auth_05_without_mail_a_moderated_site_tells_nothing_either() {
    on_both_with(false, |scene| async move {
        scene.person("ada@example.org").await;
        for email in ["ada@example.org", "new@example.org"] {
            let done = scene.sign_up(&scene.beta, email).await.unwrap();
            assert_eq!(done, SignUpOutcome::WaitingForModerator);
        }
        let beta = scene.beta.id;
        let waiting = scene.write(|conn| sign_up::waiting(conn, beta));
        assert_eq!(
            waiting.iter().map(|a| a.email.as_str()).collect::<Vec<_>>(),
            ["new@example.org"]
        );
        // An open one has to: the account is usable at once.
        let done = scene.sign_up(&scene.alpha, "ada@example.org").await;
        assert!(matches!(done, Err(AccountError::EmailTaken)));
        assert_eq!(
            scene.sign_up(&scene.alpha, "b@example.org").await.unwrap(),
            SignUpOutcome::Usable
        );
        scene.log_in(&scene.alpha, "b@example.org").await;
        assert!(scene.letters().is_empty());
    });
}

#[test]
fn auth_05_reset_answers_alike_in_the_same_time() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        for email in ["ada@example.org", "nobody@example.org"] {
            let start = Instant::now();
            let done = scene
                .accounts
                .request_reset(&scene.alpha, email, &visitor("192.0.2.1"))
                .await;
            assert!(done.is_ok(), "{email}");
            assert!(start.elapsed().as_millis() >= 300, "{email}");
        }
        assert_eq!(scene.letters().len(), 1);
        let token = scene.token("Reset");
        let from = visitor("192.0.2.1");
        scene
            .accounts
            .reset(&scene.alpha, &token, "un mot de passe neuf", &from)
            .await
            .unwrap();
        let old = scene
            .accounts
            .log_in(&scene.alpha, "ada@example.org", PASSWORD, &from)
            .await;
        assert!(matches!(old, Err(AccountError::Credentials)));
        let new = scene
            .accounts
            .log_in(
                &scene.alpha,
                "ada@example.org",
                "un mot de passe neuf",
                &from,
            )
            .await;
        assert!(new.is_ok());
    });
}
