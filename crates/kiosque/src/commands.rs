//! The commands, one file each.

pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod import;
pub(crate) mod serve;
pub(crate) mod site;
