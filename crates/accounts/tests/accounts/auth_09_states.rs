use crate::http::{self, get, send};
use crate::scene::{PASSWORD, on_both, visitor};
use accounts::roles::set_site_role;
use accounts::{AccountError, AccountState, Confirmed, SessionKind, SiteRole, session};
use diesel::prelude::*;
use store::schema::accounts as accounts_table;

#[test]
fn auth_09_an_account_that_is_not_active_is_a_visitor() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await;
        let open = scene.log_in(&scene.alpha, "ada@example.org").await;
        let api = scene
            .accounts
            .make_api_token(&scene.alpha, &open.session, PASSWORD, "s")
            .await
            .unwrap();
        let (alpha, now) = (scene.alpha.id, scene.now());
        // Straight into the row, as a command line or a fault would: the sessions stay.
        scene.write(|conn| {
            use store::schema::site_roles;
            diesel::insert_into(site_roles::table)
                .values((
                    site_roles::site_id.eq(alpha),
                    site_roles::account_id.eq(ada.id),
                    site_roles::role.eq(SiteRole::Admin.as_str()),
                    site_roles::created_at.eq(now),
                ))
                .execute(conn)?;
            Ok(())
        });
        let app = http::app(&scene, &Default::default()).await;
        let cookie = format!("__Host-session={}", open.token);
        let bearer = format!("Bearer {}", api.token);
        for state in AccountState::ALL {
            scene.write(|conn| {
                let row = accounts_table::table.find(ada.id);
                diesel::update(row)
                    .set(accounts_table::state.eq(state.as_str()))
                    .execute(conn)?;
                Ok(())
            });
            let active = *state == AccountState::Active;
            for (path, refused) in [
                ("/private", 303),
                ("/member", 303),
                ("/moderation", 303),
                ("/admin", 303),
                ("/api/private", 401),
            ] {
                for credential in [("cookie", &cookie), ("authorization", &bearer)] {
                    let answer = send(
                        &app,
                        get("alpha.test", path)
                            .insert_header((credential.0, credential.1.as_str())),
                    )
                    .await;
                    let want = if active { 200 } else { refused };
                    assert_eq!(answer.status, want, "{state} {path} {}", credential.0);
                }
            }
            let page = send(
                &app,
                get("alpha.test", "/page").insert_header(("cookie", cookie.as_str())),
            )
            .await;
            assert_eq!(page.body, if active { "ada@example.org" } else { "nobody" });
        }
    });
}

#[test]
fn auth_09_no_log_in_before_confirmation_and_approval_nor_under_suspension() {
    on_both(|scene| async move {
        let from = visitor("192.0.2.1");
        let log_in = async |site, password| {
            scene
                .accounts
                .log_in(site, "ada@example.org", password, &from)
                .await
        };
        scene.sign_up(&scene.beta, "ada@example.org").await.unwrap();
        // Only whoever knows the password hears why.
        assert!(matches!(
            log_in(&scene.beta, "wrong wrong one").await,
            Err(AccountError::Credentials)
        ));
        assert!(matches!(
            log_in(&scene.beta, PASSWORD).await,
            Err(AccountError::Unconfirmed)
        ));
        let token = scene.token("Confirm ");
        let done = scene
            .accounts
            .confirm(&scene.beta, &token, PASSWORD, &from)
            .await
            .unwrap();
        assert!(matches!(done, Confirmed::Waiting));
        assert!(matches!(
            log_in(&scene.beta, PASSWORD).await,
            Err(AccountError::Waiting)
        ));
        // Nor on the open site of the same server.
        assert!(matches!(
            log_in(&scene.alpha, PASSWORD).await,
            Err(AccountError::Waiting)
        ));
        let moderator = scene.person("mod@example.org").await;
        let (beta, now) = (scene.beta.id, scene.now());
        scene.write(|conn| set_site_role(conn, beta, moderator.id, SiteRole::Moderator, now));
        let ada = scene
            .write(|conn| accounts::sign_up::waiting(conn, beta))
            .remove(0);
        scene
            .accounts
            .approve(&scene.beta, moderator.id, ada.id)
            .await
            .unwrap();
        log_in(&scene.beta, PASSWORD).await.unwrap();

        // Locked out of one site, she is a visitor there and nowhere else.
        let there = log_in(&scene.alpha, PASSWORD).await.unwrap();
        scene.write(|conn| {
            accounts::roles::grant_site(conn, moderator.id, beta, ada.id, SiteRole::Suspended, now)
        });
        assert!(matches!(
            log_in(&scene.beta, PASSWORD).await,
            Err(AccountError::Suspended)
        ));
        let still = scene
            .accounts
            .identify(&scene.alpha, SessionKind::Web, there.token)
            .await
            .unwrap();
        assert!(still.is_some());
        let secrets = crate::scene::secrets();
        // Even a session that was left over.
        let left = scene.write(|conn| {
            let id =
                accounts::session::open(conn, beta, ada.id, SessionKind::Web, "", &secrets, now)?;
            session::identify(conn, beta, SessionKind::Web, &id.token, now)
        });
        assert_eq!(left, None);
    });
}
