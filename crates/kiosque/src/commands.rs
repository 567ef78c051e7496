//! The commands, one file each.

pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod follow;
pub(crate) mod import;
pub(crate) mod inbox;
pub(crate) mod peer;
pub(crate) mod serve;
pub(crate) mod site;

use crate::engine::Engine;
use anyhow::Context;
use std::sync::Arc;

/// The site that a command is about: by its host name, or the only one.
fn site_named(engine: &Engine, host: Option<&str>) -> anyhow::Result<Arc<sites::Site>> {
    if let Some(host) = host {
        return engine.sites.by_host(host).context("no such site");
    }
    let all = engine.sites.all();
    let [only] = all.as_slice() else {
        anyhow::bail!("--site: which one? (`kiosque site list`)");
    };
    Ok(only.clone())
}
