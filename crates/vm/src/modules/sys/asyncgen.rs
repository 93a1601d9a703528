//! Hooks of asynchronous generators, and what the other threads are doing.

use crate::builtins::structseq::{self, struct_sequence};
use crate::prelude::*;

struct_sequence!(
    ASYNCGEN_HOOKS,
    ASYNCGEN_HOOKS_FIELDS = "sys",
    "asyncgen_hooks",
    Some("The functions that hear of asynchronous generators, with read-only attributes."),
    2,
    [
        ("firstiter", "called when one is iterated for the first time"),
        ("finalizer", "called when one is about to be collected"),
    ],
    []
);

#[pymodule_part(name = "sys")]
pub mod part {
    use super::*;

    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set the functions that hear of asynchronous generators of this thread.
    #[function(text = "")]
    fn set_asyncgen_hooks(vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        if args.len() > 2 {
            return Err(vm.type_error(format!(
                "set_asyncgen_hooks() takes at most 2 arguments ({} given)",
                args.len() + args.keyword_count()
            )));
        }
        let mut given = [args.get(0), args.get(1)];
        let names = ["firstiter", "finalizer"];
        for (k, v) in args.keywords() {
            match names.iter().position(|n| n.as_bytes() == k.as_bytes()) {
                Some(i) => given[i] = Some(v),
                None => {
                    return Err(vm.type_error(format!(
                        "this function got an unexpected keyword argument '{}'",
                        k.to_string_lossy()
                    )));
                }
            }
        }
        for (name, f) in names.iter().zip(given) {
            if let Some(f) = f
                && !f.is_none()
                && f.class(vm).slots.call.get().is_none()
            {
                return Err(vm.type_error(format!(
                    "callable {name} expected, got {}",
                    f.class(vm).display_name()
                )));
            }
        }
        let function = |f: PyObject<'_>| (!f.is_none()).then(|| f.to_owned());
        if let Some(f) = given[1] {
            super::super::audit(vm, "sys.set_asyncgen_hooks_finalizer", &[])?;
            drop(vm.hooks.asyncgen_finalizer.replace(function(f)));
        }
        if let Some(f) = given[0] {
            super::super::audit(vm, "sys.set_asyncgen_hooks_firstiter", &[])?;
            drop(vm.hooks.asyncgen_firstiter.replace(function(f)));
        }
        Ok(())
    }

    /// Return the functions that hear of asynchronous generators.
    ///
    /// They are a named tuple (firstiter, finalizer).
    #[function(sig = "()")]
    fn get_asyncgen_hooks(vm: &VirtualMachine) -> PyResult {
        let part = |f: &PyCell<Option<PyObjectRef>>| f.get().unwrap_or_else(PyObjectRef::none);
        let values = vec![part(&vm.hooks.asyncgen_firstiter), part(&vm.hooks.asyncgen_finalizer)];
        Ok(structseq::create(vm, &ASYNCGEN_HOOKS, &ASYNCGEN_HOOKS_FIELDS, values))
    }

    /// Return a dict mapping each thread's identifier to the frame it is in.
    ///
    /// For debugging only.
    #[function(sig = "()")]
    fn _current_frames(vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
        super::super::audit(vm, "sys._current_frames", &[])?;
        let out = vm.new_dict();
        for t in vm.thread_states() {
            if let Some(frame) = t.frame {
                out.set(vm, vm.new_usize(t.ident as usize).as_object(), frame.into())?;
            }
        }
        Ok(out)
    }

    /// Return a dict mapping each thread's identifier to the exception it handles, or None.
    ///
    /// For debugging only.
    #[function(sig = "()")]
    fn _current_exceptions(vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
        super::super::audit(vm, "sys._current_exceptions", &[])?;
        let out = vm.new_dict();
        for t in vm.thread_states() {
            let handled = t.handled.map_or_else(PyObjectRef::none, Into::into);
            out.set(vm, vm.new_usize(t.ident as usize).as_object(), handled)?;
        }
        Ok(out)
    }
}
