//! ACL-01 beyond the words of an event: totals and counts, replies, letters, the archive of one's data. What is hidden
//! leaves no trace: a page that everybody sees is, letter by letter, the one that it was before.

use super::cast::{ALPHA, Seat};
use super::exposure::filled;
use super::surfaces::{Kind, SURFACES};
use super::world::{ELSEWHERE, HERE, Shows, Told, World, look};
use crate::scene::{Browser, PASSWORD, Scene, on_both};
use accounts::{ActorRole, SiteRole};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::test::{call_service, read_body};
use diesel::prelude::*;
use federation::Content;
use moderation::measure::MeasureKind;
use moderation::target::Target;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use store::schema::{accounts as people, comments};
use store::{Id, StoreError, fresh_id};

/// A person without an account.
fn nobody() -> Seat {
    Seat {
        browser: Browser::new(ALPHA),
        token: String::new(),
    }
}

/// Every page, feed and collection that anybody may read, by its address: those of the whole site, those of a listed
/// event, and those of each agenda.
async fn snapshot(app: &app!(), listed: &Told, agendas: &[String]) -> BTreeMap<String, String> {
    let mut paths: Vec<String> = Vec::new();
    for (_, kind, rows) in SURFACES {
        if *kind == Kind::Desk || *kind == Kind::Tool {
            continue;
        }
        for path in *rows {
            paths.extend(filled(path, listed));
            if path.contains("{agenda}") && !path.contains("{id}") {
                paths.extend(agendas.iter().map(|name| path.replace("{agenda}", name)));
            }
        }
    }
    let mut all = BTreeMap::new();
    for path in paths {
        let seen = look(app, &nobody(), &path, &[]).await;
        assert!(seen.status < 500, "{path}: {}", seen.status);
        all.insert(path, format!("{} {}", seen.status, seen.body));
    }
    all
}

/// The first place in which two texts differ, with what stands around it.
fn difference(before: &str, after: &str) -> String {
    let same = before
        .chars()
        .zip(after.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let around = |text: &str| -> String {
        let from = same.saturating_sub(60);
        text.chars().skip(from).take(160).collect()
    };
    format!("…{}… became …{}…", around(before), around(after))
}

#[test]
fn acl_01_what_is_hidden_changes_no_list_no_total_and_no_feed() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let world = World::of(&scene);
        world.rules();
        let site = scene.sites.by_host("alpha.test").unwrap().id;
        let count = || scene.database.read_now(|c| scene.registry.count(c, site));
        // Agendas and servers are no secret: they are there before.
        let hidden: Vec<(usize, &'static str)> = HERE
            .into_iter()
            .enumerate()
            .filter(|(_, (state, shows))| *shows == Shows::Hidden && *state != "suspended agenda")
            .map(|(number, (state, _))| (number, state))
            .collect();
        let agendas: Vec<String> = hidden.iter().map(|(n, _)| format!("a{n:02}")).collect();
        for name in &agendas {
            world.agenda(name);
        }
        let strangers = [
            "refused of a held host",
            "removed of another server",
            "host that is not followed",
            "deleted elsewhere",
        ];
        let strangers: Vec<(usize, &'static str)> = ELSEWHERE
            .into_iter()
            .enumerate()
            .filter(|(_, (state, _))| strangers.contains(state))
            .map(|(number, (state, _))| (50 + number, state))
            .collect();
        for (number, state) in &strangers {
            world.stranger(
                &format!("h{number}.example"),
                *state == "host that is not followed",
            );
        }
        let listed = world.here(&app, 0, "public", Shows::Listed).await;
        world.elsewhere(50, "public of another server", Shows::Listed);
        let before = snapshot(&app, &listed, &agendas).await;
        let again = snapshot(&app, &listed, &agendas).await;
        assert_eq!(before, again, "a page differs from itself");
        assert_eq!(count().unwrap(), 1);
        for (number, state) in hidden {
            world.here(&app, number, state, Shows::Hidden).await;
            assert_eq!(count().unwrap(), 1, "NodeInfo counts what is {state}");
        }
        for (number, state) in strangers {
            world.elsewhere(number, state, Shows::Hidden);
        }
        let after = snapshot(&app, &listed, &agendas).await;
        let traces: Vec<String> = before
            .iter()
            .filter(|(path, body)| after[*path] != **body)
            .map(|(path, body)| format!("{path}: {}", difference(body, &after[path])))
            .collect();
        assert!(traces.is_empty(), "{}\n{}", traces.len(), traces.join("\n"));
        // The twin: what is shown is on many of them, and counted.
        world.here(&app, 1, "public", Shows::Listed).await;
        let after = snapshot(&app, &listed, &agendas).await;
        let changed = before.iter().filter(|(path, body)| after[*path] != **body);
        assert!(changed.count() > 8);
        assert_eq!(count().unwrap(), 2);
    });
}

/// Replies by who wrote them and what became of them; the words of each stand nowhere else.
const REPLIES: [&str; 7] = [
    "public",
    "held",
    "removed",
    "deleted",
    "taken away by a measure",
    "of a suspended actor",
    "of a suspended server",
];

fn said(number: usize) -> String {
    format!("zqreply{number:02}")
}

fn reply(world: &World<'_>, event: &Told, number: usize, state: &str) {
    let scene = world.scene;
    let host = format!("r{number:02}.example");
    let author = world.stranger(&host, true);
    let (id, now) = (fresh_id(scene.clock.now()), scene.clock.ts());
    let kept = match state {
        "held" | "removed" | "deleted" => state,
        _ => "public",
    };
    let uri = format!("https://{host}/notes/{id}");
    let row = (
        comments::id.eq(id),
        comments::uri.eq(uri),
        comments::object_id.eq(Id::parse(&event.id).unwrap()),
        comments::actor_id.eq(author.id),
        comments::state.eq(kept),
        comments::content.eq(format!("<p>{}</p>", said(number))),
        comments::in_reply_to.eq(&event.uri),
        comments::published_at.eq(now),
        comments::updated_at.eq(now),
    );
    world.write(|c| diesel::insert_into(comments::table).values(row).execute(c));
    match state {
        "taken away by a measure" => {
            scene.take(|c| Target::comment(c, id).unwrap(), MeasureKind::Remove);
        }
        "of a suspended actor" => {
            scene.take(
                |c| Target::actor(c, author.id).unwrap(),
                MeasureKind::Suspend,
            );
        }
        "of a suspended server" => scene.take(|_| Target::host(&host), MeasureKind::Suspend),
        _ => {}
    }
}

#[test]
fn acl_01_mod_03_replies_that_are_hidden_are_on_no_surface() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let world = World::of(&scene);
        world.rules();
        let shown = world.here(&app, 0, "public", Shows::Listed).await;
        let draft = HERE
            .iter()
            .position(|(state, _)| *state == "removed")
            .unwrap();
        let gone = world.here(&app, draft, "removed", Shows::Hidden).await;
        for (number, state) in REPLIES.into_iter().enumerate() {
            reply(&world, &shown, number, state);
        }
        let under_hidden = REPLIES.len();
        reply(&world, &gone, under_hidden, "public");
        let stranger = scene.person("eve", "alpha.test");
        scene.site_role(stranger, SiteRole::Member);
        world.agenda("autre");
        scene.own(stranger, "autre", ActorRole::Organiser);
        let stranger = scene.seats(&[stranger]).remove(0);
        let mut wrong = Vec::new();
        for (who, seat) in [
            ("anybody", &nobody()),
            ("a stranger", &stranger),
            ("the organiser", &world.author),
        ] {
            for event in [&shown, &gone] {
                for (_, kind, rows) in SURFACES.iter().filter(|row| row.1 != Kind::Desk) {
                    for path in rows.iter().filter_map(|path| filled(path, event)) {
                        let body = look(&app, seat, &path, &[]).await.body;
                        let page = (*kind == Kind::Address && path.starts_with("/e/"))
                            || path.ends_with("/comments");
                        for (number, state) in REPLIES.into_iter().enumerate() {
                            let theirs = page && event.id == shown.id;
                            let may = theirs
                                && (state == "public"
                                    || (state == "held" && who == "the organiser"));
                            if body.contains(&said(number)) != may {
                                wrong.push(format!("{who}: {path}: {state}, may: {may}"));
                            }
                        }
                        let own = page && event.id == gone.id && who == "the organiser";
                        if !own && body.contains(&said(under_hidden)) {
                            wrong.push(format!("{who}: {path}: under what is hidden"));
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// All that stands in the archive of somebody's data.
async fn archive(scene: &Scene, app: &app!(), seat: &Seat) -> String {
    let mut browser = seat.browser.clone();
    // People of the cast have no password of their own: the administrator's does.
    let admin = scene.account_of("admin");
    scene
        .database
        .write_now(|c| {
            let hash: String = people::table
                .find(admin)
                .select(people::password_hash)
                .first(c)?;
            diesel::update(people::table)
                .set(people::password_hash.eq(hash))
                .execute(c)?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let asked = browser
        .post(app, "/account/export", &[("current", PASSWORD)])
        .await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    assert_eq!(scene.leaving.make_due().await.unwrap(), 1);
    let page = browser.get(app, "/account/export").await.body;
    let start = page.find("/account/export/").unwrap();
    let link = page[start..].split('"').next().unwrap();
    let response = call_service(app, browser.request(Method::GET, link).to_request()).await;
    let bytes = read_body(response).await;
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
    let mut all = String::new();
    for place in 0..archive.len() {
        let mut bytes = Vec::new();
        archive
            .by_index(place)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        all.push_str(&String::from_utf8_lossy(&bytes).replace("\r\n ", ""));
    }
    all
}

#[test]
fn acl_01_letters_and_archives_tell_nobody_what_others_hide() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let world = World::of(&scene);
        let (stranger, elsewhere) = (
            scene.person("eve", "alpha.test"),
            scene.person("max", "alpha.test"),
        );
        scene.site_role(stranger, SiteRole::Member);
        world.agenda("autre");
        scene.own(stranger, "autre", ActorRole::Organiser);
        scene.site_role(elsewhere, SiteRole::Moderator);
        let site = scene.sites.by_host("alpha.test").unwrap().id;
        let (admin, now) = (scene.account_of("admin"), scene.clock.ts());
        let other = accounts::Permissions::of([accounts::Permission::Reports]);
        scene
            .database
            .write_now(|c| accounts::roles::set_permissions(c, admin, site, elsewhere, other))
            .unwrap();
        let all = world.filled(&app).await;
        let queue = moderation::queue::Queue::of_server();
        let desk = scene.moderation.clone();
        scene
            .database
            .write_now(|c| desk.tell_moderators(c, &queue, now))
            .unwrap();
        let letters = scene.letters();
        assert!(letters.iter().any(|(to, _)| to == "ada@alpha.test"));
        let mut wrong = Vec::new();
        for (to, body) in &letters {
            for event in all.iter().filter(|event| event.shows != Shows::Listed) {
                let knows = to == "admin@alpha.test" || (to == "ada@alpha.test" && event.local);
                if !knows && event.words.iter().any(|word| body.contains(word.as_str())) {
                    wrong.push(format!("{to}: {}: {body}", event.state));
                }
            }
        }
        let seat = scene.seats(&[stranger]).remove(0);
        let (own, others) = (
            archive(&scene, &app, &world.author).await,
            archive(&scene, &app, &seat).await,
        );
        for event in &all {
            let gone = matches!(event.state, "deleted" | "deleted elsewhere");
            if others.contains(&event.words[0]) {
                wrong.push(format!(
                    "a stranger's archive holds what is {}",
                    event.state
                ));
            }
            // One's own is one's own, whatever became of it; what was purged is named by the measure. What one deleted is
            // nobody's any more.
            if own.contains(&event.words[0]) != (event.local && !gone) {
                wrong.push(format!("the author's archive and what is {}", event.state));
            }
        }
        assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    });
}
