//! What a moderator may do, part by part.

use super::*;

/// Says on the page of people what zoe may do.
async fn permit(admin: &mut Browser, app: &app!(), page: &str, permissions: &[&str]) -> Answer {
    let id = zoe(page);
    let mut fields = vec![("do", "permissions"), ("id", id.as_str())];
    fields.extend(permissions.iter().map(|word| (*word, "yes")));
    admin.post(app, "/admin/people", &fields).await
}

/// Her key, from the page of people.
fn zoe(page: &str) -> String {
    let row = page
        .split("<tr>")
        .find(|row| row.contains(">zoe<"))
        .unwrap();
    let id = row.split("name=\"id\" value=\"").nth(1).unwrap();
    id.split('"').next().unwrap().to_owned()
}

#[test]
fn a_moderator_does_only_what_an_administrator_left_them() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut noe, mut admin) = (member(&scene, &app, "noe").await, admin(&app, ALPHA).await);
        report(&mut noe, &app, &event, "spam", "").await;
        let mut zoe = moderator(&scene, &app, "zoe").await;
        let pages = [
            "/admin/people",
            "/admin/peers",
            "/admin/blocks",
            "/admin/blocks.csv",
            "/admin/deliveries",
            "/admin/record",
        ];
        for path in pages {
            assert_eq!(zoe.get(&app, path).await.status, 200, "usually: {path}");
        }
        assert_eq!(zoe.get(&app, "/admin/moderation").await.status, 403);
        let people = admin.get(&app, "/admin/people").await.body;
        assert_eq!(
            permit(&mut admin, &app, &people, &["reports"]).await.status,
            303
        );
        // What she may do changed: she signs in again (AUTH-04).
        assert_eq!(zoe.get(&app, "/admin/queue").await.status, 303);
        let mut zoe = member(&scene, &app, "zoe").await;
        for path in pages {
            assert_eq!(zoe.get(&app, path).await.status, 403, "{path}");
        }
        let overview = zoe.get(&app, "/admin").await.body;
        assert!(overview.contains("/admin/queue") && !overview.contains("/admin/record"));
        let queue = zoe.get(&app, "/admin/queue").await.body;
        assert!(
            queue.contains("Bal folk") && !queue.contains("sign-ups"),
            "{queue}"
        );
        let case = case_of(&mut zoe, &app).await.unwrap();
        let refused = measure(&mut zoe, &app, &case, &[("kind", "remove")]).await;
        assert_eq!(refused.status, 403, "a report is not a measure");
        // What belongs to others is not even a line that she could name.
        let sign_up = [
            ("line", "sign-ups:01900000-0000-7000-8000-000000000000"),
            ("act", "approve"),
            ("confirmed", "yes"),
        ];
        assert_eq!(zoe.post(&app, "/admin/queue", &sign_up).await.status, 422);
        let people = admin.get(&app, "/admin/people").await.body;
        let given = ["reports", "publications", "settings"];
        assert_eq!(permit(&mut admin, &app, &people, &given).await.status, 303);
        let mut zoe = member(&scene, &app, "zoe").await;
        let case = case_of(&mut zoe, &app).await.unwrap();
        assert_eq!(
            measure(&mut zoe, &app, &case, &[("kind", "remove")])
                .await
                .status,
            303
        );
        for path in ["/admin/moderation", "/admin/site"] {
            assert_eq!(zoe.get(&app, path).await.status, 200, "{path}");
        }
        let rules = [("first", "2")];
        assert_eq!(
            zoe.post(&app, "/admin/moderation", &rules).await.status,
            303
        );
        // Nobody gives themselves more, and a member has none to be given.
        let own = [
            ("do", "permissions"),
            ("id", people.as_str()),
            ("log", "yes"),
        ];
        assert!([403, 404].contains(&zoe.post(&app, "/admin/people", &own).await.status));
        let more = permit(&mut zoe, &app, &people, &["reports", "log"]).await;
        assert_eq!(more.status, 403);
    });
}

#[test]
fn roles_permissions_and_trust_are_given_by_the_api_as_well() {
    on_both(|scene| async move {
        let app = scene.app().await;
        member(&scene, &app, "noe").await;
        moderator(&scene, &app, "zoe").await;
        let (admin, zoe) = (sign_in(&app, "admin").await, sign_in(&app, "zoe").await);
        let browser = Browser::new(ALPHA);
        let call = |token: &str, method: Method, path: &str, body: serde_json::Value| {
            browser
                .request(method, path)
                .insert_header(("authorization", format!("Bearer {token}")))
                .set_json(body)
        };
        let nothing = serde_json::json!({});
        let listed = send(
            &app,
            call(&admin, Method::GET, "/api/v1/people", nothing.clone()),
        )
        .await;
        let id = |name: &str| {
            let items = listed.json()["items"].as_array().unwrap().clone();
            let one = items.into_iter().find(|one| one["name"] == name).unwrap();
            format!("/api/v1/people/{}", one["id"].as_str().unwrap())
        };
        let (of_noe, of_zoe) = (id("noe"), id("zoe"));
        for (token, path, body, status) in [
            (&zoe, &of_noe, serde_json::json!({"trusted": true}), 204),
            (&zoe, &of_noe, serde_json::json!({"role": "moderator"}), 403),
            (
                &zoe,
                &of_zoe,
                serde_json::json!({"permissions": ["settings"]}),
                403,
            ),
            (
                &admin,
                &of_noe,
                serde_json::json!({"permissions": ["log"]}),
                422,
            ),
            (
                &admin,
                &of_zoe,
                serde_json::json!({"permissions": ["root"]}),
                422,
            ),
            (
                &admin,
                &of_zoe,
                serde_json::json!({"role": "applicant"}),
                422,
            ),
            (
                &admin,
                &of_zoe,
                serde_json::json!({"permissions": ["reports", "log"]}),
                204,
            ),
        ] {
            let answer = send(&app, call(token, Method::PATCH, path, body.clone())).await;
            assert_eq!(answer.status, status, "{body}: {}", answer.body);
        }
        let listed = send(
            &app,
            call(&admin, Method::GET, "/api/v1/people", nothing.clone()),
        )
        .await;
        let items = listed.json()["items"].as_array().unwrap().clone();
        let of = |name: &str| {
            items
                .iter()
                .find(|one| one["name"] == name)
                .unwrap()
                .clone()
        };
        assert_eq!(
            of("zoe")["permissions"],
            serde_json::json!(["reports", "log"])
        );
        assert_eq!(of("noe")["trusted"], true);
        let zoe = sign_in(&app, "zoe").await;
        for (path, status) in [
            ("/api/v1/people", 403),
            ("/api/v1/peers", 403),
            ("/api/v1/blocks", 403),
            ("/api/v1/record", 200),
            ("/api/v1/queue", 200),
        ] {
            let answer = send(&app, call(&zoe, Method::GET, path, nothing.clone())).await;
            assert_eq!(answer.status, status, "{path}");
        }
    });
}
