//! Letters wait in the database, written in the transaction that causes them, and a worker hands
//! them to the mail server: they survive a crash, and a slow server holds nobody up.

use crate::letter::{Letter, Letters};
use crate::{Account, AccountError};
use chrono::Duration;
use diesel::prelude::*;
use mail::{EmailAddress, Mailer};
use sites::Site;
use std::sync::Arc;
use store::schema::mail_queue;
use store::{Clock, Conn, Database, Id, StoreError, Ts, fresh_id, text_enum};
use tokio::sync::{Notify, watch};

text_enum! {
    /// Where a message stands.
    pub enum MailState {
        /// Waits for its next try.
        Queued = "queued",
        /// The mail server took it; its text is erased.
        Sent = "sent",
        /// Given up; its text is erased, the reason stays.
        Failed = "failed",
    }
}

/// Seconds from one try to the next; after the last the message is given up, a day and a half in all.
const BACK_OFF: [i64; 7] = [60, 300, 1_800, 7_200, 21_600, 43_200, 43_200];
/// While a try runs no other worker takes the message; after a crash it is free again.
const LEASE_SECONDS: i64 = 300;
/// Messages taken at a time.
const BATCH: i64 = 20;
/// How long rows of sent and failed messages are kept, days.
const KEPT_DAYS: i64 = 30;

/// Puts a letter into the queue. Call [`MailWorker::notify`]'s notify after the commit.
pub fn post(
    conn: &mut Conn,
    letters: &dyn Letters,
    site: &Site,
    recipient: &EmailAddress,
    language: &str,
    letter: &Letter,
    now: Ts,
) -> Result<(), AccountError> {
    let text = letters.write(letter, language, site);
    // A line break in a subject would begin another header (INJ-05).
    let subject: String = text
        .subject
        .chars()
        .filter(|c| !c.is_control())
        .take(300)
        .collect();
    diesel::insert_into(mail_queue::table)
        .values((
            mail_queue::id.eq(fresh_id(now.0)),
            mail_queue::site_id.eq(site.id),
            mail_queue::recipient.eq(recipient.as_str()),
            mail_queue::subject.eq(subject),
            mail_queue::body.eq(text.body),
            mail_queue::state.eq(MailState::Queued.as_str()),
            mail_queue::attempts.eq(0),
            mail_queue::next_try_at.eq(now),
            mail_queue::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// [`post`] to an account's own address; an address that can no longer be read gets nothing.
pub fn post_to(
    conn: &mut Conn,
    letters: &dyn Letters,
    site: &Site,
    account: &Account,
    letter: &Letter,
    now: Ts,
) -> Result<(), AccountError> {
    match EmailAddress::parse(&account.email) {
        Ok(address) => post(
            conn,
            letters,
            site,
            &address,
            &account.language,
            letter,
            now,
        ),
        Err(error) => {
            tracing::warn!(account = %account.id, %error, "no letter to an unreadable address");
            Ok(())
        }
    }
}

/// A message taken for a try.
struct Due {
    id: Id,
    recipient: String,
    subject: String,
    body: String,
    attempts: i32,
    created_at: Ts,
    site_name: String,
}

/// Takes what is due: counts the try and holds the rows for [`LEASE_SECONDS`].
fn take(conn: &mut Conn, now: Ts) -> Result<Vec<Due>, StoreError> {
    type Row = (Id, String, String, String, i32, Ts, String);
    let rows: Vec<Row> = mail_queue::table
        .inner_join(store::schema::sites::table)
        .filter(mail_queue::state.eq(MailState::Queued.as_str()))
        .filter(mail_queue::next_try_at.le(now))
        .order((mail_queue::next_try_at, mail_queue::id))
        .limit(BATCH)
        .select((
            mail_queue::id,
            mail_queue::recipient,
            mail_queue::subject,
            mail_queue::body,
            mail_queue::attempts,
            mail_queue::created_at,
            store::schema::sites::name,
        ))
        .load(conn)?;
    let held = Ts::new(now.0 + Duration::seconds(LEASE_SECONDS));
    let mut due = Vec::with_capacity(rows.len());
    for (id, recipient, subject, body, attempts, created_at, site_name) in rows {
        let untouched = mail_queue::table
            .find(id)
            .filter(mail_queue::attempts.eq(attempts))
            .filter(mail_queue::state.eq(MailState::Queued.as_str()));
        let taken = diesel::update(untouched)
            .set((
                mail_queue::attempts.eq(attempts + 1),
                mail_queue::next_try_at.eq(held),
            ))
            .execute(conn)?;
        if taken == 1 {
            due.push(Due {
                id,
                recipient,
                subject,
                body,
                attempts: attempts + 1,
                created_at,
                site_name,
            });
        }
    }
    Ok(due)
}

/// One try of one message.
async fn send(mailer: &Mailer, due: &Due) -> Result<(), (bool, String)> {
    let to = EmailAddress::parse(&due.recipient).map_err(|e| (false, e.to_string()))?;
    let message = mail::Message {
        id: due.id.to_string(),
        date: due.created_at.0,
        to,
        from_name: Some(due.site_name.clone()),
        subject: due.subject.clone(),
        text: due.body.clone(),
        html: None,
        list_unsubscribe: None,
        reply_to: None,
        kind: mail::MessageKind::Account,
    };
    mailer
        .send(message)
        .await
        .map_err(|error| (error.is_temporary(), error.to_string()))
}

/// Writes how a try ended. What is over loses its text: a link in it is a secret.
fn settle(
    conn: &mut Conn,
    due: &Due,
    outcome: &Result<(), (bool, String)>,
    now: Ts,
) -> Result<(), StoreError> {
    let row = mail_queue::table.find(due.id);
    let again = usize::try_from(due.attempts - 1)
        .ok()
        .and_then(|tried| BACK_OFF.get(tried));
    match (outcome, again) {
        (Ok(()), _) => diesel::update(row)
            .set((
                mail_queue::state.eq(MailState::Sent.as_str()),
                mail_queue::body.eq(""),
                mail_queue::last_error.eq(None::<String>),
            ))
            .execute(conn)?,
        (Err((true, why)), Some(seconds)) => diesel::update(row)
            .set((
                mail_queue::next_try_at.eq(Ts::new(now.0 + Duration::seconds(*seconds))),
                mail_queue::last_error.eq(why),
            ))
            .execute(conn)?,
        (Err((_, why)), _) => diesel::update(row)
            .set((
                mail_queue::state.eq(MailState::Failed.as_str()),
                mail_queue::body.eq(""),
                mail_queue::last_error.eq(why),
            ))
            .execute(conn)?,
    };
    Ok(())
}

/// Tries every message that is due, once, one after the other. Says how many were sent.
///
/// A crash between the mail server's yes and ours sends a message twice, with the same Message-ID.
pub async fn send_due_mails(
    database: &Database,
    mailer: &Mailer,
    clock: &Clock,
) -> Result<usize, StoreError> {
    let mut sent = 0;
    loop {
        let now = clock.ts();
        let batch = database.write(move |conn| take(conn, now)).await?;
        if batch.is_empty() {
            return Ok(sent);
        }
        for due in batch {
            let outcome = send(mailer, &due).await;
            let label = if outcome.is_ok() { "sent" } else { "failed" };
            metrics::counter!("kiosque_mails", "outcome" => label).increment(1);
            match &outcome {
                Ok(()) => sent += 1,
                Err((_, why)) => {
                    tracing::warn!(message = %due.id, attempt = due.attempts, why, "mail not sent")
                }
            }
            let now = clock.ts();
            database
                .write(move |conn| settle(conn, &due, &outcome, now))
                .await?;
        }
    }
}

/// When the next message is due; `None` when none waits.
fn next_due(conn: &mut Conn) -> Result<Option<Ts>, StoreError> {
    let waiting = mail_queue::table.filter(mail_queue::state.eq(MailState::Queued.as_str()));
    Ok(waiting
        .order(mail_queue::next_try_at)
        .select(mail_queue::next_try_at)
        .first(conn)
        .optional()?)
}

/// Deletes the rows of messages that are over since [`KEPT_DAYS`]. Says how many.
pub(crate) fn purge(conn: &mut Conn, now: Ts) -> Result<usize, AccountError> {
    let over = mail_queue::table
        .filter(mail_queue::state.ne(MailState::Queued.as_str()))
        .filter(mail_queue::created_at.lt(Ts::new(now.0 - Duration::days(KEPT_DAYS))));
    Ok(diesel::delete(over).execute(conn)?)
}

/// Sends the queue's messages until told to stop.
pub struct MailWorker {
    /// Where the queue is.
    pub database: Database,
    /// The way out.
    pub mailer: Arc<Mailer>,
    /// What time it is.
    pub clock: Clock,
}

impl MailWorker {
    /// Runs until `shutdown` turns true or its sender is gone. Sleeps until `notify` (see
    /// [`crate::Accounts::notify`]) or until the next try is due; a try under way is ended first.
    pub async fn run(self, mut shutdown: watch::Receiver<bool>, notify: Arc<Notify>) {
        loop {
            if *shutdown.borrow() {
                return;
            }
            let wait = match self.round().await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::error!(%error, "the mail queue could not be read");
                    Some(std::time::Duration::from_secs(30))
                }
            };
            let pause = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = pause => {}
                () = notify.notified() => {}
                changed = shutdown.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Sends what is due and says how long nothing will be.
    async fn round(&self) -> Result<Option<std::time::Duration>, StoreError> {
        send_due_mails(&self.database, &self.mailer, &self.clock).await?;
        let next = self.database.read(next_due).await?;
        let now = self.clock.now();
        Ok(next.map(|at| {
            (at.0 - now)
                .to_std()
                .unwrap_or_default()
                .max(std::time::Duration::from_millis(50))
        }))
    }
}
