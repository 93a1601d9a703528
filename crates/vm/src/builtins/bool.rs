//! `bool`: two immediates.

use super::int::INT;
use crate::prelude::*;

pub enum PyBool {}

impl Traverse for PyBool {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

impl PyPayload for PyBool {
    const SPEC: &'static TypeSpec = &BOOL;
}

pub static BOOL: TypeSpec = TypeSpec {
    base: Some(&INT),
    flags: TypeFlags::LONG_SUBCLASS,
    ..TypeSpec::of::<PyBool>("builtins", "bool")
};
