//! Every row of every table of a database, as text and in the order in which it lies there: what a refused request may
//! not change.

use crate::scene::Scene;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::BTreeMap;
use store::{Conn, StoreError};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    col: String,
}

#[derive(QueryableByName)]
struct Rows {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    content: String,
}

/// The question that reads everything, for one kind of database.
#[derive(Debug, Clone)]
pub(super) struct Question(String);

impl Question {
    #[expect(
        clippy::disallowed_methods,
        reason = "a catalogue query of constant text"
    )]
    fn columns(conn: &mut Conn) -> Result<Vec<Column>, StoreError> {
        let sqlite = matches!(conn, Conn::Sqlite(_));
        let rows = diesel::sql_query(if sqlite {
            "SELECT m.name AS tab, p.name AS col FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.name"
        } else {
            "SELECT table_name::text AS tab, column_name::text AS col FROM information_schema.columns \
             WHERE table_schema = 'public' ORDER BY table_name, column_name"
        });
        Ok(rows.load(conn)?)
    }

    pub(super) fn of(scene: &Scene) -> Self {
        let sqlite = scene.database.is_embedded();
        let columns = scene.database.read_now(Self::columns).unwrap();
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for Column { tab, col } in columns {
            tables.entry(tab).or_default().push(col);
        }
        let parts = tables.into_iter().map(|(table, columns)| {
            let cells = columns.iter().map(|column| match sqlite {
                true => format!("quote(\"{column}\")"),
                false => format!("quote_nullable(\"{column}\"::text)"),
            });
            let row = cells.collect::<Vec<_>>().join(" || ',' || ");
            let all = match sqlite {
                true => format!("(SELECT group_concat({row}, ';') FROM \"{table}\")"),
                false => format!("(SELECT string_agg({row}, ';') FROM \"{table}\")"),
            };
            format!("SELECT '{table}' AS tab, coalesce({all}, '') AS content")
        });
        Self(parts.collect::<Vec<_>>().join(" UNION ALL "))
    }

    /// Each table's rows.
    #[expect(
        clippy::disallowed_methods,
        reason = "names of our own schema only, read from the catalogue"
    )]
    pub(super) fn ask(&self, scene: &Scene) -> BTreeMap<String, String> {
        let rows = scene
            .database
            .read_now(|conn| Ok::<_, StoreError>(diesel::sql_query(&self.0).load::<Rows>(conn)?));
        rows.unwrap()
            .into_iter()
            .map(|rows| (rows.tab, rows.content))
            .collect()
    }
}

/// Names of the tables in which something is otherwise.
pub(super) fn changed(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<String> {
    let other = after
        .iter()
        .filter(|(table, rows)| before.get(*table) != Some(rows));
    other.map(|(table, _)| table.clone()).collect()
}
