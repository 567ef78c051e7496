//! Limits on attempts (AUTH-01, RATE-01): a sliding window over the moments of past attempts.

use sites::{Window, Windows};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use store::{Id, Ts};

/// What is counted. Counts of different kinds do not touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// Log-ins, and other pages that take a password or a link's token, by address: 25 in 5 minutes.
    LogInAddress,
    /// Passwords tried on one account, from wherever: 25 in an hour.
    LogInAccount,
    /// Sign-ups by address: 5 in 30 minutes, 10 a day.
    SignUpAddress,
    /// Requests for a reset by address: 5 in 30 minutes, 10 a day.
    ResetAddress,
    /// Letters that a visitor can cause to one recipient: 5 in an hour, 10 a day.
    Recipient,
    /// Invitations by one account: 20 in an hour, 50 a day.
    Invitation,
    /// Other servers asked in a visitor's name ("follow from my server"), by address: 10 in 5 minutes.
    LookUp,
    /// Reports, by account or by address: 10 in 10 minutes, 40 a day.
    Report,
    /// Events proposed by passers-by, by address: 5 in 30 minutes, 10 a day.
    Proposal,
}

impl LimitKind {
    /// True for what a site may set higher or lower: nothing that guards a password or a letter's link.
    fn is_adjustable(self) -> bool {
        matches!(
            self,
            Self::SignUpAddress | Self::Invitation | Self::LookUp | Self::Report | Self::Proposal
        )
    }

    fn windows(self) -> &'static [Window] {
        match self {
            Self::LogInAddress => &[(25, 300)],
            Self::LogInAccount => &[(25, 3_600)],
            Self::SignUpAddress | Self::ResetAddress | Self::Proposal => {
                &[(5, 1_800), (10, 86_400)]
            }
            Self::Recipient => &[(5, 3_600), (10, 86_400)],
            Self::Invitation => &[(20, 3_600), (50, 86_400)],
            Self::LookUp => &[(10, 300)],
            Self::Report => &[(10, 600), (40, 86_400)],
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash, Clone)]
struct Key {
    kind: LimitKind,
    site: Option<Id>,
    who: String,
}

/// Counts attempts. Cheap to clone; the clones share the counts and what sites set.
#[derive(Debug, Clone)]
pub struct Limits {
    windows: Windows<Key>,
    /// Percent by site; 100 for those that set nothing.
    adjusted: Arc<RwLock<HashMap<Id, usize>>>,
}

impl Limits {
    /// The limits above, each `factor` times as high (1 in service; more for a load test).
    pub fn new(factor: usize) -> Self {
        Self {
            windows: Windows::new(factor),
            adjusted: Arc::default(),
        }
    }

    /// A site sets its limits to so many percent. What guards passwords and links stays as it is.
    pub fn adjust(&self, site: Id, percent: usize) {
        let mut adjusted = self
            .adjusted
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        adjusted.insert(site, percent);
    }

    fn percent(&self, kind: LimitKind, site: Option<Id>) -> usize {
        let Some(site) = site.filter(|_| kind.is_adjustable()) else {
            return 100;
        };
        let adjusted = self.adjusted.read().unwrap_or_else(PoisonError::into_inner);
        adjusted.get(&site).copied().unwrap_or(100)
    }

    /// Counts an attempt, or says after how many seconds one may succeed. A refused attempt does
    /// not count. `site` is `None` for what is counted over the whole server.
    pub fn check(&self, kind: LimitKind, site: Option<Id>, who: &str, now: Ts) -> Result<(), u64> {
        // A key is bounded whatever the request brought.
        let key = Key {
            kind,
            site,
            who: who.chars().take(320).collect(),
        };
        let percent = self.percent(kind, site);
        self.windows.check_at(key, kind.windows(), percent, now)
    }
}
