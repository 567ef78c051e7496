//! Two sites of one server that follow each other exchange through the store, two servers through HTTP: the
//! same story, told on both, is the same on both sides after each step.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use agenda::listing::{Search, search};
use agenda::{Agenda, Details, EventStatus, write_details};
use calendar::When;
use chrono::{Duration, TimeZone, Utc};
use diesel::prelude::*;
use federation::Actor;
use federation::follow::peers::{PeerAct, PeerFilter, list};
use federation::follow::policy::FollowSettings;
use federation::follow::{Follow, Waiting};
use hostile::{Options, Sister, World};
use publication::{Audience, CommentPolicy, NewObject, Object, ObjectState, Revision};
use serde_json::json;
use sites::{Site, SiteChange};
use std::sync::Arc;
use store::schema::{deliveries, jobs};
use store::{Conn, Id};

/// `a.test` and `b.test`, wherever they are.
enum Stage {
    Servers(Box<(World, World)>),
    Sites(Box<(World, Sister)>),
}

/// One of them.
struct Side<'a> {
    world: &'a World,
    site: Arc<Site>,
    agenda: &'a Actor,
    /// The other one.
    other: &'static str,
}

impl Stage {
    fn a(&self) -> Side<'_> {
        let world = match self {
            Self::Servers(both) => &both.0,
            Self::Sites(both) => &both.0,
        };
        Side {
            world,
            site: world.site.clone(),
            agenda: &world.agenda,
            other: "b.test",
        }
    }

    fn b(&self) -> Side<'_> {
        let (world, site, agenda) = match self {
            Self::Servers(both) => (&both.1, both.1.site.clone(), &both.1.agenda),
            Self::Sites(both) => (&both.0, both.1.site.clone(), &both.1.agenda),
        };
        Side {
            world,
            site,
            agenda,
            other: "a.test",
        }
    }

    fn worlds(&self) -> Vec<&World> {
        match self {
            Self::Servers(both) => vec![&both.0, &both.1],
            Self::Sites(both) => vec![&both.0],
        }
    }

    /// Lets everything arrive, what is taken over of before included; then a minute passes.
    async fn rest(&self) {
        let mut before = None;
        for _ in 0..200 {
            let mut now = Vec::new();
            for world in self.worlds() {
                world.settle().await;
                let filling = jobs::table
                    .filter(jobs::kind.eq("backfill"))
                    .filter(jobs::state.eq("queued"));
                let filling: i64 = world.read(|c| Ok(filling.count().get_result(c)?));
                now.push((world.fediverse.count(), filling));
            }
            let quiet = now.iter().all(|(_, filling)| *filling == 0);
            if quiet && before.as_ref() == Some(&now) {
                for world in self.worlds() {
                    world.advance(Duration::minutes(1));
                }
                return;
            }
            before = Some(now);
        }
        panic!("no rest: {before:?}");
    }

    /// What each side sees, and how many letters its moderators are due.
    fn note(&self, step: &'static str, log: &mut Vec<String>) {
        let (a, b) = (self.a(), self.b());
        let sees = |side: &Side| format!("{:?} {}", side.shows(), side.relation());
        log.push(format!("{step}\n  a: {}\n  b: {}", sees(&a), sees(&b)));
    }
}

impl Side<'_> {
    fn own(&self) -> Id {
        self.site.actor_id.expect("its own actor")
    }

    /// Titles of the events on its pages, soonest first, with what is said of each.
    fn shows(&self) -> Vec<String> {
        let (site, own) = (self.site.id, self.own());
        let found = self
            .world
            .read(|c| search(c, site, own, &Search::default(), None, 100));
        let line =
            |one: agenda::listing::Listed| format!("{} ({})", one.object.title, one.event.status);
        found.into_iter().map(line).collect()
    }

    /// How its page of peers lists the other one.
    fn relation(&self) -> String {
        let (site, own) = (self.site.id, self.own());
        self.world.read(|c| {
            let filters = [
                PeerFilter::All,
                PeerFilter::Waiting,
                PeerFilter::Asked,
                PeerFilter::Followers,
                PeerFilter::Following,
                PeerFilter::Refused,
                PeerFilter::Removed,
                PeerFilter::Lost,
            ];
            let mut under = Vec::new();
            let mut said = String::new();
            for filter in filters {
                let rows = list(c, (site, own), filter, "", "", 100)?;
                let Some(entry) = rows.into_iter().find(|entry| entry.host == self.other) else {
                    continue;
                };
                under.push(filter.as_str());
                let state = |side: &Option<federation::follow::peers::Side>| {
                    side.as_ref().map(|side| side.follow.state())
                };
                said = format!(
                    "following {:?}, follower {:?}, may {:?}",
                    state(&entry.following),
                    state(&entry.follower),
                    entry.acts()
                );
            }
            Ok(format!("{under:?} {said}"))
        })
    }

    fn letters(&self) -> usize {
        let now = self.world.ts();
        let due = self.world.write(|c| Waiting::take(c, now));
        due.iter().filter(|one| one.site == self.site.id).count()
    }

    async fn asks(&self) {
        let asked = self.world.federation.follow(&self.site, self.other).await;
        asked.expect("asked");
    }

    async fn does(&self, act: PeerAct) {
        let done = &self.world.federation;
        let done = done.act_on_peer(&self.site, self.other, act).await;
        done.unwrap_or_else(|error| panic!("{act:?}: {error}"));
    }

    /// By program, where the page offers it no more.
    async fn takes_back(&self) {
        let own = self.own();
        let asked = self.world.read(|c| Follow::following(c, own));
        let follow = asked.first().expect("asked").0.id;
        let done = self.world.federation.unfollow(&self.site, follow).await;
        done.expect("taken back");
    }

    fn publishes(&self, title: &str, day: u32) -> Object {
        let (now, details) = (self.world.ts(), details(title, day, EventStatus::Confirmed));
        let new = NewObject {
            kind: "event",
            collection: "events",
            page: "e",
            site: &self.site,
            actor: self.agenda.id,
            account: None,
            state: ObjectState::Public,
            audience: Audience::Public,
            title,
            language: "fr",
            source: None,
            comments: CommentPolicy::Open,
        };
        let registry = &self.world.registry;
        let own = |c: &mut Conn, object: &Object| write_details(c, object, &details, &[], now);
        let done = self
            .world
            .database
            .write_now(|c| publication::publish(c, registry, &new, &[], own, now));
        self.world.federation.wake();
        done.expect("published")
    }

    fn revises(&self, object: &Object, title: &str, day: u32, status: EventStatus) {
        let (now, details) = (self.world.ts(), details(title, day, status));
        let revision = Revision {
            title: Some(title.to_owned()),
            ..Revision::default()
        };
        let registry = &self.world.registry;
        let own = |c: &mut Conn, object: &Object| write_details(c, object, &details, &[], now);
        let done = self.world.database.write_now(|c| {
            publication::revise(
                c,
                registry,
                object,
                None,
                &revision,
                None,
                None,
                json!({}),
                own,
                now,
            )
        });
        self.world.federation.wake();
        done.expect("revised");
    }
}

fn details(title: &str, day: u32, status: EventStatus) -> Details {
    let at = Utc.with_ymd_and_hms(2027, 1, day, 19, 0, 0).unwrap();
    let zone = chrono_tz::Europe::Paris;
    Details {
        status,
        ..Details::new(title, When::instant_in(at, zone), zone)
    }
}

/// What both sides see after each step.
async fn story(stage: &Stage) -> Vec<String> {
    let log = &mut Vec::new();
    let (a, b) = (stage.a(), stage.b());
    let early = b.publishes("Early", 10);
    a.publishes("Own", 11);
    stage.rest().await;
    stage.note("strangers", log);

    a.asks().await;
    stage.rest().await;
    log.push(format!("letters to b: {}", b.letters()));
    stage.note("asked", log);
    b.does(PeerAct::Refuse).await;
    stage.rest().await;
    stage.note("refused", log);
    a.does(PeerAct::Retry).await;
    stage.rest().await;
    log.push(format!("letters to b: {}", b.letters()));
    stage.note("asked again: refused at once", log);
    a.takes_back().await;
    stage.rest().await;
    stage.note("taken back after the refusal", log);
    a.does(PeerAct::Retry).await;
    stage.rest().await;
    stage.note("asked once more: refused at once", log);

    b.does(PeerAct::Approve).await;
    stage.rest().await;
    stage.note("let in: what there was before, and followed back", log);
    let concert = b.publishes("Concert", 12);
    let ball = a.publishes("Ball", 13);
    stage.rest().await;
    stage.note("published on both sides", log);
    b.revises(&concert, "Great concert", 12, EventStatus::Confirmed);
    a.revises(&ball, "Masked ball", 14, EventStatus::Confirmed);
    stage.rest().await;
    stage.note("revised", log);
    b.revises(&concert, "Great concert", 12, EventStatus::Cancelled);
    stage.rest().await;
    stage.note("cancelled", log);
    let (world, now) = (b.world, b.world.ts());
    let registry = &world.registry;
    let gone = world
        .database
        .write_now(|c| publication::delete(c, registry, &early, None, now));
    gone.expect("deleted");
    world.federation.wake();
    stage.rest().await;
    stage.note("deleted", log);

    b.does(PeerAct::Remove).await;
    stage.rest().await;
    stage.note("removed", log);
    a.does(PeerAct::Retry).await;
    stage.rest().await;
    stage.note("asked after it was removed", log);
    a.takes_back().await;
    stage.rest().await;
    stage.note("taken back after it was removed", log);
    a.does(PeerAct::Retry).await;
    stage.rest().await;
    stage.note("asked after that", log);
    b.does(PeerAct::Approve).await;
    stage.rest().await;
    stage.note("let in again", log);
    a.does(PeerAct::Unfollow).await;
    stage.rest().await;
    stage.note("unfollowed", log);
    a.does(PeerAct::Retry).await;
    stage.rest().await;
    stage.note("asked after it had unfollowed", log);
    a.does(PeerAct::Unfollow).await;
    stage.rest().await;
    stage.note("taken back before it was answered", log);
    a.does(PeerAct::Retry).await;
    stage.rest().await;
    b.does(PeerAct::Approve).await;
    stage.rest().await;
    stage.note("let in for the third time", log);
    b.does(PeerAct::Unfollow).await;
    stage.rest().await;
    stage.note("the other way round unfollowed", log);
    std::mem::take(log)
}

fn options(site: &'static str, other: &[&'static str]) -> Options {
    Options {
        site,
        kind: Some(Arc::new(Agenda::new("https://ns.example.org/ns#"))),
        ..Options::hosts(other)
    }
}

/// Followers are followed back.
fn prepare(world: &World, site: Id) {
    world.write(|c| {
        let settings = FollowSettings {
            follow_back: true,
            ..FollowSettings::of_site(site)
        };
        settings.write(c)
    });
}

async fn two_servers(a: World) -> Vec<String> {
    let sqlite = store::trial::sqlite();
    let mut b = World::start(sqlite, &options("b.test", &["a.test"])).await;
    a.fediverse.host("b.test").stands_for(b.address);
    b.fediverse.host("a.test").stands_for(a.address);
    b.change_site(&SiteChange {
        follower_policy: Some("manual".to_owned()),
        ..SiteChange::default()
    });
    prepare(&b, b.site.id);
    let stage = Stage::Servers(Box::new((a, b)));
    let log = story(&stage).await;
    let asked: Vec<usize> = stage.worlds().iter().map(|w| w.fediverse.count()).collect();
    assert!(
        asked.iter().all(|count| *count > 10),
        "over HTTP: {asked:?}"
    );
    log
}

async fn two_sites(world: World) -> Vec<String> {
    let sister = world.add_sister("b.test");
    prepare(&world, sister.site.id);
    let stage = Stage::Sites(Box::new((world, sister)));
    let log = story(&stage).await;
    let world = stage.worlds()[0];
    let sent: i64 = world.read(|c| Ok(deliveries::table.count().get_result(c)?));
    assert_eq!(world.fediverse.asked(), Vec::<String>::new());
    assert_eq!(sent, 0, "no request left, and none waits");
    // Whoever took its follow back is not made to follow by a yes that comes later.
    let (a, b) = (stage.a(), stage.b());
    b.does(PeerAct::Remove).await;
    a.takes_back().await;
    b.does(PeerAct::Approve).await;
    let (left, right) = (a.relation(), b.relation());
    assert!(left.contains("following Some(Removed)"), "{left}");
    assert!(!right.contains("Some(Accepted)"), "{right}");
    // The twin: it asks, and is heard as anybody is.
    a.does(PeerAct::Retry).await;
    b.does(PeerAct::Approve).await;
    let left = a.relation();
    assert!(left.contains("following Some(Accepted)"), "{left}");
    log
}

#[test]
fn two_sites_of_one_server_live_as_two_servers_do() {
    let told = std::sync::Mutex::new(Vec::new());
    hostile::on_both(&options("a.test", &["b.test"]), async |a| {
        let log = two_servers(a).await;
        told.lock().unwrap().push(log);
    });
    hostile::on_both(&options("a.test", &["b.test"]), async |world| {
        let log = two_sites(world).await;
        told.lock().unwrap().push(log);
    });
    let told = told.into_inner().unwrap();
    let wire = &told[0];
    for other in &told[1..] {
        for (step, (one, two)) in wire.iter().zip(other).enumerate() {
            assert_eq!(one, two, "step {step}");
        }
        assert_eq!(wire.len(), other.len());
    }
    // The story is one in which something happens.
    let distinct: std::collections::BTreeSet<&str> = wire
        .iter()
        .filter_map(|step| step.split_once('\n'))
        .map(|(_, seen)| seen)
        .collect();
    assert!(distinct.len() >= 10, "{}", distinct.len());
}
