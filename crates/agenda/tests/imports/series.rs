//! Series: each date an event, a window that moves on, one date changed alone (O2).

use crate::calendars::HOST;
use crate::scene::{Scene, on_both};
use agenda::series::{MOST, create, describe, extend_due, recurrence_of};
use agenda::{Details, EventStatus, listing, write_details};
use calendar::{Frequency, Recurrence, RuleEnd, RuleForm, When};
use chrono::{NaiveDate, NaiveDateTime, Weekday};
use publication::{
    Audience, CommentPolicy, LifeError, NewObject, Object, ObjectState, Revision, delete, revise,
};
use serde_json::json;
use store::Ts;
use ui::Lang;

const PARIS: chrono_tz::Tz = chrono_tz::Europe::Paris;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn wall(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// Tuesdays from 1 December 2026, 20:00 to 22:00, except on those days.
fn tuesdays(except: &[&str]) -> Recurrence {
    Recurrence {
        start: wall("2026-12-01T20:00:00"),
        all_day: false,
        duration_minutes: Some(120),
        rule: RuleForm {
            frequency: Frequency::Week {
                days: vec![Weekday::Tue],
            },
            interval: 1,
            end: RuleEnd::Never,
        },
        exclusions: except.iter().map(|text| day(text)).collect(),
        extra: Default::default(),
        moved: Default::default(),
        cancelled: Default::default(),
    }
}

fn every(frequency: Frequency, end: RuleEnd) -> Recurrence {
    let mut recurrence = tuesdays(&[]);
    recurrence.rule = RuleForm {
        frequency,
        interval: 1,
        end,
    };
    recurrence
}

impl Scene {
    fn repeat(&self, recurrence: &Recurrence, state: ObjectState) -> Object {
        let (site, now) = (self.site(HOST), self.ts());
        let details = Details::new("Répétition", When::local(recurrence.start, PARIS), PARIS);
        let new = NewObject {
            kind: "event",
            collection: "events",
            page: "e",
            site: &site,
            actor: self.actor(HOST, "raffinerie").id,
            account: Some(self.account("camille@alpha.test").id),
            state,
            audience: Audience::Public,
            title: &details.title,
            language: "fr",
            source: None,
            comments: CommentPolicy::Open,
        };
        let tags = ["Chœur".to_owned()];
        self.database
            .write_now(|c| create(c, &self.registry, &new, &details, &tags, recurrence, now))
            .unwrap()
    }

    fn extend(&self) -> usize {
        let now = self.ts();
        self.database
            .write_now(|c| extend_due(c, &self.registry, &self.sites, now))
            .unwrap()
    }

    fn change(&self, listed: &listing::Listed, change: impl Fn(&mut Details)) {
        let event = &listed.event;
        let mut details = Details::new(&listed.object.title, event.start(), event.zone());
        details.end = event.end();
        details.series = event.series_id.zip(event.occurrence.clone());
        change(&mut details);
        let now = self.ts();
        self.database
            .write_now(|c| {
                revise(
                    c,
                    &self.registry,
                    &listed.object,
                    None,
                    &Revision::default(),
                    None,
                    None,
                    json!({}),
                    |c, object| write_details(c, object, &details, &listed.tags, now),
                    now,
                )
            })
            .unwrap();
    }

    fn starts(&self) -> Vec<String> {
        self.events()
            .into_iter()
            .map(|one| one.event.local_start)
            .collect()
    }
}

#[test]
fn o2_every_tuesday_except_holidays_with_one_date_moved() {
    on_both(async |scene| {
        let rule = tuesdays(&["2026-12-22", "2026-12-29"]);
        let first = scene.repeat(&rule, ObjectState::Public);
        let events = scene.events();
        assert_eq!(events[0].object.id, first.id);
        let starts = scene.starts();
        assert_eq!(
            starts[..4],
            [
                "2026-12-01T20:00:00",
                "2026-12-08T20:00:00",
                "2026-12-15T20:00:00",
                "2027-01-05T20:00:00",
            ]
        );
        // Half a year of Tuesdays without two.
        assert_eq!(starts.len(), 23);
        let series = events[0].event.series_id.unwrap();
        assert!(events.iter().all(|one| one.event.series_id == Some(series)));
        assert!(events.iter().all(|one| one.tags == ["Chœur"]));
        // The clocks change on 28 March: the wall stays, the instant moves.
        let spring = |start: &str| {
            let one = events.iter().find(|one| one.event.local_start == start);
            one.unwrap().event.starts_at.0.to_rfc3339()
        };
        assert_eq!(spring("2027-03-23T20:00:00"), "2027-03-23T19:00:00+00:00");
        assert_eq!(spring("2027-03-30T20:00:00"), "2027-03-30T18:00:00+00:00");
        let said = scene.said();
        assert_eq!(said.len(), 23);
        let ids: std::collections::BTreeSet<String> = said
            .iter()
            .map(|(_, object)| object["id"].to_string())
            .collect();
        assert_eq!(ids.len(), 23, "each its own id (R-EV-11)");

        scene.change(&events[1], |details| {
            details.previous_start = Some(Ts::new(details.start.instant(PARIS)));
            details.start = When::local(wall("2026-12-09T19:00:00"), PARIS);
            details.end = Some(When::local(wall("2026-12-09T21:00:00"), PARIS));
        });
        let since = scene.said_since(23);
        assert_eq!(
            since.len(),
            1,
            "followers are told of the change only: {since:?}"
        );
        assert_eq!(since[0].0, "Update");
        assert_eq!(since[0].1["startTime"], "2026-12-09T19:00:00+01:00");
        assert_eq!(since[0].1["previousStartTime"], "2026-12-08T20:00:00+01:00");
        scene.change(&events[2], |details| {
            details.status = EventStatus::Cancelled
        });
        let since = scene.said_since(24);
        assert_eq!(since.len(), 1);
        assert_eq!(since[0].1["status"], "CANCELLED");

        // One series on its page and in its calendar.
        let app = scene.app().await;
        let visitor = crate::scene::Browser::visitor(HOST);
        let page = visitor
            .get(&app, &format!("/e/{}", events[1].object.id))
            .await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains(&events[3].object.id.to_string()));
        let ics = visitor.get(&app, "/@raffinerie.ics").await.body;
        let unfolded = ics.replace("\r\n ", "");
        assert_eq!(unfolded.matches("BEGIN:VEVENT").count(), 23);
        assert_eq!(unfolded.matches("STATUS:CANCELLED").count(), 1);
        assert!(
            unfolded.contains("DTSTART;TZID=Europe/Paris:20261209T190000"),
            "{unfolded}"
        );
        assert!(
            !unfolded.contains("20261208T200000"),
            "the old date is gone"
        );
        let kept = scene
            .database
            .read_now(|c| recurrence_of(c, series))
            .unwrap();
        assert_eq!(kept, Some(rule.clone()));
    });
}

#[test]
fn the_window_moves_on_and_nothing_comes_twice() {
    on_both(async |scene| {
        scene.repeat(&tuesdays(&["2027-06-01"]), ObjectState::Public);
        let events = scene.events();
        let begin = events.len();
        assert_eq!(scene.extend(), 0, "nothing is due");
        // One date moved out of the way, one deleted, the first one too.
        scene.change(&events[3], |details| {
            details.start = When::local(wall("2027-02-01T09:00:00"), PARIS);
            details.end = None;
        });
        let now = scene.ts();
        for gone in [&events[0], &events[5], &events[begin - 1]] {
            scene
                .database
                .write_now(|c| delete(c, &scene.registry, &gone.object, None, now))
                .unwrap();
        }
        scene.pass(14 * 86_400);
        let said = scene.said().len();
        // 18 May was the last; 1 June is left out.
        assert_eq!(scene.extend(), 1);
        assert_eq!(scene.extend(), 0);
        let starts = scene.starts();
        assert_eq!(starts.len(), begin - 3 + 1);
        assert!(!starts.contains(&events[begin - 1].event.local_start));
        assert_eq!(starts.last().unwrap(), "2027-05-25T20:00:00");
        assert_eq!(scene.said_since(said).len(), 1);
        let new = scene.events().pop().unwrap();
        assert_eq!(
            (new.object.title.as_str(), new.tags.len()),
            ("Répétition", 1)
        );
        assert_eq!(new.event.local_end.as_deref(), Some("2027-05-25T22:00:00"));
        scene.pass(7 * 86_400);
        assert_eq!(scene.extend(), 1);
    });
}

#[test]
fn a_daily_series_never_runs_dry() {
    on_both(async |scene| {
        let mut daily = every(Frequency::Day, RuleEnd::Never);
        // Begun long ago: only what is to come is published.
        daily.start = wall("2024-01-01T08:00:00");
        scene.repeat(&daily, ObjectState::Public);
        let starts = scene.starts();
        assert_eq!(starts.len(), MOST);
        assert_eq!(starts[0], "2026-11-23T08:00:00");
        for _ in 0..30 {
            scene.pass(86_400);
            scene.extend();
        }
        let now = scene.ts();
        let ahead: Vec<String> = scene
            .events()
            .into_iter()
            .filter(|one| one.event.starts_at >= now)
            .map(|one| one.event.local_start)
            .collect();
        assert_eq!(ahead.len(), MOST);
        let days: Vec<NaiveDate> = ahead.iter().map(|start| wall(start).date()).collect();
        assert!(
            days.windows(2).all(|two| two[0].succ_opt() == Some(two[1])),
            "no gap"
        );
    });
}

#[test]
fn a_series_begins_far_away_ends_or_never_was() {
    on_both(async |scene| {
        // Next summer: beyond the window, published once and never again.
        let mut yearly = every(Frequency::Year, RuleEnd::Never);
        yearly.start = wall("2027-08-14T18:00:00");
        scene.repeat(&yearly, ObjectState::Public);
        assert_eq!(scene.starts(), ["2027-08-14T18:00:00"]);
        scene.pass(200 * 86_400);
        assert_eq!(scene.extend(), 0);
        scene.pass(300 * 86_400);
        assert_eq!(scene.extend(), 1);
        assert_eq!(scene.starts()[1], "2028-08-14T18:00:00");
        // Three times, then over.
        let now = scene.ts();
        let mut thrice = every(Frequency::Day, RuleEnd::Count { count: 3 });
        thrice.start = (now.0 + chrono::Duration::days(1)).naive_utc();
        scene.repeat(&thrice, ObjectState::Public);
        assert_eq!(scene.events().len(), 5);
        scene.pass(30 * 86_400);
        scene.extend();
        assert_eq!(scene.events().len(), 5);
        // Only in the past: kept for the archive.
        let mut past = every(Frequency::Day, RuleEnd::Count { count: 2 });
        past.start = wall("2020-01-01T10:00:00");
        scene.repeat(&past, ObjectState::Public);
        assert_eq!(
            scene.starts()[..2],
            ["2020-01-01T10:00:00", "2020-01-02T10:00:00"]
        );
    });
}

#[test]
fn drafts_stay_drafts_and_one_broken_series_stops_no_other() {
    on_both(async |scene| {
        scene.repeat(&tuesdays(&[]), ObjectState::Draft);
        assert_eq!(scene.said().len(), 0);
        let first = scene.events()[0].event.series_id.unwrap();
        scene.repeat(&tuesdays(&[]), ObjectState::Public);
        let said = scene.said().len();
        scene
            .database
            .write_now(|c| {
                use diesel::prelude::*;
                use store::schema::event_series;
                unreadable(c, first)?;
                diesel::update(event_series::table.find(first))
                    .set(event_series::updated_at.eq(scene.ts()))
                    .execute(c)?;
                Ok::<_, store::StoreError>(())
            })
            .unwrap();
        scene.pass(7 * 86_400);
        assert_eq!(scene.extend(), 2);
        assert_eq!(scene.said_since(said).len(), 1);
        let last: Vec<String> = scene
            .events()
            .into_iter()
            .rev()
            .take(2)
            .map(|one| one.object.state)
            .collect();
        assert!(last.contains(&"draft".to_owned()) && last.contains(&"public".to_owned()));
    });
}

/// A third series whose rule nothing can read.
fn unreadable(conn: &mut store::Conn, like: store::Id) -> Result<(), store::StoreError> {
    use diesel::prelude::*;
    use store::schema::event_series as table;
    let (actor, at): (store::Id, Ts) = table::table
        .find(like)
        .select((table::actor_id, table::created_at))
        .first(conn)?;
    diesel::insert_into(table::table)
        .values((
            table::id.eq(store::fresh_id(at.0)),
            table::actor_id.eq(actor),
            table::rule.eq(store::Json(json!("nonsense"))),
            table::form.eq(store::Json(json!({}))),
            table::expanded_to.eq(at),
            table::created_at.eq(at),
            table::updated_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

#[test]
fn a_rule_is_said_in_both_languages() {
    let mut rule = tuesdays(&["2026-12-22", "2026-12-29"]);
    rule.rule.end = RuleEnd::Until {
        date: day("2027-06-30"),
    };
    let plain = |text: String| text.replace(['\u{a0}', '\u{202f}'], " ");
    assert_eq!(
        plain(describe(&rule, Lang::Fr)),
        "Tous les mardis, jusqu’au 30 juin 2027, sauf le 22 décembre 2026 et le 29 décembre 2026"
    );
    assert_eq!(
        plain(describe(&rule, Lang::En)),
        "Every Tuesday, until 30 June 2027, except on 22 December 2026 and on 29 December 2026"
    );
    let month = Frequency::MonthWeekday {
        nth: -1,
        weekday: Weekday::Fri,
    };
    let cases = [
        (
            Frequency::Day,
            RuleEnd::Count { count: 5 },
            "Chaque jour, 5 fois",
            "Every day, 5 times",
        ),
        (
            Frequency::Week {
                days: vec![Weekday::Sat, Weekday::Mon],
            },
            RuleEnd::Never,
            "Tous les lundis et samedis",
            "Every Monday and Saturday",
        ),
        (
            month,
            RuleEnd::Never,
            "Chaque mois, le dernier vendredi",
            "Every month, on the last Friday",
        ),
    ];
    for (frequency, end, french, english) in cases {
        let rule = every(frequency, end);
        assert_eq!(plain(describe(&rule, Lang::Fr)), french);
        assert_eq!(plain(describe(&rule, Lang::En)), english);
    }
}

#[test]
fn a_rule_that_cannot_be_is_refused_and_leaves_nothing() {
    on_both(async |scene| {
        let mut bad = tuesdays(&[]);
        bad.rule.interval = 0;
        let (site, now) = (scene.site(HOST), scene.ts());
        let details = Details::new("Non", When::local(bad.start, PARIS), PARIS);
        let new = NewObject {
            kind: "event",
            collection: "events",
            page: "e",
            site: &site,
            actor: scene.actor(HOST, "raffinerie").id,
            account: None,
            state: ObjectState::Public,
            audience: Audience::Public,
            title: "Non",
            language: "fr",
            source: None,
            comments: CommentPolicy::Open,
        };
        let made: Result<Object, LifeError> = scene
            .database
            .write_now(|c| create(c, &scene.registry, &new, &details, &[], &bad, now));
        assert!(made.is_err());
        assert_eq!((scene.events().len(), scene.said().len()), (0, 0));
    });
}
