//! Limits that cut and do not fail (DOS-06). Texts are cut at a character
//! boundary; figures are bytes for texts and items for lists.

pub(crate) const NAME: usize = 2_048;
pub(crate) const USERNAME: usize = 2_048;
pub(crate) const SUMMARY: usize = 20 * 1_024;
/// Object content: only the size of a whole document bounds it for others; we
/// keep a quarter of that.
pub(crate) const CONTENT: usize = 256 * 1_024;
pub(crate) const FIELDS: usize = 50;
pub(crate) const FIELD_TEXT: usize = 2_047;
pub(crate) const ALSO_KNOWN_AS: usize = 256;
pub(crate) const LIST: usize = 100;
pub(crate) const TITLE: usize = 256;

/// Cuts `text` to at most `max` bytes, on a character boundary.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}
