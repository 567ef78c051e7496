//! Signing up, being let in, and the password's rules.

use crate::scene::{PASSWORD, Scene, form, on_both, on_both_with, visitor};
use accounts::password::{Verdict, check_password};
use accounts::roles::{set_site_role, site_role};
use accounts::{
    Account, AccountError, AccountState, Confirmed, PasswordError, PasswordSettings, Passwords,
    SiteRole, sign_up,
};

#[test]
fn an_open_site_takes_whoever_confirms() {
    on_both(|scene| async move {
        let from = visitor("192.0.2.1");
        scene
            .sign_up(&scene.alpha, "ada@example.org")
            .await
            .unwrap();
        let token = scene.token("Confirm ");
        let Confirmed::SignedIn(open) = scene
            .accounts
            .confirm(&scene.alpha, &token, PASSWORD, &from)
            .await
            .unwrap()
        else {
            panic!("active at once")
        };
        let (alpha, id) = (scene.alpha.id, open.session.account_id);
        let ada = scene.write(|conn| Account::find(conn, id)).unwrap();
        assert_eq!(
            (ada.state, ada.confirmed_at),
            (AccountState::Active, Some(scene.now()))
        );
        assert_eq!(
            scene.write(|conn| site_role(conn, alpha, id)),
            Some(SiteRole::Member)
        );
        assert_eq!(ada.motive, "pour annoncer nos bals");
    });
}

async fn waiting(scene: &Scene) -> (Account, Account) {
    let moderator = scene.person("mod@example.org").await;
    let (beta, now) = (scene.beta.id, scene.now());
    scene.write(|conn| set_site_role(conn, beta, moderator.id, SiteRole::Moderator, now));
    scene.sign_up(&scene.beta, "ada@example.org").await.unwrap();
    assert!(
        scene.write(|conn| sign_up::waiting(conn, beta)).is_empty(),
        "not confirmed yet"
    );
    let token = scene.token("Confirm ");
    scene
        .accounts
        .confirm(&scene.beta, &token, PASSWORD, &visitor("192.0.2.1"))
        .await
        .unwrap();
    let told = scene.letters().pop().unwrap();
    assert!(
        told.0 == "mod@example.org" && told.1.starts_with("SignUpWaiting"),
        "{told:?}"
    );
    let ada = scene.write(|conn| sign_up::waiting(conn, beta)).remove(0);
    (moderator, ada)
}

#[test]
fn a_moderator_of_the_very_site_says_yes() {
    on_both(|scene| async move {
        let (moderator, ada) = waiting(&scene).await;
        let eve = scene.person("eve@example.org").await;
        let (alpha, now) = (scene.alpha.id, scene.now());
        scene.write(|conn| set_site_role(conn, alpha, eve.id, SiteRole::Admin, now));
        for (site, by) in [
            (&scene.beta, eve.id),
            (&scene.beta, ada.id),
            (&scene.alpha, moderator.id),
        ] {
            let done = scene.accounts.approve(site, by, ada.id).await;
            assert!(matches!(done, Err(AccountError::Forbidden)));
        }
        let done = scene.accounts.approve(&scene.alpha, eve.id, ada.id).await;
        assert!(
            matches!(done, Err(AccountError::NotFound)),
            "she applied elsewhere"
        );
        scene
            .accounts
            .approve(&scene.beta, moderator.id, ada.id)
            .await
            .unwrap();
        assert!(scene.letters().pop().unwrap().1.starts_with("Approved"));
        scene.log_in(&scene.beta, "ada@example.org").await;
        let twice = scene
            .accounts
            .approve(&scene.beta, moderator.id, ada.id)
            .await;
        assert!(matches!(twice, Err(AccountError::NotFound)));
    });
}

#[test]
fn a_moderator_says_no_and_the_address_is_free_again() {
    on_both(|scene| async move {
        let (moderator, ada) = waiting(&scene).await;
        let done = scene.accounts.refuse(&scene.beta, ada.id, ada.id, "").await;
        assert!(matches!(done, Err(AccountError::Forbidden)));
        scene
            .accounts
            .refuse(&scene.beta, moderator.id, ada.id, "hors de la ville")
            .await
            .unwrap();
        let (to, subject, body) = scene.letters().pop().unwrap();
        assert!(
            to == "ada@example.org"
                && subject.starts_with("Refused")
                && body.contains("hors de la ville")
        );
        assert_eq!(scene.write(|conn| Account::find(conn, ada.id)), None);
        scene.sign_up(&scene.beta, "ada@example.org").await.unwrap();
    });
}

#[test]
fn a_closed_site_takes_nobody() {
    on_both(|mut scene| async move {
        scene.registration("alpha.test", "closed");
        let done = scene.sign_up(&scene.alpha, "ada@example.org").await;
        assert!(matches!(done, Err(AccountError::Closed)));
        scene.registration("alpha.test", "open");
        scene
            .sign_up(&scene.alpha, "ada@example.org")
            .await
            .unwrap();
    });
}

#[test]
fn an_account_of_one_site_applies_on_another() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await;
        let role = scene
            .accounts
            .apply(&scene.beta, ada.id, "pour mon atelier")
            .await
            .unwrap();
        assert_eq!(role, SiteRole::Applicant);
        let open = scene.log_in(&scene.beta, "ada@example.org").await;
        let kind = accounts::SessionKind::Web;
        let who = scene
            .accounts
            .identify(&scene.beta, kind, open.token.clone())
            .await
            .unwrap()
            .unwrap();
        assert!(!who.is_member());
        let moderator = scene.person("mod@example.org").await;
        let (beta, now) = (scene.beta.id, scene.now());
        scene.write(|conn| set_site_role(conn, beta, moderator.id, SiteRole::Moderator, now));
        scene
            .accounts
            .refuse(&scene.beta, moderator.id, ada.id, "")
            .await
            .unwrap();
        assert!(
            scene.write(|conn| Account::find(conn, ada.id)).is_some(),
            "known elsewhere"
        );
        scene
            .accounts
            .apply(&scene.beta, ada.id, "encore")
            .await
            .unwrap();
        scene
            .accounts
            .approve(&scene.beta, moderator.id, ada.id)
            .await
            .unwrap();
        let who = scene
            .accounts
            .identify(&scene.beta, kind, open.token)
            .await
            .unwrap()
            .unwrap();
        assert!(who.is_member());
        assert_eq!(
            scene
                .accounts
                .apply(&scene.alpha, ada.id, "")
                .await
                .unwrap(),
            SiteRole::Member
        );
    });
}

#[test]
fn the_first_account_is_founded_once() {
    on_both_with(false, |scene| async move {
        let from = visitor("192.0.2.1");
        let open = scene
            .accounts
            .found(&scene.alpha, form("ada@example.org"), &from)
            .await
            .unwrap();
        let kind = accounts::SessionKind::Web;
        let who = scene
            .accounts
            .identify(&scene.alpha, kind, open.token)
            .await
            .unwrap()
            .unwrap();
        assert!(who.is_admin() && who.account.is_server_admin);
        let again = scene
            .accounts
            .found(&scene.alpha, form("eve@example.org"), &from)
            .await;
        assert!(matches!(again, Err(AccountError::Forbidden)));
    });
}

#[test]
fn what_a_sign_up_must_have() {
    on_both(|scene| async move {
        let from = visitor("192.0.2.1");
        let code = async |change: fn(&mut accounts::SignUp)| {
            let mut form = form("ada@example.org");
            change(&mut form);
            scene
                .accounts
                .sign_up(&scene.alpha, form, &from)
                .await
                .map_err(|error| error.code())
        };
        assert_eq!(
            code(|f| f.email = "ada".into()).await,
            Err("email_malformed")
        );
        assert_eq!(
            code(|f| f.email = "a\r\nBcc: b@example.org".into()).await,
            Err("email_malformed")
        );
        assert_eq!(code(|f| f.name = " ".into()).await, Err("name_length"));
        assert_eq!(code(|f| f.name = "a\nb".into()).await, Err("name_length"));
        assert_eq!(code(|f| f.name = "a".repeat(101)).await, Err("name_length"));
        assert_eq!(
            code(|f| f.motive = "a".repeat(2_001)).await,
            Err("text_too_long")
        );
        assert_eq!(
            code(|f| f.password = "short".into()).await,
            Err("password_too_short")
        );
        // None of these counted as an attempt.
        assert!(code(|f| f.motive = "é".repeat(2_000)).await.is_ok());
        assert!(scene.letters().len() == 1);
    });
}

#[test]
fn unconfirmed_accounts_go_after_a_week() {
    on_both(|scene| async move {
        scene
            .sign_up(&scene.alpha, "ada@example.org")
            .await
            .unwrap();
        scene.person("eve@example.org").await;
        scene.pass(6 * 86_400);
        scene.accounts.purge().await.unwrap();
        let find = |email: &str| {
            let email = mail::EmailAddress::parse(email).unwrap();
            scene.write(|conn| Account::by_email(conn, &email))
        };
        assert!(find("ada@example.org").is_some());
        scene.pass(2 * 86_400);
        scene.accounts.purge().await.unwrap();
        assert!(find("ada@example.org").is_none() && find("eve@example.org").is_some());
    });
}

#[test]
fn password_rules() {
    let check =
        |password: &str| check_password(password, "ada.lovelace@example.org", "Ada Lovelace");
    assert_eq!(check("elevensigns"), Err(PasswordError::TooShort));
    assert_eq!(check("éléphantéléé"), Ok(()), "characters, not bytes");
    assert_eq!(check(&"é1z".repeat(100)), Err(PasswordError::TooLong));
    for common in [
        "passwordpassword",
        "Password1234",
        "motdepasse123!",
        "aaaaaaaaaaaa",
        "abababababab",
        "123456789012",
        "azertyuiopqs",
        "qwertyuiop123",
        "Ada.Lovelace@example.org",
        "ada lovelace",
        "ADALOVELACE!!",
        "correct horse battery staple",
        "abcdefghijkl",
        "210987654321",
    ] {
        assert_eq!(check(common), Err(PasswordError::Common), "{common}");
    }
    // Nothing is asked but length: no digits, no signs, no capitals.
    for good in [
        "trois lapins bleus",
        "xkzzvtqpwmnf",
        "2 chats et 7 chiens",
        &"a b c d e f ".repeat(8),
    ] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
}

#[test]
fn password_settings_have_a_floor_and_a_rise_is_taken_at_the_next_log_in() {
    let secrets = crate::scene::secrets();
    let floor = PasswordSettings::FLOOR;
    for weak in [
        PasswordSettings {
            memory_kib: 19 * 1024 - 1,
            ..floor
        },
        PasswordSettings { passes: 1, ..floor },
        PasswordSettings { lanes: 0, ..floor },
    ] {
        assert_eq!(
            Passwords::new(weak, secrets.clone()).unwrap_err(),
            PasswordError::Settings
        );
    }
    actix_web::rt::System::new().block_on(async {
        let low = Passwords::new(floor, secrets.clone()).unwrap();
        let high =
            Passwords::new(PasswordSettings { passes: 3, ..floor }, secrets.clone()).unwrap();
        let stored = low.hash(PASSWORD).await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert_ne!(stored, low.hash(PASSWORD).await.unwrap(), "salted");
        assert_eq!(
            low.verify(PASSWORD, Some(&stored)).await,
            Ok(Verdict::Right)
        );
        assert_eq!(low.verify("wrong", Some(&stored)).await, Ok(Verdict::Wrong));
        assert_eq!(low.verify(PASSWORD, None).await, Ok(Verdict::Wrong));
        assert_eq!(
            low.verify(PASSWORD, Some("")).await,
            Ok(Verdict::Wrong),
            "a closed account's"
        );
        let Ok(Verdict::Rehashed(risen)) = high.verify(PASSWORD, Some(&stored)).await else {
            panic!("the stored hash is weaker")
        };
        assert!(
            risen.starts_with("$argon2id$v=19$m=19456,t=3,p=1$"),
            "{risen}"
        );
        assert_eq!(
            high.verify(PASSWORD, Some(&risen)).await,
            Ok(Verdict::Right)
        );
        assert_eq!(
            high.verify("wrong", Some(&stored)).await,
            Ok(Verdict::Wrong)
        );
    });
}

#[test]
fn a_log_in_stores_the_risen_hash() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await;
        let secrets = crate::scene::secrets();
        let costly = PasswordSettings {
            passes: 4,
            ..PasswordSettings::FLOOR
        };
        let other = Passwords::new(costly, secrets)
            .unwrap()
            .hash(PASSWORD)
            .await
            .unwrap();
        scene.write(|conn| accounts::recovery::set_password(conn, ada.id, &other, None));
        scene.log_in(&scene.alpha, "ada@example.org").await;
        let stored: String = scene.write(|conn| {
            use diesel::prelude::*;
            use store::schema::accounts;
            Ok(accounts::table
                .find(ada.id)
                .select(accounts::password_hash)
                .first(conn)?)
        });
        assert!(stored.contains("t=2,"), "{stored}");
        scene.log_in(&scene.alpha, "ada@example.org").await;
    });
}
