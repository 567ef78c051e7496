//! The room's own things.

use accounts::{Accounts, Secrets};
use publication::Registry;
use sites::Sites;
use std::sync::Arc;
use tokio::sync::Notify;

/// Moderation of all sites of the server. Cheap to clone.
#[derive(Clone)]
pub struct Moderation {
    pub(crate) sites: Sites,
    pub(crate) accounts: Accounts,
    pub(crate) registry: Registry,
    pub(crate) secrets: Secrets,
    pub(crate) bell: Bell,
    pub(crate) list_bell: Bell,
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
            list_bell: Bell::default(),
        }
    }

    /// Waits until something new waits for a moderator.
    pub async fn rung(&self) {
        self.bell.0.notified().await;
    }

    /// Call it after the commit of a subscription to a list: it is read at once.
    pub fn lists_changed(&self) {
        self.list_bell.ring();
    }

    /// Waits until a list is to be read at once.
    pub async fn lists_rung(&self) {
        self.list_bell.0.notified().await;
    }

    /// Call it after the commit of what may have queued letters, or decided something that ends.
    pub fn wake(&self) {
        self.bell.ring();
        self.accounts.notify().notify_one();
    }
}
