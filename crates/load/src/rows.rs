//! What is in the database before the load comes: actors of other servers, follows, stored objects.

use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use federation::{Actor, Content, Incoming};
use publication::Registry;
use serde_json::json;
use sites::Sites;
use std::sync::Arc;
use store::schema::{actor_keys, actors, follows, objects, peers};
use store::{Conn, Database, Id, Portable, StoreError, Ts, fresh_id};

/// A fresh database on a PostgreSQL server; gives its address.
pub(crate) fn fresh_postgres(server: &str, name: &str) -> anyhow::Result<String> {
    let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
    let mut admin = PgConnection::establish(&format!("{base}/postgres"))?;
    admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name}"))?;
    admin.batch_execute(&format!("CREATE DATABASE {name}"))?;
    Ok(format!("{base}/{name}"))
}

/// An actor of another server, with its key and what is known of its server.
pub(crate) fn stranger(
    conn: &mut Conn,
    host: &str,
    name: &str,
    pem: Option<&str>,
    shared: bool,
    now: Ts,
) -> Result<Id, StoreError> {
    let uri = format!("http://{host}/users/{name}");
    let id = fresh_id(now.0);
    diesel::insert_into(actors::table)
        .values((
            (
                actors::id.eq(id),
                actors::uri.eq(&uri),
                actors::host.eq(host),
                actors::kind.eq("Group"),
                actors::username.eq(name),
                actors::name.eq(name),
                actors::summary.eq(""),
                actors::inbox.eq(format!("{uri}/inbox")),
                actors::shared_inbox.eq(shared.then(|| format!("http://{host}/inbox"))),
            ),
            (
                actors::manually_approves.eq(false),
                actors::discoverable.eq(true),
                actors::indexable.eq(true),
                actors::state.eq("active"),
                actors::fetched_at.eq(now),
                actors::created_at.eq(now),
                actors::updated_at.eq(now),
            ),
        ))
        .execute(conn)?;
    if let Some(pem) = pem {
        diesel::insert_into(actor_keys::table)
            .values((
                actor_keys::id.eq(fresh_id(now.0)),
                actor_keys::actor_id.eq(id),
                actor_keys::key_uri.eq(format!("{uri}#main-key")),
                actor_keys::algorithm.eq("rsa"),
                actor_keys::public_key.eq(pem),
                actor_keys::created_at.eq(now),
            ))
            .execute(conn)?;
    }
    let peer = (
        peers::host.eq(host),
        peers::software.eq("mastodon"),
        peers::nodeinfo_at.eq(now),
        peers::blocked.eq(false),
        peers::failures.eq(0),
    );
    let insert = diesel::insert_into(peers::table).values(peer);
    Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    Ok(id)
}

/// `follower` follows `target`, accepted.
pub(crate) fn follows(
    conn: &mut Conn,
    follower: Id,
    target: Id,
    now: Ts,
) -> Result<(), StoreError> {
    let id = fresh_id(now.0);
    diesel::insert_into(follows::table)
        .values((
            follows::id.eq(id),
            follows::follower_id.eq(follower),
            follows::target_id.eq(target),
            follows::uri.eq(format!("http://load.test/follows/{id}")),
            follows::state.eq("accepted"),
            follows::activity.eq("{}"),
            follows::created_at.eq(now),
            follows::decided_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// One of the site's own actors by name.
pub(crate) fn own(database: &Database, name: &str) -> anyhow::Result<Actor> {
    let found = database.read_now(|c| {
        Ok::<_, StoreError>(
            actors::table
                .filter(actors::site_id.is_not_null())
                .filter(actors::username.eq(name))
                .select(Actor::as_select())
                .first(c)
                .optional()?,
        )
    })?;
    found.context("no such actor")
}

/// An event as other servers send it, of some two kilobytes.
pub(crate) fn event(host: &str, name: &str, number: usize) -> serde_json::Value {
    let actor = format!("http://{host}/users/{name}");
    let day = 1 + number % 28;
    json!({
        "id": format!("http://{host}/events/{number}"), "type": "Event",
        "name": format!("Rencontre numéro {number} au bord de l’eau"),
        "attributedTo": actor, "url": format!("http://{host}/e/{number}"),
        "content": format!("<p>{}</p>", "Une soirée pour se retrouver, discuter et jouer. ".repeat(16)),
        "startTime": format!("2027-03-{day:02}T19:00:00+01:00"), "endTime": format!("2027-03-{day:02}T22:00:00+01:00"),
        "timezone": "Europe/Paris", "category": "MEETING", "status": "CONFIRMED",
        "location": {"type": "Place", "name": "Salle des fêtes", "latitude": 45.75, "longitude": 4.83,
            "address": {"type": "PostalAddress", "streetAddress": "1 rue des Fleurs", "postalCode": "69001",
                "addressLocality": "Lyon", "addressCountry": "France"}},
        "tag": [{"type": "Hashtag", "name": "#rencontre"}, {"type": "Hashtag", "name": "#lyon"}],
        "published": "2026-11-01T08:00:00Z", "updated": "2026-11-01T08:00:00Z",
        "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [format!("{actor}/followers")],
    })
}

/// Fills the database up to `stored` objects of other servers, in large transactions.
pub(crate) fn grow(database: &Database, stored: usize) -> anyhow::Result<()> {
    let sites = Sites::open(database.clone())?;
    let namespace = "https://load.test/ns#";
    let kinds: Vec<Arc<dyn publication::Kind>> = vec![Arc::new(agenda::Agenda::new(namespace))];
    let registry = Registry::new(kinds, sites, namespace);
    let now = Ts::new(crate::now());
    let (there, author) = database.write_now(|c| {
        let there: i64 = objects::table.count().get_result(c)?;
        let uri = "http://grown.test/users/agenda";
        let known = Actor::by_uri(c, uri)?;
        let author = match known {
            Some(actor) => Some(actor),
            None => {
                let id = stranger(c, "grown.test", "agenda", None, true, now)?;
                Actor::by_id(c, id)?
            }
        };
        Ok::<_, StoreError>((there, author))
    })?;
    let author = author.context("no author")?;
    let numbers: Vec<usize> = (usize::try_from(there)?..stored).collect();
    for part in numbers.chunks(2_000) {
        database.write_now(|c| {
            for number in part {
                let document = event("grown.test", "agenda", *number);
                let incoming = Incoming {
                    document: &document,
                    author: &author,
                    now,
                };
                let taken = registry.receive(c, &incoming);
                taken.map_err(|error| StoreError::Damaged(error.to_string()))?;
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(())
}
