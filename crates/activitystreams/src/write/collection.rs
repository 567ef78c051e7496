//! Collections. Mobilizon needs `first` or `orderedItems` in each (A.7).

use super::{context, prune_nulls};
use serde_json::{Value, json};
use url::Url;

/// A paged collection.
pub fn collection(id: &Url, total_items: u64, first: &Url) -> Value {
    json!({
        "@context": context::AS2, "id": id.as_str(), "type": "OrderedCollection",
        "totalItems": total_items, "first": first.as_str(),
    })
}

/// A whole collection in one document; empty ones too. `items` are ids or
/// objects. `context` is that of embedded objects, AS2 alone when None.
pub fn collection_with_items(id: &Url, items: Vec<Value>, context: Option<Value>) -> Value {
    let (context, items) = lift(items, context);
    json!({
        "@context": context, "id": id.as_str(), "type": "OrderedCollection",
        "totalItems": items.len(), "orderedItems": items,
    })
}

/// One page. `items` and `context` as in [`collection_with_items`].
pub fn collection_page(
    id: &Url,
    part_of: &Url,
    items: Vec<Value>,
    next: Option<&Url>,
    previous: Option<&Url>,
    context: Option<Value>,
) -> Value {
    let (context, items) = lift(items, context);
    prune_nulls(json!({
        "@context": context, "id": id.as_str(), "type": "OrderedCollectionPage",
        "partOf": part_of.as_str(),
        "next": next.map(Url::as_str),
        "prev": previous.map(Url::as_str),
        "orderedItems": items,
    }))
}

/// Embedded objects lose their own context; the first one's stands for all
/// when none is given.
fn lift(items: Vec<Value>, context: Option<Value>) -> (Value, Vec<Value>) {
    let mut found = context;
    let items = items
        .into_iter()
        .filter(|item| !item.is_null())
        .map(|mut item| {
            if let Some(own) = item
                .as_object_mut()
                .and_then(|map| map.shift_remove("@context"))
            {
                found.get_or_insert(own);
            }
            prune_nulls(item)
        })
        .collect();
    (found.unwrap_or_else(|| json!(context::AS2)), items)
}
