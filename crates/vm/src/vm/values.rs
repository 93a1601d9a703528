//! Constructors for the common values.

use super::VirtualMachine;
use crate::builtins::dict::PyDict;
use crate::builtins::float::PyFloat;
use crate::builtins::int::PyInt;
use crate::builtins::list::PyList;
use crate::builtins::tuple::PyTuple;
use crate::object::{PyObjectRef, PyRef, word};
use num::BigInt;

impl VirtualMachine {
    /// A Python int.
    #[inline(always)]
    pub fn new_int(&self, v: i64) -> PyObjectRef {
        match word::try_from_int(v) {
            Some(w) => PyObjectRef::from_immediate(w),
            None => self.new_object(PyInt::new(BigInt::from_i64(v))).into(),
        }
    }

    /// A Python int in its canonical form: never on the heap if it fits a word.
    pub fn new_bigint(&self, v: BigInt) -> PyObjectRef {
        match v.to_i64().and_then(word::try_from_int) {
            Some(w) => PyObjectRef::from_immediate(w),
            None => self.new_object(PyInt::new(v)).into(),
        }
    }

    pub fn new_usize(&self, v: usize) -> PyObjectRef {
        match i64::try_from(v) {
            Ok(v) => self.new_int(v),
            Err(_) => self.new_bigint(BigInt::from_u64(v as u64)),
        }
    }

    #[inline(always)]
    pub fn new_float(&self, v: f64) -> PyObjectRef {
        match word::try_from_float(v) {
            Some(w) => PyObjectRef::from_immediate(w),
            None => self.new_object(PyFloat::new(v)).into(),
        }
    }

    #[inline(always)]
    pub fn new_bool(&self, v: bool) -> PyObjectRef {
        PyObjectRef::from_bool(v)
    }

    #[inline(always)]
    pub fn none(&self) -> PyObjectRef {
        PyObjectRef::none()
    }

    pub fn new_tuple(&self, items: Vec<PyObjectRef>) -> PyRef<PyTuple> {
        PyTuple::from_vec(self, items)
    }

    #[inline(always)]
    pub fn new_list(&self, items: Vec<PyObjectRef>) -> PyRef<PyList> {
        self.new_object(PyList::new(items))
    }

    pub fn new_dict(&self) -> PyRef<PyDict> {
        self.new_object(PyDict::new())
    }
}
