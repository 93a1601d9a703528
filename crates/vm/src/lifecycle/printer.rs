//! `sys.stderr` before there are streams: writes straight to the descriptor, for `-v`.

use crate::prelude::*;

/// A stream that takes text and keeps nothing back.
#[pyclass(name = "stderrprinter", flags(DISALLOW_INSTANTIATION), doc = None, no_refs)]
pub struct PyStderrPrinter {
    fd: i32,
}

impl PyStderrPrinter {
    pub fn create(vm: &VirtualMachine, fd: i32) -> PyObjectRef {
        vm.new_object(PyStderrPrinter { fd }).into()
    }
}

#[pymethods]
impl PyStderrPrinter {
    #[slot]
    fn repr(zelf: &Py<PyStderrPrinter>) -> String {
        format!("<stdprinter(fd={}) object at {:#x}>", zelf.fd, zelf.as_object().bits())
    }

    /// Writes text; returns its length.
    #[method(sig = "(self, text, /)")]
    fn write(&self, text: &Py<PyStr>) -> usize {
        let shown = text.to_string_lossy();
        crate::import::state::write_all(self.fd, shown.as_bytes());
        text.char_len()
    }

    /// Does nothing: nothing is kept back.
    #[method(sig = "(self, /)")]
    fn flush(&self) {}

    /// Does nothing: the descriptor is not ours.
    #[method(sig = "(self, /)")]
    fn close(&self) {}

    /// The number of the descriptor.
    #[method(sig = "(self, /)")]
    fn fileno(&self) -> i32 {
        self.fd
    }

    /// Whether the descriptor is a terminal.
    #[method(sig = "(self, /)")]
    fn isatty(&self) -> bool {
        host::terminal::is_terminal(self.fd)
    }

    /// False
    #[getter]
    fn closed(&self) -> bool {
        false
    }

    /// None: text goes out as it is
    #[getter]
    fn encoding(&self) -> Option<PyObjectRef> {
        None
    }

    /// How the stream was opened
    #[getter]
    fn mode(&self) -> &'static str {
        "w"
    }
}
