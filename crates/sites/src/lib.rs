//! The sites of this server: each is a host name with its own name, look, languages, rules and
//! moderators. A request finds its site by its `Host` header before anything else happens. Whose
//! address a request counts for, and how often it comes, is told here as well: accounts and
//! federation both ask.

mod host;
mod model;
mod proxies;
mod registry;
mod request;
mod windows;

pub use host::{HostError, normalise_host};
pub use model::{About, FollowerPolicy, NewSite, Paper, Registration, Site, SiteChange};
pub use proxies::{NetworkError, Proxies, address_key};
pub use registry::Sites;
pub use request::{CurrentSite, resolve_site};
pub use windows::{Window, Windows};
