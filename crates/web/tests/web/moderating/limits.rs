//! Limits that a site sets.

use super::*;
use serde_json::json;

#[test]
fn rate_01_a_site_sets_its_limits_lower_and_higher_and_those_of_passwords_stay() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut noe = member(&scene, &app, "noe").await;
        let mut admin = admin(&app, ALPHA).await;
        // Usually ten reports in ten minutes.
        let reported = async |noe: &mut Browser| {
            let mut taken = 0;
            for number in 0..30 {
                let words = format!("{number} fois");
                let sent = report(noe, &app, &event, "spam", &words).await;
                assert!(matches!(sent.status, 303 | 429), "{}", sent.body);
                taken += u32::from(sent.status == 303);
            }
            taken
        };
        assert_eq!(reported(&mut noe).await, 10);
        let page = admin.get(&app, "/admin/moderation").await.body;
        assert!(page.contains("name=\"limits\""), "{page}");
        for (value, status, many) in [
            ("50", 303, 5),
            ("200", 303, 20),
            ("5000", 422, 20),
            ("x", 422, 20),
        ] {
            let set = [("do", "limits"), ("limits", value)];
            let set = admin.post(&app, "/admin/moderation/settings", &set).await;
            assert_eq!(set.status, status, "{value}: {}", set.body);
            scene.pass(90_000);
            let mut noe = member(&scene, &app, "noe").await;
            admin.sign_in(&app, "admin@alpha.test", PASSWORD).await;
            assert_eq!(reported(&mut noe).await, many, "{value}");
        }
        // The same by a program; and another site has its own.
        let token = sign_in(&app, "admin").await;
        let put = |percent: i32| {
            Browser::new(ALPHA)
                .request(Method::PUT, "/api/v1/moderation/settings")
                .insert_header(("authorization", format!("Bearer {token}")))
                .set_json(json!({
                    "log": false, "figures": false, "servers": "nobody", "retention_months": 12, "limits_percent": percent,
                }))
        };
        assert_eq!(send(&app, put(5)).await.status, 422);
        assert_eq!(send(&app, put(10)).await.status, 204);
        scene.pass(90_000);
        let mut noe = member(&scene, &app, "noe").await;
        assert_eq!(reported(&mut noe).await, 1);
        let limits = scene.accounts.limits();
        let tries = |site: &str| {
            let (site, now) = (scene.sites.by_host(site).unwrap().id, scene.clock.ts());
            let kind = accounts::LimitKind::LogInAddress;
            (0..40)
                .filter(|_| limits.check(kind, Some(site), "192.0.2.7", now).is_ok())
                .count()
        };
        assert_eq!((tries("alpha.test"), tries("beta.test")), (25, 25));
    });
}
