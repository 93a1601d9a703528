//! What happens at the edges: showing results and errors, debugging, leaving.

use crate::prelude::*;

#[pymodule_part(name = "sys")]
pub mod part {
    use super::*;

    /// Shows a value at the prompt and keeps it in builtins._
    #[function(sig = "(object, /)")]
    fn displayhook(vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        let n = vm.names();
        if vm.loaded_module("builtins")?.is_none() {
            return Err(vm.runtime_error("lost builtins module"));
        }
        if object.is_none() {
            return Ok(());
        }
        vm.builtins_dict().set_str(vm, &n.underscore, vm.none())?;
        let Some(out) = vm.sys_attr(&n.stdout)?.filter(|o| !o.is_none()) else {
            return Err(vm.runtime_error("lost sys.stdout"));
        };
        let text = vm.repr(object)?;
        let write = |s: &Py<PyStr>| vm.call_method(out.as_object(), &n.write, &[s.as_object()]);
        match write(&text) {
            Err(e) if vm.is_error(&e, &vm.exc().unicode_encode_error) => {
                let text = escaped(vm, out.as_object(), &text)?;
                write(&text)?;
            }
            r => drop(r?),
        }
        write(&n.newline_str)?;
        vm.builtins_dict().set_str(vm, &n.underscore, object.to_owned())
    }

    /// Prints an exception that nobody caught, with its traceback, to sys.stderr.
    #[function(sig = "(exctype, value, traceback, /)")]
    fn excepthook(
        vm: &VirtualMachine,
        exctype: PyObject<'_>,
        value: PyObject<'_>,
        traceback: PyObject<'_>,
    ) -> PyResult<()> {
        let _ = (exctype, traceback);
        crate::exceptions::display(vm, value, traceback)
    }

    /// What breakpoint() calls: the debugger, as PYTHONBREAKPOINT says.
    #[function(text = "($module, /, *args, **kws)")]
    fn breakpointhook(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let name = if vm.interp.settings.ignore_environment {
            None
        } else {
            host::process::get_variable(c"PYTHONBREAKPOINT")
        };
        let name = name.filter(|n| !n.is_empty()).unwrap_or_else(|| b"pdb.set_trace".to_vec());
        if name == b"0" {
            return Ok(vm.none());
        }
        let text = String::from_utf8_lossy(&name).into_owned();
        let (module, function) = match text.rsplit_once('.') {
            Some(parts) => parts,
            None => ("builtins", text.as_str()),
        };
        let unimportable = |vm: &VirtualMachine| -> PyResult {
            vm.warn(
                &vm.exc().runtime_warning.clone(),
                &format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{text}\""),
                0,
            )?;
            Ok(vm.none())
        };
        let found = match crate::import::import_absolute(vm, &vm.intern(module)) {
            Ok(m) => m,
            Err(e) if vm.is_error(&e, &vm.exc().import_error) => return unimportable(vm),
            Err(e) => return Err(e),
        };
        match vm.get_attr_opt(found.as_object(), &vm.intern(function))? {
            Some(hook) => vm.call(hook.as_object(), args),
            None => unimportable(vm),
        }
    }

    /// Reports an exception that cannot be raised where it happened.
    ///
    /// unraisable has exc_type, exc_value, exc_traceback, err_msg (what was being done)
    /// and object (to what); all but the first may be None.
    #[function(sig = "(unraisable, /)")]
    fn unraisablehook(vm: &VirtualMachine, unraisable: PyObject<'_>) -> PyResult<()> {
        crate::exceptions::display_unraisable(vm, unraisable)
    }

    /// Ends the program by raising SystemExit(status).
    ///
    /// None is success, an int is the exit status, and anything else is printed and is
    /// a failure.
    #[function(sig = "(status=None, /)")]
    fn exit(vm: &VirtualMachine, status: Option<PyObject<'_>>) -> PyResult<()> {
        // A tuple is the arguments, as it is wherever an exception is made of a value.
        let args: Vec<PyObject<'_>> = match status.map(|s| (s, s.downcast::<PyTuple>())) {
            None => Vec::new(),
            Some((s, _)) if s.is_none() => Vec::new(),
            Some((_, Some(t))) => t.as_slice().iter().map(PyObjectRef::as_object).collect(),
            Some((s, None)) => vec![s],
        };
        let e = vm.call_positional(vm.exc().system_exit.as_object(), &args)?;
        match e.downcast() {
            Ok(e) => Err(e),
            Err(_) => Err(vm.type_error("SystemExit is no exception")),
        }
    }
}

/// The text as the stream's encoding can show it.
fn escaped(vm: &VirtualMachine, out: PyObject<'_>, text: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
    let n = vm.names();
    let encoding = vm.get_attr(out, &n.encoding)?;
    let bytes = vm.call_method(
        text.as_object(),
        &n.encode,
        &[encoding.as_object(), n.backslashreplace.as_object()],
    )?;
    let back = vm.call_method(bytes.as_object(), &n.decode, &[encoding.as_object()])?;
    vm.str(back.as_object())
}
