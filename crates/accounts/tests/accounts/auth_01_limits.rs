use crate::http;
use crate::scene::{PASSWORD, Scene, form, on_both, visitor};
use accounts::{AccountError, LimitKind, Limits};
use chrono::DateTime;
use store::Ts;

fn at(seconds: i64) -> Ts {
    Ts::new(DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap())
}

#[test]
fn auth_01_a_window_of_25_is_25_however_spread() {
    let limits = Limits::new(1);
    // One each 11 seconds: a bucket that refills would let all of them pass.
    for i in 0..25 {
        assert_eq!(
            limits.check(LimitKind::LogInAddress, None, "a", at(i * 11)),
            Ok(()),
            "{i}"
        );
    }
    assert_eq!(
        limits.check(LimitKind::LogInAddress, None, "a", at(275)),
        Err(25)
    );
    assert_eq!(
        limits.check(LimitKind::LogInAddress, None, "b", at(275)),
        Ok(())
    );
    assert_eq!(
        limits.check(LimitKind::LogInAccount, None, "a", at(275)),
        Ok(())
    );
    // Refused attempts do not count: the first place is free again after five minutes.
    assert_eq!(
        limits.check(LimitKind::LogInAddress, None, "a", at(299)),
        Err(1)
    );
    assert_eq!(
        limits.check(LimitKind::LogInAddress, None, "a", at(300)),
        Ok(())
    );
    assert_eq!(
        limits.check(LimitKind::LogInAddress, None, "a", at(300)),
        Err(11)
    );
}

#[test]
fn rate_01_both_windows_of_sign_up_hold() {
    let limits = Limits::new(1);
    let check = |seconds| limits.check(LimitKind::SignUpAddress, None, "a", at(seconds));
    for i in 0..5 {
        assert_eq!(check(i), Ok(()));
    }
    assert_eq!(check(5), Err(1_795));
    for i in 0..5 {
        assert_eq!(check(1_800 + i), Ok(()));
    }
    // Ten today.
    assert!(check(7_200).is_err());
    assert_eq!(check(86_400), Ok(()));
}

#[test]
fn many_keys_do_not_fill_the_memory_and_the_recent_stay() {
    let limits = Limits::new(1);
    for i in 0..60_000 {
        limits
            .check(LimitKind::LogInAddress, None, &i.to_string(), at(i / 1_000))
            .unwrap();
    }
    for _ in 0..24 {
        limits
            .check(LimitKind::LogInAddress, None, "59999", at(60))
            .unwrap();
    }
    assert!(
        limits
            .check(LimitKind::LogInAddress, None, "59999", at(60))
            .is_err()
    );
}

async fn wrong(scene: &Scene, email: &str, address: &str) -> AccountError {
    let from = visitor(address);
    scene
        .accounts
        .log_in(&scene.alpha, email, "not the password", &from)
        .await
        .unwrap_err()
}

#[test]
fn auth_01_log_in_by_address_and_by_account() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        for i in 0..25 {
            let error = wrong(&scene, &format!("p{i}@example.org"), "192.0.2.9").await;
            assert!(matches!(error, AccountError::Credentials), "{i}");
        }
        // The right password does not pass either; from another address it does.
        let from = visitor("192.0.2.9");
        let error = scene
            .accounts
            .log_in(&scene.alpha, "ada@example.org", PASSWORD, &from)
            .await;
        assert!(matches!(
            error,
            Err(AccountError::TooMany { retry_after: 300 })
        ));
        scene.log_in(&scene.alpha, "ada@example.org").await;

        // 25 in an hour on one account, from as many addresses, in any spelling, on any site.
        scene.pass(3_600);
        for i in 0..25 {
            let email = if i % 2 == 0 {
                "ada@example.org"
            } else {
                "ADA@Example.ORG"
            };
            let error = wrong(&scene, email, &format!("203.0.113.{i}")).await;
            assert!(matches!(error, AccountError::Credentials), "{i}");
        }
        let error = wrong(&scene, "Ada@example.org", "203.0.113.99").await;
        assert!(matches!(
            error,
            AccountError::TooMany { retry_after: 3_600 }
        ));
        let from = visitor("203.0.113.98");
        let error = scene
            .accounts
            .log_in(&scene.beta, "ada@example.org", PASSWORD, &from)
            .await;
        assert!(matches!(error, Err(AccountError::TooMany { .. })));
        scene.pass(3_600);
        scene.log_in(&scene.alpha, "ada@example.org").await;
    });
}

#[test]
fn auth_01_every_other_way_to_try_a_password_or_a_link() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await;
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        // Change of password counts with the account's log-ins.
        for i in 0..24 {
            let done = scene
                .accounts
                .change_password(&scene.alpha, &open.session, "wrong wrong wrong", "x")
                .await;
            assert!(matches!(done, Err(AccountError::Credentials)), "{i}");
        }
        let session = &open.session;
        let done = scene
            .accounts
            .change_password(&scene.alpha, session, PASSWORD, "un autre très long")
            .await;
        assert!(matches!(done, Err(AccountError::TooMany { .. })));
        let done = scene.accounts.prove(session, PASSWORD).await;
        assert!(matches!(done, Err(AccountError::TooMany { .. })));
        scene.pass(3_600);
        let done = scene
            .accounts
            .change_password(&scene.alpha, session, PASSWORD, "un autre très long")
            .await;
        assert_eq!(done.unwrap().session.account_id, ada.id);

        let from = visitor("192.0.2.44");
        for i in 0..25 {
            let done = scene
                .accounts
                .reset(&scene.alpha, "guess", "douze lettres et plus", &from)
                .await;
            assert!(matches!(done, Err(AccountError::DeadLink)), "{i}");
        }
        let done = scene
            .accounts
            .reset(&scene.alpha, "guess", "douze lettres et plus", &from)
            .await;
        assert!(matches!(done, Err(AccountError::TooMany { .. })));
        let done = scene
            .accounts
            .confirm(&scene.alpha, "guess", PASSWORD, &from)
            .await;
        assert!(matches!(done, Err(AccountError::TooMany { .. })));
    });
}

#[test]
fn rate_01_sign_ups_resets_and_letters() {
    on_both(|scene| async move {
        let from = visitor("2001:db8:1:2:3:4:5:6");
        for i in 0..5 {
            let done = scene
                .accounts
                .sign_up(&scene.alpha, form(&format!("p{i}@example.org")), &from)
                .await;
            assert!(done.is_ok(), "{i}");
        }
        // The whole /64 is one visitor.
        let near = visitor("2001:db8:1:2:ffff::1");
        let done = scene
            .accounts
            .sign_up(&scene.alpha, form("q@example.org"), &near)
            .await;
        assert!(matches!(done, Err(AccountError::TooMany { .. })));
        let far = visitor("2001:db8:1:3::1");
        assert!(
            scene
                .accounts
                .sign_up(&scene.alpha, form("q@example.org"), &far)
                .await
                .is_ok()
        );

        // No storm of letters to one recipient, wherever the requests come from.
        scene.person("ada@example.org").await;
        let before = scene.letters().len();
        for i in 0..8 {
            let from = visitor(&format!("203.0.113.{i}"));
            let done = scene
                .accounts
                .request_reset(&scene.alpha, "ada@example.org", &from)
                .await;
            assert_eq!(done.is_ok(), i < 5, "{i}");
            // An address without an account is limited alike.
            let done = scene
                .accounts
                .request_reset(&scene.alpha, "nobody@example.org", &from)
                .await;
            assert_eq!(done.is_ok(), i < 5, "{i}");
        }
        assert_eq!(scene.letters().len() - before, 5);
    });
}

#[test]
fn rate_01_twenty_wait_and_no_more() {
    on_both(|scene| async move {
        for i in 0..20 {
            let email = format!("p{i}@example.org");
            let from = visitor(&format!("203.0.113.{i}"));
            scene
                .accounts
                .sign_up(&scene.beta, form(&email), &from)
                .await
                .unwrap();
            let token = scene.token("Confirm ");
            scene
                .accounts
                .confirm(&scene.beta, &token, crate::scene::PASSWORD, &from)
                .await
                .unwrap();
        }
        let done = scene.sign_up(&scene.beta, "late@example.org").await;
        assert!(matches!(done, Err(AccountError::QueueFull)));
        // The other site is not concerned.
        scene
            .sign_up(&scene.alpha, "late@example.org")
            .await
            .unwrap();
    });
}

#[test]
fn auth_01_over_http() {
    on_both(|scene| async move {
        let app = http::app(&scene, &Default::default()).await;
        let try_once = |forwarded: String| {
            let request = http::post(
                "https://alpha.test",
                "/log-in",
                "email=a%40b.example&password=x",
            )
            .peer_addr("192.0.2.7:4000".parse().unwrap())
            .insert_header(("x-forwarded-for", forwarded));
            http::send(&app, request)
        };
        for i in 0..25 {
            // AUTH-02: an untrusted peer's header does not make it another visitor. (The account's
            // own limit is reached by the same request, so both count here.)
            assert_eq!(try_once(format!("203.0.113.{i}")).await.status, 401, "{i}");
        }
        assert_eq!(try_once("203.0.113.99".into()).await.status, 429);
    });
}
