//! Telling moderators of new followers that wait for them, in few letters.

use crate::admin::PEERS_PATH;
use accounts::{Accounts, Letter};
use federation::Federation;
use federation::follow::Waiting;
use sites::Sites;
use store::{Clock, Database, StoreError};

/// Writes the letters that are due; gives how many followers they were about. The note of a follower
/// and the letters about it go together or not at all.
pub async fn tell_of_followers(
    database: &Database,
    sites: &Sites,
    accounts: &Accounts,
    clock: &Clock,
) -> Result<usize, StoreError> {
    let (sites, now, letters) = (sites.clone(), clock.ts(), accounts.letters());
    let mail = accounts.sends_mail();
    let told = database.write(move |conn| {
        let waiting = Waiting::take(conn, now)?;
        for one in waiting.iter().filter(|_| mail) {
            let Some(site) = sites.by_id(one.site) else {
                continue;
            };
            let letter = Letter::FollowWaiting {
                host: one.follower.host.clone(),
                link: site.url(&format!("{PEERS_PATH}?show=waiting")),
            };
            accounts::sign_up::write_to_moderators(conn, &site, &letter, letters.as_ref(), now)
                .map_err(|error| match error {
                    accounts::AccountError::Store(error) => error,
                    other => StoreError::Damaged(other.to_string()),
                })?;
        }
        Ok::<_, StoreError>(waiting.len())
    });
    let told = told.await?;
    if told > 0 {
        accounts.notify().notify_one();
    }
    Ok(told)
}

/// Does it whenever somebody follows, until the task is dropped.
pub async fn watch_followers(
    database: Database,
    sites: Sites,
    accounts: Accounts,
    federation: Federation,
    clock: Clock,
) {
    loop {
        if let Err(error) = tell_of_followers(&database, &sites, &accounts, &clock).await {
            tracing::error!(%error, "moderators were not told of a follower");
        }
        federation.follower_waits().await;
    }
}
