//! This process, others, and the machine they run on.

mod child;
mod environment;
mod identity;
mod machine;
mod names;
mod resources;
mod start;
mod waiting;

pub use child::*;
pub use environment::*;
pub use identity::*;
pub use machine::*;
pub use names::*;
pub use resources::*;
pub use start::*;
pub use waiting::*;
