//! What measures change of how a publication is shown: without its pictures, or with pictures that are asked for.

use crate::Object;
use diesel::prelude::*;
use federation::Actor;
use store::schema::measures;
use store::{Conn, Id, StoreError};

/// How a publication is shown on a site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Veil {
    /// Pictures of its server or its actor are not taken.
    pub no_pictures: bool,
    /// A moderator marked it as sensitive: its pictures are shown to who asks for them.
    pub sensitive: bool,
}

struct Row {
    kind: String,
    object: Option<Id>,
    actor: Option<Id>,
    host: Option<String>,
}

/// The measures of a site that veil something; mostly there is none, and nothing more is asked.
pub struct Veils(Vec<Row>);

impl Veils {
    /// Those in force.
    pub fn read(conn: &mut Conn, site: Id) -> Result<Self, StoreError> {
        type Columns = (String, Option<Id>, Option<Id>, Option<String>);
        let rows: Vec<Columns> = measures::table
            .filter(measures::site_id.eq(site))
            .filter(
                measures::kind
                    .eq("media")
                    .or(measures::kind.eq("sensitive")),
            )
            .filter(measures::ended_at.is_null())
            .select((
                measures::kind,
                measures::object_id,
                measures::actor_id,
                measures::host,
            ))
            .load(conn)?;
        let row = |(kind, object, actor, host)| Row {
            kind,
            object,
            actor,
            host,
        };
        Ok(Self(rows.into_iter().map(row).collect()))
    }

    /// How a publication of an actor is shown.
    pub fn of(&self, object: &Object, author: &Actor) -> Veil {
        let mut veil = Veil::default();
        for row in &self.0 {
            let under =
                |top: &String| author.site_id.is_none() && federation::is_under(&author.host, top);
            let about = row.object == Some(object.id)
                || row.actor == Some(author.id)
                || row.host.as_ref().is_some_and(under);
            match row.kind.as_str() {
                "media" => veil.no_pictures |= about,
                _ => veil.sensitive |= about,
            }
        }
        veil
    }
}
