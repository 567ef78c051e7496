//! The file of the key that seals the actors' private keys: there, whole, and read by nobody else.

use super::Finding;
use std::path::Path;

pub(crate) fn check(folder: &Path) -> Finding {
    let path = folder.join("master.key");
    let about = path.display().to_string();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Finding::warn("key", "key-missing").about(about);
        }
        Err(error) => {
            return Finding::fail("key", "key-unreadable")
                .about(about)
                .with("reason", error.to_string());
        }
    };
    if crate::keyfile::is_open_to_others(&path).unwrap_or(true) {
        return Finding::fail("key", "key-open").about(about);
    }
    match crate::keyfile::decode(text.trim()) {
        Some(_) => Finding::ok("key", "key-private").about(about),
        None => Finding::fail("key", "key-damaged").about(about),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_private_open_damaged_or_missing() {
        let folder = tempfile::tempdir().expect("folder");
        assert_eq!(check(folder.path()).code, "key-missing");
        crate::keyfile::read_or_create(folder.path()).expect("made");
        assert_eq!(check(folder.path()).code, "key-private");
        let path = folder.path().join("master.key");
        for mode in [0o640, 0o604, 0o644] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("mode");
            assert_eq!(check(folder.path()).code, "key-open");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("mode");
        std::fs::write(&path, "xyz").expect("damaged");
        assert_eq!(check(folder.path()).code, "key-damaged");
        std::fs::remove_file(&path).expect("removed");
        std::fs::create_dir(&path).expect("a folder in its place");
        assert_eq!(check(folder.path()).code, "key-unreadable");
    }
}
