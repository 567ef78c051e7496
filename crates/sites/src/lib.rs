//! The sites of this server: each is a host name with its own name, look, languages, rules and
//! moderators. A request finds its site by its `Host` header before anything else happens.

mod host;
mod model;
mod registry;
mod request;

pub use host::{HostError, normalise_host};
pub use model::{About, FollowerPolicy, NewSite, Paper, Registration, Site, SiteChange};
pub use registry::Sites;
pub use request::{CurrentSite, resolve_site};
