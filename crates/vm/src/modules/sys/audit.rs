//! Audit hooks (PEP 578).

use crate::prelude::*;

#[pymodule_part(name = "sys")]
pub mod part {
    use super::*;

    /// audit(event, *args)
    ///
    /// Tells all audit hooks about an event.
    #[function(text = "($module, event, /, *args)")]
    fn audit(vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        if args.len() == 0 {
            return Err(vm.type_error("audit expected at least 1 argument, got 0"));
        }
        let Some(event) = args.at(0).downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "expected str for argument 'event', not {}",
                args.at(0).class(vm).display_name()
            )));
        };
        let rest: Vec<PyObject<'_>> = args.positional().skip(1).collect();
        super::audit(vm, &event.to_string_lossy(), &rest)
    }

    /// Has a function called with every audit event from now on.
    #[function(sig = "(hook)")]
    fn addaudithook(vm: &VirtualMachine, hook: PyObject<'_>) -> PyResult<()> {
        match super::audit(vm, "sys.addaudithook", &[]) {
            // A hook may refuse further hooks without a word.
            Err(e) if vm.is_error(&e, &vm.exc().runtime_error) => return Ok(()),
            r => r?,
        }
        vm.interp.import.audit_hooks.with_mut(|h| h.push(hook.to_owned()));
        Ok(())
    }
}

/// Tells the audit hooks, if there are any, what is about to happen; one of them may stop
/// it by raising.
#[inline]
pub fn audit(vm: &VirtualMachine, event: &str, args: &[PyObject<'_>]) -> PyResult<()> {
    if vm.interp.import.audit_hooks.with(|h| h.is_empty()) {
        return Ok(());
    }
    tell(vm, event, args)
}

#[cold]
fn tell(vm: &VirtualMachine, event: &str, args: &[PyObject<'_>]) -> PyResult<()> {
    let hooks = vm.interp.import.audit_hooks.get();
    let event = vm.intern(event);
    let args = vm.new_tuple(args.iter().map(|a| PyObject::to_owned(*a)).collect());
    for hook in hooks {
        vm.call_positional(hook.as_object(), &[event.as_object(), args.as_object()])?;
    }
    Ok(())
}
