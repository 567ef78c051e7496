//! Sends what happened, again and again for three days, and acts on what the program says that is asked.

use crate::asked::decide;
use crate::hook::{Hook, seal_name};
use crate::lane::{Due, Lane, PATIENCE, answered, claim, due};
use accounts::{Accounts, Letter, SiteRole, roles};
use chrono::Duration as Span;
use diesel::prelude::*;
use federation::{Federation, Method, Purpose};
use moderation::Moderation;
use publication::Registry;
use sites::{Site, Sites};
use std::sync::Arc;
use std::time::Duration;
use store::schema::hooks;
use store::{Clock, Conn, Database, StoreError, Ts};
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::Url;

/// Looked for what is due so often.
const LOOK: Duration = Duration::from_secs(2);
/// Programs that are spoken with at a time.
const LANES: usize = 8;
/// Messages that one is sent before another one has its turn.
const TURN: usize = 20;
/// Longest answer read, in bytes.
const ANSWER: usize = 64 * 1024;

/// Sends until told to stop. Cheap to clone.
#[derive(Clone)]
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

/// How a try ended.
enum Outcome {
    /// It took the message, with a status and an answer.
    Arrived(u16, Vec<u8>),
    /// It does not take this one.
    Refused(u16),
    /// Nothing arrived, or the program is not itself.
    Silent {
        status: Option<u16>,
        why: String,
        asks_to_wait: Option<Span>,
    },
}

impl Outcome {
    fn lost(error: &dyn std::fmt::Display) -> Self {
        Self::Silent {
            status: None,
            why: error.to_string(),
            asks_to_wait: None,
        }
    }
}

impl HookWorker {
    /// Runs it.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        self.work(stop, false).await;
    }

    /// Sends what is due until nothing is; gives how many messages were tried.
    pub async fn send_due(&self, stop: &watch::Receiver<bool>) -> usize {
        self.work(stop.clone(), true).await
    }

    /// Told to stop it ends after the messages that are under way.
    async fn work(&self, mut stop: watch::Receiver<bool>, until_idle: bool) -> usize {
        let (mut lanes, mut tried) = (JoinSet::new(), 0);
        while !*stop.borrow() {
            if let Err(error) = self.begin(&mut lanes, &stop).await {
                tracing::error!(%error, "hooks");
            }
            if until_idle && lanes.is_empty() {
                break;
            }
            tokio::select! {
                Some(ended) = lanes.join_next() => tried += counted(ended),
                () = tokio::time::sleep(LOOK) => {}
                told = stop.changed() => if told.is_err() { break },
            }
        }
        while let Some(ended) = lanes.join_next().await {
            tried += counted(ended);
        }
        tried
    }

    /// Begins lanes until as many are at work as may be.
    async fn begin(
        &self,
        lanes: &mut JoinSet<usize>,
        stop: &watch::Receiver<bool>,
    ) -> Result<(), StoreError> {
        let (free, now) = (LANES.saturating_sub(lanes.len()), self.clock.ts());
        let any = self.database.read(move |c| due(c, 1, now));
        if free == 0 || any.await?.is_empty() {
            return Ok(());
        }
        let claimed = self.database.write(move |c| claim(c, free, now));
        for lane in claimed.await? {
            let (worker, stop) = (self.clone(), stop.clone());
            lanes.spawn(async move { worker.turn(lane, &stop).await });
        }
        Ok(())
    }

    /// One turn of a lane. What could not be written is tried again when the claim is over.
    async fn turn(&self, mut lane: Lane, stop: &watch::Receiver<bool>) -> usize {
        let mut tried = 0;
        loop {
            let go_on = match *stop.borrow() || tried >= TURN {
                true => Ok(None),
                false => self.next(&mut lane).await,
            };
            match go_on {
                Ok(Some(due)) => {
                    tried += 1;
                    match self.send(lane, due).await {
                        Ok(true) => continue,
                        Ok(false) => return tried,
                        Err(error) => tracing::error!(%error, hook = %lane.hook, "hooks"),
                    }
                }
                Ok(None) => {
                    let now = self.clock.ts();
                    let left = self.database.write(move |c| lane.release(c, now)).await;
                    if let Err(error) = left {
                        tracing::error!(%error, hook = %lane.hook, "hooks");
                    }
                }
                Err(error) => tracing::error!(%error, hook = %lane.hook, "hooks"),
            }
            return tried;
        }
    }

    async fn next(&self, lane: &mut Lane) -> Result<Option<Due>, StoreError> {
        let (sites, registry) = (self.sites.clone(), self.registry.clone());
        let (mut ours, now) = (*lane, self.clock.ts());
        let found = self.database.write(move |c| {
            let due = ours.next(c, &sites, &registry, now)?;
            Ok::<_, StoreError>((ours, due))
        });
        let (ours, due) = found.await?;
        *lane = ours;
        Ok(due)
    }

    /// Sends a message and writes down how it went; true when the lane goes on.
    async fn send(&self, lane: Lane, due: Due) -> Result<bool, StoreError> {
        let outcome = self.exchange(&due).await;
        let (desk, accounts, now) = (
            self.moderation.clone(),
            self.accounts.clone(),
            self.clock.ts(),
        );
        let written = self.database.write(move |c| {
            let (goes_on, given_up) = match &outcome {
                // What the program decided and that it was told are one step.
                Outcome::Arrived(status, answer) => {
                    let said = match status {
                        200 => decide(c, &desk, &due, answer, now)?,
                        _ => None,
                    };
                    lane.delivered(c, &due, *status, said, now)?;
                    (true, false)
                }
                Outcome::Refused(status) => (true, lane.refused(c, &due, *status, now)?),
                Outcome::Silent {
                    status,
                    why,
                    asks_to_wait,
                } => {
                    let how = (*status, why.as_str());
                    (false, lane.silent(c, &due, how, *asks_to_wait, now)?)
                }
            };
            if given_up {
                report(c, &accounts, &due.site, &due.hook, now)?;
            }
            Ok::<_, StoreError>(goes_on)
        });
        let goes_on = written.await?;
        self.federation.wake();
        self.moderation.wake();
        Ok(goes_on)
    }

    /// The headers of a message. For a day after a change it is signed with the secret before as well.
    fn headers(&self, due: &Due) -> Result<Vec<(String, String)>, String> {
        let now = self.clock.now();
        let (id, at) = (due.id.to_string(), now.timestamp());
        let old = due.hook.old_secret.as_ref();
        let old = old.filter(|_| due.hook.old_until.is_some_and(|until| now < until.0));
        let mut signatures = Vec::new();
        for sealed in [Some(&due.hook.secret), old].into_iter().flatten() {
            let secret = self
                .federation
                .open_secret(sealed, &seal_name(due.hook.id))
                .map_err(|error| error.to_string())?;
            let body = due.body.as_bytes();
            signatures.push(signatures::webhook::sign(&secret, &id, at, body));
        }
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id),
            ("webhook-timestamp", at.to_string()),
            ("webhook-signature", signatures.join(" ")),
        ];
        Ok(headers.map(|(name, value)| (name.to_owned(), value)).into())
    }

    async fn exchange(&self, due: &Due) -> Outcome {
        let url = match Url::parse(&due.hook.url) {
            Ok(url) => url,
            Err(error) => return Outcome::lost(&error),
        };
        let headers = match self.headers(due) {
            Ok(headers) => headers,
            Err(error) => return Outcome::lost(&error),
        };
        let body = Some(due.body.clone().into_bytes().into());
        let client = self.federation.client();
        let sent = client.send(Purpose::Hook, Method::POST, &url, &headers, body, ANSWER);
        let answer = match sent.await {
            Ok(answer) => answer,
            Err(error) => return Outcome::lost(&error),
        };
        let status = answer.status.as_u16();
        match status {
            200..=299 => Outcome::Arrived(status, answer.body.to_vec()),
            // About what the message says; any other refusal is about the address, the secret or the program.
            400 | 409 | 413 | 415 | 422 => Outcome::Refused(status),
            _ => Outcome::Silent {
                status: Some(status),
                why: answered(status),
                asks_to_wait: answer
                    .header("retry-after")
                    .and_then(|value| value.trim().parse().ok())
                    .and_then(Span::try_seconds),
            },
        }
    }
}

/// How many messages a lane tried. One that panicked is gone on with when its claim is over.
fn counted(ended: Result<usize, tokio::task::JoinError>) -> usize {
    ended.unwrap_or_else(|error| {
        tracing::error!(%error, "a lane of hooks ended badly");
        0
    })
}

/// Tells the administrators that something was given up: once, until the program was heard of again, and once in three
/// days at most.
fn report(
    conn: &mut Conn,
    accounts: &Accounts,
    site: &Arc<Site>,
    hook: &Hook,
    now: Ts,
) -> Result<(), StoreError> {
    let last: Option<(Option<Ts>, Option<Ts>)> = hooks::table
        .find(hook.id)
        .select((hooks::reported_at, hooks::failing_at))
        .first(conn)
        .optional()?;
    let known = match last {
        Some((Some(told), failing)) => {
            now.0 - told.0 < PATIENCE || failing.is_some_and(|since| since <= told)
        }
        Some((None, _)) => false,
        None => true,
    };
    if known {
        return Ok(());
    }
    diesel::update(hooks::table.find(hook.id))
        .set(hooks::reported_at.eq(now))
        .execute(conn)?;
    if !accounts.sends_mail() {
        return Ok(());
    }
    let host = Url::parse(&hook.url).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned));
    let letter = Letter::HookFailing {
        host: host.unwrap_or_default(),
        link: site.url(&format!("/admin/hooks/{}", hook.id)),
    };
    let letters = accounts.letters();
    let told = roles::people_of(conn, site.id, &[SiteRole::Admin]).and_then(|people| {
        for (person, _) in people {
            accounts::post_to(conn, letters.as_ref(), site, &person, &letter, now)?;
        }
        Ok(())
    });
    match told {
        Err(accounts::AccountError::Store(error)) => Err(error),
        _ => Ok(()),
    }
}
