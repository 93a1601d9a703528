//! `iterator`: what `iter()` gives for an object that has `__getitem__` but no `__iter__`.

use crate::prelude::*;
use std::cell::Cell;

pub struct PySeqIter {
    index: Cell<isize>,
    /// None once exhausted.
    sequence: PyCell<Option<PyObjectRef>>,
}

impl PySeqIter {
    pub fn new(sequence: PyObjectRef) -> PySeqIter {
        PySeqIter { index: Cell::new(0), sequence: PyCell::new(Some(sequence)) }
    }

    pub fn sequence(&self) -> Option<PyObjectRef> {
        self.sequence.get()
    }

    pub fn index(&self) -> isize {
        self.index.get()
    }

    /// As `__setstate__`: a negative index is 0.
    pub fn set_index(&self, index: isize) {
        self.index.set(index.max(0));
    }
}

fn iter(_vm: &VirtualMachine, it: PyObject<'_>) -> PyResult {
    Ok(it.to_owned())
}

fn next(vm: &VirtualMachine, it: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
    let it = it.expect_payload::<PySeqIter>();
    let Some(sequence) = it.sequence() else { return Ok(None) };
    let i = it.index.get();
    if i == isize::MAX {
        return Err(vm.overflow_error("iter index too large"));
    }
    match vm.sequence_item(sequence.as_object(), i) {
        Ok(v) => {
            it.index.set(i + 1);
            Ok(Some(v))
        }
        Err(e)
            if vm.is_error(&e, &vm.exc().index_error)
                || vm.is_error(&e, &vm.exc().stop_iteration) =>
        {
            it.sequence.set(None);
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

impl Traverse for PySeqIter {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.sequence.with(|s| s.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.sequence.take());
    }
}

impl PyPayload for PySeqIter {
    const SPEC: &'static TypeSpec = &SEQ_ITER;
}

pub static SEQ_ITER: TypeSpec = TypeSpec {
    flags: TypeFlags::HAVE_GC,
    slots: Slots { iter: Some(iter), iternext: Some(next), ..Slots::EMPTY },
    ..TypeSpec::of::<PySeqIter>("builtins", "iterator")
};
