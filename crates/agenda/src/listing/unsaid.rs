//! Events without the words that somebody hid.

use super::Row;
use publication::personal::Hidden;
use store::{Conn, Id, StoreError};

/// Those that say no hidden word. Here and not in the database, which does not fold a text as a reader sees it.
pub(super) fn unsaid(
    conn: &mut Conn,
    hidden: &Hidden,
    rows: Vec<Row>,
) -> Result<Vec<Row>, StoreError> {
    let ids: Vec<Id> = rows.iter().map(|(object, ..)| object.id).collect();
    let mut tags: Vec<(Id, String)> = Vec::new();
    for chunk in ids.chunks(500) {
        tags.extend(publication::tags_of(conn, chunk)?);
    }
    let says = |(object, event, author, place): &Row| {
        let place = place.as_ref().map_or("", |place| place.name.as_str());
        let mut texts = vec![
            object.title.as_str(),
            &event.content,
            &event.organizer,
            &author.name,
            place,
        ];
        let own = tags.iter().filter(|(id, _)| *id == object.id);
        texts.extend(own.map(|(_, tag)| tag.as_str()));
        hidden.says(author.id, &texts)
    };
    Ok(rows.into_iter().filter(|row| !says(row)).collect())
}
