//! What the server does not have, said of the routes that it has; and what no page holds.

use super::cast::Cast;
use super::found::routes;
use super::stage::{Stage, filled};
use super::table::TABLE;
use super::world::look;
use crate::scene::on_both;
use diesel::prelude::*;
use store::StoreError;
use store::schema::{account_tokens, accounts, actor_keys, sessions};

/// Patterns of routes that have one of these words as a part of a segment.
async fn with(scene: &crate::scene::Scene, words: &[&str]) -> Vec<String> {
    let all = routes(&scene.registry).await;
    let found = all.into_iter().map(|(_, pattern)| pattern.to_lowercase());
    found
        .filter(|pattern| words.iter().any(|word| pattern.contains(word)))
        .collect()
}

#[test]
fn auth_03_there_is_no_second_factor_to_guess_skip_or_turn_off() {
    on_both(|scene| async move {
        let words = [
            "totp", "otp", "2fa", "mfa", "factor", "webauthn", "passkey", "recovery",
        ];
        assert_eq!(with(&scene, &words).await, Vec::<String>::new());
        // The twin: the log-in that there is, is found.
        assert!(!with(&scene, &["login"]).await.is_empty());
    });
}

#[test]
fn auth_07_nobody_signs_in_by_another_service() {
    on_both(|scene| async move {
        let words = ["oauth", "oidc", "openid", "saml", "sso", "ldap", "callback"];
        assert_eq!(with(&scene, &words).await, Vec::<String>::new());
        assert!(!with(&scene, &["session"]).await.is_empty());
    });
}

#[test]
fn acl_07_no_page_holds_a_secret_not_even_an_administrators() {
    on_both(|scene| async move {
        let app = scene.app().await;
        Cast::gather(&scene);
        let stage = Stage { scene: &scene };
        stage.furnish(&app).await;
        let seat = scene.seat(scene.account_of("admin"));
        let token = seat.browser.cookie.clone().unwrap();
        let mut secrets = vec![
            token.split_once('=').unwrap().1.to_owned(),
            seat.token.clone(),
        ];
        let mut pages = 0;
        for row in TABLE.iter().filter(|row| row.method == "GET") {
            let things = stage.things(&app, &[row.path]).await;
            let page = look(&app, &seat, &filled(row.path, &things), &[]).await;
            pages += usize::from(page.status == 200);
            let kept = scene.database.read_now(|c| {
                let mut all: Vec<String> =
                    accounts::table.select(accounts::password_hash).load(c)?;
                all.extend(
                    sessions::table
                        .select(sessions::token_hash)
                        .load::<String>(c)?,
                );
                let tokens = account_tokens::table.select(account_tokens::token_hash);
                all.extend(tokens.load::<String>(c)?);
                let keys = actor_keys::table.select(actor_keys::private_key);
                all.extend(keys.load::<Option<String>>(c)?.into_iter().flatten());
                Ok::<_, StoreError>(all)
            });
            // Invented hashes of the accounts of the trial are one letter.
            secrets.truncate(2);
            secrets.extend(kept.unwrap().into_iter().filter(|secret| secret.len() > 20));
            assert!(secrets.len() > 10, "{}", secrets.len());
            for secret in &secrets {
                assert!(
                    !page.body.contains(secret.as_str()),
                    "{}: {secret}",
                    row.path
                );
            }
            assert!(!page.body.contains("PRIVATE KEY"), "{}", row.path);
        }
        assert!(pages > 60, "{pages}");
    });
}
