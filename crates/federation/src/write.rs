//! The few activities that this room writes by itself, over the strict writers.

use crate::actor::Actor;
use activitystreams::write as strict;
use serde_json::Value;
use store::{StoreError, Ts};
use url::Url;

/// Ids in the database were addresses when they were stored; one that is not is a damaged row.
fn url(text: &str) -> Result<Url, StoreError> {
    Url::parse(text).map_err(|_| StoreError::Damaged(format!("not an address: {text}")))
}

type Written = Result<Value, StoreError>;

pub(crate) fn follow(uri: &str, actor: &str, target: &str) -> Written {
    Ok(strict::follow(&url(uri)?, &url(actor)?, &url(target)?))
}

pub(crate) fn undo(uri: &str, actor: &str, ours: &Value, to: &str) -> Written {
    Ok(strict::undo(&url(uri)?, &url(actor)?, ours, &url(to)?))
}

pub(crate) fn accept(uri: &str, actor: &str, follow: &Value, to: &str) -> Written {
    Ok(strict::accept(&url(uri)?, &url(actor)?, follow, &url(to)?))
}

pub(crate) fn reject(uri: &str, actor: &str, follow: &Value, to: &str) -> Written {
    Ok(strict::reject(&url(uri)?, &url(actor)?, follow, &url(to)?))
}

pub(crate) fn ignore(uri: &str, actor: &str, join: &str, to: &str) -> Written {
    Ok(strict::ignore(
        &url(uri)?,
        &url(actor)?,
        &url(join)?,
        &url(to)?,
    ))
}

/// Announce of an object by one of our actors; `author` is told as well.
pub(crate) fn announce(uri: &str, actor: &Actor, object: &str, author: &str, now: Ts) -> Written {
    let mut cc: Vec<Url> = actor
        .followers_url
        .iter()
        .filter_map(|text| Url::parse(text).ok())
        .collect();
    cc.extend(Url::parse(author));
    Ok(strict::announce(
        &url(uri)?,
        &url(&actor.uri)?,
        &url(object)?,
        now.0,
        &cc,
    ))
}
