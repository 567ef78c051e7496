//! Every table, read as text.

use diesel::prelude::*;
use diesel::sql_types::Text;
use store::Conn;

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    words: String,
}

/// Every row of every table as text, with the table's name; the tables are the database's own list.
#[expect(
    clippy::disallowed_methods,
    reason = "names of tables and columns from the catalogue, quoted"
)]
pub(super) fn dump(conn: &mut Conn) -> Vec<(String, String)> {
    let sqlite = matches!(conn, Conn::Sqlite(_));
    let tables: Vec<Words> = diesel::sql_query(match sqlite {
        true => "SELECT name AS words FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        false => "SELECT table_name::text AS words FROM information_schema.tables WHERE table_schema = 'public'",
    })
    .load(conn)
    .unwrap();
    assert!(tables.len() > 40, "{}", tables.len());
    let mut all = Vec::new();
    for Words { words: table } in tables {
        let rows: Vec<Words> = match sqlite {
            true => {
                let columns: Vec<Words> = diesel::sql_query(format!(
                    "SELECT '\"' || name || '\"' AS words FROM pragma_table_info('{table}')"
                ))
                .load(conn)
                .unwrap();
                let columns: Vec<String> = columns.into_iter().map(|column| column.words).collect();
                let columns = columns.join(", ");
                diesel::sql_query(format!(
                    "SELECT json_array({columns}) AS words FROM \"{table}\""
                ))
                .load(conn)
                .unwrap()
            }
            false => diesel::sql_query(format!(
                "SELECT row_to_json(t)::text AS words FROM \"{table}\" t"
            ))
            .load(conn)
            .unwrap(),
        };
        all.extend(rows.into_iter().map(|row| (table.clone(), row.words)));
    }
    all
}
