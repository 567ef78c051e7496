//! The sources of this server.

use super::{
    Queue, appeals, cases, comments, followers, held, parked, proposals, remote, sign_ups,
};

impl Queue {
    /// What this server has: a new source is one more line.
    pub fn of_server() -> Self {
        Self::new(vec![
            Box::new(cases::Cases),
            Box::new(appeals::Appeals),
            Box::new(held::Held),
            Box::new(remote::Remote),
            Box::new(comments::Comments),
            Box::new(sign_ups::SignUps),
            Box::new(followers::Followers),
            Box::new(proposals::Proposals),
            Box::new(parked::ParkedActivities),
        ])
    }
}
