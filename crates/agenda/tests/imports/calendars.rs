//! Imports one after the other: nothing twice, and each change told once.

use crate::scene::{Scene, on_both};
use agenda::import::{ImportReport, import_calendar, subscribe, upload_source};
use agenda::{Event, listing};
use diesel::prelude::*;
use publication::{Object, ObjectState};
use serde_json::Value;
use store::schema::{activities, calendar_sources, objects};
use store::{Id, StoreError, Ts};

pub(crate) const HOST: &str = "alpha.test";

/// A calendar of these events, each as its lines.
pub(crate) fn calendar(events: &[&str]) -> String {
    let mut text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//FR\n".to_owned();
    for event in events {
        text.push_str("BEGIN:VEVENT\nDTSTAMP:20261101T000000Z\n");
        text.push_str(event);
        text.push_str("\nEND:VEVENT\n");
    }
    text.push_str("END:VCALENDAR\n");
    text.replace('\n', "\r\n")
}

impl Scene {
    /// A source of `raffinerie`: an address, or a file without one.
    pub(crate) fn source(&self, url: Option<&str>) -> agenda::import::Source {
        let (site, now) = (self.site(HOST), self.ts());
        let actor = self.actor(HOST, "raffinerie").id;
        let account = self.account("camille@alpha.test").id;
        self.database
            .write_now(|c| match url {
                Some(url) => subscribe(c, &site, actor, account, &url.parse().unwrap(), now),
                None => upload_source(c, &site, actor, account, "agenda.ics", now),
            })
            .unwrap()
    }

    /// One import.
    pub(crate) fn import(&self, url: Option<&str>, text: impl AsRef<[u8]>) -> ImportReport {
        let (site, source, now) = (self.site(HOST), self.source(url), self.ts());
        self.database
            .write_now(|c| import_calendar(c, &self.registry, &site, &source, text.as_ref(), now))
            .unwrap()
    }

    /// What the agenda itself told so far, oldest first: kind and the object.
    pub(crate) fn said(&self) -> Vec<(String, Value)> {
        let actor = self.actor(HOST, "raffinerie").id;
        let rows: Vec<(String, String)> = self
            .database
            .read_now(|c| {
                activities::table
                    .filter(activities::actor_id.eq(actor))
                    .order(activities::id)
                    .select((activities::kind, activities::body))
                    .load(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        rows.into_iter()
            .map(|(kind, body)| {
                let body: Value = serde_json::from_str(&body).unwrap();
                (kind, body["object"].clone())
            })
            .collect()
    }

    /// The activities said since there were `before`, sorted by kind.
    pub(crate) fn said_since(&self, before: usize) -> Vec<(String, Value)> {
        let mut all = self.said();
        let mut since = all.split_off(before);
        since.sort_by(|a, b| a.0.cmp(&b.0));
        since
    }

    /// Every event of the agenda that is not deleted, by start.
    pub(crate) fn events(&self) -> Vec<listing::Listed> {
        let actor = self.actor(HOST, "raffinerie").id;
        self.database
            .read_now(|c| {
                let ids: Vec<Id> = objects::table
                    .filter(objects::actor_id.eq(actor))
                    .filter(objects::state.ne(ObjectState::Deleted.as_str()))
                    .select(objects::id)
                    .load(c)?;
                let mut all = Vec::new();
                for id in ids {
                    all.extend(listing::one(c, id)?);
                }
                all.sort_by_key(|listed| (listed.event.starts_at, listed.object.id));
                Ok::<_, StoreError>(all)
            })
            .unwrap()
    }

    pub(crate) fn titled(&self, title: &str) -> listing::Listed {
        let all = self.events();
        let mut found = all.into_iter().filter(|one| one.object.title == title);
        let first = found.next().unwrap_or_else(|| panic!("no {title}"));
        assert!(found.next().is_none(), "{title} twice");
        first
    }
}

const BAL: &str = "UID:bal@x\nDTSTART;TZID=Europe/Paris:20261212T203000\n\
    DTEND;TZID=Europe/Paris:20261212T233000\nSUMMARY:Bal folk\nLOCATION:Salle des fêtes\n\
    DESCRIPTION:Venez !\\nPlan : https://a.example/plan.\nCATEGORIES:Danse,Bal,MUSIC\n\
    URL:https://a.example/bal\nORGANIZER;CN=Les Amis:mailto:amis@a.example\nGEO:48.85;2.35";
const MARCHE: &str =
    "UID:marche@x\nDTSTART;VALUE=DATE:20261205\nDTEND;VALUE=DATE:20261207\nSUMMARY:Marché";

#[test]
fn an_entry_becomes_an_event_with_all_it_says() {
    on_both(async |scene| {
        let report = scene.import(None, calendar(&[BAL, MARCHE]));
        assert_eq!(
            (report.seen, report.created, report.refused_total),
            (2, 2, 0)
        );
        let bal = scene.titled("Bal folk");
        let event = &bal.event;
        assert_eq!(event.starts_at.0.to_rfc3339(), "2026-12-12T19:30:00+00:00");
        assert_eq!(event.local_end.as_deref(), Some("2026-12-12T23:30:00"));
        assert_eq!(
            (event.timezone.as_str(), event.all_day),
            ("Europe/Paris", false)
        );
        assert!(
            event.content.contains("<p>Venez !<br>"),
            "{}",
            event.content
        );
        assert!(event.content.contains("href=\"https://a.example/plan\""));
        assert_eq!(event.website_url.as_deref(), Some("https://a.example/bal"));
        assert_eq!(
            (event.organizer.as_str(), event.category.as_str()),
            ("Les Amis", "MUSIC")
        );
        assert_eq!(bal.place.as_ref().unwrap().name, "Salle des fêtes");
        assert_eq!((event.latitude, event.longitude), (Some(48.85), Some(2.35)));
        assert_eq!(bal.tags, ["Bal", "Danse", "MUSIC"]);
        let marche = scene.titled("Marché");
        assert!(marche.event.all_day && marche.place.is_none());
        assert_eq!(
            marche.event.local_end.as_deref(),
            Some("2026-12-07T00:00:00")
        );
        let said = scene.said();
        assert_eq!(said.len(), 2);
        assert!(said.iter().all(|(kind, _)| kind == "Create"));
    });
}

#[test]
fn a_second_import_changes_nothing_and_a_changed_title_is_one_update() {
    on_both(async |scene| {
        scene.import(None, calendar(&[BAL, MARCHE]));
        let before = scene.said().len();
        scene.pass(3_600);
        let again = scene.import(None, calendar(&[MARCHE, BAL]));
        assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 2));
        assert_eq!(scene.said().len(), before);
        let renamed = BAL.replace("Bal folk", "Grand bal");
        let changed = scene.import(None, calendar(&[&renamed, MARCHE]));
        assert_eq!(
            (changed.created, changed.changed, changed.unchanged),
            (0, 1, 1)
        );
        let said = scene.said_since(before);
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(
            (said[0].0.as_str(), &said[0].1["name"]),
            ("Update", &"Grand bal".into())
        );
        let cancelled = format!("{renamed}\nSTATUS:CANCELLED");
        scene.import(None, calendar(&[&cancelled, MARCHE]));
        let said = scene.said_since(before + 1);
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(
            (said[0].0.as_str(), &said[0].1["status"]),
            ("Update", &"CANCELLED".into())
        );
        assert_eq!(scene.events().len(), 2);
    });
}

#[test]
fn a2_what_a_followed_calendar_drops_is_cancelled_and_comes_back() {
    on_both(async |scene| {
        let url = Some("https://calendar.example/a.ics");
        let past = "UID:past@x\nDTSTART:20261101T100000Z\nSUMMARY:Passé";
        scene.import(url, calendar(&[BAL, MARCHE, past]));
        let before = scene.said().len();
        let report = scene.import(url, calendar(&[MARCHE]));
        assert_eq!((report.cancelled, report.unchanged), (1, 1));
        let bal = scene.titled("Bal folk");
        assert_eq!(bal.event.status, "cancelled");
        assert!(
            bal.event.status_note.contains("calendrier"),
            "{}",
            bal.event.status_note
        );
        assert_eq!(scene.titled("Passé").event.status, "confirmed");
        let said = scene.said_since(before);
        assert_eq!(said.len(), 1);
        assert_eq!(
            (said[0].0.as_str(), &said[0].1["status"]),
            ("Update", &"CANCELLED".into())
        );
        // Gone stays gone: nothing is told twice.
        assert_eq!(scene.import(url, calendar(&[MARCHE])).cancelled, 0);
        assert_eq!(scene.said().len(), before + 1);
        let report = scene.import(url, calendar(&[BAL, MARCHE]));
        assert_eq!(report.changed, 1);
        let bal = scene.titled("Bal folk");
        assert_eq!(
            (bal.event.status.as_str(), bal.event.status_note.as_str()),
            ("confirmed", "")
        );
    });
}

#[test]
fn a_damaged_or_partial_file_says_nothing_about_what_it_lacks() {
    on_both(async |scene| {
        let url = Some("https://calendar.example/a.ics");
        scene.import(url, calendar(&[BAL, MARCHE]));
        let before = scene.said().len();
        let whole = calendar(&[MARCHE]);
        let cut = &whole[..whole.len() - 20];
        let unreadable = "UID:bal@x\nDTSTART:soon\nSUMMARY:Bal folk";
        for text in [
            cut,
            "<!doctype html><title>Sign in</title>",
            "",
            &calendar(&[unreadable, MARCHE]),
        ] {
            let report = scene.import(url, text);
            assert_eq!((report.cancelled, report.changed), (0, 0), "{text}");
        }
        assert_eq!(scene.said().len(), before);
        // A file that somebody sends may be a part of their calendar.
        scene.import(None, calendar(&[BAL.replace("bal@x", "bal2@x").as_str()]));
        assert_eq!(scene.import(None, calendar(&[])).cancelled, 0);
        // The whole calendar without it does say so.
        assert_eq!(scene.import(url, calendar(&[MARCHE])).cancelled, 1);
    });
}

#[test]
fn what_people_did_here_survives_an_import() {
    on_both(async |scene| {
        let url = Some("https://calendar.example/a.ics");
        scene.import(url, calendar(&[BAL, MARCHE]));
        let (bal, marche) = (scene.titled("Bal folk"), scene.titled("Marché"));
        let now = scene.ts();
        scene
            .database
            .write_now(|c| {
                use store::schema::events;
                diesel::update(events::table.find(bal.object.id))
                    .set((events::price.eq("5 €"), events::is_free.eq(false)))
                    .execute(c)?;
                publication::delete(c, &scene.registry, &marche.object, None, now)
                    .map_err(|e| StoreError::Damaged(e.to_string()))
            })
            .unwrap();
        let renamed = BAL.replace("Bal folk", "Grand bal");
        let moved = MARCHE.replace("Marché", "Grand marché");
        let report = scene.import(url, calendar(&[&renamed, &moved]));
        assert_eq!((report.created, report.changed), (0, 1));
        let bal = scene.titled("Grand bal");
        assert_eq!(
            (bal.event.price.as_str(), bal.event.is_free),
            ("5 €", Some(false))
        );
        // Deleted here, it stays deleted.
        assert_eq!(scene.events().len(), 1);
    });
}

#[test]
fn one_source_per_file_name_and_address_taken_up_again_without_doubles() {
    on_both(async |scene| {
        let url = "https://calendar.example/a.ics";
        let actor = scene.actor(HOST, "raffinerie").id;
        scene.import(Some(url), calendar(&[BAL]));
        let source = scene.source(Some(url)).id;
        assert_ne!(scene.source(None).id, source);
        scene
            .database
            .write_now(|c| agenda::import::unsubscribe(c, actor, source))
            .unwrap();
        let listed = |scene: &Scene| {
            scene
                .database
                .read_now(|c| agenda::import::sources_of(c, actor))
                .unwrap()
        };
        assert!(listed(&scene).iter().all(|one| one.id != source));
        assert_eq!(scene.events().len(), 1, "its events stay");
        let again = scene.import(Some(url), calendar(&[BAL]));
        assert_eq!((again.created, again.unchanged), (0, 1));
        assert_eq!(scene.source(Some(url)).id, source);
        let now = scene.ts();
        let gone = scene
            .database
            .write_now(|c| {
                let registry = &scene.registry;
                agenda::import::remove_with_events(c, registry, actor, source, None, now)
            })
            .unwrap();
        assert_eq!((gone, scene.events().len()), (1, 0));
        assert_eq!(scene.said().last().unwrap().0, "Delete");
        assert_eq!(scene.import(Some(url), calendar(&[BAL])).created, 1);
    });
}

#[test]
fn the_command_line_finds_the_agenda_and_repeats_itself_safely() {
    on_both(async |scene| {
        let run = |handle: &str| {
            let text = calendar(&[BAL, "UID:n@x\nSUMMARY:Sans date"]);
            let (registry, sites) = (&scene.registry, &scene.sites);
            let bytes = text.as_bytes();
            agenda::import_file(
                &scene.database,
                registry,
                sites,
                handle,
                "a.ics",
                bytes,
                scene.ts(),
            )
        };
        for handle in [
            "raffinerie",
            "nobody@alpha.test",
            "raffinerie@nowhere.test",
            "",
        ] {
            assert_eq!(run(handle).unwrap_err().code(), "no_agenda", "{handle}");
        }
        let report = run("raffinerie@alpha.test").unwrap();
        let lines = report.summary(ui::Lang::En);
        assert_eq!(lines[..2], ["2 events in the calendar", "1 event added"]);
        assert!(
            lines
                .iter()
                .any(|line| line.contains("“Sans date”: no start")),
            "{lines:?}"
        );
        let lines = run("@raffinerie@ALPHA.test").unwrap().summary(ui::Lang::Fr);
        assert_eq!(lines[1], "Aucun nouvel événement");
        assert_eq!(scene.events().len(), 1);
    });
}

#[test]
fn a_report_is_kept_with_its_source() {
    on_both(async |scene| {
        let report = scene.import(
            None,
            calendar(&["UID:a@x\nDTSTART:20261212T100000\nSUMMARY:A\0B"]),
        );
        assert_eq!(report.warnings[0].code, "floating_time");
        let source = scene.source(None).id;
        let kept = scene
            .database
            .read_now(|c| agenda::import::report_of(c, source))
            .unwrap();
        assert_eq!(kept, report);
        let checked: Option<Ts> = scene
            .database
            .read_now(|c| {
                calendar_sources::table
                    .find(source)
                    .select(calendar_sources::checked_at)
                    .first(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        assert_eq!(checked, Some(scene.ts()));
        let found = scene.titled("AB");
        let event = scene
            .database
            .read_now(|c| Event::of(c, found.object.id))
            .unwrap()
            .unwrap();
        // Floating: on the clock of the site.
        assert_eq!(event.timezone, "Europe/Paris");
        assert!(Object::is_visible(&found.object));
    });
}

#[test]
fn every_reason_has_its_words() {
    let refusals = calendar::RefusalCode::ALL.iter().map(|code| code.code());
    let warnings = calendar::WarningCode::ALL.iter().map(|code| code.code());
    for code in refusals.chain(warnings) {
        for lang in ui::Lang::ALL {
            let remark = agenda::import::Remark {
                code: code.to_owned(),
                ..Default::default()
            };
            let words = remark.words(lang);
            assert!(!words.starts_with("ics-"), "{code} in {lang}");
        }
    }
}
