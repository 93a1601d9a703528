//! Errors that nobody can catch: `sys.unraisablehook`, and what it does by default.

use super::display;
use crate::builtins::frame::PyFrame;
use crate::builtins::traceback::PyTraceback;
use crate::prelude::*;
use crate::vm::PyErr;

/// One such error, as the hook sees it.
pub struct Unraisable {
    pub exception: PyErr,
    /// "Exception ignored while ...".
    pub message: Option<PyRef<PyStr>>,
    /// What the interpreter was busy with.
    pub object: Option<PyObjectRef>,
}

/// Reports an error that nobody can catch.
pub fn unraisable(vm: &VirtualMachine, e: PyErr, msg: Option<&str>, o: PyObject<'_>) {
    if e.traceback.with(Option::is_none)
        && let Some(f) = vm.current_frame()
    {
        let lasti = (f.lasti() * 2) as i32;
        let tb = PyTraceback::create(vm, None, PyFrame::of(vm, f), lasti, -1);
        e.traceback.set(Some(tb.into()));
    }
    let error = Unraisable {
        exception: e,
        message: msg.map(|m| vm.new_str(m)),
        object: (!o.is_none()).then(|| o.to_owned()),
    };
    let hook = vm.sys_attr(&vm.names().unraisablehook).ok().flatten();
    let Some(hook) = hook.filter(|h| !h.is_none()) else {
        write_default(vm, &error);
        return;
    };
    if let Err(second) = call_hook(vm, hook.as_object(), &error) {
        let message = "Exception ignored in sys.unraisablehook";
        let error = Unraisable {
            exception: second,
            message: Some(vm.new_str(message)),
            object: Some(hook),
        };
        write_default(vm, &error);
    }
}

fn call_hook(vm: &VirtualMachine, hook: PyObject<'_>, error: &Unraisable) -> PyResult<()> {
    let e = &error.exception;
    let args = vm.new_object(PyUnraisableHookArgs {
        exc_type: e.class().to_ref().into(),
        exc_value: e.clone().into(),
        exc_traceback: e.traceback.get().unwrap_or_else(PyObjectRef::none),
        err_msg: error.message.clone().map_or_else(PyObjectRef::none, Into::into),
        object: error.object.clone().unwrap_or_else(PyObjectRef::none),
    });
    vm.call_positional(hook, &[args.as_object()]).map(drop)
}

/// What sys.unraisablehook is told about an error that nobody can catch.
#[pyclass(name = "UnraisableHookArgs", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyUnraisableHookArgs {
    exc_type: PyObjectRef,
    exc_value: PyObjectRef,
    exc_traceback: PyObjectRef,
    err_msg: PyObjectRef,
    object: PyObjectRef,
}

#[pymethods]
impl PyUnraisableHookArgs {
    /// Exception type
    #[member]
    fn exc_type(&self) -> PyObjectRef {
        self.exc_type.clone()
    }

    /// Exception value
    #[member]
    fn exc_value(&self) -> PyObjectRef {
        self.exc_value.clone()
    }

    /// Where the exception came from
    #[member]
    fn exc_traceback(&self) -> PyObjectRef {
        self.exc_traceback.clone()
    }

    /// Error message
    #[member]
    fn err_msg(&self) -> PyObjectRef {
        self.err_msg.clone()
    }

    /// Object causing the exception
    #[member]
    fn object(&self) -> PyObjectRef {
        self.object.clone()
    }
}

/// `sys.__unraisablehook__`: the argument must be what the interpreter made.
pub fn default_hook(vm: &VirtualMachine, args: PyObject<'_>) -> PyResult<()> {
    let Some(args) = args.downcast::<PyUnraisableHookArgs>() else {
        return Err(vm.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    };
    let exception = match args.exc_value.clone().downcast() {
        Ok(e) => e,
        // Only the class is known.
        Err(_) => match args.exc_type.as_object().downcast::<PyType>() {
            Some(t) if t.is_subtype(&vm.exc().base_exception) => vm.new_exception(t, Vec::new()),
            _ => return Ok(()),
        },
    };
    let given = |o: &PyObjectRef| (!o.is_none()).then(|| o.clone());
    let message = given(&args.err_msg).map(|m| vm.str(m.as_object())).transpose()?;
    let object = given(&args.object);
    write_default(vm, &Unraisable { exception, message, object });
    Ok(())
}

/// Message, object, and the error with its traceback, on `sys.stderr`.
pub fn write_default(vm: &VirtualMachine, error: &Unraisable) {
    let mut head = Vec::new();
    if let Some(object) = &error.object {
        match &error.message {
            Some(m) => {
                head.extend_from_slice(m.as_bytes());
                head.extend_from_slice(b": ");
            }
            None => head.extend_from_slice(b"Exception ignored in: "),
        }
        match vm.repr(object.as_object()) {
            Ok(text) => head.extend_from_slice(text.as_bytes()),
            Err(_) => head.extend_from_slice(b"<object repr() failed>"),
        }
        head.push(b'\n');
    } else if let Some(m) = &error.message {
        head.extend_from_slice(m.as_bytes());
        head.extend_from_slice(b":\n");
    }
    // Nobody is left to tell of an error in writing an error.
    let _ = display::write_stderr(vm, &head);
    display::print_unraisable(vm, &error.exception);
}
