//! SSRF as a matrix: every path to another server, by its purpose, against every place that none of
//! them may reach. A purpose without a way here does not compile.

use super::addresses::{Script, nobody, trap};
use super::collections::{followed, with_outbox};
use federation::follow::policy::FollowSettings;
use federation::outbox::{Recipients, Spoken, say};
use federation::{Method, Purpose};
use hostile::{Options, Peer, Reply, World};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use url::Url;

/// Where a purpose's request goes on a host.
fn path(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::WebFinger => "/.well-known/webfinger",
        Purpose::NodeInfoLinks => "/.well-known/nodeinfo",
        _ => "/out",
    }
}

/// Makes the server go to an address for a purpose, as it does by itself.
async fn go(world: &World, purpose: Purpose, address: &str, n: usize) {
    use diesel::prelude::*;
    // What was learnt of hosts before is not to answer for them now.
    world.write(|c| {
        use store::schema::peers;
        diesel::delete(peers::table.filter(peers::blocked.eq(false))).execute(c)?;
        Ok(())
    });
    let (hub, site) = (&world.federation, &world.site);
    let authority = address.split("://").nth(1).unwrap_or_default();
    let authority = authority.split('/').next().unwrap_or_default();
    match purpose {
        Purpose::Actor => {
            let _ = hub.look_up(site, address).await;
        }
        Purpose::Object => {
            if let Ok(url) = Url::parse(address) {
                let _ = hub.fetch_document(site, &url).await;
            }
        }
        Purpose::Collection => {
            let mut own = ["via.test", "beta.test"].into_iter();
            let home = own.find(|host| *host == authority).unwrap_or("via.test");
            let home = world.fediverse.host(home);
            let peer = with_outbox(&home, &format!("peer{n}"), 1, address);
            followed(world, &peer).await;
        }
        Purpose::WebFinger => {
            let _ = hub.look_up(site, &format!("@a@{authority}")).await;
        }
        Purpose::NodeInfoLinks => {
            let _ = hub.peer("http", authority).await;
        }
        Purpose::NodeInfo => {
            let links = json!({"links": [{"href": address,
                "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0"}]});
            let links = Reply::typed("application/json", links.to_string());
            // A NodeInfo on another host than its links' is not asked for at all.
            let home = match authority {
                "via.test" | "beta.test" => authority,
                _ => "links.test",
            };
            let host = world.fediverse.host(home);
            host.answer("/.well-known/nodeinfo", links);
            let _ = hub.peer("http", home).await;
        }
        Purpose::Delivery => {
            let (now, uri) = (world.ts(), format!("http://ours.test/actor#matrix/{n}"));
            let spoken = Spoken {
                site: world.site.id,
                actor: world.instance.id,
                kind: "Announce",
                object_id: None,
                object_uri: "http://ours.test/x".to_owned(),
                body: json!({"id": uri, "type": "Announce"}),
                uri,
                recipients: Recipients::inbox(address),
                listed: false,
            };
            world.write(|c| say(c, &spoken, now));
            world.federation.wake();
            world.settle().await;
        }
        Purpose::IndexList => {
            let mut settings = world.read(|c| FollowSettings::read(c, site.id));
            settings.index_url = Some(address.to_owned());
            world.write(|c| settings.write(c));
            let _ = hub.follow_list(site).await;
        }
        // Their own rooms follow redirects by this same call (tests in `agenda` and `web`).
        Purpose::Picture
        | Purpose::Calendar
        | Purpose::RemoteFollow
        | Purpose::Checkup
        | Purpose::BlockList
        | Purpose::Hook => {
            if let Ok(url) = Url::parse(address) {
                let client = hub.client();
                let _ = client
                    .send(purpose, Method::GET, &url, &[], None, 1_000)
                    .await;
            }
        }
    }
}

#[test]
fn ssrf_matrix_no_path_leads_to_a_place_that_none_may_reach() {
    let script = Script::default();
    let mut options = Options::hosts(&["via.test", "beta.test", "links.test", "evil.test"]);
    options.lookup = Some(script.lookup());
    hostile::on_both(&options, async |world| {
        let (port, reached) = trap().await;
        let inside = |ip: &str| SocketAddr::new(ip.parse().expect("address"), port);
        let blocked = world.federation.block_host("evil.test", "").await;
        assert!(blocked.is_ok());
        let named = format!("inside.test:{port}");
        // What is asked for, and what its name resolves to where it has one of its own.
        let rows: Vec<(String, Vec<SocketAddr>)> = vec![
            (named.clone(), vec![inside("127.0.0.1")]),
            (named.clone(), vec![inside("127.9.9.9")]),
            (named.clone(), vec![nobody(port), inside("127.0.0.1")]),
            (named.clone(), vec![inside("::ffff:127.0.0.1")]),
            (named, vec![]),
            (format!("127.0.0.1:{port}"), vec![]),
            (format!("2130706433:{port}"), vec![]),
            (format!("0x7f.1:{port}"), vec![]),
            (format!("[::ffff:7f00:1]:{port}"), vec![]),
            (format!("good@127.0.0.1:{port}"), vec![]),
            ("user@beta.test".to_owned(), vec![]),
            ("ours.test".to_owned(), vec![]),
            ("evil.test".to_owned(), vec![]),
            ("sub.EVIL.test.".to_owned(), vec![inside("127.0.0.1")]),
        ];
        let mut n = 0;
        for purpose in Purpose::ALL.iter().copied() {
            let at = path(purpose);
            for (authority, resolved) in &rows {
                for redirected in [false, true] {
                    n += 1;
                    script.set(vec![resolved.clone()]);
                    world.fediverse.forget();
                    let target = format!("http://{authority}{at}");
                    let via = world.fediverse.host("via.test");
                    via.answer(at, Reply::redirect(&target));
                    let address = match redirected {
                        true => format!("http://via.test{at}?n={n}"),
                        false => target.clone(),
                    };
                    go(&world, purpose, &address, n).await;
                    let what = format!("{purpose:?} {target} redirected: {redirected}");
                    assert_eq!(reached.load(Ordering::SeqCst), 0, "{what}");
                    let asked = world.fediverse.asked();
                    let strange = |line: &&String| {
                        let host = line.split(' ').nth(1).unwrap_or_default();
                        !host.starts_with("via.test/") && !host.starts_with("links.test/")
                    };
                    assert_eq!(asked.iter().find(strange), None, "{what}");
                }
            }
            // The twin: the same path gets where it may.
            n += 1;
            world.fediverse.forget();
            let _ = Peer::new(&world.fediverse.host("beta.test"), "any", 1);
            go(&world, purpose, &format!("http://beta.test{at}"), n).await;
            let asked = world.fediverse.asked();
            let there = format!("beta.test{at}");
            assert!(
                asked.iter().any(|line| line.contains(&there)),
                "{purpose:?} {asked:?}"
            );
        }
    });
}
