//! Kinds of object, and the one place that knows them all.

use crate::correction::{CorrectionError, Proposed};
use crate::desk::Desk;
use crate::object::Object;
use federation::{Incoming, IngestError, Scope};
use serde_json::Value;
use sites::Site;
use std::sync::Arc;
use store::{Conn, Id, StoreError, Ts};

/// One kind of published object: events today; releases and provider profiles later.
///
/// A kind keeps its own columns in its own tables, keyed by the object's id, and never asks about
/// other kinds.
pub trait Kind: Send + Sync + 'static {
    /// Its name in the `objects` table, for instance `event`.
    fn name(&self) -> &'static str;

    /// ActivityStreams types that it reads.
    fn types(&self) -> &'static [&'static str];

    /// First part of the path of ids: `/events/<key>`.
    fn collection(&self) -> &'static str;

    /// First part of the path of pages: `/e/<key>`.
    fn page(&self) -> &'static str;

    /// Reads another server's document and stores both parts ([`crate::put_remote`] first).
    fn receive(&self, conn: &mut Conn, incoming: &Incoming<'_>) -> Result<Id, IngestError>;

    /// The ActivityStreams form of a local object, whole. `None` when its own part is missing.
    fn document(
        &self,
        conn: &mut Conn,
        site: &Site,
        object: &Object,
    ) -> Result<Option<Value>, StoreError>;

    /// Local public objects still to come or still current, soonest first.
    fn upcoming(
        &self,
        conn: &mut Conn,
        scope: Scope,
        now: Ts,
        limit: i64,
    ) -> Result<Vec<Object>, StoreError>;

    /// True while changes of the object still matter to peers; what is over is not pushed (R-EV-12).
    fn is_current(&self, conn: &mut Conn, object: Id, now: Ts) -> Result<bool, StoreError>;

    /// Forgets its own part of a deleted object.
    fn forget(&self, conn: &mut Conn, object: Id) -> Result<(), StoreError>;

    /// Fields for which somebody else can propose another value; see [`Registry::correctable`].
    fn correctable(&self) -> &'static [&'static str] {
        &[]
    }

    /// What stands in such a field, and what is proposed, both as [`Proposed`] has them.
    fn proposed(
        &self,
        _: &mut Conn,
        _: &Object,
        _field: &str,
        _value: &str,
    ) -> Result<Proposed, CorrectionError> {
        Err(CorrectionError::Field)
    }

    /// Writes what is proposed, with all that a change by its author does.
    #[expect(clippy::too_many_arguments, reason = "one change, all it writes")]
    fn correct(
        &self,
        _: &mut Conn,
        _: &Registry,
        _: &Object,
        _field: &str,
        _value: &str,
        _account: Id,
        _now: Ts,
    ) -> Result<(), CorrectionError> {
        Err(CorrectionError::Field)
    }

    /// What a person takes with them of an actor's objects, besides their ActivityStreams form: whole files.
    fn takeaway(
        &self,
        _: &mut Conn,
        _: &Site,
        _: &federation::Actor,
    ) -> Result<Vec<Takeaway>, StoreError> {
        Ok(Vec::new())
    }
}

/// A file that a person takes with them.
#[derive(Debug, Clone)]
pub struct Takeaway {
    /// Its name, without a folder.
    pub name: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// All kinds of this server.
#[derive(Clone)]
pub struct Registry {
    kinds: Arc<Vec<Arc<dyn Kind>>>,
    pub(crate) sites: sites::Sites,
    namespace: Arc<str>,
    pub(crate) desk: Option<Arc<dyn Desk>>,
}

impl Registry {
    /// The registry; `namespace` is the address of our own vocabulary.
    pub fn new(kinds: Vec<Arc<dyn Kind>>, sites: sites::Sites, namespace: &str) -> Self {
        Self {
            kinds: Arc::new(kinds),
            sites,
            namespace: namespace.into(),
            desk: None,
        }
    }

    /// The same, with moderators to whom complaints go.
    #[must_use]
    pub fn with_desk(mut self, desk: Arc<dyn Desk>) -> Self {
        self.desk = Some(desk);
        self
    }

    /// Address of our own vocabulary.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Every kind.
    pub fn all(&self) -> &[Arc<dyn Kind>] {
        &self.kinds
    }

    /// By name.
    pub fn named(&self, name: &str) -> Option<&Arc<dyn Kind>> {
        self.kinds.iter().find(|kind| kind.name() == name)
    }

    /// By ActivityStreams types.
    pub(crate) fn reading(&self, types: &[&str]) -> Option<&Arc<dyn Kind>> {
        self.kinds
            .iter()
            .find(|kind| kind.types().iter().any(|name| types.contains(name)))
    }

    /// The ActivityStreams form of a local object.
    pub fn document(&self, conn: &mut Conn, object: &Object) -> Result<Option<Value>, StoreError> {
        let site = object.site_id.and_then(|id| self.sites.by_id(id));
        match (self.named(&object.kind), site) {
            (Some(kind), Some(site)) => kind.document(conn, &site, object),
            _ => Ok(None),
        }
    }
}
