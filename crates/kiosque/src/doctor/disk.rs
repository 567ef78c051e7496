//! Room for the database and the pictures.

use super::Finding;
use std::path::Path;

const MEGABYTE: u64 = 1024 * 1024;
/// With less free, an import or a migration may fail half-way.
const TOO_LITTLE: u64 = 200 * MEGABYTE;
/// With less free, an operator wants to know.
const LITTLE: u64 = 1024 * MEGABYTE;

pub(crate) fn check(folder: &Path) -> Finding {
    // Before the first start the folder is not there; its disk is that of the nearest one above.
    let there = folder.ancestors().find(|path| path.exists());
    let there = there.unwrap_or(Path::new("."));
    let about = folder.display().to_string();
    match rustix::fs::statvfs(there) {
        Ok(disk) => judge(disk.f_bavail.saturating_mul(disk.f_frsize)).about(about),
        Err(error) => Finding::warn("disk", "disk-unknown")
            .about(about)
            .with("reason", error.to_string()),
    }
}

fn judge(free: u64) -> Finding {
    let found = if free < TOO_LITTLE {
        Finding::fail("disk", "disk-full")
    } else if free < LITTLE {
        Finding::warn("disk", "disk-little")
    } else {
        Finding::ok("disk", "disk-room")
    };
    found.with("free", format!("{} MB", free / MEGABYTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_judged_and_read_from_the_real_disk() {
        assert_eq!(judge(5 * LITTLE).code, "disk-room");
        assert_eq!(judge(LITTLE - 1).code, "disk-little");
        assert_eq!(judge(TOO_LITTLE - 1).code, "disk-full");
        let folder = tempfile::tempdir().expect("folder");
        assert_ne!(check(folder.path()).code, "disk-unknown");
        assert_ne!(check(&folder.path().join("not/yet")).code, "disk-unknown");
        assert_eq!(check(Path::new("/proc")).code, "disk-full");
    }
}
