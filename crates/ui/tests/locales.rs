//! Both languages say everything, and everything said exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ui::Lang;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(directory: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, extensions, found);
        } else if path
            .extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| extensions.contains(&e))
        {
            found.push(path);
        }
    }
}

/// Key to the names of the values its text uses.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut paths = Vec::new();
    files(
        &here().join("locales").join(lang.tag()),
        &["ftl"],
        &mut paths,
    );
    assert!(!paths.is_empty(), "no file for {lang}");
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let mut current = String::new();
        for line in text.lines() {
            if let Some((key, _)) = line.split_once(" =")
                && key.chars().next().is_some_and(|c| c.is_ascii_lowercase())
                && key
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            {
                current = key.to_owned();
                assert!(
                    all.insert(current.clone(), BTreeSet::new()).is_none(),
                    "{key} is said twice in {lang}"
                );
            }
            for part in line.split('$').skip(1) {
                let name = part.split(|c: char| !c.is_ascii_alphanumeric()).next();
                all.entry(current.clone())
                    .or_default()
                    .insert(name.unwrap_or_default().to_owned());
            }
        }
    }
    all
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_values() {
    let (fr, en) = (messages(Lang::Fr), messages(Lang::En));
    for (key, values) in &fr {
        assert_eq!(en.get(key), Some(values), "{key} differs in English");
    }
    for key in en.keys() {
        assert!(fr.contains_key(key), "{key} is missing in French");
    }
    assert!(fr.len() > 500, "{}", fr.len());
}

#[test]
fn every_text_can_be_written() {
    for lang in Lang::ALL {
        for (key, values) in messages(lang) {
            let args: Vec<(&str, ui::Arg)> =
                values.iter().map(|v| (v.as_str(), 2.into())).collect();
            let text = lang.ta(&key, &args);
            assert_ne!(text, key, "{lang}");
            assert!(!text.contains('{') && !text.contains('$'), "{key}: {text}");
        }
    }
}

/// The keys a source mentions: `.t("…")`, `.ta("…"`, `.add("field", "…")`,
/// `.add_with("field", "…"`.
fn mentioned(source: &str) -> Vec<String> {
    let literal = |text: &str| -> Option<(String, usize)> {
        let inner = text.strip_prefix('"')?;
        let end = inner.find('"')?;
        Some((inner.get(..end)?.to_owned(), end + 2))
    };
    let mut keys = Vec::new();
    for call in [".t(", ".ta(", ".add(", ".add_with("] {
        for (at, _) in source.match_indices(call) {
            let rest = source[at + call.len()..].trim_start();
            let Some((first, length)) = literal(rest) else {
                continue;
            };
            if call.starts_with(".t") {
                keys.push(first);
                continue;
            }
            let after = rest[length..].trim_start();
            if let Some(second) = after.strip_prefix(',')
                && let Some((key, _)) = literal(second.trim_start())
                && key.contains('-')
            {
                keys.push(key);
            }
        }
    }
    keys
}

#[test]
fn the_search_for_keys_finds_them() {
    let found = mentioned(
        "lang.t(\"a-b\"); x.ta(\n  \"c-d\", &[]); e.add(\"title\", \"e-f\"); set.add(\"g\", \"h\"); e.add_with(f, \"no\")",
    );
    assert_eq!(found, ["a-b", "c-d", "e-f"]);
}

#[test]
fn every_key_used_in_the_workspace_exists() {
    let known = messages(Lang::Fr);
    let crates = here().parent().expect("the folder of the rooms");
    let mut sources = Vec::new();
    files(crates, &["rs", "html", "txt"], &mut sources);
    let mut used = 0;
    for path in sources {
        // This test and the test of unknown keys mention keys that do not exist.
        if path.ends_with("tests/locales.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap_or_default();
        for key in mentioned(&source) {
            if key == "no-such-key" {
                continue;
            }
            used += 1;
            assert!(
                known.contains_key(&key),
                "{key}, used in {}",
                path.display()
            );
        }
    }
    assert!(used > 200, "{used}");
}

#[test]
fn french_keeps_its_typography() {
    for (key, values) in messages(Lang::Fr) {
        let args: Vec<(&str, ui::Arg)> = values.iter().map(|v| (v.as_str(), 2.into())).collect();
        let text = Lang::Fr.ta(&key, &args);
        assert!(!text.contains('\''), "{key}: a straight apostrophe");
        for mark in [" ?", " !", " ;", " :", "« ", " »", " €"] {
            assert!(!text.contains(mark), "{key}: a plain space in {mark:?}");
        }
    }
}
