//! `LISTEN` and `NOTIFY`: how processes that share a PostgreSQL tell one another that something was written.

use crate::{Conn, Database, StoreError};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// Says, when the transaction commits, that there is work. Nothing on SQLite, whose one process knows.
pub fn notify(conn: &mut Conn) -> Result<(), StoreError> {
    if let Conn::Postgres(c) = conn {
        c.batch_execute("NOTIFY kiosque")?;
    }
    Ok(())
}

/// A connection that hears notices.
pub struct Ear(PgConnection);

impl Ear {
    /// True when a notice came since the last call. Reads what has arrived and does not wait.
    pub fn heard(&mut self) -> Result<bool, StoreError> {
        let mut heard = false;
        for notice in self.0.notifications_iter() {
            notice?;
            heard = true;
        }
        Ok(heard)
    }
}

impl Database {
    /// A connection of its own that hears what [`notify`] says. An error on SQLite.
    pub async fn listen(&self) -> Result<Ear, StoreError> {
        let Some(url) = self.postgres().map(str::to_owned) else {
            return Err(StoreError::Address("sqlite".to_owned()));
        };
        let opened = tokio::task::spawn_blocking(move || {
            let mut conn =
                PgConnection::establish(&url).map_err(|e| StoreError::Pool(e.to_string()))?;
            conn.batch_execute("LISTEN kiosque")?;
            Ok(Ear(conn))
        });
        opened.await.unwrap_or(Err(StoreError::Cancelled))
    }
}
