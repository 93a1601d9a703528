//! What Python sees of a frame.

use super::{PyFrame, jump, locals};
use crate::builtins::foreign_builtins;
use crate::builtins::generator;
use crate::frame::Owner;
use crate::interp::monitor::legacy::trace_opcodes;
use crate::prelude::*;

#[pymethods(name = attributes)]
impl PyFrame {
    #[slot]
    fn repr(zelf: &Py<PyFrame>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let f = zelf.record();
        let code = f.code();
        let file = vm.repr(code.filename().as_object())?;
        let line = zelf.line().map_or_else(|| "None".to_owned(), |l| l.to_string());
        let start = format!("<frame at {:#x}, file ", zelf.as_object().bits());
        let line = format!(", line {line}");
        let parts: [&[u8]; 6] = [
            start.as_bytes(),
            file.as_bytes(),
            line.as_bytes(),
            b", code ",
            code.name.as_bytes(),
            b">",
        ];
        Ok(PyStr::from_parts(vm, &parts))
    }

    /// Clear all references held by the frame.
    #[method(sig = "(self, /)")]
    fn clear(zelf: &Py<PyFrame>, vm: &VirtualMachine) -> PyResult<()> {
        match zelf.record().owner() {
            Owner::Generator => {
                let g = generator::object_of(zelf.record());
                let state = g.any_generator().map(|g| g.state.get());
                match state {
                    Some(generator::GenState::Running) => {}
                    Some(
                        generator::GenState::Suspended
                        | generator::GenState::Delegating
                        | generator::GenState::Moved,
                    ) => {
                        return Err(vm.runtime_error("cannot clear a suspended frame"));
                    }
                    _ => {
                        let g = g.to_owned();
                        generator::finalize(vm, g.as_object())?;
                        return zelf.empty();
                    }
                }
            }
            Owner::FrameObject => return zelf.empty(),
            Owner::Thread | Owner::Init | Owner::Entry => {}
        }
        Err(vm.runtime_error("cannot clear an executing frame"))
    }

    /// Return the size of the frame in memory, in bytes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        size_of::<Py<PyFrame>>() + self.record().code().frame_bytes()
    }

    /// Return the mapping used by the frame to look up local variables.
    #[getter]
    fn f_locals(zelf: &Py<PyFrame>, vm: &VirtualMachine) -> PyResult {
        locals::of_frame(vm, zelf)
    }

    #[getter]
    fn f_back(&self, vm: &VirtualMachine) -> Option<PyRef<PyFrame>> {
        match self.back.get() {
            Some(b) => Some(b),
            None => self.record().caller().map(|c| PyFrame::of(vm, c)),
        }
    }

    /// Return the code object being executed in this frame.
    #[getter]
    fn f_code(&self) -> PyObjectRef {
        self.record().code().into()
    }

    /// Return the global variables in the frame.
    #[getter]
    fn f_globals(&self) -> PyRef<PyDict> {
        self.record().globals()
    }

    /// Return the built-in variables in the frame.
    #[getter]
    fn f_builtins(&self) -> PyObjectRef {
        foreign_builtins::visible(self.record().builtins())
    }

    /// Return the index of the last attempted instruction in the frame.
    #[getter]
    fn f_lasti(&self) -> usize {
        self.record().lasti() * 2
    }

    /// Return the current line number in the frame.
    #[getter]
    fn f_lineno(&self) -> Option<i32> {
        self.line()
    }

    #[setter]
    fn set_f_lineno(
        zelf: &Py<PyFrame>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let Some(value) = value else { return Err(undeletable(vm, "f_lineno")) };
        jump::set_line(vm, zelf, value)
    }

    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(&self) -> Option<PyObjectRef> {
        let f = self.record();
        (f.owner() == Owner::Generator).then(|| generator::object_of(f).to_owned())
    }

    /// Return the trace function for this frame, or None if no trace function is set.
    #[getter]
    fn f_trace(&self) -> Option<PyObjectRef> {
        self.trace.get()
    }

    #[setter]
    fn set_f_trace(&self, value: Option<PyObject<'_>>) -> PyResult<()> {
        let new = value.filter(|v| !v.is_none()).map(PyObject::to_owned);
        drop(self.trace.replace(new));
        Ok(())
    }

    #[member]
    fn f_trace_lines(&self) -> bool {
        self.trace_lines.get()
    }

    #[setter]
    fn set_f_trace_lines(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error("can't delete numeric/char attribute"));
        };
        self.trace_lines.set(bool_attribute(vm, value)?);
        Ok(())
    }

    /// Return True if opcode tracing is enabled, False otherwise.
    #[getter]
    fn f_trace_opcodes(&self) -> bool {
        self.trace_opcodes.get()
    }

    #[setter]
    fn set_f_trace_opcodes(
        &self,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let Some(value) = value else { return Err(undeletable(vm, "f_trace_opcodes")) };
        let on = bool_attribute(vm, value)?;
        self.trace_opcodes.set(on);
        if on && vm.hooks.trace.with(Option::is_some) {
            trace_opcodes(vm, &self.record().code(), true);
        }
        Ok(())
    }
}

fn undeletable(vm: &VirtualMachine, name: &str) -> PyErr {
    vm.attribute_error_msg(format!("attribute '{name}' of 'frame' objects cannot be deleted"))
}

fn bool_attribute(vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<bool> {
    value.as_bool().ok_or_else(|| vm.type_error("attribute value type must be bool"))
}
