//! The archive of a person's data: asked for with the password, made by a worker, given to the session that asked, for a day.

mod agendas;
mod person;
mod tables;

pub use tables::{Held, TABLES};

use crate::archive::Archive;
use crate::{Leaving, LeavingError};
use accounts::{Account, AccountError, Session};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde_json::json;
use std::path::{Path, PathBuf};
use store::schema::exports;
use store::{Conn, Id, StoreError, Ts, fresh_id, text_enum};

/// How long an archive may be fetched.
pub const HOURS: i64 = 24;
/// The form of the archive, counted up when a program that reads it would have to change.
const VERSION: u32 = 1;

text_enum! {
    /// Where an archive stands.
    pub enum ExportState {
        /// It is being made.
        Waiting = "waiting",
        /// It may be fetched.
        Ready = "ready",
        /// It could not be made.
        Failed = "failed",
    }
}

/// An archive's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = exports)]
pub struct Export {
    /// Key.
    pub id: Id,
    /// Whose data.
    pub account_id: Id,
    /// Who may fetch it.
    pub session_id: Id,
    /// Word of [`ExportState`].
    pub state: String,
    /// Length.
    pub bytes: i64,
    /// When it was asked for.
    pub created_at: Ts,
    /// Until when it may be fetched.
    pub expires_at: Ts,
}

impl Export {
    /// Where it stands.
    pub fn state(&self) -> ExportState {
        ExportState::from_word(&self.state).unwrap_or(ExportState::Failed)
    }
}

impl Leaving {
    /// Asks for an archive in the name of a session whose password was compared. An older one of the account is dropped.
    pub async fn ask(&self, session: &Session) -> Result<(), StoreError> {
        let (account, session, now) = (session.account_id, session.id, self.parts().clock.ts());
        let dropped: Vec<Id> = self
            .parts()
            .database
            .write(move |conn| {
                let older = exports::table.filter(exports::account_id.eq(account));
                let dropped = older.select(exports::id).load(conn)?;
                diesel::delete(older).execute(conn)?;
                diesel::insert_into(exports::table)
                    .values((
                        exports::id.eq(fresh_id(now.0)),
                        exports::account_id.eq(account),
                        exports::session_id.eq(session),
                        exports::state.eq(ExportState::Waiting.as_str()),
                        exports::bytes.eq(0),
                        exports::created_at.eq(now),
                        exports::expires_at.eq(Ts::new(now.0 + Duration::hours(HOURS))),
                    ))
                    .execute(conn)?;
                Ok::<_, StoreError>(dropped)
            })
            .await?;
        self.remove_files(&dropped);
        self.0.wake.notify_one();
        Ok(())
    }

    /// The archive of a session, when it is not over.
    pub async fn of_session(&self, session: &Session) -> Result<Option<Export>, StoreError> {
        let (session, account, now) = (session.id, session.account_id, self.parts().clock.ts());
        let found = self.parts().database.read(move |conn| {
            Ok::<_, StoreError>(
                exports::table
                    .filter(exports::session_id.eq(session))
                    .filter(exports::account_id.eq(account))
                    .filter(exports::expires_at.gt(now))
                    .order(exports::id.desc())
                    .select(Export::as_select())
                    .first(conn)
                    .optional()?,
            )
        });
        found.await
    }

    /// Where the file of an archive lies that the session may fetch.
    pub async fn file(&self, session: &Session, id: Id) -> Result<Option<PathBuf>, StoreError> {
        let found = self.of_session(session).await?;
        let ready = |export: &Export| export.id == id && export.state() == ExportState::Ready;
        Ok(found.filter(ready).map(|export| self.place(export.id)))
    }

    /// Makes the archives that wait, one after the other. Says how many.
    pub async fn make_due(&self) -> Result<usize, StoreError> {
        let waiting: Vec<Export> = self
            .parts()
            .database
            .read(|conn| {
                Ok::<_, StoreError>(
                    exports::table
                        .filter(exports::state.eq(ExportState::Waiting.as_str()))
                        .order(exports::created_at)
                        .limit(50)
                        .select(Export::as_select())
                        .load(conn)?,
                )
            })
            .await?;
        let count = waiting.len();
        for export in waiting {
            let (room, asked) = (self.clone(), export.clone());
            let made = self
                .parts()
                .database
                .read(move |conn| room.make(conn, &asked))
                .await;
            let (state, bytes) = match made {
                Ok(bytes) => (ExportState::Ready, i64::try_from(bytes).unwrap_or(i64::MAX)),
                Err(error) => {
                    tracing::error!(%error, export = %export.id, "an archive was not made");
                    (ExportState::Failed, 0)
                }
            };
            let kept = self.parts().database.write(move |conn| {
                let row = exports::table.find(export.id);
                Ok::<_, StoreError>(
                    diesel::update(row)
                        .set((exports::state.eq(state.as_str()), exports::bytes.eq(bytes)))
                        .execute(conn)?,
                )
            });
            // Asked anew, signed out or erased meanwhile: nobody may fetch it.
            if kept.await? == 0 {
                self.remove_files(&[export.id]);
            }
        }
        Ok(count)
    }

    /// Removes archives that are over, and files without a row: of sessions that ended, of a process that was killed.
    pub async fn expire(&self) -> Result<usize, LeavingError> {
        let now = self.parts().clock.ts();
        let kept: Vec<Id> = self
            .parts()
            .database
            .write(move |conn| {
                diesel::delete(exports::table.filter(exports::expires_at.le(now))).execute(conn)?;
                Ok::<_, StoreError>(exports::table.select(exports::id).load(conn)?)
            })
            .await?;
        let mut removed = 0;
        for entry in std::fs::read_dir(&self.parts().folder)? {
            let path = entry?.path();
            let name = path.file_stem().and_then(|stem| stem.to_str());
            let known = name.and_then(Id::parse);
            let over = match path.extension().is_some_and(|end| end == "zip") {
                true => known.is_none_or(|id| !kept.contains(&id)),
                // Being written, or left by a process that was killed.
                false => is_old(&path, now),
            };
            if over && std::fs::remove_file(&path).is_ok() {
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn place(&self, id: Id) -> PathBuf {
        self.parts().folder.join(format!("{id}.zip"))
    }

    pub(crate) fn remove_files(&self, exports: &[Id]) {
        for id in exports {
            match std::fs::remove_file(self.place(*id)) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => tracing::warn!(%error, export = %id, "an archive is left behind"),
            }
        }
    }

    /// Blocking, as is whatever reads the database.
    fn make(&self, conn: &mut Conn, export: &Export) -> Result<u64, LeavingError> {
        let account = match Account::find(conn, export.account_id) {
            Ok(Some(account)) => account,
            Ok(None) => return Err(StoreError::Cancelled.into()),
            Err(AccountError::Store(error)) => return Err(error.into()),
            Err(other) => return Err(StoreError::Damaged(other.to_string()).into()),
        };
        let mut archive = Archive::begin(&self.parts().folder)?;
        archive.put("LISEZ-MOI.txt", include_bytes!("export/LISEZ-MOI.txt"))?;
        archive.put("README.txt", include_bytes!("export/README.txt"))?;
        let hosts: Vec<String> = self
            .parts()
            .sites
            .all()
            .iter()
            .map(|site| site.host.clone())
            .collect();
        archive.put_json(
            "archive.json",
            &json!({
                "software": "kiosque", "version": VERSION, "account": account.id, "sites": hosts,
                "made_at": self.parts().clock.now(),
            }),
        )?;
        self.put_person(conn, &mut archive, &account)?;
        self.put_agendas(conn, &mut archive, account.id)?;
        archive.finish(&self.place(export.id))
    }
}

/// True for a file that was last written before any archive that may still be fetched.
fn is_old(path: &Path, now: Ts) -> bool {
    let written = path.metadata().and_then(|found| found.modified());
    written.is_ok_and(|at| DateTime::<Utc>::from(at) < now.0 - Duration::hours(HOURS))
}
