//! What goes on by itself: archives are made and end, names of erased agendas go.

use crate::Leaving;
use publication::personal::purge_rules;
use std::time::Duration;
use tokio::sync::watch;

/// Looked for at least so often; somebody who asks for an archive rings before that.
const LONGEST: Duration = Duration::from_secs(600);

/// Runs until told to stop.
pub struct LeavingWorker(pub Leaving);

impl LeavingWorker {
    /// Works until `stop` says so.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.once().await;
            tokio::select! {
                () = self.0.0.wake.notified() => {}
                () = tokio::time::sleep(LONGEST) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn once(&self) {
        let room = &self.0;
        if let Err(error) = room.make_due().await {
            tracing::error!(%error, "archives of personal data");
        }
        if let Err(error) = room.expire().await {
            tracing::error!(%error, "archives that are over");
        }
        if let Err(error) = room.parts().federation.forget_names().await {
            tracing::error!(%error, "names of erased agendas");
        }
        let now = room.parts().clock.ts();
        let purged = room
            .parts()
            .database
            .write(move |conn| purge_rules(conn, now));
        if let Err(error) = purged.await {
            tracing::error!(%error, "blocks that are over");
        }
    }
}
