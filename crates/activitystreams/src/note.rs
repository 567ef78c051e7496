//! Comments and other short texts: `Note`, `Article`, `Page`, `Question`.

use crate::audience::Audience;
use crate::error::ReadError;
use crate::event::Image;
use crate::property;
use crate::{limits, types};
use chrono::{DateTime, FixedOffset};
use serde_json::Value;
use url::Url;

/// A text as read. HTML is raw: sanitise before showing (R-REP-01).
#[derive(Debug, Clone, PartialEq)]
pub struct NoteObject {
    pub id: Url,
    /// `Note`, `Article`, `Page` or `Question`.
    pub kind: String,
    pub attributed_to: Vec<Url>,
    pub in_reply_to: Option<Url>,
    pub name: Option<String>,
    pub content: Option<String>,
    pub summary: Option<String>,
    pub media_type: Option<String>,
    /// Language of `contentMap` when it has one key.
    pub in_language: Option<String>,
    pub published: Option<DateTime<FixedOffset>>,
    pub updated: Option<DateTime<FixedOffset>>,
    pub audience: Audience,
    pub url: Option<Url>,
    /// Hashtags without `#`, at most 100.
    pub tags: Vec<String>,
    /// Ids of mentioned actors, at most 100.
    pub mentions: Vec<Url>,
    /// Pictures and other documents, at most 100.
    pub attachments: Vec<Image>,
    pub sensitive: bool,
}
