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

impl CollectionKind {
    fn read(value: &Value) -> Option<Self> {
        property::types(value).into_iter().find_map(|name| {
            Some(match name {
                "Collection" => Self::Collection,
                "OrderedCollection" => Self::OrderedCollection,
                "CollectionPage" => Self::CollectionPage,
                "OrderedCollectionPage" => Self::OrderedCollectionPage,
                _ => return None,
            })
        })
    }
}

impl CollectionDocument {
    /// Reads a collection or a page. The caller has compared its id with the
    /// address it came from ([`crate::origin::id_matches`]).
    ///
    /// # Errors
    /// `wrong_type` for another type; `missing` or `not_a_url` on the id.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        let id = property::require_id(value)?;
        Self::read_within(value, Some(&id))
    }

    /// Reads a page that a collection with id `base` carries along.
    fn read_within(value: &Value, base: Option<&Url>) -> Result<Self, ReadError> {
        let kind = CollectionKind::read(value).ok_or(ReadError::new("wrong_type", "type"))?;
        let id = property::id_of(value);
        let near = |url: &Url| base.is_some_and(|base| same_origin(base, url));
        let mut items = Item::read_all(value, "orderedItems");
        if items.is_empty() {
            items = Item::read_all(value, "items");
        }
        let first = property::first(value, "first").and_then(|page| match page {
            Value::Object(_) if CollectionKind::read(page).is_some() => {
                Self::read_within(page, base)
                    .ok()
                    .map(|page| PageRef::Inline(Box::new(page)))
            }
            _ => property::address_of(page).filter(near).map(PageRef::Url),
        });
        Ok(Self {
            id: id.filter(near),
            kind,
            items,
            first,
            next: property::id(value, "next").filter(near),
            part_of: property::id(value, "partOf").filter(near),
            total_items: property::count(value, "totalItems"),
        })
    }

    /// The entries at hand: its own, else those of an inline first page.
    pub fn items_at_hand(&self) -> &[Item] {
        match &self.first {
            Some(PageRef::Inline(page)) if self.items.is_empty() => &page.items,
            _ => &self.items,
        }
    }

    /// The address to read on: `next`, else a first page given by address,
    /// else the `next` of an inline one.
    pub fn next_address(&self) -> Option<&Url> {
        self.next.as_ref().or(match &self.first {
            Some(PageRef::Url(url)) => Some(url),
            Some(PageRef::Inline(page)) => page.next.as_ref(),
            None => None,
        })
    }
}
