//! Pictures of other servers' events are fetched once and served from here: a visitor's browser asks
//! nobody else (V5).

use diesel::prelude::*;
use federation::{Federation, Method, Purpose};
use media::{Library, MediaError, Processor};
use pages::store_picture;
use publication::{LifeError, Object, ObjectState, Registry, Revision, revise};
use std::collections::HashSet;
use std::sync::Arc;
use store::schema::{events, jobs, media as table, objects};
use store::{Clock, Conn, Database, Id, Json, Portable, StoreError, Ts, fresh_id};
use tokio::sync::watch;
use url::Url;

/// Largest picture fetched, in bytes.
const MOST: usize = 16 * 1024 * 1024;
const REDIRECTS: usize = 3;
const TRIES: i32 = 3;
/// Looked for pictures that nothing shows so often.
const SWEEP: chrono::Duration = chrono::Duration::minutes(10);
/// A picture may be shown by nothing for so long.
const IDLE: chrono::Duration = chrono::Duration::hours(1);
/// Forgotten in one transaction.
const PORTION: i64 = 50;

/// Fetches pictures that events name and that are not here yet.
#[derive(Clone)]
pub struct PictureWorker {
    /// Where events are.
    pub database: Database,
    /// The way out.
    pub federation: Federation,
    /// Who tells followers of a picture that came late.
    pub registry: Registry,
    /// Where pictures go.
    pub library: Arc<Library>,
    /// Checks and shrinks them.
    pub processor: Processor,
    /// What time it is.
    pub clock: Clock,
}

impl PictureWorker {
    /// Runs until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut swept: Option<Ts> = None;
        while !*stop.borrow() {
            let now = self.clock.ts();
            if swept.is_none_or(|at| at.0 + SWEEP <= now.0) {
                swept = Some(now);
                if let Err(error) = self.sweep().await {
                    tracing::error!(%error, "pictures that nothing shows");
                }
            }
            let done = self.fetch_due().await;
            if let Err(error) = &done {
                tracing::error!(%error, "pictures of other servers");
            }
            if matches!(done, Ok(n) if n > 0) {
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(std::time::Duration::from_secs(20)) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Removes pictures that nothing shows, with their files: of purged and deleted events, and those that were replaced.
    /// One that was just fetched may still be hung.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let before = Ts::new(self.clock.now() - IDLE);
        loop {
            let sweep = move |c: &mut Conn| publication::pictures::sweep(c, before, PORTION);
            let names = self.database.write(sweep).await?;
            if names.is_empty() {
                return Ok(());
            }
            let library = Arc::clone(&self.library);
            let removed = tokio::task::spawn_blocking(move || {
                for name in names {
                    match library.remove(&name) {
                        Ok(()) | Err(MediaError::NotFound) => {}
                        Err(error) => tracing::warn!(%error, name, "a picture is left behind"),
                    }
                }
            });
            if let Err(error) = removed.await {
                tracing::warn!(%error, "pictures are left behind");
                return Ok(());
            }
        }
    }

    /// Fetches a few pictures; gives how many were tried. After three failures one is given up.
    pub async fn fetch_due(&self) -> Result<usize, StoreError> {
        let now = self.clock.ts();
        let due: Vec<String> = self
            .database
            .read(move |c| {
                let put_off = jobs::table
                    .filter(jobs::kind.eq("picture"))
                    .filter(jobs::key.nullable().eq(events::picture_url))
                    .filter(jobs::next_try_at.gt(now).or(jobs::state.eq("failed")));
                let urls: Vec<String> = events::table
                    .filter(events::picture_url.is_not_null())
                    .filter(diesel::dsl::not(taken_nowhere()))
                    .filter(events::picture_id.is_null())
                    .filter(diesel::dsl::not(diesel::dsl::exists(put_off)))
                    .order(events::starts_at.desc())
                    .limit(10)
                    .select(events::picture_url.assume_not_null())
                    .load(c)?;
                let mut seen = HashSet::new();
                let fresh = urls.into_iter().filter(|url| seen.insert(url.clone()));
                Ok::<_, StoreError>(fresh.collect())
            })
            .await?;
        let count = due.len();
        for url in due {
            match self.picture(&url).await {
                Ok(picture) => {
                    let registry = self.registry.clone();
                    self.database
                        .write(move |c| hang(c, &registry, &url, picture, now))
                        .await?;
                    self.federation.wake();
                }
                Err(reason) => {
                    tracing::info!(host = host(&url), reason, "picture not fetched");
                    let now = self.clock.ts();
                    self.database
                        .write(move |c| put_off(c, &url, &reason, now))
                        .await?;
                }
            }
        }
        Ok(count)
    }

    async fn picture(&self, url: &str) -> Result<Id, String> {
        let asked = url.to_owned();
        let known = self
            .database
            .read(move |c| by_url(c, &asked))
            .await
            .map_err(|error| error.to_string())?;
        if let Some(known) = known {
            return Ok(known);
        }
        let bytes = self.download(url).await?;
        let library = Arc::clone(&self.library);
        let incoming = tokio::task::spawn_blocking(move || {
            let mut incoming = library.incoming(MOST as u64)?;
            incoming.write(&bytes)?;
            Ok::<_, MediaError>(incoming)
        });
        let incoming = incoming
            .await
            .map_err(|error| error.to_string())?
            .map_err(|error| error.to_string())?;
        let stored = self
            .processor
            .accept(Arc::clone(&self.library), incoming, None, None)
            .await;
        let stored = stored.map_err(|error| error.to_string())?;
        let (remote, now) = (url.to_owned(), self.clock.ts());
        let written = self.database.write(move |c| match by_url(c, &remote)? {
            Some(known) => Ok(known),
            None => store_picture(c, &stored, None, None, Some(&remote), now),
        });
        written.await.map_err(|error| error.to_string())
    }

    /// The bytes that another server calls a picture; each hop of a redirect is checked like any
    /// address (SSRF-03).
    async fn download(&self, url: &str) -> Result<Vec<u8>, String> {
        let mut at = Url::parse(url).map_err(|error| error.to_string())?;
        let headers = [("accept".to_owned(), "image/*".to_owned())];
        for _ in 0..=REDIRECTS {
            let answer = self
                .federation
                .client()
                .send(Purpose::Picture, Method::GET, &at, &headers, None, MOST)
                .await
                .map_err(|error| error.to_string())?;
            let status = answer.status.as_u16();
            if matches!(status, 301 | 302 | 303 | 307 | 308) {
                let next = answer.header("location").and_then(|to| at.join(to).ok());
                at = next.ok_or("a redirect that leads nowhere")?;
                continue;
            }
            let kind = answer.header("content-type").unwrap_or_default();
            // Never an answer that poses as something else (ORI-06).
            if status != 200 || !kind.starts_with("image/") || kind.starts_with("image/svg") {
                let kind: String = kind.chars().take(80).collect();
                return Err(format!("the server answered {status} {kind}"));
            }
            return Ok(answer.body.to_vec());
        }
        Err("too many redirects".to_owned())
    }
}

/// A condition on `events`: a measure of every site of the server refuses the pictures of its author's server.
fn taken_nowhere() -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql(
        "(SELECT COUNT(DISTINCT m.site_id) FROM measures m JOIN objects o ON o.id = events.object_id \
         JOIN actors a ON a.id = o.actor_id WHERE m.kind = 'media' AND m.ended_at IS NULL AND a.site_id IS NULL \
         AND (a.id = m.actor_id OR a.host = m.host OR a.host LIKE m.host || ':%' OR a.host LIKE '%.' || m.host \
         OR a.host LIKE '%.' || m.host || ':%')) >= (SELECT COUNT(*) FROM sites)",
    )
}

/// Gives a picture to every event that names it: each date of a series, each import of a calendar.
/// Followers of our own events are told; another server's event is its author's to announce.
fn hang(
    conn: &mut Conn,
    registry: &Registry,
    url: &str,
    picture: Id,
    now: Ts,
) -> Result<(), StoreError> {
    let waiting: Vec<Object> = events::table
        .inner_join(objects::table.on(objects::id.eq(events::object_id)))
        .filter(events::picture_url.eq(url))
        .filter(events::picture_id.is_null())
        .order(events::starts_at)
        .select(Object::as_select())
        .load(conn)?;
    for object in waiting {
        let own_part = |c: &mut Conn, object: &Object| {
            diesel::update(events::table.find(object.id))
                .set(events::picture_id.eq(picture))
                .execute(c)?;
            Ok(())
        };
        if object.site_id.is_none() || object.state() == ObjectState::Deleted {
            own_part(conn, &object)?;
            crate::focus::follow_stored_document(conn, object.id, now)?;
            continue;
        }
        let changes = serde_json::json!({"picture": ["", url]});
        let same = Revision::default();
        let told = revise(
            conn, registry, &object, None, &same, None, None, changes, own_part, now,
        );
        match told {
            Ok(_) | Err(LifeError::Unknown | LifeError::Stale) => {}
            Err(LifeError::Store(error)) => return Err(error),
        }
    }
    Ok(())
}

fn host(url: &str) -> String {
    let url = Url::parse(url).ok();
    url.and_then(|url| url.host_str().map(ToOwned::to_owned))
        .unwrap_or_default()
}

fn by_url(conn: &mut Conn, url: &str) -> Result<Option<Id>, StoreError> {
    Ok(table::table
        .filter(table::remote_url.eq(url))
        .select(table::id)
        .first(conn)
        .optional()?)
}

fn put_off(conn: &mut Conn, url: &str, reason: &str, now: Ts) -> Result<(), StoreError> {
    let row = jobs::table
        .filter(jobs::kind.eq("picture"))
        .filter(jobs::key.eq(url));
    let tries: Option<i32> = row.select(jobs::attempts).first(conn).optional()?;
    let tries = tries.unwrap_or(0) + 1;
    let next = Ts::new(now.0 + chrono::Duration::minutes(10 * i64::from(tries)));
    let state = if tries >= TRIES { "failed" } else { "queued" };
    let changed = (
        jobs::attempts.eq(tries),
        jobs::state.eq(state),
        jobs::next_try_at.eq(next),
        jobs::last_error.eq(reason),
    );
    let insert = (
        jobs::id.eq(fresh_id(now.0)),
        jobs::kind.eq("picture"),
        jobs::key.eq(url),
        jobs::payload.eq(Json(serde_json::json!({}))),
        jobs::created_at.eq(now),
        changed,
    );
    Portable(
        diesel::insert_into(jobs::table)
            .values(insert)
            .on_conflict((jobs::kind, jobs::key))
            .do_update()
            .set(changed),
    )
    .execute(conn)?;
    Ok(())
}
