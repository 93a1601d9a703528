//! Scanners: one search after the other in a subject.

use super::engine::Mode;
use super::pattern::{PyPattern, Run};
use super::subject::Subject;
use std::cell::Cell;
use vm::builtins::bytes::PyBytes;
use vm::prelude::*;
use vm::protocol::buffer::{self, Buffer};

#[pyclass(name = "SRE_Scanner", module = "_sre", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyScanner {
    pattern: PyRef<PyPattern>,
    string: PyObjectRef,
    subject: Subject,
    /// Memory that can change keeps its size as long as the scanner lives.
    held: Option<Buffer>,
    pos: isize,
    endpos: isize,
    end: usize,
    /// Where the next search starts, in bytes; beyond the end once one has failed.
    #[pytraverse(skip)]
    at: Cell<usize>,
    must_advance: Cell<bool>,
    executing: Cell<bool>,
}

const EXHAUSTED: usize = usize::MAX;

impl PyScanner {
    pub fn create(
        vm: &VirtualMachine,
        pattern: &Py<PyPattern>,
        string: PyObject<'_>,
        pos: isize,
        endpos: isize,
    ) -> PyResult<PyRef<PyScanner>> {
        let subject = pattern.subject(vm, string)?;
        let fixed = subject.is_str() || string.downcast::<PyBytes>().is_some();
        let held = if fixed { None } else { Some(buffer::get(vm, string, buffer::SIMPLE)?) };
        let (start, end) = (subject.to_byte(pos), subject.to_byte(endpos));
        let pos = subject.to_char(start) as isize;
        let endpos = subject.to_char(end) as isize;
        Ok(vm.new_object(PyScanner {
            pattern: pattern.to_ref(),
            string: string.to_owned(),
            subject,
            held,
            pos,
            endpos,
            end,
            at: Cell::new(start),
            must_advance: Cell::new(false),
            executing: Cell::new(false),
        }))
    }

    fn step(&self, vm: &VirtualMachine, mode: Mode) -> PyResult {
        if self.at.get() == EXHAUSTED {
            return Ok(vm.none());
        }
        if self.executing.replace(true) {
            return Err(vm.value_error("regular expression scanner already executing"));
        }
        let r = self.find(vm, mode);
        self.executing.set(false);
        r
    }

    fn find(&self, vm: &VirtualMachine, mode: Mode) -> PyResult {
        let mut run = Run::new(vm, &self.pattern, &self.subject, self.at.get(), self.end);
        run.must_advance = self.must_advance.get();
        if !run.find(mode)? {
            self.at.set(EXHAUSTED);
            return Ok(vm.none());
        }
        let made = run.match_object(&self.string, self.pos, self.endpos);
        run.advance();
        self.at.set(run.at);
        self.must_advance.set(run.must_advance);
        Ok(made.into())
    }
}

#[pymethods]
impl PyScanner {
    #[method(name = "match", sig = "(self, /)")]
    fn py_match(&self, vm: &VirtualMachine) -> PyResult {
        self.step(vm, Mode::Match)
    }

    #[method(sig = "(self, /)")]
    fn search(&self, vm: &VirtualMachine) -> PyResult {
        self.step(vm, Mode::Search)
    }

    #[member]
    fn pattern(&self) -> PyObjectRef {
        self.pattern.clone().into()
    }
}
