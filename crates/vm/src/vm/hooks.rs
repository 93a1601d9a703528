//! What a thread's code has asked to be told: trace and profile functions, the hooks of
//! asynchronous generators, where coroutines are made.  And warnings
//! about coroutines.

use super::{PyResult, VirtualMachine};
use crate::cell::PyCell;
use crate::object::PyObjectRef;
use std::cell::Cell;

pub struct Hooks {
    /// `sys.settrace`'s function.
    pub trace: PyCell<Option<PyObjectRef>>,
    /// `sys.setprofile`'s function.
    pub profile: PyCell<Option<PyObjectRef>>,
    /// Tools are being told of an event, so deep: what they do is not told itself.
    pub busy: Cell<u32>,
    /// The event that is being told, -1 for none.
    pub what_event: Cell<i8>,
    /// The address of the frame it is told of: the one that a debugger may move.
    pub event_frame: Cell<usize>,
    /// The thread's identifier, and its state while it is without the interpreter's lock, and
    /// so stands still.
    pub ident: Cell<u64>,
    pub(super) parked: Cell<*const VirtualMachine>,
    /// `sys.set_asyncgen_hooks`.
    pub asyncgen_firstiter: PyCell<Option<PyObjectRef>>,
    pub asyncgen_finalizer: PyCell<Option<PyObjectRef>>,
    /// `sys.set_coroutine_origin_tracking_depth`.
    pub origin_depth: Cell<usize>,
}

impl Default for Hooks {
    fn default() -> Hooks {
        Hooks {
            trace: PyCell::new(None),
            profile: PyCell::new(None),
            busy: Cell::new(0),
            what_event: Cell::new(-1),
            event_frame: Cell::new(0),
            ident: Cell::new(host::threads::current().as_u64()),
            parked: Cell::new(std::ptr::null()),
            asyncgen_firstiter: PyCell::new(None),
            asyncgen_finalizer: PyCell::new(None),
            origin_depth: Cell::new(0),
        }
    }
}

impl VirtualMachine {
    #[cold]
    pub fn deprecation_warning(&self, text: &str) -> PyResult<()> {
        self.warn(&self.exc().deprecation_warning, text, 1)
    }

    /// A function of the `warnings` module, which is imported if it can be.
    pub(crate) fn warnings_function(&self, name: &str) -> PyResult<Option<PyObjectRef>> {
        let module = self.intern("warnings");
        let module = match self.sys_modules().get_str(self, &module)? {
            Some(m) => m,
            None => {
                let import = self.builtin("__import__")?;
                match self.call_positional(import.as_object(), &[module.as_object()]) {
                    Ok(m) => m,
                    Err(e) if self.is_error(&e, &self.exc().import_error) => return Ok(None),
                    Err(e) => return Err(e),
                }
            }
        };
        self.get_attr_opt(module.as_object(), &self.intern(name))
    }
}
