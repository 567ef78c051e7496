//! The list of what is exported knows every column that names a person.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use diesel::prelude::*;
use diesel::sql_types::Text;
use leaving::export::TABLES;
use std::collections::BTreeSet;
use store::{Conn, StoreError, trial};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    col: String,
}

/// Columns that refer to accounts, as each database keeps it.
#[expect(
    clippy::disallowed_methods,
    reason = "catalogue queries of constant text"
)]
fn references(conn: &mut Conn) -> BTreeSet<(String, String)> {
    let sqlite = matches!(conn, Conn::Sqlite(_));
    let rows: Vec<Column> = diesel::sql_query(match sqlite {
        true => {
            "SELECT m.name AS tab, f.\"from\" AS col FROM sqlite_master m \
             JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.\"table\" = 'accounts'"
        }
        false => {
            "SELECT c.conrelid::regclass::text AS tab, a.attname::text AS col FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) \
             WHERE c.contype = 'f' AND c.confrelid = 'accounts'::regclass"
        }
    })
    .load(conn)
    .unwrap();
    rows.into_iter().map(|row| (row.tab, row.col)).collect()
}

/// Columns of keys whose name says that a person is meant, from the schema's own text.
fn named() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut table = String::new();
    for line in include_str!("../../store/src/schema.rs").lines() {
        let line = line.trim();
        if let Some((name, _)) = line
            .strip_suffix(") {")
            .and_then(|line| line.split_once(" ("))
        {
            name.clone_into(&mut table);
        } else if let Some((column, kind)) = line.split_once(" -> ") {
            let person = column == "account_id"
                || column == "by_id"
                || column.ends_with("_by")
                || column == "assigned_to";
            if person && kind.contains("Key") {
                found.insert((table.clone(), column.to_owned()));
            }
        }
    }
    found
}

#[test]
fn every_column_that_names_a_person_is_exported_or_left_out_for_a_reason() {
    let known: BTreeSet<(String, String)> = TABLES
        .iter()
        .map(|(table, column, _)| ((*table).to_owned(), (*column).to_owned()))
        .collect();
    assert_eq!(known.len(), TABLES.len(), "each once");
    assert!(
        TABLES
            .windows(2)
            .all(|two| (two[0].0, two[0].1) < (two[1].0, two[1].1))
    );
    let mut expected = named();
    assert!(expected.len() > 15);
    expected.insert(("accounts".into(), "id".into()));
    assert_eq!(known, expected);
    trial::on_both(|database| {
        let referred = database
            .read_now(|conn| Ok::<_, StoreError>(references(conn)))
            .unwrap();
        assert!(referred.len() > 10);
        let missing: Vec<_> = referred.difference(&known).collect();
        assert_eq!(missing, Vec::<&(String, String)>::new());
    });
}
