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

/// Objects that are taken in as any other; [`grow`] copies their rows.
const TEMPLATES: usize = 1_000;

/// Fills the database up to `stored` objects of other servers: a thousand go through the ingest, the others are
/// copies of their rows, older by their ids, as growth by the ingest takes longer than what is measured.
pub(crate) fn grow(database: &Database, stored: usize) -> anyhow::Result<()> {
    let there: i64 = database.read_now(|c| {
        let count = objects::table.count().get_result(c)?;
        Ok::<_, StoreError>(count)
    })?;
    let mut there = usize::try_from(there)?;
    let known = templates(database)?;
    let known = if known.is_empty() {
        take_in_templates(database)?;
        there += TEMPLATES;
        templates(database)?
    } else {
        known
    };
    let quoted: Vec<String> = known.iter().map(|id| format!("'{id}'")).collect();
    let among = quoted.join(",");
    let mut round = there;
    while there < stored {
        database.write_now(|c| copy(c, &among, round))?;
        there += known.len();
        round += 1;
    }
    Ok(())
}

const TEMPLATE_HOST: &str = "grown.test";

fn templates(database: &Database) -> anyhow::Result<Vec<Id>> {
    // A copy's address goes on after the number.
    let names: Vec<String> = (0..TEMPLATES)
        .map(|number| format!("http://{TEMPLATE_HOST}/events/{number}"))
        .collect();
    Ok(database.read_now(|c| {
        let mut found = Vec::new();
        for part in names.chunks(100) {
            let ids: Vec<Id> = objects::table
                .filter(objects::uri.eq_any(part))
                .select(objects::id)
                .load(c)?;
            found.extend(ids);
        }
        Ok::<_, StoreError>(found)
    })?)
}

fn take_in_templates(database: &Database) -> anyhow::Result<()> {
    let sites = Sites::open(database.clone())?;
    let namespace = "https://load.test/ns#";
    let kinds: Vec<Arc<dyn publication::Kind>> = vec![Arc::new(agenda::Agenda::new(namespace))];
    let registry = Registry::new(kinds, sites, namespace);
    let now = Ts::new(crate::now());
    database.write_now(|c| {
        let id = stranger(c, TEMPLATE_HOST, "agenda", None, true, now)?;
        let author = Actor::by_id(c, id)?.ok_or(StoreError::Cancelled)?;
        for number in 0..TEMPLATES {
            let document = event(TEMPLATE_HOST, "agenda", number);
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
    Ok(())
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// One copy of each row of these objects, with ids and addresses of their own.
#[expect(
    clippy::disallowed_methods,
    reason = "text made of column names and numbers of its own"
)]
fn copy(conn: &mut Conn, among: &str, round: usize) -> Result<(), StoreError> {
    let embedded = matches!(conn, Conn::Sqlite(_));
    let within = [
        (
            "places",
            format!("id IN (SELECT place_id FROM events WHERE object_id IN ({among}))"),
        ),
        ("objects", format!("id IN ({among})")),
        ("object_tags", format!("object_id IN ({among})")),
        ("events", format!("object_id IN ({among})")),
    ];
    for (table, which) in within {
        let columns: Vec<Column> = diesel::sql_query(if embedded {
            format!("SELECT name FROM pragma_table_info('{table}')")
        } else {
            format!(
                "SELECT column_name::text AS name FROM information_schema.columns \
                 WHERE table_name = '{table}' AND table_schema = 'public'"
            )
        })
        .load(conn)?;
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        // The first half of an id is the time it was made at: a small number there is long ago.
        let values = names.iter().map(|name| match *name {
            "id" | "object_id" | "place_id" if embedded => {
                format!("'{round:08x}' || substr({name}, 9)")
            }
            "id" | "object_id" | "place_id" => {
                format!("('{round:08x}' || substr({name}::text, 9))::uuid")
            }
            "uri" | "url" => format!("{name} || '/{round}'"),
            name => name.to_owned(),
        });
        let values = values.collect::<Vec<_>>().join(", ");
        let names = names.join(", ");
        conn.batch_execute(&format!(
            "INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {which}"
        ))?;
    }
    Ok(())
}
