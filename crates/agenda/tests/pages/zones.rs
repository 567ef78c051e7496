//! Hours on the clock where the event takes place, also on the nights when clocks change.

use crate::scene::{Browser, on_both};

#[test]
fn hours_are_those_of_the_event_s_own_clock() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        for (zone, date, time, start, shown) in [
            (
                "Europe/Paris",
                "2026-12-12",
                "20:30",
                "2026-12-12T20:30:00+01:00",
                "20\u{202f}h\u{202f}30",
            ),
            (
                "Europe/Paris",
                "2027-07-14",
                "20:30",
                "2027-07-14T20:30:00+02:00",
                "20\u{202f}h\u{202f}30",
            ),
            (
                "Indian/Reunion",
                "2027-01-02",
                "01:15",
                "2027-01-02T01:15:00+04:00",
                "1\u{202f}h\u{202f}15",
            ),
            (
                "America/Montreal",
                "2027-01-02",
                "23:00",
                "2027-01-02T23:00:00-05:00",
                "23\u{202f}h",
            ),
            // Half past two comes twice: the first one, still summer time.
            (
                "Europe/Paris",
                "2027-10-31",
                "02:30",
                "2027-10-31T02:30:00+02:00",
                "2\u{202f}h\u{202f}30",
            ),
            (
                "Europe/Paris",
                "2027-03-28",
                "03:00",
                "2027-03-28T03:00:00+02:00",
                "3\u{202f}h",
            ),
        ] {
            let id = camille
                .publish(
                    &app,
                    "raffinerie",
                    &[
                        ("time_zone", zone),
                        ("start_date", date),
                        ("start_time", time),
                        ("end_date", ""),
                        ("end_time", ""),
                    ],
                )
                .await;
            let page = visitor.get(&app, &format!("/e/{id}")).await;
            assert_eq!(page.json_ld()["startDate"], start, "{zone} {date}");
            assert!(page.body.contains(shown), "{zone} {date} {time}");
            assert!(
                page.body.contains(&format!("datetime=\"{start}\"")),
                "{zone} {date}"
            );
            let edit = camille.get(&app, &format!("/e/{id}/edit")).await;
            assert!(
                edit.body.contains(&format!("value=\"{time}\"")),
                "{zone} {date}"
            );
            assert!(
                edit.body.contains(&format!("value=\"{date}\"")),
                "{zone} {date}"
            );
        }
    });
}

#[test]
fn a_night_stands_under_its_evening_and_days_without_hours() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let night = camille
            .publish(
                &app,
                "raffinerie",
                &[("end_date", "2026-12-13"), ("end_time", "03:00")],
            )
            .await;
        let page = visitor.get(&app, &format!("/e/{night}")).await;
        assert!(
            page.body.contains("samedi 12 décembre 2026 de 20"),
            "{}",
            page.body
        );
        let days = camille
            .publish(
                &app,
                "raffinerie",
                &[
                    ("all_day", "on"),
                    ("start_time", ""),
                    ("end_date", "2026-12-13"),
                    ("end_time", ""),
                ],
            )
            .await;
        let page = visitor.get(&app, &format!("/e/{days}")).await;
        assert!(page.body.contains("du 12 au 13 décembre 2026"));
        let data = page.json_ld();
        assert_eq!(
            (data["startDate"].as_str(), data["endDate"].as_str()),
            (Some("2026-12-12"), Some("2026-12-13"))
        );
        let english = visitor.get(&app, &format!("/e/{days}?lang=en")).await;
        assert!(english.body.contains("12 to 13 December 2026"));
        let edit = camille.get(&app, &format!("/e/{days}/edit")).await;
        assert!(
            edit.body.contains("value=\"2026-12-13\""),
            "the last day, not the day after"
        );
    });
}
