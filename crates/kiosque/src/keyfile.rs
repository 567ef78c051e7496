//! The key that protects private keys at rest, in a file of its own outside the database.

use anyhow::{Context, bail};
use std::io::Write;
use std::path::Path;

/// Reads the key, or makes it on the first start.
pub(crate) fn read_or_create(folder: &Path) -> anyhow::Result<[u8; 32]> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let path = folder.join("master.key");
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            if is_open_to_others(&path)? {
                bail!(
                    "{} can be read by others: run chmod 600 on it",
                    path.display()
                );
            }
            decode(text.trim()).with_context(|| format!("{} is damaged", path.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => create(&path),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn create(path: &Path) -> anyhow::Result<[u8; 32]> {
    let mut key = [0u8; 32];
    getrandom::fill(&mut key).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(key)
}

/// The key in its text form, 64 hexadecimal digits.
pub(crate) fn decode(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = [0u8; 32];
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(key)
}

/// True when anybody but the owner may read or write the file.
#[cfg(unix)]
pub(crate) fn is_open_to_others(path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Other systems have other means; nothing can be said here.
#[cfg(not(unix))]
pub(crate) fn is_open_to_others(_: &Path) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_kept_and_refused_when_others_can_read_it() {
        let folder = tempfile::tempdir().expect("folder");
        let first = read_or_create(folder.path()).expect("made");
        assert_eq!(read_or_create(folder.path()).expect("read"), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = folder.path().join("master.key");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644))
                .expect("opened");
            let refused = read_or_create(folder.path())
                .expect_err("refused")
                .to_string();
            assert!(refused.contains("chmod 600"), "{refused}");
        }
    }

    #[test]
    fn a_damaged_key_is_an_error() {
        let folder = tempfile::tempdir().expect("folder");
        read_or_create(folder.path()).expect("made");
        std::fs::write(folder.path().join("master.key"), "xyz").expect("damaged");
        assert!(read_or_create(folder.path()).is_err());
    }
}
