use crate::scene::{PASSWORD, Scene, on_both, visitor};
use accounts::{AccountError, Confirmed, TokenPurpose, token_hash};
use diesel::prelude::*;
use store::StoreError;
use store::schema::account_tokens;

const NEW: &str = "un mot de passe neuf";

async fn ask(scene: &Scene, address: &str) -> String {
    scene
        .accounts
        .request_reset(&scene.alpha, "ada@example.org", &visitor(address))
        .await
        .unwrap();
    scene.token("Reset")
}

async fn reset(scene: &Scene, token: &str) -> Result<(), AccountError> {
    scene
        .accounts
        .reset(&scene.alpha, token, NEW, &visitor("192.0.2.1"))
        .await
}

#[test]
fn auth_06_the_link_is_the_sites_own() {
    on_both(|scene| async move {
        // Nothing of a request reaches the function that builds it: no host can be forged into it.
        scene.person("ada@example.org").await;
        ask(&scene, "192.0.2.1").await;
        let (to, _, body) = scene.letters().pop().unwrap();
        assert_eq!(to, "ada@example.org");
        assert!(
            body.contains("link: \"https://alpha.test/reset?token="),
            "{body}"
        );
        scene
            .accounts
            .request_reset(&scene.beta, "ada@example.org", &visitor("192.0.2.1"))
            .await
            .unwrap();
        let (_, _, body) = scene.letters().pop().unwrap();
        assert!(
            body.contains("link: \"http://beta.test/reset?token="),
            "{body}"
        );
    });
}

#[test]
fn auth_06_single_use_one_hour_hashed_and_dead_after_a_newer_one() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        let first = ask(&scene, "192.0.2.1").await;
        // 256 bits in base64url; the database has the hash.
        assert_eq!(first.len(), 43);
        let kept: Vec<String> = scene
            .database
            .read_now(|c| {
                account_tokens::table
                    .select(account_tokens::token_hash)
                    .load(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        assert_eq!(kept, [token_hash(&first)]);

        let second = ask(&scene, "192.0.2.2").await;
        assert!(matches!(
            reset(&scene, &first).await,
            Err(AccountError::DeadLink)
        ));
        scene.pass(3_599);
        let alive = scene
            .accounts
            .is_alive(&scene.alpha, TokenPurpose::Reset, &second)
            .await;
        assert!(alive.unwrap());
        // Neither another purpose nor another site.
        let from = visitor("192.0.2.1");
        let other = scene
            .accounts
            .confirm(&scene.alpha, &second, PASSWORD, &from)
            .await;
        assert!(matches!(other, Err(AccountError::DeadLink)));
        let other = scene.accounts.reset(&scene.beta, &second, NEW, &from).await;
        assert!(matches!(other, Err(AccountError::DeadLink)));
        // A refused password leaves it alive.
        let short = scene
            .accounts
            .reset(&scene.alpha, &second, "short", &from)
            .await;
        assert!(matches!(short, Err(AccountError::Password(_))));
        reset(&scene, &second).await.unwrap();
        assert!(matches!(
            reset(&scene, &second).await,
            Err(AccountError::DeadLink)
        ));
        assert!(
            !scene
                .accounts
                .is_alive(&scene.alpha, TokenPurpose::Reset, &second)
                .await
                .unwrap()
        );

        let third = ask(&scene, "192.0.2.3").await;
        scene.pass(3_600);
        assert!(matches!(
            reset(&scene, &third).await,
            Err(AccountError::DeadLink)
        ));
    });
}

#[test]
fn auth_06_a_reset_ends_every_session_and_link() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        scene
            .accounts
            .request_email(&scene.alpha, &open.session, PASSWORD, "eve@example.org")
            .await
            .unwrap();
        let change = scene.token("ConfirmEmail");
        let token = ask(&scene, "192.0.2.1").await;
        reset(&scene, &token).await.unwrap();
        let kind = accounts::SessionKind::Web;
        assert!(
            scene
                .accounts
                .identify(&scene.alpha, kind, open.token)
                .await
                .unwrap()
                .is_none()
        );
        let from = visitor("192.0.2.1");
        let back = scene
            .accounts
            .log_in(&scene.alpha, "ada@example.org", NEW, &from)
            .await
            .unwrap();
        let stale = scene
            .accounts
            .confirm_email(&scene.alpha, &back.session, &change)
            .await;
        assert!(matches!(stale, Err(AccountError::DeadLink)));
    });
}

#[test]
fn auth_06_the_link_of_a_new_address_is_bound_to_it_and_to_its_account() {
    on_both(|scene| async move {
        scene.person("ada@example.org").await;
        scene.person("eve@example.org").await;
        let ada = scene.log_in(&scene.alpha, "ada@example.org").await;
        let eve = scene.log_in(&scene.alpha, "eve@example.org").await;
        scene
            .accounts
            .request_email(&scene.alpha, &ada.session, PASSWORD, "new@example.org")
            .await
            .unwrap();
        let token = scene.token("ConfirmEmail");
        let (random, address) = token.split_once('.').unwrap();
        // Another address under the same random part is another token.
        let forged = format!("{random}.{}", address.replace(&address[..2], "ZZ"));
        let done = scene
            .accounts
            .confirm_email(&scene.alpha, &ada.session, &forged)
            .await;
        assert!(matches!(done, Err(AccountError::DeadLink)));
        let done = scene
            .accounts
            .confirm_email(&scene.alpha, &eve.session, &token)
            .await;
        assert!(matches!(done, Err(AccountError::DeadLink)));
        scene
            .accounts
            .confirm_email(&scene.alpha, &ada.session, &token)
            .await
            .unwrap();
        // An address with an account is not taken over.
        let open = scene.log_in(&scene.alpha, "new@example.org").await;
        scene
            .accounts
            .request_email(&scene.alpha, &open.session, PASSWORD, "EVE@example.org")
            .await
            .unwrap();
        let token = scene.token("ConfirmEmail");
        let done = scene
            .accounts
            .confirm_email(&scene.alpha, &open.session, &token)
            .await;
        assert!(matches!(done, Err(AccountError::EmailTaken)));
        scene.log_in(&scene.alpha, "eve@example.org").await;
    });
}

#[test]
fn auth_06_confirmation_lives_a_day_and_needs_the_password_of_the_sign_up() {
    on_both(|scene| async move {
        let from = visitor("192.0.2.1");
        scene
            .sign_up(&scene.alpha, "ada@example.org")
            .await
            .unwrap();
        let first = scene.token("Confirm ");
        scene.pass(24 * 3_600);
        let late = scene
            .accounts
            .confirm(&scene.alpha, &first, PASSWORD, &from)
            .await;
        assert!(matches!(late, Err(AccountError::DeadLink)));
        // Somebody else signs up with her address: her click does not confirm that password.
        scene
            .sign_up(&scene.alpha, "ada@example.org")
            .await
            .unwrap();
        let mut theirs = crate::scene::form("ada@example.org");
        theirs.password = "the attacker's own words".into();
        scene
            .accounts
            .sign_up(&scene.alpha, theirs, &visitor("203.0.113.6"))
            .await
            .unwrap();
        let newest = scene.token("Confirm ");
        let wrong = scene
            .accounts
            .confirm(&scene.alpha, &newest, PASSWORD, &from)
            .await;
        assert!(matches!(wrong, Err(AccountError::Credentials)));
        // Signing up once more is hers again, and the link still alive.
        scene
            .sign_up(&scene.alpha, "ada@example.org")
            .await
            .unwrap();
        let token = scene.token("Confirm ");
        let old = scene
            .accounts
            .confirm(&scene.alpha, &newest, PASSWORD, &from)
            .await;
        assert!(matches!(old, Err(AccountError::DeadLink)));
        let done = scene
            .accounts
            .confirm(&scene.alpha, &token, PASSWORD, &from)
            .await
            .unwrap();
        assert!(matches!(done, Confirmed::SignedIn(_)));
        let twice = scene
            .accounts
            .confirm(&scene.alpha, &token, PASSWORD, &from)
            .await;
        assert!(matches!(twice, Err(AccountError::DeadLink)));
    });
}
