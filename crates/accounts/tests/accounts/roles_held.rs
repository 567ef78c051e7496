//! Roles on sites and actors: who may give, take and hand over.

use crate::scene::on_both;
use accounts::roles::{
    grant_actor, grant_site, hand_over, people_of_actor, revoke_actor, revoke_site, set_actor_role,
    set_site_role,
};
use accounts::{AccountError, ActorRole, SiteRole, can_edit_actor, recovery};
use diesel::prelude::*;

#[test]
fn site_roles_are_given_by_those_above() {
    on_both(|scene| async move {
        let boss = scene.person("boss@example.org").await.id;
        let moderator = scene.person("mod@example.org").await.id;
        let ada = scene.person("ada@example.org").await.id;
        let (site, other, now) = (scene.alpha.id, scene.beta.id, scene.now());
        scene.write(|conn| set_site_role(conn, site, boss, SiteRole::Admin, now));
        scene.write(|conn| grant_site(conn, boss, site, moderator, SiteRole::Moderator, now));
        let try_to = |by, site, who, role| {
            scene
                .database
                .write_now(|conn| grant_site(conn, by, site, who, role, now))
        };
        for (by, site, who, role) in [
            (ada, site, ada, SiteRole::Member),
            (moderator, site, ada, SiteRole::Moderator),
            (moderator, site, boss, SiteRole::Suspended),
            (moderator, site, moderator, SiteRole::Admin),
            (boss, other, ada, SiteRole::Member),
        ] {
            assert!(
                matches!(try_to(by, site, who, role), Err(AccountError::Forbidden)),
                "{role}"
            );
        }
        try_to(moderator, site, ada, SiteRole::Member).unwrap();
        try_to(moderator, site, ada, SiteRole::Suspended).unwrap();
        assert!(matches!(
            try_to(boss, site, boss, SiteRole::Member),
            Err(AccountError::LastAdmin)
        ));
        let leave = |by, who| {
            scene
                .database
                .write_now(|conn| revoke_site(conn, by, site, who))
        };
        assert!(matches!(leave(boss, boss), Err(AccountError::LastAdmin)));
        assert!(matches!(
            leave(moderator, ada),
            Err(AccountError::Forbidden)
        ));
        try_to(boss, site, moderator, SiteRole::Admin).unwrap();
        leave(boss, boss).unwrap();
        assert!(matches!(leave(boss, ada), Err(AccountError::Forbidden)));
        leave(moderator, ada).unwrap();
    });
}

#[test]
fn o5_an_owner_hands_over_and_one_owner_always_stays() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await.id;
        let bob = scene.person("bob@example.org").await.id;
        let eve = scene.person("eve@example.org").await.id;
        let (bal, now) = (scene.agenda(&scene.alpha, "bal"), scene.now());
        let edits = |who| scene.write(|conn| can_edit_actor(conn, who, bal));
        let role = |by, who, role| {
            scene
                .database
                .write_now(|conn| grant_actor(conn, by, bal, who, role, now))
        };
        let leave = |by, who| {
            scene
                .database
                .write_now(|conn| revoke_actor(conn, by, bal, who))
        };
        scene.write(|conn| set_actor_role(conn, bal, ada, ActorRole::Owner, now));
        scene.write(|conn| set_actor_role(conn, bal, bob, ActorRole::Organiser, now));
        assert!(edits(ada) && edits(bob) && !edits(eve));
        assert!(matches!(
            role(bob, bob, ActorRole::Owner),
            Err(AccountError::Forbidden)
        ));
        assert!(matches!(
            role(eve, eve, ActorRole::Owner),
            Err(AccountError::Forbidden)
        ));
        assert!(
            matches!(
                role(ada, eve, ActorRole::Organiser),
                Err(AccountError::NotFound)
            ),
            "invited, not given"
        );
        assert!(matches!(leave(ada, ada), Err(AccountError::LastOwner)));
        assert!(matches!(
            role(ada, ada, ActorRole::Organiser),
            Err(AccountError::LastOwner)
        ));
        assert!(matches!(leave(bob, ada), Err(AccountError::Forbidden)));
        let done = scene
            .database
            .write_now(|conn| hand_over(conn, ada, bal, eve, now));
        assert!(matches!(done, Err(AccountError::NotFound)));
        scene.write(|conn| hand_over(conn, ada, bal, bob, now));
        let people: Vec<_> = scene
            .write(|conn| people_of_actor(conn, bal))
            .into_iter()
            .map(|(a, r)| (a.id, r))
            .collect();
        assert_eq!(
            people,
            [(bob, ActorRole::Owner), (ada, ActorRole::Organiser)]
        );
        assert!(edits(ada) && edits(bob));
        leave(ada, ada).unwrap();
        assert!(!edits(ada));
        assert!(matches!(leave(ada, ada), Err(AccountError::NotFound)));
    });
}

#[test]
fn two_owners_who_leave_at_the_same_moment_leave_one() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await.id;
        let bob = scene.person("bob@example.org").await.id;
        let now = scene.now();
        for round in 0..10 {
            let bal = scene.agenda(&scene.alpha, &format!("bal{round}"));
            scene.write(|conn| set_actor_role(conn, bal, ada, ActorRole::Owner, now));
            scene.write(|conn| set_actor_role(conn, bal, bob, ActorRole::Owner, now));
            let (start, database) = (std::sync::Barrier::new(2), &scene.database);
            let left = std::thread::scope(|scope| {
                let leaving = [ada, bob].map(|who| {
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        database
                            .write_now(|conn| revoke_actor(conn, who, bal, who))
                            .is_ok()
                    })
                });
                leaving.map(|thread| thread.join().unwrap())
            });
            assert_eq!(left.iter().filter(|left| **left).count(), 1);
            assert_eq!(scene.write(|conn| people_of_actor(conn, bal)).len(), 1);
        }
    });
}

#[test]
fn a_deleted_agenda_and_a_suspended_account_edit_nothing() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await.id;
        let (bal, now) = (scene.agenda(&scene.alpha, "bal"), scene.now());
        scene.write(|conn| set_actor_role(conn, bal, ada, ActorRole::Owner, now));
        let state = |word: &str| {
            use store::schema::accounts;
            scene.write(|conn| {
                diesel::update(accounts::table.find(ada))
                    .set(accounts::state.eq(word))
                    .execute(conn)?;
                can_edit_actor(conn, ada, bal)
            })
        };
        assert!(!state("suspended"));
        assert!(state("active"));
        scene.write(|conn| {
            use store::schema::actors;
            diesel::update(actors::table.find(bal))
                .set(actors::deleted_at.eq(now))
                .execute(conn)?;
            Ok(())
        });
        assert!(!state("active"));
    });
}

#[test]
fn closing_takes_personal_data_away_and_never_the_last_owner() {
    on_both(|scene| async move {
        let ada = scene.person("ada@example.org").await.id;
        let bob = scene.person("bob@example.org").await.id;
        let (bal, now) = (scene.agenda(&scene.alpha, "bal"), scene.now());
        scene.write(|conn| set_actor_role(conn, bal, ada, ActorRole::Owner, now));
        let close = || scene.database.write(move |conn| recovery::close(conn, ada));
        let done = close().await;
        assert!(matches!(done, Err(AccountError::LastOwner)));
        scene.write(|conn| set_actor_role(conn, bal, bob, ActorRole::Organiser, now));
        scene.write(|conn| hand_over(conn, ada, bal, bob, now));
        close().await.unwrap();
        let row = scene
            .write(|conn| accounts::Account::find(conn, ada))
            .unwrap();
        assert!(row.email.is_empty() && row.name.is_empty() && !row.email_folded.contains('@'));
        // The address is free.
        scene.person("ada@example.org").await;
        scene.write(|conn| recovery::close(conn, ada));
    });
}
