//! Calendars made to hurt (DOS-13, XSS-01, INJ-03).

use crate::calendars::calendar;
use crate::scene::on_both;

#[test]
fn dos_13_every_bound_holds_in_an_import() {
    on_both(async |scene| {
        let secondly = "UID:s@x\nDTSTART:20261201T100000Z\nRRULE:FREQ=SECONDLY\nSUMMARY:Tic";
        let far = "UID:f@x\nDTSTART:20261201T100000Z\nDTEND:99991231T235959Z\nSUMMARY:Longtemps";
        let huge = format!(
            "UID:u@x\nDTSTART:20261202T100000Z\nSUMMARY:{}",
            "é".repeat(90_000)
        );
        let novel = format!(
            "UID:{}\nDTSTART:20261203T100000Z\nSUMMARY:Roman",
            "u".repeat(20_000)
        );
        let alarm = "UID:a@x\nDTSTART:20261204T100000Z\nSUMMARY:Alarme\nBEGIN:VALARM\n\
            ACTION:EMAIL\nTRIGGER:-PT1M\nREPEAT:99999\nDURATION:PT1S\nATTENDEE:mailto:a@a.example\n\
            DESCRIPTION:x\nSUMMARY:x\nEND:VALARM";
        let text = calendar(&[secondly, far, &huge, &novel, alarm]);
        let report = scene.import(None, &text);
        assert_eq!(report.seen, 5);
        assert_eq!(scene.events().len(), report.created);
        assert!((4..=5).contains(&report.created), "{report:?}");
        for one in scene.events() {
            assert!(one.object.title.chars().count() <= 200);
            assert!(one.object.source_key.unwrap().len() <= 400);
        }
        let tic = scene.titled("Tic");
        assert_eq!(
            tic.event.starts_at.0.to_rfc3339(),
            "2026-12-01T10:00:00+00:00"
        );
        assert_eq!(scene.import(None, &text).created, 0);
    });
}

#[test]
fn dos_13_a_calendar_beyond_the_bounds_is_cut_and_says_so() {
    on_both(async |scene| {
        // Over: peers of today are not told of a past, so that this is about reading alone.
        let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n".to_owned();
        for n in 0..100_000 {
            text.push_str(&format!(
                "BEGIN:VEVENT\r\nUID:{n}@x\r\nDTSTART:soon\r\nEND:VEVENT\r\n"
            ));
        }
        text.push_str("END:VCALENDAR\r\n");
        let report = scene.import(None, &text);
        assert_eq!(
            (report.seen, report.created, report.complete),
            (100_000, 0, false)
        );
        assert!(report.refused.len() <= 200);
        assert!(report.refused_total >= 5_000);
        let large = vec![b'x'; 21 * 1024 * 1024];
        let report = scene.import(None, &large);
        assert_eq!(report.refused[0].code, "too_large");
        assert_eq!(scene.events().len(), 0);
    });
}

#[test]
fn xss_01_nothing_that_acts_survives_an_import() {
    on_both(async |scene| {
        let bad = "UID:x@x\nDTSTART:20261201T100000Z\nSUMMARY:<img src=x onerror=alert(1)>\n\
            DESCRIPTION:<p onclick=alert(1)>Salut</p><script>alert(1)</script>\n\
            LOCATION:<svg onload=alert(1)>\nCATEGORIES:<b>,\"';--\nURL:javascript:alert(1)\n\
            ATTACH;FMTTYPE=image/png:data:image/png;base64,AAAA\nORGANIZER;CN=<i>:mailto:a@a.example";
        scene.import(None, calendar(&[bad]));
        let all = scene.events();
        let one = &all[0];
        assert_eq!(one.event.content, "<p>Salut</p>");
        assert_eq!(
            (&one.event.website_url, &one.event.picture_url),
            (&None, &None)
        );
        // Plain text stays as typed; pages escape it.
        assert_eq!(one.object.title, "<img src=x onerror=alert(1)>");
        let app = scene.app().await;
        let visitor = crate::scene::Browser::visitor("alpha.test");
        let page = visitor.get(&app, &format!("/e/{}", one.object.id)).await;
        assert_eq!(page.status, 200);
        for live in ["<img src=x", "<svg onload", "javascript:", "<script>alert"] {
            assert!(!page.body.contains(live), "{live}");
        }
        let shown = ["&lt;img src=x", "&#60;img src=x"];
        assert!(shown.iter().any(|text| page.body.contains(text)));
    });
}

#[test]
fn inj_03_words_of_sql_and_nul_are_words() {
    on_both(async |scene| {
        let text = calendar(&[
            "UID:1'); DROP TABLE events;--\nDTSTART:20261201T100000Z\nSUMMARY:'); DROP TABLE objects;--",
            "UID:n\0ul@x\nDTSTART:20261202T100000Z\nSUMMARY:Un\0e\nLOCATION:Ic\0i\nCATEGORIES:a\0b\n\
             DESCRIPTION:x\0y",
        ]);
        let report = scene.import(None, &text);
        assert_eq!(report.created, 2, "{report:?}");
        assert_eq!(scene.titled("'); DROP TABLE objects;--").tags.len(), 0);
        assert_eq!(scene.titled("Une").place.unwrap().name, "Ici");
        assert_eq!(scene.import(None, &text).created, 0);
    });
}
