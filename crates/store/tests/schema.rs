//! The three descriptions of the schema agree: `schema.rs`, SQLite's and PostgreSQL's migrations.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use std::collections::{BTreeMap, BTreeSet};
use store::{Conn, StoreError, trial};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    col: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    required: i32,
}

type Tables = BTreeMap<String, BTreeSet<(String, String, bool)>>;

#[expect(
    clippy::disallowed_methods,
    reason = "catalogue queries of constant text"
)]
fn described(conn: &mut Conn) -> Tables {
    let sqlite = matches!(conn, Conn::Sqlite(_));
    let rows: Vec<Column> = diesel::sql_query(if sqlite {
        "SELECT m.name AS tab, p.name AS col, p.type AS kind, p.\"notnull\" AS required \
         FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' \
         AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '__diesel%'"
    } else {
        "SELECT table_name::text AS tab, column_name::text AS col, data_type::text AS kind, \
         CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS required FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'"
    })
    .load(conn)
    .expect("catalogue");
    let mut tables = Tables::new();
    for row in rows {
        let family = match row.kind.as_str() {
            "TEXT" | "text" | "uuid" | "jsonb" | "timestamp with time zone" => "text",
            "INTEGER" | "integer" | "bigint" | "boolean" => "integer",
            "REAL" | "double precision" => "real",
            other => panic!("unforeseen column type {other}"),
        };
        tables
            .entry(row.tab)
            .or_default()
            .insert((row.col, family.into(), row.required == 1));
    }
    tables
}

/// What `schema.rs` says, read from its own text.
fn declared() -> Tables {
    let mut tables = Tables::new();
    let mut current = None;
    for line in include_str!("../src/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(") {").and_then(|l| l.split_once(" (")) {
            current = Some(name.to_owned());
        } else if let (Some(table), Some((col, kind))) = (&current, line.split_once(" -> ")) {
            let kind = kind.trim_end_matches(',');
            let inner = kind.trim_start_matches("Nullable<").trim_end_matches('>');
            let family = match inner {
                "Text" | "Key" | "Moment" | "Document" => "text",
                "Integer" | "BigInt" | "Bool" => "integer",
                "Double" => "real",
                other => panic!("unforeseen declared type {other}"),
            };
            let row = (col.to_owned(), family.to_owned(), inner == kind);
            tables.entry(table.clone()).or_default().insert(row);
        } else if line == "}" {
            current = None;
        }
    }
    tables
}

#[test]
fn every_description_of_the_schema_agrees() {
    let declared = declared();
    assert!(declared.len() > 20);
    trial::on_both(|database| {
        let seen = database
            .read_now(|c| Ok::<_, StoreError>(described(c)))
            .expect("described");
        assert_eq!(declared, seen, "embedded: {}", database.is_embedded());
    });
}

#[test]
fn no_table_is_wider_than_32_columns() {
    for (table, columns) in declared() {
        assert!(columns.len() <= 32, "{table} has {} columns", columns.len());
    }
}
