//! `atexit`: functions that run when the interpreter ends.

use crate::prelude::*;
use crate::protocol::comparison;

/// A function with its arguments: positional values, then those of the names.
#[derive(Clone)]
pub struct Registered {
    function: PyObjectRef,
    values: Vec<PyObjectRef>,
    names: Option<PyRef<PyTuple>>,
}

pub type Registry = PyCell<Vec<Registered>>;

fn registry(vm: &VirtualMachine) -> &Registry {
    &vm.shared.native.at_exit
}

/// Calls all registered functions, the newest first; what they raise is reported.
pub fn run(vm: &VirtualMachine) {
    while let Some(r) = registry(vm).with_mut(Vec::pop) {
        let words: Vec<PyObject<'_>> = r.values.iter().map(|v| v.as_object()).collect();
        let list = ArgList::of(&words, r.names.as_deref());
        let args = list.args();
        if let Err(e) = vm.call(r.function.as_object(), args) {
            vm.unraisable_while(e, "in atexit callback", r.function.as_object());
        }
    }
}

/// Functions to call when the interpreter ends.
#[pymodule(name = "atexit")]
mod module {
    use super::*;

    /// Has func(*args, **kwargs) called at the end.  Returns func, so that it can decorate.
    #[function(text = "($module, func, /, *args, **kwargs)")]
    fn register(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let Some(function) = args.get(0) else {
            return Err(vm.type_error("register() takes at least 1 argument (0 given)"));
        };
        if function.class(vm).slots.call.get().is_none() {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let rest = args.skip(1);
        let values = rest.slots().iter().map(|s| s.object().to_owned()).collect();
        let names = rest.kwnames().map(Py::to_ref);
        let r = Registered { function: function.to_owned(), values, names };
        registry(vm).with_mut(|all| all.push(r));
        Ok(function.to_owned())
    }

    /// Forgets every registration of func.
    #[function(sig = "(func, /)")]
    fn unregister(vm: &VirtualMachine, func: PyObject<'_>) -> PyResult<()> {
        let mut i = registry(vm).with(Vec::len);
        while i > 0 {
            i -= 1;
            let Some(f) = registry(vm).with(|r| r.get(i).map(|r| r.function.clone())) else {
                continue;
            };
            if comparison::equal(vm, f.as_object(), func)? {
                let gone = registry(vm)
                    .with_mut(|r| (i < r.len() && r[i].function.is(&f)).then(|| r.remove(i)));
                drop(gone);
            }
        }
        Ok(())
    }

    /// Forgets all registered functions.
    #[function(name = "_clear", sig = "(/)")]
    fn clear(vm: &VirtualMachine) {
        drop(registry(vm).take());
    }

    /// How many functions are registered.
    #[function(name = "_ncallbacks", sig = "(/)")]
    fn ncallbacks(vm: &VirtualMachine) -> usize {
        registry(vm).with(Vec::len)
    }

    /// Calls the registered functions, last one first; errors go to sys.unraisablehook.
    #[function(name = "_run_exitfuncs", sig = "(/)")]
    fn run_exitfuncs(vm: &VirtualMachine) {
        run(vm);
    }
}

pub use module::MODULE;
