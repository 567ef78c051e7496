//! The page of the servers around a site, its settings and rules, and the letter about a new follower.

use crate::scene::{admin, on_both};
use diesel::prelude::*;
use sites::SiteChange;
use store::StoreError;
use store::schema::{accounts, mail_queue, peers};

const ALPHA: &str = "https://alpha.test";
const BETA: &str = "http://beta.test";

#[test]
fn a_new_follower_is_told_once_answered_on_the_page_and_stays_refused() {
    on_both(|scene| async move {
        let manual = SiteChange {
            follower_policy: Some("manual".into()),
            ..SiteChange::default()
        };
        scene.change("beta.test", manual);
        let app = scene.app().await;
        let (mut alpha, mut beta) = (admin(&app, ALPHA).await, admin(&app, BETA).await);
        let letters = || {
            let all = scene.database.read_now(|c| {
                let subjects = mail_queue::table.select((mail_queue::subject, mail_queue::body));
                Ok::<_, StoreError>(subjects.load::<(String, String)>(c)?)
            });
            let mut all = all.unwrap();
            all.retain(|(subject, _)| subject.contains("alpha.test demande à suivre"));
            all
        };
        let tell = async || {
            let (d, s, a) = (&scene.database, &scene.sites, &scene.accounts);
            web::tell_of_followers(d, s, a, &scene.clock).await.unwrap()
        };
        let ask = [("target", "beta.test")];
        assert_eq!(alpha.post(&app, "/following", &ask).await.status, 303);
        assert_eq!((tell().await, tell().await), (1, 0));
        assert_eq!(letters().len(), 1);
        assert!(
            letters()[0]
                .1
                .contains("http://beta.test/admin/peers?show=waiting")
        );
        let page = beta.get(&app, "/admin/peers?show=waiting").await;
        assert!(
            page.body.contains("1 instance attend votre réponse"),
            "{}",
            page.body
        );
        assert!(page.body.contains("value=\"approve\"") && page.body.contains("value=\"refuse\""));
        let act = |word: &'static str| [("host", "alpha.test"), ("do", word)];
        // What makes no sense now is not done.
        assert_eq!(
            beta.post(&app, "/admin/peers/act", &act("remove"))
                .await
                .status,
            404
        );
        assert_eq!(
            beta.post(&app, "/admin/peers/act", &act("explode"))
                .await
                .status,
            400
        );
        assert_eq!(
            beta.post(&app, "/admin/peers/act", &act("refuse"))
                .await
                .status,
            303
        );
        // Asked again by alpha: still no, and no second letter.
        let again = [("host", "beta.test"), ("do", "retry")];
        assert_eq!(
            alpha.post(&app, "/admin/peers/act", &again).await.status,
            303
        );
        assert_eq!((tell().await, letters().len()), (0, 1));
        assert!(
            alpha
                .get(&app, "/admin/peers")
                .await
                .body
                .contains("Elle a refusé")
        );
        assert_eq!(
            beta.post(&app, "/admin/peers/act", &act("approve"))
                .await
                .status,
            303
        );
        assert!(
            alpha
                .get(&app, "/admin/peers")
                .await
                .body
                .contains("Suivie par nous")
        );
    });
}

#[test]
fn settings_and_rules_are_checked_where_they_are_typed() {
    on_both(|scene| async move {
        let automatic = SiteChange {
            follower_policy: Some("automatic".into()),
            ..SiteChange::default()
        };
        scene.change("beta.test", automatic);
        let app = scene.app().await;
        let mut alpha = admin(&app, ALPHA).await;
        let good = [
            ("policy", "allow_list"),
            ("allowed", "beta.test\nagenda.example.org"),
            ("excluded", ""),
            ("index_url", ""),
            ("index_hours", "24"),
            ("index_daily", "10"),
            ("backfill_most", "50"),
        ];
        for (name, bad) in [
            ("policy", "anybody"),
            ("allowed", "not a host"),
            ("index_url", "ftp://x"),
            ("index_hours", "0"),
            ("index_daily", "1000"),
            ("backfill_most", "many"),
        ] {
            let mut form = good;
            for field in form.iter_mut().filter(|field| field.0 == name) {
                field.1 = bad;
            }
            let answer = alpha.post(&app, "/admin/peers/settings", &form).await;
            assert_eq!(answer.status, 422, "{name}");
            assert!(answer.body.contains(&format!("f-{name}")), "{name}");
        }
        assert_eq!(
            alpha
                .post(&app, "/admin/peers/settings", &good)
                .await
                .status,
            303
        );
        let page = alpha.get(&app, "/admin/peers/settings").await.body;
        assert!(page.contains("agenda.example.org") && page.contains("value=\"50\""));
        assert_eq!(
            alpha
                .post(&app, "/following", &[("target", "beta.test")])
                .await
                .status,
            303
        );
        let rule = |include: &'static str, exclude: &'static str, far: &'static str| {
            [
                ("host", "beta.test"),
                ("include", include),
                ("exclude", exclude),
                ("kilometres", far),
            ]
        };
        let path = "/admin/peers/rule";
        let both = alpha.post(&app, path, &rule("Danse", "#danse", "")).await;
        assert_eq!(both.status, 422);
        assert!(both.body.contains("est dans les deux listes"));
        assert_eq!(
            alpha.post(&app, path, &rule("", "", "12")).await.status,
            422
        );
        assert_eq!(
            alpha
                .post(&app, path, &rule("danse", "jazz", ""))
                .await
                .status,
            303
        );
        let shown = alpha
            .get(&app, "/admin/peers/rule?host=beta.test")
            .await
            .body;
        assert!(shown.contains("value=\"danse\"") && shown.contains("value=\"jazz\""));
        assert_eq!(
            alpha
                .get(&app, "/admin/peers/rule?host=nobody.test")
                .await
                .status,
            404
        );
    });
}

#[test]
fn a_server_is_blocked_and_unblocked_by_an_administrator_of_this_one() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut alpha = admin(&app, ALPHA).await;
        let blocked = || {
            let found = scene.database.read_now(|c| {
                let row = peers::table.find("elsewhere.example");
                Ok::<_, StoreError>(row.select(peers::blocked).first(c).optional()?)
            });
            found.unwrap()
        };
        let act = |host: &'static str, word: &'static str| [("host", host), ("do", word)];
        let path = "/admin/peers/act";
        let done = alpha
            .post(&app, path, &act("elsewhere.example", "block"))
            .await;
        assert_eq!((done.status, blocked()), (303, Some(true)));
        let own = alpha.post(&app, path, &act("beta.test", "block")).await;
        assert_eq!(own.status, 422);
        assert!(
            own.body.contains("ne peut pas être bloquée"),
            "{}",
            own.body
        );
        let lifted = alpha
            .post(&app, path, &act("elsewhere.example", "unblock"))
            .await;
        assert_eq!((lifted.status, blocked()), (303, Some(false)));
        // Nothing was ever sent there by this site, so there is nothing to try.
        assert_eq!(
            alpha
                .post(&app, path, &act("elsewhere.example", "try"))
                .await
                .status,
            404
        );
        // Whoever administers one site decides nothing for the others.
        scene
            .database
            .write_now(|c| {
                let everybody = diesel::update(accounts::table);
                everybody
                    .set(accounts::is_server_admin.eq(false))
                    .execute(c)?;
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let refused = alpha
            .post(&app, path, &act("elsewhere.example", "block"))
            .await;
        assert_eq!((refused.status, blocked()), (403, Some(false)));
    });
}
