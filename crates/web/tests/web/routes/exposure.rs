//! ACL-01 and MOD-03: every state on every surface for every viewer, generated from the routes that the application has.

use super::cast::{ALPHA, Seat};
use super::found::routes;
use super::surfaces::{Kind, SURFACES};
use super::world::{Shows, Told, World, look};
use crate::scene::{Browser, Scene, on_both};
use accounts::{ActorRole, Permissions, SiteRole, roles};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use std::collections::BTreeSet;

#[test]
fn acl_01_every_address_that_can_be_read_has_a_row() {
    on_both(|scene| async move {
        let there = routes(&scene.registry).await;
        let read = there.into_iter().filter(|(method, _)| *method == "GET");
        let there: BTreeSet<String> = read.map(|(_, pattern)| pattern).collect();
        let known: BTreeSet<String> = SURFACES.iter().map(|row| row.0.to_owned()).collect();
        assert_eq!(known.len(), SURFACES.len(), "two rows for one route");
        let without: Vec<_> = there.difference(&known).collect();
        assert!(
            without.is_empty(),
            "routes without a row in routes/surfaces.rs: {without:?}"
        );
        let over: Vec<_> = known.difference(&there).collect();
        assert!(
            over.is_empty(),
            "rows in routes/surfaces.rs without a route: {over:?}"
        );
    });
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Viewer {
    Anonymous,
    /// Organises another agenda of the site.
    Stranger,
    Author,
    Moderator,
    /// A moderator of accounts and other servers, not of what is published.
    Elsewhere,
    /// A server that the site follows, by its signature.
    Peer,
    /// A server that nobody knows, by its signature.
    Unknown,
    /// A server that is blocked.
    Blocked,
}

const VIEWERS: [Viewer; 8] = [
    Viewer::Anonymous,
    Viewer::Stranger,
    Viewer::Author,
    Viewer::Moderator,
    Viewer::Elsewhere,
    Viewer::Peer,
    Viewer::Unknown,
    Viewer::Blocked,
];

/// The headers of a signed read. What such a server may see less than others is decided before its signature is looked
/// at, and none sees more.
fn signature(viewer: Viewer, scene: &Scene) -> Vec<(&'static str, String)> {
    let host = match viewer {
        Viewer::Peer => "h50.example",
        Viewer::Unknown => "unknown.example",
        Viewer::Blocked => "h58.example",
        _ => return Vec::new(),
    };
    let date = scene
        .clock
        .now()
        .format("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    let value = format!(
        "keyId=\"https://{host}/@guilde#main-key\",algorithm=\"rsa-sha256\",\
         headers=\"(request-target) host date\",signature=\"AAAA\""
    );
    vec![("date", date), ("signature", value)]
}

fn is_server(viewer: Viewer) -> bool {
    matches!(viewer, Viewer::Peer | Viewer::Unknown | Viewer::Blocked)
}

/// True when the words of an event may stand there for this viewer; `asked` is the event whose address it is.
fn may(kind: Kind, viewer: Viewer, event: &Told, asked: bool, path: &str) -> bool {
    let gone = matches!(event.state, "deleted" | "purged" | "deleted elsewhere");
    let by_address = event.shows != Shows::Hidden;
    // What a moderator refused is its author's draft again.
    let decided = matches!(event.state, "held" | "held again after an edit" | "removed");
    match kind {
        _ if viewer == Viewer::Blocked && matches!(kind, Kind::Own | Kind::Anybody) => false,
        Kind::Nothing => false,
        // The page of an event leads to its place, which has a name.
        Kind::Narrow if path.starts_with("/places/") && asked => by_address,
        Kind::List | Kind::Narrow => event.shows == Shows::Listed,
        // What was said with an address to everybody stays in what its author said, as on Mastodon.
        Kind::Own if path.contains("/outbox") && asked => by_address && event.local,
        Kind::Own => event.shows == Shows::Listed && event.local,
        Kind::Desk => matches!(viewer, Viewer::Moderator | Viewer::Elsewhere),
        Kind::Anybody => asked && by_address,
        // The form of an organiser proposes the tags of what is listed.
        Kind::Tool if event.shows == Shows::Listed && viewer == Viewer::Author => event.local,
        Kind::Tool => asked && viewer == Viewer::Author && event.local && !gone,
        Kind::Address | Kind::Picture => {
            let own = viewer == Viewer::Author && event.local && !gone;
            asked && (by_address || own || (decided && viewer == Viewer::Moderator))
        }
    }
}

/// True when they must: the twin of each refusal.
fn must(kind: Kind, viewer: Viewer, event: &Told, asked: bool, path: &str) -> bool {
    let list = event.shows == Shows::Listed && (kind == Kind::List || asked);
    let here = event.local
        || !(path.contains("/@") || path.contains("/agendas/") || path.contains("/events/"));
    // What is asked for with a word of one event lists that one.
    let alone = ["q=", "tag="].iter().any(|word| path.contains(word)) && !asked;
    match kind {
        Kind::Nothing | Kind::Desk => false,
        Kind::List | Kind::Narrow => {
            list && !alone
                && !path.contains("past=")
                && (here || path.starts_with("/api/v1/events"))
        }
        Kind::Own => list && event.local && may(kind, viewer, event, asked, path),
        Kind::Anybody => {
            may(kind, viewer, event, asked, path) && (event.local || !path.contains("/events/"))
        }
        Kind::Tool => {
            asked
                && may(kind, viewer, event, asked, path)
                && event.shows == Shows::Listed
                && path.contains("/e/")
                && !path.contains("/series")
        }
        Kind::Address => may(kind, viewer, event, asked, path),
        Kind::Picture => false,
    }
}

fn seats(scene: &Scene, world: &World<'_>) -> Vec<(Viewer, Seat)> {
    let (stranger, moderator, elsewhere) = (
        scene.person("eve", "alpha.test"),
        scene.person("zoe", "alpha.test"),
        scene.person("max", "alpha.test"),
    );
    scene.site_role(stranger, SiteRole::Member);
    world.agenda("autre");
    scene.own(stranger, "autre", ActorRole::Organiser);
    let site = scene.sites.by_host("alpha.test").unwrap().id;
    let admin = scene.account_of("admin");
    let other = Permissions::of([
        accounts::Permission::Accounts,
        accounts::Permission::Federation,
    ]);
    for (account, permissions) in [(moderator, Permissions::ALL), (elsewhere, other)] {
        scene.site_role(account, SiteRole::Moderator);
        let given = scene
            .database
            .write_now(|c| roles::set_permissions(c, admin, site, account, permissions));
        given.unwrap();
    }
    let nobody = || Seat {
        browser: Browser::new(ALPHA),
        token: String::new(),
    };
    let all = scene.seats(&[stranger, moderator, elsewhere]);
    let mut all = all.into_iter();
    VIEWERS
        .iter()
        .map(|viewer| match viewer {
            Viewer::Author => (*viewer, world.author.clone()),
            Viewer::Stranger | Viewer::Moderator | Viewer::Elsewhere => {
                (*viewer, all.next().unwrap())
            }
            _ => (*viewer, nobody()),
        })
        .collect()
}

/// The address for one event; `None` when it has no such part.
pub(super) fn filled(path: &str, event: &Told) -> Option<String> {
    let uri: String = url::form_urlencoded::byte_serialize(event.uri.as_bytes()).collect();
    if path.contains("{file}") && event.file.is_none() {
        return None;
    }
    let parts = [
        ("{id}", event.id.as_str()),
        ("{agenda}", &event.agenda),
        ("{place}", &event.place),
        ("{text}", &event.words[1]),
        ("{tag}", &event.words[2]),
        ("{uri}", &uri),
        ("{file}", event.file.as_deref().unwrap_or_default()),
    ];
    Some(parts.iter().fold(path.to_owned(), |path, (name, value)| {
        path.replace(name, value)
    }))
}

/// What is wrong at one address for one viewer.
#[expect(clippy::too_many_arguments, reason = "one look, all it depends on")]
async fn faults(
    app: &app!(),
    seat: &Seat,
    signed: &[(&str, String)],
    kind: Kind,
    viewer: Viewer,
    path: &str,
    asked: Option<&Told>,
    all: &[Told],
) -> Vec<String> {
    let seen = look(app, seat, path, signed).await;
    let mut faults = Vec::new();
    let own = |event: &Told| asked.is_some_and(|asked| asked.id == event.id);
    if kind == Kind::Picture {
        let event = asked.unwrap();
        let shown = seen.status == 200;
        if shown != may(kind, viewer, event, true, path) {
            faults.push(format!(
                "{viewer:?} {path} ({}): {}",
                event.state, seen.status
            ));
        }
        return faults;
    }
    if seen.status >= 500 {
        faults.push(format!("{viewer:?} {path}: {}", seen.status));
    }
    for event in all {
        // What was asked for stands in its field again, a tag is the name of its own page, and the form of an organiser
        // proposes the places of the site.
        let place = &event.words[3];
        let mut words = event.words.iter().filter(|word| {
            let place = kind == Kind::Tool && *word == place;
            !place && !path.contains(word.as_str())
        });
        let found = words.find(|word| seen.body.contains(word.as_str()));
        let about = || format!("{viewer:?} {path} ({} {})", event.state, seen.status);
        match found {
            Some(word) if !may(kind, viewer, event, own(event), path) => {
                faults.push(format!("{} shows {word}", about()));
            }
            None if must(kind, viewer, event, own(event), path) => {
                faults.push(format!("{} does not show it", about()));
            }
            _ => {}
        }
    }
    faults
}

#[test]
fn acl_01_mod_03_what_is_hidden_is_on_no_surface_and_what_is_public_is_on_each() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let world = World::of(&scene);
        let all = world.filled(&app).await;
        let seats = seats(&scene, &world);
        let mut wrong = Vec::new();
        for (viewer, seat) in &seats {
            let signed = signature(*viewer, &scene);
            for (_, kind, paths) in SURFACES {
                for path in *paths {
                    if is_server(*viewer) && !path.starts_with("activity:") {
                        continue;
                    }
                    // Where a moderator reads everything, there is nothing to compare.
                    let moderates = matches!(viewer, Viewer::Moderator | Viewer::Elsewhere);
                    if moderates && matches!(kind, Kind::Desk | Kind::Nothing) {
                        continue;
                    }
                    if !path.contains('{') {
                        wrong.extend(
                            faults(&app, seat, &signed, *kind, *viewer, path, None, &all).await,
                        );
                        continue;
                    }
                    for event in &all {
                        // The outbox and the pages of an agenda are those of this site's.
                        if let Some(path) = filled(path, event) {
                            let asked = Some(event);
                            wrong.extend(
                                faults(&app, seat, &signed, *kind, *viewer, &path, asked, &all)
                                    .await,
                            );
                        }
                    }
                }
            }
        }
        wrong.sort();
        wrong.dedup();
        assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    });
}
