//! Speaking with named servers only: what Mastodon calls limited federation.
//!
//! It stops the traffic of everybody else, both ways, and nothing more: follows and what is stored stay as they are, so
//! that it can be switched off again without loss.

use super::{BlockError, normal_host};
use crate::Federation;
use crate::peer::Peer;
use diesel::prelude::*;
use store::schema::{peers, server_rules};
use store::{Conn, Portable, StoreError};

/// Key of the one row of `server_rules`.
pub(super) const ROW: i32 = 1;

/// The allowed names, by name.
pub(super) fn names(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    Ok(peers::table
        .filter(peers::allowed.eq(true))
        .order(peers::host)
        .select(peers::host)
        .load(conn)?)
}

/// Whom the server speaks with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList {
    /// True: with these only.
    pub only: bool,
    /// Names, with everything below each.
    pub hosts: Vec<String>,
}

impl Federation {
    /// The list of those who may be spoken to, and whether it counts.
    pub async fn allow_list(&self) -> Result<AllowList, StoreError> {
        self.0
            .database
            .read(|c| {
                let only: Option<bool> = server_rules::table
                    .find(ROW)
                    .select(server_rules::allow_only)
                    .first(c)
                    .optional()?;
                Ok(AllowList {
                    only: only.unwrap_or(false),
                    hosts: names(c)?,
                })
            })
            .await
    }

    /// Writes the list as a whole. Any spelling of a name is taken; one that is none refuses all.
    pub async fn set_allow_list(&self, list: &AllowList) -> Result<(), BlockError> {
        let mut hosts = Vec::with_capacity(list.hosts.len());
        for host in &list.hosts {
            hosts.push(normal_host(host).ok_or(BlockError::NotAHost)?);
        }
        let (only, now) = (list.only, self.0.clock.ts());
        let written = self.0.database.write(move |c| {
            diesel::update(peers::table.filter(peers::allowed.eq(true)))
                .set(peers::allowed.eq(false))
                .execute(c)?;
            for host in &hosts {
                Peer::ensure(c, host)?;
                diesel::update(peers::table.find(host))
                    .set(peers::allowed.eq(true))
                    .execute(c)?;
            }
            let set = (
                server_rules::allow_only.eq(only),
                server_rules::updated_at.eq(now),
            );
            let insert = diesel::insert_into(server_rules::table)
                .values((server_rules::id.eq(ROW), set))
                .on_conflict(server_rules::id)
                .do_update()
                .set(set);
            Portable(insert).execute(c)?;
            Ok::<_, StoreError>(())
        });
        written.await?;
        self.reread_blocks().await?;
        Ok(())
    }
}
