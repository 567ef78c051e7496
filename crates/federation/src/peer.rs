//! What is known of other servers: their software, and which signatures they accept.

use crate::{Federation, Purpose};
use activitystreams::{NodeInfo, NodeInfoLinks};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use reqwest::StatusCode;
use signatures::{Outgoing, Signer, SigningError};
use store::schema::peers;
use store::{Conn, Portable, StoreError, Ts, text_enum};
use url::Url;

text_enum! {
    /// How requests are signed.
    pub enum SignatureScheme {
        /// draft-cavage-http-signatures-12.
        Cavage = "cavage",
        /// RFC 9421.
        Rfc9421 = "rfc9421",
    }
}

impl SignatureScheme {
    /// This one first, then the other (R-SIG-02).
    pub(crate) fn order(self) -> [Self; 2] {
        match self {
            Self::Cavage => [Self::Cavage, Self::Rfc9421],
            Self::Rfc9421 => [Self::Rfc9421, Self::Cavage],
        }
    }

    /// The headers that sign a request at `now`.
    pub(crate) fn sign(
        self,
        signer: &Signer,
        outgoing: &Outgoing<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, String)>, SigningError> {
        let headers = match self {
            Self::Cavage => signer.sign_cavage(outgoing, now)?,
            Self::Rfc9421 => signer.sign_rfc9421(outgoing, now)?,
        };
        Ok(headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect())
    }
}

/// Answers that may mean "not this signature" (R-SIG-02).
pub(crate) fn wants_other_scheme(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403)
}

/// How long a scheme that worked is remembered.
const SCHEME_MEMORY: Duration = Duration::days(30);
/// How long NodeInfo is believed (R-DEL-01).
const SOFTWARE_MEMORY: Duration = Duration::days(7);

/// A server's row.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = peers)]
pub struct Peer {
    /// Host, with an unusual port.
    pub host: String,
    /// NodeInfo's software name, lower case.
    pub software: Option<String>,
    /// When NodeInfo was last asked, successfully or not.
    pub nodeinfo_at: Option<Ts>,
    /// Its own actor (FEP-2677).
    pub application_uri: Option<String>,
    /// Word of [`SignatureScheme`].
    pub signature_scheme: Option<String>,
    /// When that scheme last worked.
    pub scheme_at: Option<Ts>,
    /// Not spoken to.
    pub blocked: bool,
    /// Failed tries of the host in a row.
    pub failures: i32,
    /// When something for it is tried next.
    pub due_at: Option<Ts>,
    /// Since when it fails.
    pub failing_since: Option<Ts>,
    /// On how many distinct days.
    pub failing_days: i32,
    /// Since when it counts as unreachable and is only asked once a day (DEL-03).
    pub unreachable_at: Option<Ts>,
    /// Deliveries that arrived, ever.
    pub delivered: i64,
    /// Last delivery that arrived.
    pub last_success_at: Option<Ts>,
    /// Last delivery that did not.
    pub last_failure_at: Option<Ts>,
    /// Why.
    pub last_error: Option<String>,
}

impl Peer {
    /// By host.
    pub fn by_host(conn: &mut Conn, host: &str) -> Result<Option<Self>, StoreError> {
        Ok(peers::table
            .find(host)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// Makes sure that there is a row.
    pub(crate) fn ensure(conn: &mut Conn, host: &str) -> Result<(), StoreError> {
        let row = (
            peers::host.eq(host),
            peers::blocked.eq(false),
            peers::failures.eq(0),
        );
        Portable(
            diesel::insert_into(peers::table)
                .values(row)
                .on_conflict_do_nothing(),
        )
        .execute(conn)?;
        Ok(())
    }
}

impl Federation {
    /// Remembers that something acceptable came from a host, at most once a minute.
    pub(crate) async fn note_received(&self, host: &str) {
        if self.0.received.contains_key(host) {
            return;
        }
        self.0.received.insert(host.to_owned(), ()).await;
        let (name, now) = (host.to_owned(), self.0.clock.ts());
        let written = self.0.database.write_grouped(move |c| {
            Peer::ensure(c, &name)?;
            diesel::update(peers::table.find(&name))
                .set(peers::last_received_at.eq(now))
                .execute(c)?;
            Ok::<_, StoreError>(())
        });
        if let Err(error) = written.await {
            tracing::warn!(host, %error, "activity of a host not remembered");
        }
    }

    pub(crate) async fn peer_scheme(&self, host: &str) -> SignatureScheme {
        if let Some(scheme) = self.0.schemes.get(host).await {
            return scheme;
        }
        let (name, now) = (host.to_owned(), self.0.clock.ts());
        let known = self
            .0
            .database
            .read(move |c| Peer::by_host(c, &name))
            .await
            .ok()
            .flatten();
        let scheme = known
            .filter(|peer| {
                peer.scheme_at
                    .is_some_and(|at| now.0 - at.0 < SCHEME_MEMORY)
            })
            .and_then(|peer| SignatureScheme::from_word(peer.signature_scheme.as_deref()?))
            .unwrap_or(SignatureScheme::Cavage);
        self.0.schemes.insert(host.to_owned(), scheme).await;
        scheme
    }

    /// Remembers a scheme that worked; writes only when it changed.
    pub(crate) async fn note_scheme(&self, host: &str, scheme: SignatureScheme) {
        if self.0.schemes.get(host).await == Some(scheme) {
            return;
        }
        self.0.schemes.insert(host.to_owned(), scheme).await;
        let (name, now) = (host.to_owned(), self.0.clock.ts());
        let written = self.0.database.write(move |c| {
            Peer::ensure(c, &name)?;
            let set = (
                peers::signature_scheme.eq(scheme.as_str()),
                peers::scheme_at.eq(now),
            );
            diesel::update(peers::table.find(&name))
                .set(set)
                .execute(c)?;
            Ok::<_, StoreError>(())
        });
        if let Err(error) = written.await {
            tracing::warn!(host, %error, "signature scheme not remembered");
        }
    }

    /// The software behind a host and its own actor, asked anew each week. Unknown when it does not
    /// say; the delivery matrix's first row applies then (R-DEL-01).
    pub async fn peer(&self, scheme: &str, host: &str) -> Result<Option<Peer>, StoreError> {
        let (name, now) = (host.to_owned(), self.0.clock.ts());
        let known = self
            .0
            .database
            .read(move |c| Peer::by_host(c, &name))
            .await?;
        let fresh = |peer: &Peer| {
            peer.nodeinfo_at
                .is_some_and(|at| now.0 - at.0 < SOFTWARE_MEMORY)
        };
        if known.as_ref().is_some_and(fresh) {
            return Ok(known);
        }
        let found = self.ask_nodeinfo(scheme, host).await;
        let name = host.to_owned();
        self.0
            .database
            .write(move |c| {
                Peer::ensure(c, &name)?;
                let row = peers::table.find(&name);
                diesel::update(row)
                    .set(peers::nodeinfo_at.eq(now))
                    .execute(c)?;
                if let Some((software, version, application)) = found {
                    diesel::update(row)
                        .set((
                            peers::software.eq(software),
                            peers::software_version.eq(version),
                            peers::application_uri.eq(application),
                        ))
                        .execute(c)?;
                }
                Peer::by_host(c, &name)
            })
            .await
    }

    async fn ask_nodeinfo(
        &self,
        scheme: &str,
        host: &str,
    ) -> Option<(String, String, Option<String>)> {
        let start = Url::parse(&format!("{scheme}://{host}/.well-known/nodeinfo")).ok()?;
        let (at, answer) = self
            .fetch_plain(Purpose::NodeInfoLinks, &start, "application/json")
            .await
            .ok()?;
        if !activitystreams::origin::same_origin(&at, &start) {
            return None;
        }
        let links = NodeInfoLinks::read(&activitystreams::parse(&answer.body).ok()?, &at).ok()?;
        let application = links.application.map(|url| url.to_string());
        let (_, answer) = self
            .fetch_plain(Purpose::NodeInfo, &links.document?, "application/json")
            .await
            .ok()?;
        let info = NodeInfo::read(&activitystreams::parse(&answer.body).ok()?).ok()?;
        let cut = |text: String| text.chars().take(100).collect::<String>();
        Some((
            cut(info.software_name),
            cut(info.software_version),
            application,
        ))
    }
}
