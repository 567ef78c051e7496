//! Paging by key: a page begins after the last row of the one before it.

/// How many rows a page asks for, between 1 and a ceiling (DOS-11).
pub fn page_size(asked: Option<i64>, default: i64, most: i64) -> i64 {
    asked.unwrap_or(default).clamp(1, most)
}

/// One page of rows, and whether there is another.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, at most as many as asked.
    pub items: Vec<T>,
    /// True when at least one more row follows.
    pub more: bool,
}

impl<T> Page<T> {
    /// From a query that asked for one row more than `size`.
    pub fn of(mut items: Vec<T>, size: i64) -> Self {
        let size = usize::try_from(size).unwrap_or(0);
        let more = items.len() > size;
        items.truncate(size);
        Self { items, more }
    }
}
