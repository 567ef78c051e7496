//! Collections and their pages (ORI-11).

use crate::activity::Item;
use crate::error::ReadError;
use crate::origin::same_origin;
use crate::property;
use serde_json::Value;
use url::Url;

/// Which of the four types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionKind {
    Collection,
    OrderedCollection,
    CollectionPage,
    OrderedCollectionPage,
}

/// A page given by address or sent along.
#[derive(Debug, Clone, PartialEq)]
pub enum PageRef {
    Url(Url),
    Inline(Box<CollectionDocument>),
}

/// A collection or a page of one. Page addresses on another origin than the
/// collection's id are dropped (ORI-11); items may be anywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct CollectionDocument {
    /// Inline pages may have none.
    pub id: Option<Url>,
    pub kind: CollectionKind,
    /// `orderedItems` or `items`, at most 1,000.
    pub items: Vec<Item>,
    pub first: Option<PageRef>,
    pub next: Option<Url>,
    pub part_of: Option<Url>,
    pub total_items: Option<u64>,
}
