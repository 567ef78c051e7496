//! Ways from one page to the next: from a month to less, from a tag to its agenda, from an agenda to another site.

use crate::scene::{Browser, on_both};

#[test]
fn a_month_says_by_what_it_is_narrowed_and_lets_go_of_it() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        camille.publish(&app, "raffinerie", &[]).await;
        let other = [("title", "Loto géant"), ("tags", "autre")];
        camille.publish(&app, "raffinerie", &other).await;
        let path = "/month/2026-12?tag=bal%20folk&free=1&from=2026-11-01";
        let month = visitor.get(&app, path).await;
        assert!(!month.body.contains("Loto géant"));
        assert!(month.body.contains("#bal folk"), "the tag is named");
        for (way, name) in [
            ("/month/2026-12?free=1", "without the tag"),
            ("/month/2026-12?tag=bal+folk", "without the price"),
            ("/month/2026-12", "without any"),
            ("/month/2027-01?tag=bal+folk&#38;free=1", "the month after"),
        ] {
            assert!(month.body.contains(&format!("href=\"{way}\"")), "{name}");
        }
        assert!(
            !month.body.contains("from=2026-11"),
            "the month is the date"
        );
        let all = visitor.get(&app, "/month/2026-12").await;
        assert!(all.body.contains("Loto géant") && !all.body.contains("class=\"active\""));
    });
}

#[test]
fn a_tag_leads_to_its_agenda() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let tagged = [("tags", "bal folk, été/automne")];
        let id = camille.publish(&app, "raffinerie", &tagged).await;
        let page = visitor.get(&app, &format!("/e/{id}")).await;
        for way in ["/tags/bal%20folk", "/tags/%C3%A9t%C3%A9%2Fautomne"] {
            assert!(page.body.contains(&format!("href=\"{way}\"")), "{way}");
            let agenda = visitor.get(&app, way).await;
            assert_eq!(agenda.status, 200, "{way}");
            assert!(agenda.body.contains("Bal folk"), "{way}");
            let month = agenda
                .body
                .split("href=\"")
                .find(|part| part.starts_with("/month/"));
            let month = month.and_then(|part| part.split('"').next()).unwrap();
            assert!(month.contains("?tag="), "{month} is of the same tag");
        }
    });
}

#[test]
fn the_lines_to_copy_are_those_of_the_agenda_one_comes_from() {
    on_both(async |scene| {
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        for (page, way, code) in [
            ("/", "/embed", "http://alpha.test/embed/agenda"),
            (
                "/@raffinerie",
                "/embed?agenda=raffinerie",
                "http://alpha.test/embed/@raffinerie",
            ),
        ] {
            let from = visitor.get(&app, page).await;
            assert!(from.body.contains(&format!("href=\"{way}\"")), "{page}");
            let there = visitor.get(&app, way).await;
            assert_eq!(there.status, 200, "{way}");
            let code = code.split_once("alpha.test").unwrap().1;
            assert!(there.body.contains(&format!("alpha.test{code}&")), "{way}");
            assert!(there.body.contains(&format!("href=\"{code}\"")), "{way}");
        }
        let gone = visitor.get(&app, "/embed?agenda=nobody").await;
        assert_eq!(gone.status, 404);
    });
}

#[test]
fn a_series_says_when_it_ends_and_when_it_does_not_take_place() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let weekly = [
            ("start_date", "2026-12-01"),
            ("end_date", "2026-12-01"),
            ("repeat", "weekly"),
        ];
        for (end, words) in [
            (
                vec![
                    ("repeat_end", "until"),
                    ("repeat_until", "2027-01-31"),
                    ("repeat_except", "2026-12-22\n2026-12-29"),
                ],
                "Tous les mardis, jusqu’au 31 janvier 2027, sauf le 22 décembre 2026 et le 29 décembre 2026",
            ),
            (
                vec![("repeat_end", "count"), ("repeat_count", "4")],
                "Tous les mardis, 4 fois<",
            ),
            (vec![], "Tous les mardis<"),
        ] {
            let typed = [&weekly[..], &end].concat();
            let id = camille.publish(&app, "raffinerie", &typed).await;
            let page = visitor.get(&app, &format!("/e/{id}")).await;
            let plain = page.body.replace(['\u{a0}', '\u{202f}'], " ");
            assert!(plain.contains(words), "{words}");
        }
    });
}
