//! Errors of the operating system as Python's, and calls that a signal may interrupt.

use super::{PyErr, VirtualMachine};
use crate::builtins::exception::PyBaseException;
use crate::object::PyObject;
use crate::vm::PyResult;
use host::Errno;

impl VirtualMachine {
    /// `OSError(errno, strerror)`, or the subclass that the number has.
    #[cold]
    pub fn errno_error(&self, error: Errno) -> PyErr {
        self.os_error(error, None)
    }

    /// With the name of the file it is about.
    #[cold]
    pub fn os_error_on(&self, error: Errno, filename: PyObject<'_>) -> PyErr {
        self.os_error(error, Some(filename))
    }

    /// With both names, as `rename` has them.
    #[cold]
    pub fn os_error_on_two(&self, error: Errno, from: PyObject<'_>, to: PyObject<'_>) -> PyErr {
        self.os_error_files(error, Some(from), Some(to))
    }

    /// The exception that calling its type gives.
    #[cold]
    pub fn make_error(&self, typ: PyObject<'_>, args: &[PyObject<'_>]) -> PyErr {
        match self.call_positional(typ, args).map(|e| e.downcast::<PyBaseException>()) {
            Ok(Ok(e)) | Err(e) => e,
            Ok(Err(_)) => self.type_error("exceptions must derive from BaseException"),
        }
    }

    /// Calls the system without the lock; when a signal interrupts the call, its handlers
    /// run and the call is made again (PEP 475).
    pub fn retry<R: Send>(
        &self,
        mut call: impl FnMut() -> host::Result<R> + Send,
    ) -> PyResult<host::Result<R>> {
        loop {
            match self.allow_threads(&mut call) {
                Err(Errno::EINTR) => self.check_signals()?,
                r => return Ok(r),
            }
        }
    }

    /// As `retry`, with the error as Python's.
    pub fn retry_os<R: Send>(&self, call: impl FnMut() -> host::Result<R> + Send) -> PyResult<R> {
        self.retry(call)?.map_err(|e| self.errno_error(e))
    }

    /// Runs the handlers of signals that have arrived, if this is the main thread.
    #[inline]
    pub fn check_signals(&self) -> PyResult<()> {
        if host::signals::any_pending() {
            crate::modules::signal::run_handlers(self)
        } else {
            Ok(())
        }
    }
}

impl VirtualMachine {
    /// An `OSError` with only a text.
    #[cold]
    pub fn os_error_message(&self, text: impl AsRef<str>) -> PyErr {
        let text = self.new_str(text);
        self.make_error(self.exc().os_error.as_object(), &[text.as_object()])
    }
}
