//! The payloads of other software, outside of the repository.

use serde_json::Value;
use std::path::PathBuf;

pub(crate) struct Fixture {
    /// `software/file.json`.
    pub(crate) path: String,
    /// The `expect` column.
    pub(crate) expect: String,
    pub(crate) bytes: Vec<u8>,
}

/// Every fixture of the index; None when the folder is absent (never in CI).
#[allow(
    clippy::disallowed_methods,
    reason = "tests must know whether they may skip"
)]
pub(crate) fn fixtures() -> Option<Vec<Fixture>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peers");
    let Ok(index) = std::fs::read_to_string(root.join("INDEX.md")) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "../shared is absent"
        );
        println!("skipped: ../shared is absent");
        return None;
    };
    let mut all = Vec::new();
    for line in index.lines() {
        let mut cells = line.split(" | ");
        let (Some(first), Some(expect)) = (cells.next(), cells.next()) else {
            continue;
        };
        let Some(path) = first
            .strip_prefix("| `")
            .and_then(|name| name.strip_suffix('`'))
        else {
            continue;
        };
        if !path.ends_with(".json") {
            continue;
        }
        all.push(Fixture {
            path: path.to_owned(),
            expect: expect.to_owned(),
            bytes: std::fs::read(root.join(path)).expect(path),
        });
    }
    assert_eq!(all.len(), 236, "the index names every file");
    Some(all)
}

/// The document inside a recorded answer or a recorded POST, else the value.
pub(crate) fn document(value: Value) -> Value {
    if value.get("headers").is_none() {
        return value;
    }
    match value.get("body") {
        Some(Value::String(text)) => activitystreams::parse(text.as_bytes()).unwrap_or(Value::Null),
        Some(body @ Value::Object(_)) => body.clone(),
        _ => value,
    }
}
