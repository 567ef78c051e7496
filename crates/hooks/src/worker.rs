//! Sends what happened, again and again for three days, and acts on what the program says that is asked.

use crate::body::body;
use crate::hook::{Hook, seal_name};
use accounts::{Accounts, Letter, SiteRole, roles};
use chrono::Duration as Span;
use diesel::prelude::*;
use federation::{Federation, Method, Purpose};
use moderation::hold::HeldBy;
use moderation::{Moderation, ModerationError};
use publication::{Object, Registry};
use serde::Deserialize;
use serde_json::Value;
use sites::{Site, Sites};
use std::sync::Arc;
use std::time::Duration;
use store::events::Event;
use store::schema::{hook_deliveries, hooks};
use store::{Clock, Conn, Database, Id, Json, StoreError, Ts};
use tokio::sync::watch;
use url::Url;

/// Looked for what is due so often.
const LOOK: Duration = Duration::from_secs(2);
/// Sent in one look: all of them hang for less than a claim lasts only where hooks answer, and a message twice is allowed.
const BATCH: i64 = 10;
/// A message that is under way is nobody else's for so long; the client gives up before.
const CLAIM: Span = Span::seconds(120);
/// Tried for so long.
const PATIENCE: Span = Span::days(3);
/// Longest wait between two tries.
const LONGEST: Span = Span::hours(12);
/// Longest answer read, in bytes.
const ANSWER: usize = 64 * 1024;

/// Sends until told to stop.
pub struct HookWorker {
    /// Where messages wait.
    pub database: Database,
    /// The sites.
    pub sites: Sites,
    /// Makes the documents that are asked about.
    pub registry: Registry,
    /// Acts on answers.
    pub moderation: Moderation,
    /// The way out, and what opens secrets.
    pub federation: Federation,
    /// Letters to administrators.
    pub accounts: Accounts,
    /// What time it is.
    pub clock: Clock,
}

/// What the program that is asked says.
#[derive(Debug, Deserialize)]
struct Said {
    decision: String,
    #[serde(default)]
    reason: String,
}

/// A message on its way.
struct Due {
    id: Id,
    hook: Hook,
    site: Arc<Site>,
    event: String,
    about: Value,
    attempts: i32,
    since: Ts,
    body: String,
}

type Row = (Id, Id, String, Json, i32, Ts);

impl HookWorker {
    /// Runs it.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.send_due(&stop).await {
                Ok(n) if n == BATCH as usize => continue,
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "hooks"),
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Sends what is due; gives how many messages were tried. Told to stop it ends after the one under way: the others are
    /// due again when their claim is over.
    pub async fn send_due(&self, stop: &watch::Receiver<bool>) -> Result<usize, StoreError> {
        let now = self.clock.ts();
        let waiting = self.database.read(move |c| waiting(c, now)).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let (sites, registry) = (self.sites.clone(), self.registry.clone());
        let due = self.database.write(move |c| {
            let mut due = Vec::new();
            for row in waiting {
                due.extend(claim(c, &sites, &registry, row, now)?);
            }
            Ok::<_, StoreError>(due)
        });
        let due = due.await?;
        let count = due.len();
        for one in due {
            if *stop.borrow() {
                break;
            }
            self.send(one).await?;
        }
        Ok(count)
    }

    async fn send(&self, due: Due) -> Result<(), StoreError> {
        let outcome = self.exchange(&due).await;
        let (desk, accounts, now) = (
            self.moderation.clone(),
            self.accounts.clone(),
            self.clock.ts(),
        );
        let written = self.database.write(move |c| {
            // What the program decided and that it was told are one step.
            match outcome {
                Ok((status, answer)) => {
                    let said = match status {
                        200 => decide(c, &desk, &due, &answer, now)?,
                        _ => None,
                    };
                    delivered(c, &due, status, said, now)
                }
                Err((status, why)) => failed(c, &accounts, &due, status, &why, now),
            }
        });
        written.await?;
        self.federation.wake();
        self.moderation.wake();
        Ok(())
    }

    /// The status and the answer, or why nothing arrived.
    async fn exchange(&self, due: &Due) -> Result<(u16, Vec<u8>), (Option<u16>, String)> {
        let lost = |why: String| (None, why);
        let url = Url::parse(&due.hook.url).map_err(|error| lost(error.to_string()))?;
        let secret = self
            .federation
            .open_secret(&due.hook.secret, &seal_name(due.hook.id))
            .map_err(|error| lost(error.to_string()))?;
        let (id, at) = (due.id.to_string(), self.clock.now().timestamp());
        let signature = signatures::webhook::sign(&secret, &id, at, due.body.as_bytes());
        let headers = [
            ("content-type".to_owned(), "application/json".to_owned()),
            ("webhook-id".to_owned(), id),
            ("webhook-timestamp".to_owned(), at.to_string()),
            ("webhook-signature".to_owned(), signature),
        ];
        let body = due.body.clone().into_bytes().into();
        let answer = self
            .federation
            .client()
            .send(
                Purpose::Hook,
                Method::POST,
                &url,
                &headers,
                Some(body),
                ANSWER,
            )
            .await
            .map_err(|error| lost(error.to_string()))?;
        let status = answer.status.as_u16();
        match answer.status.is_success() {
            true => Ok((status, answer.body.to_vec())),
            false => Err((Some(status), format!("it answered {status}"))),
        }
    }
}

fn waiting(conn: &mut Conn, now: Ts) -> Result<Vec<Row>, StoreError> {
    Ok(hook_deliveries::table
        .inner_join(hooks::table)
        .filter(hook_deliveries::state.eq("waiting"))
        .filter(hook_deliveries::due_at.le(now))
        .filter(hooks::paused.eq(false))
        .order((hook_deliveries::due_at, hook_deliveries::id))
        .limit(BATCH)
        .select((
            hook_deliveries::id,
            hook_deliveries::hook_id,
            hook_deliveries::event,
            hook_deliveries::about,
            hook_deliveries::attempts,
            hook_deliveries::created_at,
        ))
        .load(conn)?)
}

/// Takes a message for this process; `None` when another one was faster, or its hook or site is gone.
fn claim(
    conn: &mut Conn,
    sites: &Sites,
    registry: &Registry,
    (id, hook, event, about, attempts, since): Row,
    now: Ts,
) -> Result<Option<Due>, StoreError> {
    let still = hook_deliveries::table
        .find(id)
        .filter(hook_deliveries::state.eq("waiting"))
        .filter(hook_deliveries::due_at.le(now));
    let mine = diesel::update(still)
        .set((
            hook_deliveries::due_at.eq(Ts::new(now.0 + CLAIM)),
            hook_deliveries::attempts.eq(attempts + 1),
        ))
        .execute(conn)?;
    let hook: Option<Hook> = hooks::table
        .find(hook)
        .select(Hook::as_select())
        .first(conn)
        .optional()?;
    let Some(hook) = hook.filter(|_| mine > 0) else {
        return Ok(None);
    };
    let Some(site) = sites.by_id(hook.site_id) else {
        return Ok(None);
    };
    let body = body(conn, registry, &site, &hook, &event, &about.0, since)?.to_string();
    Ok(Some(Due {
        id,
        hook,
        site,
        event,
        about: about.0,
        attempts: attempts + 1,
        since,
        body,
    }))
}

/// Does what the program says that was asked; gives it in words. What is held for another reason too, what was changed or
/// decided meanwhile, and what says nothing understood stay with the moderators.
fn decide(
    conn: &mut Conn,
    desk: &Moderation,
    due: &Due,
    answer: &[u8],
    now: Ts,
) -> Result<Option<String>, StoreError> {
    if !due.hook.asks || due.event != Event::PublicationHeld.as_str() {
        return Ok(None);
    }
    let Ok(said) = serde_json::from_slice::<Said>(answer) else {
        return Ok(None);
    };
    let reason: String = said
        .reason
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    let words = match reason.is_empty() {
        true => said.decision.chars().take(20).collect(),
        false => format!(
            "{}: {reason}",
            said.decision.chars().take(20).collect::<String>()
        ),
    };
    let yes = match said.decision.as_str() {
        "publish" if due.about["alone"] == true => true,
        "refuse" => false,
        "publish" | "hold" => return Ok(Some(words)),
        _ => return Ok(None),
    };
    let Some(id) = due.about["object"].as_str().and_then(Id::parse) else {
        return Ok(None);
    };
    // The revision that it saw is the one decided on (MOD-02).
    let seen = due.about["revision"].as_i64();
    let same =
        Object::by_id(conn, id)?.is_some_and(|object| Some(i64::from(object.revision)) == seen);
    if !same {
        return Ok(Some(words));
    }
    let by = HeldBy::Hook(due.hook.id);
    // By itself: what cannot be decided leaves nothing half done.
    let decided = store::write_transaction(conn, |conn| {
        desk.decide_held(conn, &due.site, by, id, yes, "", now)
    });
    match decided {
        Err(ModerationError::Store(error)) => Err(error),
        Err(error) => {
            tracing::info!(%error, hook = %due.hook.id, "what a hook said came too late");
            Ok(Some(words))
        }
        Ok(()) => Ok(Some(words)),
    }
}

fn delivered(
    conn: &mut Conn,
    due: &Due,
    status: u16,
    said: Option<String>,
    now: Ts,
) -> Result<(), StoreError> {
    diesel::update(hook_deliveries::table.find(due.id))
        .set((
            hook_deliveries::state.eq("delivered"),
            hook_deliveries::status.eq(i32::from(status)),
            hook_deliveries::error.eq(None::<String>),
            hook_deliveries::answer.eq(said),
            hook_deliveries::finished_at.eq(now),
        ))
        .execute(conn)?;
    diesel::update(hooks::table.find(due.hook.id))
        .set(hooks::failing_at.eq(None::<Ts>))
        .execute(conn)?;
    Ok(())
}

fn failed(
    conn: &mut Conn,
    accounts: &Accounts,
    due: &Due,
    status: Option<u16>,
    why: &str,
    now: Ts,
) -> Result<(), StoreError> {
    let over = now.0 - due.since.0 >= PATIENCE;
    let wait =
        (Span::minutes(1) * 2_i32.pow(due.attempts.clamp(1, 12).unsigned_abs() - 1)).min(LONGEST);
    let (state, end) = match over {
        true => ("failed", Some(now)),
        false => ("waiting", None),
    };
    diesel::update(hook_deliveries::table.find(due.id))
        .set((
            hook_deliveries::state.eq(state),
            hook_deliveries::status.eq(status.map(i32::from)),
            hook_deliveries::error.eq(why.chars().take(300).collect::<String>()),
            hook_deliveries::due_at.eq(Ts::new(now.0 + wait)),
            hook_deliveries::finished_at.eq(end),
        ))
        .execute(conn)?;
    if !over {
        return Ok(());
    }
    let fresh = hooks::table
        .find(due.hook.id)
        .filter(hooks::failing_at.is_null());
    let first = diesel::update(fresh)
        .set(hooks::failing_at.eq(now))
        .execute(conn)?;
    if first > 0 && accounts.sends_mail() {
        tell_admins(conn, accounts, due, now)?;
    }
    Ok(())
}

/// Once, until something arrives again.
fn tell_admins(conn: &mut Conn, accounts: &Accounts, due: &Due, now: Ts) -> Result<(), StoreError> {
    let host = Url::parse(&due.hook.url).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned));
    let letter = Letter::HookFailing {
        host: host.unwrap_or_default(),
        link: due.site.url("/admin/hooks"),
    };
    let letters = accounts.letters();
    let told = roles::people_of(conn, due.site.id, &[SiteRole::Admin]).and_then(|people| {
        for (person, _) in people {
            accounts::post_to(conn, letters.as_ref(), &due.site, &person, &letter, now)?;
        }
        Ok(())
    });
    match told {
        Err(accounts::AccountError::Store(error)) => Err(error),
        _ => Ok(()),
    }
}
