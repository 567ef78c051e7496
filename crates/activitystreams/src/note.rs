//! Comments and other short texts: `Note`, `Article`, `Page`, `Question`.

use crate::audience::Audience;
use crate::error::ReadError;
use crate::event::{Attachment, Image, read_attachment, read_tags};
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
    /// Pictures, at most 100.
    pub attachments: Vec<Image>,
    pub sensitive: bool,
}

const KINDS: [&str; 4] = ["Note", "Article", "Page", "Question"];

impl NoteObject {
    /// Reads a text object.
    ///
    /// # Errors
    /// `wrong_type` for another type, and those of the `id`.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        let id = property::require_id(value)?;
        let kind = types(value)
            .into_iter()
            .find(|name| KINDS.contains(name))
            .ok_or(ReadError::new("wrong_type", "type"))?
            .to_owned();
        let (tags, mentions) = read_tags(value);
        Ok(Self {
            id,
            kind,
            attributed_to: property::ids(value, "attributedTo", limits::LIST),
            in_reply_to: property::id(value, "inReplyTo"),
            name: property::text(value, "name", limits::NAME),
            content: property::text(value, "content", limits::CONTENT),
            summary: property::text(value, "summary", limits::SUMMARY),
            media_type: property::media_type(value),
            in_language: property::language(value),
            published: property::time(value, "published"),
            updated: property::time(value, "updated"),
            audience: Audience::read(value),
            url: property::page_url(value, "url"),
            tags,
            mentions,
            attachments: property::many(value, "attachment")
                .into_iter()
                .take(limits::LIST)
                .filter_map(|item| match read_attachment(item) {
                    Attachment::Picture(image) => Some(image),
                    _ => None,
                })
                .collect(),
            sensitive: property::boolean(value, "sensitive").unwrap_or(false),
        })
    }

    /// The one author, on the origin of the id (ORI-08).
    ///
    /// # Errors
    /// `missing`, `other_origin`, or `wrong_type` when there are several.
    pub fn author(&self) -> Result<&Url, ReadError> {
        match self.attributed_to.as_slice() {
            [] => Err(ReadError::new("missing", "attributedTo")),
            [one] if crate::origin::same_origin(one, &self.id) => Ok(one),
            [_] => Err(ReadError::new("other_origin", "attributedTo")),
            _ => Err(ReadError::new("wrong_type", "attributedTo")),
        }
    }
}
