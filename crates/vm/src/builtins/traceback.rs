//! `traceback`: one entry per frame an exception has left, innermost last.

use super::frame::PyFrame;
use crate::prelude::*;
use std::cell::Cell;

pub struct PyTraceback {
    pub(crate) next: PyCell<Option<PyRef<PyTraceback>>>,
    pub(crate) frame: PyRef<PyFrame>,
    /// Byte offset of the instruction.
    pub(crate) lasti: i32,
    /// -1: to be computed from `lasti`.
    pub(crate) lineno: Cell<i32>,
}

impl PyTraceback {
    pub fn create(
        vm: &VirtualMachine,
        next: Option<PyRef<PyTraceback>>,
        frame: PyRef<PyFrame>,
        lasti: i32,
        lineno: i32,
    ) -> PyRef<PyTraceback> {
        vm.new_object(PyTraceback {
            next: PyCell::new(next),
            frame,
            lasti,
            lineno: Cell::new(lineno),
        })
    }

    pub fn line(&self) -> Option<i32> {
        match self.lineno.get() {
            -1 => self.frame.record().code().line_at(self.lasti as usize / 2),
            n => Some(n),
        }
    }
}

impl Traverse for PyTraceback {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.next.with(|n| n.traverse(visit));
        self.frame.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.next.take().map(PyObjectRef::from));
    }
}

impl PyPayload for PyTraceback {
    const SPEC: &'static TypeSpec = &TRACEBACK;
}

pub static TRACEBACK: TypeSpec =
    TypeSpec { flags: TypeFlags::HAVE_GC, ..TypeSpec::of::<PyTraceback>("builtins", "traceback") };
