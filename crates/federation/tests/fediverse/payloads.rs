//! What other software really sends, with one value changed, from a host that it does not belong to:
//! through the gate, the queue and the ingest nothing fails, and nothing of another host changes.

#[allow(dead_code, reason = "made for the readers' tests")]
#[path = "../../../activitystreams/tests/corpus/mod.rs"]
mod corpus;
#[path = "../../../activitystreams/tests/corpus/mutate.rs"]
mod mutate;

use corpus::{document, fixtures};
use diesel::prelude::*;
use hostile::{Message, Options, Peer, Reply, World};
use serde_json::{Value, json};
use store::schema::follows;
use url::Url;

/// Of so many mutations one is sent: all of them would take an hour.
const EACH: usize = 67;
/// Sent before the rows are looked at.
const BATCH: usize = 60;

/// Rows that belong to a host.
fn of(world: &World, host: &str) -> Vec<String> {
    let (field, bare, pair) = (
        format!("uri: \"http://{host}/"),
        format!("http://{host}/"),
        format!("(\"http://{host}/"),
    );
    let mut rows = world.rows();
    rows.retain(|row| row.contains(&field) || row.starts_with(&bare) || row.starts_with(&pair));
    rows
}

/// Moves every address to a host, but those of vocabularies.
fn moved(value: &Value, host: &str) -> Value {
    match value {
        Value::String(text) => match Url::parse(text) {
            Ok(mut url)
                if matches!(url.scheme(), "http" | "https")
                    && !url.host_str().unwrap_or_default().starts_with("w3id")
                    && !url.host_str().unwrap_or_default().ends_with("w3.org") =>
            {
                let there = url.set_scheme("http").and_then(|()| url.set_port(None));
                assert!(there.is_ok() && url.set_host(Some(host)).is_ok());
                json!(url.as_str())
            }
            _ => value.clone(),
        },
        Value::Array(list) => list.iter().map(|one| moved(one, host)).collect(),
        Value::Object(map) => {
            let each = map.iter().map(|(key, one)| (key.clone(), moved(one, host)));
            Value::Object(each.collect())
        }
        other => other.clone(),
    }
}

/// Names `id` in a place that holds an address or an object with one.
fn name(place: &mut Value, id: &str) {
    match place {
        Value::Object(map) => {
            map.insert("id".to_owned(), json!(id));
        }
        other => *other = json!(id),
    }
}

struct Victim {
    peer: Peer,
    /// Our follow of it, and its follow of us.
    follows: [String; 2],
}

impl Victim {
    async fn meet(world: &World) -> Self {
        let peer = Peer::new(&world.fediverse.host("victim.test"), "victor", 4);
        world.follow(&peer).await;
        world.followed_by(&peer, &world.agenda).await;
        let event = peer.event("1", "Concert");
        peer.serve_event("1", &event);
        world
            .deliver(&peer, &peer.says("Create", "c1", event))
            .await;
        assert!(world.object(&peer.event_uri("1")).is_some());
        let uris: Vec<String> = world.read(|c| {
            Ok(follows::table
                .order(follows::id)
                .select(follows::uri)
                .load(c)?)
        });
        let uris = <[String; 2]>::try_from(uris).expect("two follows");
        Self {
            peer,
            follows: uris,
        }
    }

    /// A payload as the victim would send it, about what it really has here.
    fn would_say(&self, world: &World, payload: &Value) -> Value {
        let mut value = moved(payload, "victim.test");
        let kind = value["type"].as_str().unwrap_or_default().to_owned();
        if value.get("actor").is_some() {
            value["actor"] = json!(self.peer.uri);
            let about = match kind.as_str() {
                "Follow" => &world.agenda.uri,
                "Accept" | "Reject" => &self.follows[0],
                "Undo" => &self.follows[1],
                _ => &self.peer.event_uri("1"),
            };
            name(&mut value["object"], about);
            if let Some(inner) = value["object"].as_object_mut() {
                for key in ["attributedTo", "actor"] {
                    if inner.contains_key(key) {
                        inner.insert(key.to_owned(), json!(self.peer.uri));
                    }
                }
            }
        } else if value.get("inbox").is_some() {
            value["id"] = json!(self.peer.uri);
        } else {
            value["id"] = json!(self.peer.event_uri("1"));
            value["attributedTo"] = json!(self.peer.uri);
        }
        value
    }
}

/// The ways in which a payload of another host is tried.
async fn send(world: &World, eve: &Peer, payload: &Value, n: usize) -> Vec<u16> {
    let post = async |body: &Value| {
        let message = Message::post("ours.test", "/inbox", body, world.now());
        world
            .send(&message.sign(&eve.key, &eve.key_id))
            .await
            .status
    };
    let mut statuses = Vec::new();
    if payload.get("actor").is_some() {
        // As it is, under a key of another host; then spoken by that host about what is not its own.
        statuses.push(post(payload).await);
        let mut own = payload.clone();
        own["actor"] = json!(eve.uri);
        statuses.push(post(&own).await);
        own["id"] = json!(format!("{}#{n}", eve.uri));
        statuses.push(post(&own).await);
    } else {
        // Served by that host, which passes it on and says that it made it.
        let path = format!("/documents/{n}");
        eve.host.answer(&path, Reply::activity(payload));
        let announce = eve.says("Announce", &format!("a{n}"), json!(eve.host.url(&path)));
        statuses.push(post(&announce).await);
        let create = eve.says("Create", &format!("c{n}"), payload.clone());
        statuses.push(post(&create).await);
        let update = eve.says("Update", &format!("u{n}"), payload.clone());
        statuses.push(post(&update).await);
        let url = Url::parse(&eve.host.url(&path)).expect("url");
        let _ = world.federation.resolve_actor(&world.site, &url).await;
    }
    statuses
}

#[test]
fn mutated_payloads_of_other_software_gain_no_trust_from_the_wrong_host() {
    let Some(all) = fixtures() else { return };
    let mut options = Options::hosts(&["victim.test", "evil.test"]);
    options.limits_factor = 1_000;
    hostile::on_both(&options, async |world| {
        let victim = Victim::meet(&world).await;
        let eve = Peer::new(&world.fediverse.host("evil.test"), "eve", 3);
        world.follow(&eve).await;
        let before = of(&world, "victim.test");
        assert!(before.len() >= 5, "{before:#?}");
        world.fediverse.forget();
        let still = async |last: &str| {
            world.settle().await;
            let after = of(&world, "victim.test");
            let changed: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
            assert!(
                changed.is_empty() && after.len() == before.len(),
                "{last}: {changed:#?}"
            );
            let told = world.fediverse.asked();
            let told = told
                .iter()
                .find(|line| line.starts_with("POST victim.test"));
            assert_eq!(told, None, "the victim is answered for another: {last}");
            world.fediverse.forget();
        };
        let (mut seen, mut sent, mut accepted) = (0_usize, 0_usize, 0_usize);
        for fixture in &all {
            let value = document(activitystreams::parse(&fixture.bytes).expect("parsed"));
            if fixture.path.starts_with("fasp/") || !value.is_object() {
                continue;
            }
            let value = victim.would_say(&world, &value);
            let mut chosen = vec![(value.clone(), "as it is".to_owned())];
            mutate::each(&value, 3, "evil.test", &mut |mutated, what| {
                seen += 1;
                if seen % EACH == 0 {
                    chosen.push((mutated.clone(), what.to_owned()));
                }
            });
            for (payload, what) in chosen {
                let what = format!("{} {what}", fixture.path);
                for status in send(&world, &eve, &payload, sent).await {
                    assert!(matches!(status, 202 | 400 | 401 | 403), "{what}: {status}");
                    accepted += usize::from(status == 202);
                }
                sent += 1;
                if sent % BATCH == 0 {
                    still(&what).await;
                }
            }
        }
        still("the last").await;
        println!("{sent} of {seen} mutations, {accepted} deliveries passed the gate");
        assert!(sent > 500 && accepted > 500, "{sent} {accepted}");
        let poisoned = world.queued("parked");
        assert_eq!(poisoned, 0, "none of them made its worker fail");
        // The twins: by its own host the same changes what it should, and the other's own is taken in.
        let update = victim
            .peer
            .says("Update", "u1", victim.peer.event("1", "Renamed"));
        assert_eq!(world.deliver(&victim.peer, &update).await.status, 202);
        let event = world.object(&victim.peer.event_uri("1"));
        assert_eq!(event.map(|event| event.title).as_deref(), Some("Renamed"));
        let own = eve.says("Create", "own", eve.event("own", "Hers"));
        assert_eq!(world.deliver(&eve, &own).await.status, 202);
        assert!(world.object(&eve.event_uri("own")).is_some());
    });
}
