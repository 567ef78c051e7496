//! Who signed a delivery, as a type: what writes a delivery down takes this and nothing else (AUT-16).

use crate::actor::{Actor, KnownKey};
use signatures::{Claim, Refusal};
use std::ops::Deref;
use std::sync::Arc;
use url::Url;

/// An actor one of whose keys verified the delivery at hand. [`check`] alone makes one.
pub(super) struct Verified(Actor);

impl Deref for Verified {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.0
    }
}

/// The actor one of whose keys signed. The arithmetic is done away from the threads that serve pages.
pub(super) async fn check(
    claim: &Arc<Claim>,
    actor: &Url,
    known: Arc<Vec<KnownKey>>,
) -> Result<Verified, Refusal> {
    // PeerTube's key id is the actor's own address: any of its keys may be meant.
    let any = claim.key_id() == actor.as_str();
    if !known.iter().any(|key| any || key.uri == claim.key_id()) {
        return Err(Refusal::SignatureInvalid);
    }
    let claim = Arc::clone(claim);
    let checked = tokio::task::spawn_blocking(move || {
        let mut refusal = Refusal::SignatureInvalid;
        for key in known.iter().filter(|key| any || key.uri == claim.key_id()) {
            let Some(public) = &key.key else { continue };
            match claim.verify(public) {
                Ok(()) => return Ok(Verified(key.actor.clone())),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    });
    checked.await.unwrap_or(Err(Refusal::SignatureInvalid))
}

#[cfg(test)]
mod tests {
    use super::Verified;
    use crate::actor::ActorState;
    use std::path::{Path, PathBuf};
    use store::{Conn, Id, StoreError, Ts};

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => sources(&path, found),
                false if path.extension().is_some_and(|end| end == "rs") => found.push(path),
                false => {}
            }
        }
    }

    /// Files of the server's own source in which a text stands, by their last two names.
    fn files_with(needle: &str) -> Vec<String> {
        let mut found = Vec::new();
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for room in std::fs::read_dir(crates).unwrap() {
            let source = room.unwrap().path().join("src");
            if source.is_dir() {
                sources(&source, &mut found);
            }
        }
        let holds = |path: &&PathBuf| {
            let text = std::fs::read_to_string(path).unwrap();
            let own = text.split("#[cfg(test)]").next().unwrap();
            own.contains(needle)
        };
        let name = |path: &PathBuf| {
            let folder = path.parent().and_then(Path::file_name).unwrap();
            let file = path.file_name().unwrap();
            format!("{}/{}", folder.display(), file.display())
        };
        found.iter().filter(holds).map(name).collect()
    }

    #[test]
    fn aut_16_nothing_takes_effect_before_it_was_verified() {
        // Compiles only as long as the way into the queue takes who was verified, whom nothing but `check` makes.
        type WayIn =
            fn(&mut Conn, Id, &str, &Verified, String, Ts) -> Result<ActorState, StoreError>;
        let _: WayIn = super::super::queue::enqueue;
        // And it is the only way in; what takes effect is read from the queue alone.
        for table in ["inbox_queue", "received_activities"] {
            let row = format!("insert_into({table}::table)");
            assert_eq!(files_with(&row), ["gate/queue.rs"], "{table}");
        }
        let built = ["Verified", "(key.actor"].concat();
        assert_eq!(files_with(&built), ["gate/verified.rs"]);
    }
}
