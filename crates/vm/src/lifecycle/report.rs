//! Uncaught exceptions: `sys.last_exc`, `sys.excepthook`, and what to do without them.

use crate::prelude::*;

impl VirtualMachine {
    /// Shows an exception that nobody caught (`PyErr_PrintEx`), which stays behind as
    /// `sys.last_exc`.  A `sys.excepthook` that fails with SystemExit or KeyboardInterrupt
    /// has the last word on how the program ends: that exception is the answer.
    pub fn print_uncaught(&self, e: PyErr) -> Option<PyErr> {
        let typ: PyObjectRef = e.class().to_ref().into();
        let value: PyObjectRef = e.clone().into();
        let traceback = self
            .get_attr_opt(e.as_object(), &self.names().__traceback__)
            .ok()
            .flatten()
            .unwrap_or_else(|| self.none());
        let n = self.names();
        for (name, v) in [
            (&n.last_exc, &value),
            (&n.last_type, &typ),
            (&n.last_value, &value),
            (&n.last_traceback, &traceback),
        ] {
            // The dict's keys are strings: nothing can fail.
            let _ = self.sys_dict().set_str(self, name, v.clone());
        }
        let show = || {
            let r = crate::exceptions::display(self, value.as_object(), traceback.as_object());
            if r.is_err() {
                self.write_stderr(b"the exception cannot be shown\n");
            }
        };
        let Ok(Some(hook)) = self.sys_attr(&n.excepthook) else {
            self.write_stderr(b"sys.excepthook is missing\n");
            show();
            return None;
        };
        let args = [typ.as_object(), value.as_object(), traceback.as_object()];
        let failure = self.call_positional(hook.as_object(), &args).err()?;
        if self.is_error(&failure, &self.exc().system_exit) {
            return Some(failure);
        }
        self.write_stderr(b"Error in sys.excepthook:\n");
        if crate::exceptions::display(self, failure.as_object(), PyObject::none()).is_err() {
            self.write_stderr(failure.class().display_name().as_bytes());
        }
        self.write_stderr(b"\nOriginal exception was:\n");
        show();
        self.is_error(&failure, &self.exc().keyboard_interrupt).then_some(failure)
    }

    /// Shows what a program gave SystemExit in place of a status.
    pub fn print_exit_value(&self, value: PyObject<'_>) {
        if let Ok(text) = self.str(value) {
            self.write_stderr(text.as_bytes());
        }
        self.write_stderr(b"\n");
    }

    /// Writes to `sys.stderr`, or to the descriptor if that is not to be had.
    pub fn write_stderr(&self, bytes: &[u8]) {
        let n = self.names();
        let stream = self.sys_attr(&n.stderr).ok().flatten().filter(|s| !s.is_none());
        if let Some(stream) = stream {
            let text = self.new_str_bytes(bytes);
            if self.call_method(stream.as_object(), &n.write, &[text.as_object()]).is_ok() {
                // Nothing can be done about an error of flushing.
                let _ = self.call_method(stream.as_object(), &n.flush, &[]);
                return;
            }
        }
        crate::import::state::write_all(2, bytes);
    }
}
