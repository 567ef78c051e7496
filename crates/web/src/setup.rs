//! The first visit of an empty server, and the same for the command line.

mod first_visit;
mod form;
mod making;

pub use making::{SetUp, SetUpError, set_up};

use actix_web::web;
use std::sync::Arc;

pub(crate) use first_visit::time_zones;
pub(crate) use form::{AboutForm, answers};
pub(crate) use making::check_site_name;

/// Proves that whoever opens the setup page from elsewhere also reads the server's console.
#[derive(Debug, Clone)]
pub struct SetupCode(String);

impl SetupCode {
    /// A fresh code: 20 characters without those that are easily confused. `fill` must fill the
    /// slice with unpredictable bytes, or say that it could not; no code then opens anything.
    pub fn new(fill: impl FnOnce(&mut [u8]) -> bool) -> Self {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut bytes = [0u8; 20];
        if !fill(&mut bytes) {
            return Self(String::new());
        }
        let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map(char::from);
        Self(bytes.iter().filter_map(letter).collect())
    }

    /// The code, to be printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is(&self, typed: &str) -> bool {
        let typed = typed.trim();
        let same = self.0.len() == typed.len()
            && self
                .0
                .bytes()
                .zip(typed.bytes())
                .fold(0, |seen, (a, b)| seen | (a ^ b))
                == 0;
        same && !self.0.is_empty()
    }
}

type SchemeOf = dyn Fn(&str) -> &'static str + Send + Sync;

/// Says whether a host name is served by `https` or, in tests and demos, by `http`.
#[derive(Clone)]
pub struct Schemes(Arc<SchemeOf>);

impl Schemes {
    /// `of` gives `http` or `https`.
    pub fn new(of: impl Fn(&str) -> &'static str + Send + Sync + 'static) -> Self {
        Self(Arc::new(of))
    }

    fn of(&self, host: &str) -> &'static str {
        (self.0)(host)
    }
}

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/setup")
            .app_data(web::FormConfig::default().limit(accounts::LONGEST_FORM))
            .route(web::get().to(first_visit::show))
            .route(web::post().to(first_visit::send)),
    );
}
