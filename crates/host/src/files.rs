//! Files, directories and descriptors.
//!
//! Functions that take a path take the directory it is relative to as well
//! ([`crate::CURRENT_DIRECTORY`] for the usual one).

mod attributes;
mod data;
mod descriptors;
mod directories;
mod modes;
mod names;
mod polling;
mod status;

pub use attributes::*;
pub use data::*;
pub use descriptors::*;
pub use directories::*;
pub use modes::*;
pub use names::*;
pub use polling::*;
pub use status::*;
