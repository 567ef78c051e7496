//! What happens by itself: measures end, what people wrote is forgotten in time, and moderators hear of what waits, in few letters.

use crate::queue::{Look, Queue};
use crate::settings::ModerationSettings;
use crate::{Moderation, ModerationError};
use accounts::{Letter, Permissions, sign_up};
use chrono::Duration as Span;
use diesel::prelude::*;
use federation::Federation;
use sites::Site;
use std::sync::Arc;
use std::time::Duration;
use store::schema::queue_letters;
use store::{Clock, Conn, Database, Portable, StoreError, Ts};
use tokio::sync::watch;

/// Page of the queue.
pub const QUEUE_PATH: &str = "/admin/queue";
/// Something new is told at most so often.
const NEWS_HOURS: i64 = 6;
/// What waits and nobody has touched is told again so often.
const DIGEST_HOURS: i64 = 24;
/// Looked for what is over at least so often; a bell rings before that.
const LONGEST: Duration = Duration::from_secs(600);
/// After the bell: what comes in one go is one letter.
const GATHER: Duration = Duration::from_secs(2);

/// Ends measures and writes to moderators until it is told to stop.
pub struct ModerationWorker {
    /// The database.
    pub database: Database,
    /// This room.
    pub moderation: Moderation,
    /// What waits.
    pub queue: Queue,
    /// Told when something is to be sent.
    pub federation: Federation,
    /// What time it is.
    pub clock: Clock,
}

impl ModerationWorker {
    /// Runs it.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let wait = match self.round().await {
                Ok(next) => self.until(next),
                Err(error) => {
                    tracing::error!(%error, "moderation worker");
                    Duration::from_secs(30)
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.moderation.rung() => tokio::time::sleep(GATHER).await,
                _ = stop.changed() => {}
            }
        }
    }

    fn until(&self, next: Option<Ts>) -> Duration {
        let Some(next) = next else { return LONGEST };
        let wait = (next.0 - self.clock.now()).max(Span::milliseconds(50));
        wait.to_std().unwrap_or(LONGEST).min(LONGEST)
    }

    /// One look; gives when the next measure ends.
    async fn round(&self) -> Result<Option<Ts>, ModerationError> {
        let (desk, queue, now) = (self.moderation.clone(), self.queue.clone(), self.clock.ts());
        let done = self.database.write(move |conn| {
            crate::report::forget_unconfirmed(conn, now)?;
            crate::proposed::forget(conn, now)?;
            let more = desk.forget(conn, now)?;
            let ended = desk.end_measures(conn, now)?;
            let told = desk.tell_moderators(conn, &queue, now)?;
            desk.read_limits(conn)?;
            let next = match more {
                // The rest in a transaction of its own: others write in between.
                true => Some(now),
                false => desk.next_end(conn)?,
            };
            Ok::<_, ModerationError>((ended, told, next))
        });
        let (ended, told, next) = done.await?;
        if ended > 0 {
            self.federation.wake();
            self.federation.reread_blocks().await?;
        }
        if ended + told > 0 {
            self.moderation.wake();
        }
        Ok(next)
    }
}

impl Moderation {
    /// Makes this process keep to the limits that sites set, here or in another one.
    pub fn read_limits(&self, conn: &mut Conn) -> Result<(), StoreError> {
        for site in self.sites.all() {
            let set = ModerationSettings::read(conn, site.id)?.limits;
            let percent = usize::try_from(set).unwrap_or(100);
            self.accounts.limits().adjust(site.id, percent);
        }
        Ok(())
    }

    /// Writes to the moderators of each site where something new waits, or has waited for a day; gives how many sites.
    pub fn tell_moderators(
        &self,
        conn: &mut Conn,
        queue: &Queue,
        now: Ts,
    ) -> Result<usize, ModerationError> {
        let mut told = 0;
        if !self.accounts.sends_mail() {
            return Ok(told);
        }
        for site in self.sites.all() {
            if self.tell_site(conn, &site, queue, now)? {
                told += 1;
            }
        }
        Ok(told)
    }

    fn tell_site(
        &self,
        conn: &mut Conn,
        site: &Arc<Site>,
        queue: &Queue,
        now: Ts,
    ) -> Result<bool, ModerationError> {
        let look = Look {
            site: Arc::clone(site),
            may: Permissions::ALL,
            assigned_to: None,
            after: None,
        };
        let (mut count, mut newest) = (0, None);
        for source in queue.sources() {
            if let Some(at) = source.newest(conn, &look)? {
                newest = newest.max(Some(at));
                count += source.count(conn, &look)?;
            }
        }
        let Some(newest) = newest else {
            return Ok(false);
        };
        // Whoever writes the row writes the letters: of several processes one.
        if !claim(conn, site, now, newest)? {
            return Ok(false);
        }
        let letter = Letter::QueueWaiting {
            count,
            link: site.url(QUEUE_PATH),
        };
        let letters = self.accounts.letters();
        sign_up::write_to_moderators(conn, site, &letter, letters.as_ref(), now)?;
        Ok(true)
    }
}

/// Notes that a site's moderators are written to now; false when it is too early, or somebody else just did.
fn claim(conn: &mut Conn, site: &Site, now: Ts, newest: Ts) -> Result<bool, StoreError> {
    let ago = |hours: i64| Ts::new(now.0 - Span::hours(hours));
    let row = (
        queue_letters::site_id.eq(site.id),
        queue_letters::told_at.eq(now),
        queue_letters::newest_at.eq(newest),
    );
    let insert = diesel::insert_into(queue_letters::table).values(row);
    if Portable(insert.on_conflict_do_nothing()).execute(conn)? > 0 {
        return Ok(true);
    }
    let news = queue_letters::newest_at
        .lt(newest)
        .and(queue_letters::told_at.le(ago(NEWS_HOURS)));
    let due = queue_letters::table
        .find(site.id)
        .filter(news.or(queue_letters::told_at.le(ago(DIGEST_HOURS))));
    let told = diesel::update(due)
        .set((
            queue_letters::told_at.eq(now),
            queue_letters::newest_at.eq(newest),
        ))
        .execute(conn)?;
    Ok(told > 0)
}
