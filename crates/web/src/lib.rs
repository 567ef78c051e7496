//! The site's own pages: setup, about, sign-up and log-in, one's account, agendas and their
//! organisers, following, administration; the same for programs under `/api/v1`; and the words of
//! letters.
//!
//! One handler with its form a file. What changes something goes through `accounts::guard_forms` and
//! a form token, answers 303, or 422 with what was typed.

mod about;
mod account;
mod admin;
mod agendas;
mod announce;
mod api;
mod blocking;
mod correcting;
mod faults;
mod followers_waiting;
mod following;
mod hooking;
mod letters;
mod markup;
mod moderating;
mod people;
mod portraits;
mod rooms;
mod ruling;
mod setup;
mod source;

pub use api::open_api;
pub use followers_waiting::{tell_of_followers, watch_followers};
pub use letters::Translated;
pub use setup::{Schemes, SetUp, SetUpError, SetupCode, set_up};

use actix_web::web::ServiceConfig;

/// Registers all routes of this room. The application's data holds `Database`, `Sites`, `Clock`,
/// `Accounts`, `Federation`, `leaving::Leaving`, `publication::Registry`, `moderation::Moderation`,
/// `moderation::queue::Queue`, `media::Library`, `media::Processor`,
/// `federation::Software`, [`SetupCode`] and [`Schemes`].
pub fn configure(config: &mut ServiceConfig) {
    setup::configure(config);
    people::configure(config);
    account::configure(config);
    agendas::configure(config);
    following::configure(config);
    admin::configure(config);
    blocking::configure(config);
    moderating::configure(config);
    correcting::configure(config);
    ruling::configure(config);
    hooking::configure(config);
    api::configure(config);
    about::configure(config);
    source::configure(config);
}
