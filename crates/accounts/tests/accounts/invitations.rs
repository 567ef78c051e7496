//! Invitations to organise an agenda (AUTH-08, O5).

use crate::scene::{Scene, form, on_both, on_both_with, visitor};
use accounts::roles::{set_actor_role, set_site_role, site_role};
use accounts::{Account, AccountError, ActorRole, SiteRole, can_edit_actor, invitation};
use diesel::prelude::*;
use store::Id;

async fn invited(scene: &Scene, email: &str) -> (Account, Id, String) {
    let ada = scene.person("ada@example.org").await;
    let (bal, now) = (scene.agenda(&scene.alpha, "bal"), scene.now());
    scene.write(|conn| set_actor_role(conn, bal, ada.id, ActorRole::Owner, now));
    scene
        .accounts
        .invite(&scene.alpha, &ada, bal, email)
        .await
        .unwrap();
    let (to, subject, body) = scene.letters().pop().unwrap();
    assert!(
        to == email
            && subject.starts_with("Invitation")
            && body.contains("https://alpha.test/invitation?")
    );
    (ada, bal, scene.token("Invitation"))
}

#[test]
fn auth_08_the_invited_account_accepts_once() {
    on_both(|scene| async move {
        let bob = scene.person("bob@example.org").await;
        let (ada, bal, token) = invited(&scene, "Bob@example.org").await;
        let now = scene.now();
        assert_eq!(
            scene.write(|conn| invitation::list(conn, bal, now)).len(),
            1
        );
        let elsewhere = scene
            .accounts
            .accept_invitation(&scene.beta, &bob, &token, false)
            .await;
        assert!(matches!(elsewhere, Err(AccountError::DeadLink)));
        assert_eq!(
            scene
                .accounts
                .accept_invitation(&scene.alpha, &bob, &token, false)
                .await
                .unwrap(),
            bal
        );
        assert!(scene.write(|conn| can_edit_actor(conn, bob.id, bal)));
        let told = scene.letters().pop().unwrap();
        assert!(
            told.0 == ada.email
                && told.1.starts_with("InvitationAccepted")
                && told.2.contains("bob@example.org")
        );
        for who in [&bob, &ada] {
            let twice = scene
                .accounts
                .accept_invitation(&scene.alpha, who, &token, true)
                .await;
            assert!(matches!(twice, Err(AccountError::DeadLink)));
        }
        assert!(
            scene
                .write(|conn| invitation::list(conn, bal, now))
                .is_empty()
        );
    });
}

#[test]
fn another_address_needs_an_explicit_yes_and_the_inviter_is_told() {
    on_both(|scene| async move {
        let bob = scene.person("bob@example.org").await;
        let (ada, bal, token) = invited(&scene, "robert@example.org").await;
        let done = scene
            .accounts
            .accept_invitation(&scene.alpha, &bob, &token, false)
            .await;
        assert!(matches!(done, Err(AccountError::OtherAddress)));
        assert!(!scene.write(|conn| can_edit_actor(conn, bob.id, bal)));
        scene
            .accounts
            .accept_invitation(&scene.alpha, &bob, &token, true)
            .await
            .unwrap();
        assert!(scene.write(|conn| can_edit_actor(conn, bob.id, bal)));
        let told = scene.letters().pop().unwrap();
        assert!(told.0 == ada.email && told.2.contains("bob@example.org"));
    });
}

#[test]
fn somebody_new_gets_an_account_even_on_a_closed_site() {
    on_both(|mut scene| async move {
        scene.registration("alpha.test", "closed");
        let (_, bal, token) = invited(&scene, "new@example.org").await;
        let mut wish = form("another@example.org");
        wish.name = "Nouvelle".into();
        let from = visitor("192.0.2.1");
        let (open, actor) = scene
            .accounts
            .accept_invitation_with_new_account(&scene.alpha, &token, wish, &from)
            .await
            .unwrap();
        assert_eq!(actor, bal);
        let id = open.session.account_id;
        let new = scene.write(|conn| Account::find(conn, id)).unwrap();
        assert_eq!(
            (new.email.as_str(), new.name.as_str()),
            ("new@example.org", "Nouvelle")
        );
        assert!(scene.write(|conn| can_edit_actor(conn, id, bal)));
        // She may organise this agenda; the site stays closed for others of hers.
        let alpha = scene.alpha.id;
        assert_eq!(scene.write(|conn| site_role(conn, alpha, id)), None);
        scene.log_in(&scene.alpha, "new@example.org").await;
    });
}

#[test]
fn auth_07_auth_08_an_account_that_exists_is_not_taken_over_by_the_link() {
    on_both(|scene| async move {
        let bob = scene.person("bob@example.org").await;
        let (_, bal, token) = invited(&scene, "bob@example.org").await;
        let from = visitor("192.0.2.1");
        let wish = form("bob@example.org");
        let done = scene
            .accounts
            .accept_invitation_with_new_account(&scene.alpha, &token, wish, &from)
            .await;
        assert!(matches!(done, Err(AccountError::SignInFirst)));
        // The link is still good for him.
        assert_eq!(
            scene
                .accounts
                .accept_invitation(&scene.alpha, &bob, &token, false)
                .await
                .unwrap(),
            bal
        );
    });
}

#[test]
fn auth_08_dead_when_late_withdrawn_replaced_or_its_sender_lost_the_right() {
    on_both(|scene| async move {
        let bob = scene.person("bob@example.org").await;
        let (ada, bal, first) = invited(&scene, "bob@example.org").await;
        let accept = async |token: &str| {
            scene
                .accounts
                .accept_invitation(&scene.alpha, &bob, token, false)
                .await
        };
        let again = async || {
            scene
                .accounts
                .invite(&scene.alpha, &ada, bal, "bob@example.org")
                .await
                .unwrap();
            scene.token("Invitation")
        };
        let state = |word: &str| {
            use store::schema::accounts;
            scene.write(|conn| {
                diesel::update(accounts::table.find(ada.id))
                    .set(accounts::state.eq(word))
                    .execute(conn)?;
                Ok(())
            });
        };
        let second = again().await;
        assert!(matches!(accept(&first).await, Err(AccountError::DeadLink)));
        state("suspended");
        assert!(matches!(accept(&second).await, Err(AccountError::DeadLink)));
        state("active");
        let now = scene.now();
        let open = scene
            .write(|conn| invitation::list(conn, bal, now))
            .remove(0);
        let theirs = scene
            .database
            .write_now(|conn| invitation::withdraw(conn, bob.id, bal, open.id));
        assert!(matches!(theirs, Err(AccountError::Forbidden)));
        scene.write(|conn| invitation::withdraw(conn, ada.id, bal, open.id));
        assert!(matches!(accept(&second).await, Err(AccountError::DeadLink)));
        let third = again().await;
        scene.pass(14 * 86_400);
        assert!(matches!(accept(&third).await, Err(AccountError::DeadLink)));
        let fourth = again().await;
        scene.pass(14 * 86_400 - 1);
        assert_eq!(accept(&fourth).await.unwrap(), bal);
    });
}

#[test]
fn only_an_owner_invites_and_only_with_mail() {
    on_both(|scene| async move {
        let bob = scene.person("bob@example.org").await;
        let (ada, bal, token) = invited(&scene, "bob@example.org").await;
        let done = scene
            .accounts
            .invite(&scene.alpha, &bob, bal, "eve@example.org")
            .await;
        assert!(matches!(done, Err(AccountError::Forbidden)));
        scene
            .accounts
            .accept_invitation(&scene.alpha, &bob, &token, false)
            .await
            .unwrap();
        let done = scene
            .accounts
            .invite(&scene.alpha, &bob, bal, "eve@example.org")
            .await;
        assert!(
            matches!(done, Err(AccountError::Forbidden)),
            "an organiser does not"
        );
        let done = scene
            .accounts
            .invite(&scene.beta, &ada, bal, "eve@example.org")
            .await;
        assert!(
            matches!(done, Err(AccountError::NotFound)),
            "not under another site's name"
        );
    });
    on_both_with(false, |scene| async move {
        let ada = scene.person("ada@example.org").await;
        let (bal, now) = (scene.agenda(&scene.alpha, "bal"), scene.now());
        scene.write(|conn| set_actor_role(conn, bal, ada.id, ActorRole::Owner, now));
        let done = scene
            .accounts
            .invite(&scene.alpha, &ada, bal, "eve@example.org")
            .await;
        assert!(matches!(done, Err(AccountError::NoMail)));
    });
}

#[test]
fn auth_08_whoever_is_locked_out_of_the_site_invites_nobody_any_more() {
    on_both(|scene| async move {
        let bob = scene.person("bob@example.org").await;
        let (ada, bal, token) = invited(&scene, "bob@example.org").await;
        let (alpha, now) = (scene.alpha.id, scene.now());
        let role = |role| scene.write(|conn| set_site_role(conn, alpha, ada.id, role, now));
        let accept = async || {
            scene
                .accounts
                .accept_invitation(&scene.alpha, &bob, &token, false)
                .await
        };
        role(SiteRole::Suspended);
        assert!(matches!(accept().await, Err(AccountError::DeadLink)));
        let newcomer = scene
            .accounts
            .accept_invitation_with_new_account(
                &scene.alpha,
                &token,
                form("bob@example.org"),
                &visitor("192.0.2.1"),
            )
            .await;
        assert!(matches!(newcomer, Err(AccountError::DeadLink)));
        assert!(!scene.write(|conn| can_edit_actor(conn, bob.id, bal)));
        role(SiteRole::Member);
        assert_eq!(accept().await.unwrap(), bal, "once she is back");
    });
}

#[test]
fn auth_08_the_link_of_an_invited_account_that_was_closed_opens_nothing() {
    on_both(|scene| async move {
        let bob = scene.person("bob@example.org").await;
        let (_, bal, token) = invited(&scene, "bob@example.org").await;
        let accept = async |who: &Account| {
            scene
                .accounts
                .accept_invitation(&scene.alpha, who, &token, false)
                .await
        };
        assert_eq!(accept(&bob).await.unwrap(), bal);
        scene.write(|conn| accounts::recovery::close(conn, bob.id));
        assert!(!scene.write(|conn| can_edit_actor(conn, bob.id, bal)));
        // Neither he nor whoever has his address now comes in by the link that he used.
        let heir = scene.person("bob@example.org").await;
        for who in [&bob, &heir] {
            assert!(matches!(accept(who).await, Err(AccountError::DeadLink)));
        }
        let afresh = scene
            .accounts
            .accept_invitation_with_new_account(
                &scene.alpha,
                &token,
                form("bob@example.org"),
                &visitor("192.0.2.1"),
            )
            .await;
        assert!(matches!(afresh, Err(AccountError::DeadLink)));
        assert!(!scene.write(|conn| can_edit_actor(conn, heir.id, bal)));
    });
}
