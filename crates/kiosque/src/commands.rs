//! The commands, one file each.

pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod follow;
pub(crate) mod import;
pub(crate) mod peer;
pub(crate) mod serve;
pub(crate) mod site;
