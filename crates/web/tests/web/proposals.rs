//! A6: passers-by propose events; nothing is public before a person said yes, and they hear of it either way.

use crate::scene::{Browser, Scene, admin, on_both, send};
use actix_web::http::Method;
use diesel::prelude::*;
use store::StoreError;
use store::schema::proposals;

const ALPHA: &str = "https://alpha.test";
const FORM: &str = "/@bal/propose";

fn proposal(title: &'static str) -> [(&'static str, &'static str); 6] {
    [
        ("title", title),
        ("start_date", "2027-03-01"),
        ("start_time", "20:00"),
        ("end_time", "01:30"),
        ("place_name", "La Grange"),
        ("email", "ada@passante.example"),
    ]
}

/// How many addresses are kept.
fn kept(scene: &Scene) -> i64 {
    let count = |c: &mut store::Conn| {
        let rows = proposals::table.count();
        rows.get_result::<i64>(c).map_err(StoreError::from)
    };
    scene.database.read_now(count).unwrap()
}

#[test]
fn a6_a_proposal_is_confirmed_read_and_answered() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        let agenda = [("username", "bal"), ("name", "Le Bal"), ("summary", "")];
        assert_eq!(admin.post(&app, "/agendas/new", &agenda).await.status, 303);
        let mut ada = Browser::new(ALPHA);
        // Off by default, and not a word about it.
        assert_eq!(ada.get(&app, FORM).await.status, 404);
        assert_eq!(
            ada.post(&app, FORM, &proposal("Bal folk")).await.status,
            404
        );
        assert!(!ada.get(&app, "/@bal").await.body.contains("/propose"));
        let on = [
            ("name", "Le Bal"),
            ("proposals", "on"),
            ("people_asked", "1"),
        ];
        assert_eq!(admin.post(&app, "/agendas/bal", &on).await.status, 303);
        assert!(ada.get(&app, "/@bal").await.body.contains("/@bal/propose"));
        assert_eq!(ada.get(&app, FORM).await.status, 200);
        for (field, value) in [
            ("title", ""),
            ("start_date", "hier"),
            ("email", "ada"),
            ("registration_url", "javascript:alert(1)"),
        ] {
            let mut fields: Vec<_> = proposal("Bal folk").to_vec();
            fields.retain(|(name, _)| *name != field);
            fields.push((field, value));
            let refused = ada.post(&app, FORM, &fields).await;
            assert_eq!(refused.status, 422, "{field}");
            assert!(refused.body.contains("La Grange"), "what was typed is kept");
        }
        for title in ["Bal folk", "Bal refusé", "Bal oublié"] {
            assert_eq!(ada.post(&app, FORM, &proposal(title)).await.status, 200);
        }
        let links: Vec<String> = scene
            .letters()
            .iter()
            .filter(|(to, _)| to == "ada@passante.example")
            .map(|(_, body)| {
                let token = body.split("/propose/confirm?token=").nth(1).unwrap();
                token.split_whitespace().next().unwrap().to_owned()
            })
            .collect();
        assert_eq!(links.len(), 3);
        // A scanner that follows the link proposes nothing.
        ada.get(&app, &format!("/propose/confirm?token={}", links[0]))
            .await;
        assert!(
            !admin
                .get(&app, "/admin/queue")
                .await
                .body
                .contains("Bal folk")
        );
        for token in &links[..2] {
            let fields = [("token", token.as_str())];
            assert_eq!(
                ada.post(&app, "/propose/confirm", &fields).await.status,
                200
            );
            assert_eq!(
                ada.post(&app, "/propose/confirm", &fields).await.status,
                410,
                "once"
            );
        }
        let queue = admin.get(&app, "/admin/queue?show=held").await.body;
        assert!(
            queue.contains("Bal folk") && queue.contains("Proposé par un passant"),
            "{queue}"
        );
        for path in [
            "/",
            "/@bal",
            "/agenda.ics",
            "/agenda.atom",
            "/api/v1/events",
            "/month/2027-03",
            "/day/2027-03-01",
        ] {
            assert!(
                !ada.get(&app, path).await.body.contains("Bal folk"),
                "{path}"
            );
        }
        let line = |title: &str| {
            let row = queue.split("<tr>").find(|row| row.contains(title)).unwrap();
            let line = row.split("name=\"line\" value=\"").nth(1).unwrap();
            line.split('"').next().unwrap().to_owned()
        };
        for (title, act) in [("Bal folk", "approve"), ("Bal refusé", "refuse")] {
            let line = line(title);
            let fields = [
                ("line", line.as_str()),
                ("act", act),
                ("confirmed", "yes"),
                ("words", "Bien à vous."),
            ];
            assert_eq!(admin.post(&app, "/admin/queue", &fields).await.status, 303);
        }
        let page = ada.get(&app, "/@bal").await.body;
        assert!(
            page.contains("Bal folk") && !page.contains("Bal refusé"),
            "{page}"
        );
        let told: Vec<String> = scene
            .letters()
            .into_iter()
            .filter(|(to, body)| to == "ada@passante.example" && body.contains("Bien à vous."))
            .map(|(_, body)| body)
            .collect();
        assert_eq!(told.len(), 2);
        assert!(
            told[0].contains("est publié") && told[0].contains("/e/"),
            "{}",
            told[0]
        );
        assert!(told[1].contains("n’a pas été publié"), "{}", told[1]);
        // Whoever was answered is forgotten; whoever never confirmed, after a day.
        assert_eq!(kept(&scene), 1);
        scene.pass(2 * 86_400);
        let late = [("token", links[2].as_str())];
        assert_eq!(ada.post(&app, "/propose/confirm", &late).await.status, 410);
        // It ends earlier than it begins: the next day.
        let found = send(&app, ada.request(Method::GET, "/api/v1/events?q=bal"))
            .await
            .json();
        assert_eq!(
            found["items"][0]["end"], "2027-03-02T01:30:00+01:00",
            "{found}"
        );
    });
}

#[test]
fn rate_01_proposals_of_one_address_are_bounded() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        let agenda = [("username", "bal"), ("name", "Le Bal"), ("summary", "")];
        admin.post(&app, "/agendas/new", &agenda).await;
        let on = [
            ("name", "Le Bal"),
            ("proposals", "on"),
            ("people_asked", "1"),
        ];
        admin.post(&app, "/agendas/bal", &on).await;
        let mut ada = Browser::new(ALPHA);
        let mut taken = 0;
        for _ in 0..20 {
            let answer = ada.post(&app, FORM, &proposal("Bal folk")).await;
            match answer.status {
                200 => taken += 1,
                429 => assert!(!answer.header("retry-after").is_empty()),
                other => panic!("{other}: {}", answer.body),
            }
        }
        assert_eq!(taken, 5);
        assert_eq!(scene.letters().len(), 5, "no storm of letters");
    });
}
