//! What operators and builtin functions do to any object, by way of its type's slots.

pub mod attributes;
pub mod buffer;
pub mod call;
pub mod comparison;
pub mod hash;
pub mod index;
pub mod instance;
pub mod item;
pub mod iteration;
pub mod number;
pub mod text;
pub mod truth;
