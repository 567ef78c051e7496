//! The room's own things, and what the rooms below ask of it.

use accounts::{Accounts, Secrets};
use activitystreams::Activity;
use federation::{Actor, IngestError};
use publication::Registry;
use sites::Sites;
use std::sync::Arc;
use store::{Conn, Id, Ts};
use tokio::sync::Notify;

/// Moderation of all sites of the server. Cheap to clone.
#[derive(Clone)]
pub struct Moderation {
    pub(crate) sites: Sites,
    pub(crate) accounts: Accounts,
    pub(crate) registry: Registry,
    pub(crate) secrets: Secrets,
    pub(crate) bell: Bell,
}

/// Rings when something new waits for a moderator.
#[derive(Clone, Default)]
pub(crate) struct Bell(Arc<Notify>);

impl Bell {
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }
}

impl Moderation {
    /// Put together from the rooms below.
    pub fn new(sites: Sites, accounts: Accounts, registry: Registry, secrets: Secrets) -> Self {
        Self {
            sites,
            accounts,
            registry,
            secrets,
            bell: Bell::default(),
        }
    }

    /// Waits until something new waits for a moderator.
    pub async fn rung(&self) {
        self.bell.0.notified().await;
    }

    /// Call it after the commit of what may have queued letters.
    pub fn wake(&self) {
        self.accounts.notify().notify_one();
    }
}

impl publication::Desk for Moderation {
    fn flagged(
        &self,
        conn: &mut Conn,
        site: Id,
        flag: &Activity,
        sender: &Actor,
        now: Ts,
    ) -> Result<bool, IngestError> {
        let Some(site) = self.sites.by_id(site) else {
            return Ok(false);
        };
        Self::flagged(self, conn, &site, flag, sender, now).map_err(|error| match error {
            crate::ModerationError::Store(error) => IngestError::Store(error),
            _ => IngestError::Refused("a report that cannot be kept"),
        })
    }

    fn holds(
        &self,
        conn: &mut Conn,
        new: &publication::Submitted<'_>,
    ) -> Result<bool, store::StoreError> {
        crate::hold::holds(conn, new)
    }
}
