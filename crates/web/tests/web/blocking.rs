//! Files and lists of servers to block, and decisions about servers, as moderators meet them.

use crate::scene::{Browser, PASSWORD, Scene, admin, on_both, on_both_among};
use federation::Federation;
use hostile::Reply;
use moderation::lists::ListWorker;
use moderation::record;

const ALPHA: &str = "https://alpha.test";
const PAGE: &str = "/admin/blocks";
const FILE: &str = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n\
    evil.test,suspend,false,false,spam,false\n\
    loud.test,silence,true,false,=HYPERLINK(1),false\n\
    alpha.test,suspend,false,false,us,false\n\
    ex*mple.test,suspend,false,false,,true\n";

/// The values of the boxes that a page ticks.
fn lines(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in page.split("name=\"line\" value=\"").skip(1) {
        let value = part.split('"').next().unwrap();
        found.push(
            value
                .replace("&#34;", "\"")
                .replace("&quot;", "\"")
                .replace("&#39;", "'"),
        );
    }
    found
}

fn blocked(federation: &Federation, hosts: &[(&str, bool)]) {
    for (host, expected) in hosts {
        assert_eq!(federation.is_blocked(host), *expected, "{host}");
    }
}

pub(crate) fn worker(scene: &Scene) -> ListWorker {
    ListWorker {
        database: scene.database.clone(),
        federation: scene.federation.clone(),
        moderation: scene.moderation.clone(),
        clock: scene.clock.clone(),
    }
}

/// Signs in again: sessions end while time passes.
async fn again<S, B>(browser: &mut Browser, app: &S)
where
    S: actix_web::dev::Service<
            actix_http::Request,
            Response = actix_web::dev::ServiceResponse<B>,
            Error = actix_web::Error,
        >,
    B: actix_web::body::MessageBody,
{
    browser.sign_in(app, "admin@alpha.test", PASSWORD).await;
}

/// Source and key of each line of the queue under a filter, in the order of the page.
async fn queue<S, B>(browser: &mut Browser, app: &S, source: &str) -> Vec<String>
where
    S: actix_web::dev::Service<
            actix_http::Request,
            Response = actix_web::dev::ServiceResponse<B>,
            Error = actix_web::Error,
        >,
    B: actix_web::body::MessageBody,
{
    let page = browser
        .get(app, &format!("/admin/queue?show={source}"))
        .await;
    assert_eq!(page.status, 200);
    lines(&page.body)
}

#[test]
fn a_file_of_mastodon_is_shown_first_and_only_what_is_ticked_is_taken() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        let preview = admin
            .post_file(
                &app,
                "/admin/blocks/preview",
                &[],
                ("file", "b.csv", FILE.as_bytes()),
            )
            .await;
        assert_eq!(preview.status, 200, "{}", preview.body);
        let offered = lines(&preview.body);
        assert_eq!(offered.len(), 2, "{}", preview.body);
        assert!(preview.body.contains("ex*mple.test") && preview.body.contains("alpha.test"));
        // Nothing was decided by looking.
        blocked(&scene.federation, &[("evil.test", false)]);
        let chosen: Vec<(&str, &str)> =
            offered.iter().map(|line| ("line", line.as_str())).collect();
        let taken = admin.post(&app, "/admin/blocks/take", &chosen).await;
        assert_eq!(taken.status, 303);
        blocked(
            &scene.federation,
            &[
                ("a.EVIL.test", true),
                ("loud.test", false),
                ("alpha.test", false),
            ],
        );
        let file = admin.get(&app, "/admin/blocks.csv").await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        // INJ-02, and the way back: what is written can be read again.
        assert!(
            file.body
                .contains("evil.test,suspend,false,false,spam,false"),
            "{}",
            file.body
        );
        assert!(
            file.body
                .contains("loud.test,silence,true,false,'=HYPERLINK(1),false")
        );
        // Again: it is decided.
        let again = admin
            .post_file(
                &app,
                "/admin/blocks/preview",
                &[("text", FILE)],
                ("file", "", b""),
            )
            .await;
        assert_eq!((again.status, lines(&again.body).len()), (200, 0));
        let empty = admin
            .post_file(
                &app,
                "/admin/blocks/preview",
                &[("text", "rien")],
                ("file", "", b""),
            )
            .await;
        assert_eq!(empty.status, 422);
        let site = scene.sites.by_host("alpha.test").unwrap().id;
        let whole = scene.database.read_now(|c| record::check(c, site)).unwrap();
        assert_eq!(whole, Ok(3));
    });
}

#[test]
fn a_block_has_a_reason_and_an_end_and_lifting_one_leaves_the_other() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        let take = |host: &'static str, days: &'static str| {
            [
                ("on", format!("host:{host}")),
                ("kind", "block".to_owned()),
                ("reason", "spam".to_owned()),
                ("text", "Trop de publicité.".to_owned()),
                ("days", days.to_owned()),
                ("back", PAGE.to_owned()),
            ]
        };
        for (host, days) in [("EVIL.test.", "2"), ("sub.evil.test", "")] {
            let fields = take(host, days);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            assert_eq!(
                admin.post(&app, "/admin/measures", &fields).await.status,
                303
            );
        }
        let page = admin.get(&app, PAGE).await.body;
        assert!(
            page.contains("evil.test") && page.contains("Bloquée"),
            "{page}"
        );
        blocked(
            &scene.federation,
            &[("x.evil.test", true), ("x.sub.evil.test", true)],
        );
        // Our own name, what is no host, and who may not.
        for (host, status) in [("alpha.test", 422), ("test", 422)] {
            let fields = take(host, "");
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let refused = admin.post(&app, "/admin/measures", &fields).await;
            assert_eq!(refused.status, status, "{host}");
        }
        scene.pass(2 * 86_400 + 1);
        let (desk, now) = (scene.moderation.clone(), scene.clock.ts());
        let ended = scene.database.write_now(|c| desk.end_measures(c, now));
        assert_eq!(ended.unwrap(), 1);
        scene.federation.reread_blocks().await.unwrap();
        blocked(
            &scene.federation,
            &[("x.evil.test", false), ("x.sub.evil.test", true)],
        );
        again(&mut admin, &app).await;
        // The page of servers and the API make and lift the same decision.
        admin.get(&app, PAGE).await;
        let act = [("host", "evil.test"), ("do", "block")];
        assert_eq!(admin.post(&app, "/admin/peers/act", &act).await.status, 303);
        blocked(&scene.federation, &[("evil.test", true)]);
        let act = [("host", "evil.test"), ("do", "unblock")];
        assert_eq!(admin.post(&app, "/admin/peers/act", &act).await.status, 303);
        blocked(&scene.federation, &[("evil.test", false)]);
        let page = admin.get(&app, "/admin/measures").await.body;
        assert!(
            page.contains("sub.evil.test") && !page.contains(">evil.test<"),
            "{page}"
        );
    });
}

#[test]
fn a_list_proposes_and_own_decisions_win() {
    on_both_among(&["friend.test"], |scene, fediverse| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        let list = fediverse.host("friend.test");
        let says = |rows: &[&str]| {
            let rows = rows.join("\n");
            let text = format!("#domain,#severity,#reject_media,#public_comment\n{rows}\n");
            Reply::typed("text/csv", text)
        };
        let first = [
            "evil.test,suspend,false,spam",
            "kept.test,suspend,false,old",
            "loud.test,silence,true,noise",
        ];
        list.answer("/blocks.csv", says(&first));
        // Decided here before the list is known.
        let own = [
            ("on", "host:kept.test"),
            ("kind", "unlist"),
            ("reason", "spam"),
            ("text", ""),
            ("days", ""),
        ];
        assert_eq!(admin.post(&app, "/admin/measures", &own).await.status, 303);
        for wrong in [
            "",
            "friend",
            "ftp://friend.test/x",
            "https://127.0.0.1/x",
            "http://alpha.test/x",
        ] {
            let fields = [("do", "subscribe"), ("url", wrong)];
            let refused = admin.post(&app, "/admin/blocks/lists", &fields).await;
            assert_eq!(refused.status, 422, "{wrong}");
        }
        let url = "http://friend.test/blocks.csv";
        let fields = [("do", "subscribe"), ("url", url)];
        assert_eq!(
            admin
                .post(&app, "/admin/blocks/lists", &fields)
                .await
                .status,
            303
        );
        let reads = worker(&scene);
        assert_eq!(reads.read_due().await.unwrap(), 1);
        blocked(&scene.federation, &[("evil.test", false)]);
        let waiting = queue(&mut admin, &app, "proposals").await;
        assert_eq!(waiting.len(), 2, "{waiting:?}");
        let page = admin.get(&app, "/admin/queue?show=proposals").await.body;
        for words in ["evil.test", "spam", "friend.test/blocks.csv", "loud.test"] {
            assert!(page.contains(words), "{words}");
        }
        let decide = |line: &str, act: &str| {
            [
                ("line".to_owned(), line.to_owned()),
                ("act".to_owned(), act.to_owned()),
                ("confirmed".to_owned(), "yes".to_owned()),
                ("show".to_owned(), "proposals".to_owned()),
            ]
        };
        for (line, act) in [(&waiting[0], "approve"), (&waiting[1], "refuse")] {
            let fields = decide(line, act);
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .collect();
            assert_eq!(admin.post(&app, "/admin/queue", &fields).await.status, 303);
        }
        blocked(
            &scene.federation,
            &[
                ("evil.test", true),
                ("loud.test", false),
                ("kept.test", false),
            ],
        );
        // The same again changes nothing; the refused one may even leave and come back.
        for rows in [&first[..], &first[..1], &first[..]] {
            list.answer("/blocks.csv", says(rows));
            scene.pass(13 * 3_600);
            assert_eq!(reads.read_due().await.unwrap(), 1);
            again(&mut admin, &app).await;
            assert!(queue(&mut admin, &app, "proposals").await.is_empty());
        }
        // An error, or a page that is no list, lifts nothing.
        for broken in [
            Reply::status(500),
            Reply::typed("text/html", "<h1>404</h1>"),
            Reply::status(404),
        ] {
            list.answer("/blocks.csv", broken);
            scene.pass(25 * 3_600);
            assert_eq!(reads.read_due().await.unwrap(), 1);
            again(&mut admin, &app).await;
            assert!(queue(&mut admin, &app, "proposals").await.is_empty());
            assert!(admin.get(&app, PAGE).await.body.contains("Pas lue"));
        }
        // Gone from the list: lifting is proposed as well.
        list.answer("/blocks.csv", says(&["other.test,silence,false,x"]));
        scene.pass(25 * 3_600);
        reads.read_due().await.unwrap();
        again(&mut admin, &app).await;
        assert_eq!(queue(&mut admin, &app, "proposals").await.len(), 2);
        blocked(&scene.federation, &[("evil.test", true)]);
        // Ended: what it brought stays, and goes together.
        let page = admin.get(&app, PAGE).await.body;
        let id = page
            .split("name=\"id\" value=\"")
            .filter_map(|part| part.split('"').next())
            .last()
            .unwrap();
        let fields = [("do", "end"), ("id", id)];
        assert_eq!(
            admin
                .post(&app, "/admin/blocks/lists", &fields)
                .await
                .status,
            303
        );
        blocked(&scene.federation, &[("evil.test", true)]);
        assert!(admin.get(&app, PAGE).await.body.contains("Plus suivie"));
        let fields = [("do", "lift"), ("url", url)];
        assert_eq!(
            admin
                .post(&app, "/admin/blocks/lists", &fields)
                .await
                .status,
            303
        );
        blocked(&scene.federation, &[("evil.test", false)]);
        let page = admin.get(&app, "/admin/measures").await.body;
        assert!(
            page.contains("kept.test"),
            "the site's own decision stays: {page}"
        );
    });
}

#[test]
fn who_speaks_with_named_servers_only_speaks_with_no_other() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        let set = [("only", "yes"), ("hosts", "friend.test\nBÜCHER.test")];
        assert_eq!(
            admin.post(&app, "/admin/blocks/allowed", &set).await.status,
            303
        );
        blocked(
            &scene.federation,
            &[
                ("friend.test", false),
                ("a.FRIEND.test:8443", false),
                ("xn--bcher-kva.test", false),
                ("stranger.test", true),
                ("notfriend.test", true),
                ("alpha.test", false),
                ("beta.test", false),
            ],
        );
        // A block goes before it (DOM-03).
        scene
            .federation
            .block_host("a.friend.test", "")
            .await
            .unwrap();
        blocked(
            &scene.federation,
            &[("b.a.friend.test", true), ("friend.test", false)],
        );
        let wrong = [("only", "yes"), ("hosts", "friend.test\nnot a host/")];
        let refused = admin.post(&app, "/admin/blocks/allowed", &wrong).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.body.contains("not a host/"),
            "what was typed is kept"
        );
        assert_eq!(scene.federation.allow_list().await.unwrap().hosts.len(), 2);
        let off = [("hosts", "friend.test")];
        assert_eq!(
            admin.post(&app, "/admin/blocks/allowed", &off).await.status,
            303
        );
        blocked(
            &scene.federation,
            &[("stranger.test", false), ("a.friend.test", true)],
        );
    });
}
