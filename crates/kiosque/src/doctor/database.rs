//! The database: there, writable, of this version, whole.

use super::Finding;
use store::{Inspection, Kind};

/// The oldest PostgreSQL that its makers still mend.
const OLDEST_POSTGRES: u32 = 14;

/// Where a database is, without the password in its address.
fn shown(address: &str) -> String {
    match url::Url::parse(address) {
        Ok(mut url) if url.password().is_some() => {
            let _ = url.set_password(Some("***"));
            url.to_string()
        }
        _ => address.to_owned(),
    }
}

pub(crate) fn check(address: &str) -> Vec<Finding> {
    let about = shown(address);
    if let Some(path) = address.strip_prefix("sqlite://")
        && !std::path::Path::new(path).exists()
    {
        return vec![Finding::warn("database", "database-behind").about(about)];
    }
    match store::inspect(address) {
        Ok(seen) => judge(&seen)
            .into_iter()
            .map(|f| f.about(about.clone()))
            .collect(),
        Err(error) => vec![
            Finding::fail("database", "database-unreachable")
                .about(about)
                .with("reason", error.to_string()),
        ],
    }
}

fn judge(seen: &Inspection) -> Vec<Finding> {
    let mut found = Vec::new();
    found.push(match (&seen.newer, seen.missing.len()) {
        (Some(migration), _) => {
            Finding::fail("database", "database-newer").with("migration", migration)
        }
        (None, 0) => Finding::ok("database", "database-current"),
        (None, missing) => Finding::warn("database", "database-behind").with("n", missing),
    });
    found.push(match &seen.unwritable {
        None => Finding::ok("database", "database-writable"),
        Some(reason) => Finding::fail("database", "database-unwritable").with("reason", reason),
    });
    let major = seen.version.split('.').next().and_then(|m| m.parse().ok());
    found.push(match (seen.kind, seen.damage.first()) {
        (Kind::Sqlite, None) => Finding::ok("database", "database-whole"),
        (Kind::Sqlite, Some(first)) => {
            Finding::fail("database", "database-damaged").with("reason", first)
        }
        (Kind::Postgres, _) if major.is_some_and(|major: u32| major < OLDEST_POSTGRES) => {
            Finding::warn("database", "database-old").with("version", &seen.version)
        }
        (Kind::Postgres, _) => {
            Finding::ok("database", "database-version").with("version", &seen.version)
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(found: &[Finding]) -> Vec<&'static str> {
        found.iter().map(|finding| finding.code).collect()
    }

    fn well(kind: Kind, version: &str) -> Inspection {
        Inspection {
            kind,
            version: version.to_owned(),
            missing: Vec::new(),
            newer: None,
            unwritable: None,
            damage: Vec::new(),
        }
    }

    #[test]
    fn each_ill_has_its_code_and_its_twin() {
        let sqlite = well(Kind::Sqlite, "3.50.4");
        let good = ["database-current", "database-writable", "database-whole"];
        assert_eq!(codes(&judge(&sqlite)), good);
        let ill = Inspection {
            missing: vec!["20261125000400".to_owned()],
            unwritable: Some("database is locked".to_owned()),
            damage: vec!["row 3 missing".to_owned()],
            ..sqlite.clone()
        };
        let bad = ["database-behind", "database-unwritable", "database-damaged"];
        assert_eq!(codes(&judge(&ill)), bad);
        let newer = Inspection {
            newer: Some("20990101000000".to_owned()),
            ..sqlite
        };
        assert_eq!(judge(&newer)[0].code, "database-newer");
        let versions = |version| judge(&well(Kind::Postgres, version))[2].code;
        assert_eq!(versions("17.2 (Debian 17.2-1)"), "database-version");
        assert_eq!(versions("11.22"), "database-old");
    }

    #[test]
    fn real_databases_are_looked_at() {
        let folder = tempfile::tempdir().expect("folder");
        let address = format!("sqlite://{}/kiosque.db", folder.path().display());
        assert_eq!(codes(&check(&address)), ["database-behind"]);
        drop(store::Database::open(&address, 1).expect("made"));
        let good = ["database-current", "database-writable", "database-whole"];
        assert_eq!(codes(&check(&address)), good);
        std::fs::write(
            folder.path().join("kiosque.db"),
            "no database at all, but text",
        )
        .expect("w");
        assert_eq!(codes(&check(&address)), ["database-unreachable"]);
        if let Some(address) = store::trial::postgres_address() {
            let good = ["database-current", "database-writable", "database-version"];
            assert_eq!(codes(&check(&address)), good);
        }
        let nobody = check("postgres://kiosque:SECRET@127.0.0.1:1/kiosque");
        assert_eq!(codes(&nobody), ["database-unreachable"]);
        assert!(!nobody[0].lines(ui::Lang::Fr).contains("SECRET"));
    }
}
