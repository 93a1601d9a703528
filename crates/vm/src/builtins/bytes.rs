//! `bytes`: immutable bytes behind the payload.

use crate::containers::byte_data;
use crate::prelude::*;
use std::cell::Cell;

#[repr(C)]
pub struct PyBytes {
    /// 0: not computed yet.
    hash: Cell<i64>,
    len: usize,
}

impl PyBytes {
    pub(crate) fn header(len: usize) -> PyBytes {
        PyBytes { hash: Cell::new(0), len }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        byte_data::bytes(self)
    }

    pub fn hash(&self) -> i64 {
        match self.hash.get() {
            0 => {
                let h = crate::protocol::hash::bytes_hash(self.as_bytes());
                self.hash.set(h);
                h
            }
            h => h,
        }
    }
}

impl VirtualMachine {
    pub fn new_bytes(&self, data: &[u8]) -> PyRef<PyBytes> {
        byte_data::new_bytes(self, self.type_of::<PyBytes>(), data)
    }
}

impl Traverse for PyBytes {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

impl PyPayload for PyBytes {
    const SPEC: &'static TypeSpec = &BYTES;

    fn var_bytes(&self) -> usize {
        self.len.next_multiple_of(8)
    }
}

pub static BYTES: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE
        .union(TypeFlags::BYTES_SUBCLASS)
        .union(TypeFlags::MATCH_SELF)
        .union(TypeFlags::VAR_SIZED),
    ..TypeSpec::of::<PyBytes>("builtins", "bytes")
};
