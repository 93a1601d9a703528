//! What happens to generators that die before they have finished (`__del__`), and the
//! warnings about coroutines that nobody awaited.

use super::{GenKind, GenState, PyGenerator, close};
use crate::prelude::*;

/// Whether a dying object has cleanup to do.
pub(crate) fn wants_finalizer(o: PyObject<'_>) -> bool {
    o.any_generator().is_none_or(|g| !g.dies_silently())
}

impl PyGenerator {
    /// The frame has nothing to say: dropping it costs no visit to the pending queue.
    pub(crate) fn dies_silently(&self) -> bool {
        match self.state.get() {
            GenState::Finished | GenState::Running => true,
            GenState::Created => match self.kind {
                GenKind::Generator => true,
                GenKind::Coroutine => false,
                GenKind::AsyncGenerator => {
                    self.origin_or_finalizer.with(Option::is_none) || self.closed.get()
                }
            },
            GenState::Suspended => {
                (self.kind != GenKind::AsyncGenerator
                    || self.origin_or_finalizer.with(Option::is_none))
                    && self.stands_unhandled()
                    // Tools may want to hear how it ends.
                    && self.code().monitoring.with(Option::is_none)
            }
            GenState::Delegating | GenState::Moved => false,
        }
    }
}

/// `__del__` of all three kinds.
pub(crate) fn finalize(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<()> {
    let g = o.any_generator().expect("a slot is called with an instance of its type");
    if matches!(g.state.get(), GenState::Finished | GenState::Running) {
        return Ok(());
    }
    if g.kind == GenKind::AsyncGenerator
        && !g.closed.get()
        && let Some(hook) = g.origin_or_finalizer.get()
    {
        if let Err(e) = vm.call_positional(hook.as_object(), &[o]) {
            ignore(vm, e, "finalizing generator", o);
        }
        return Ok(());
    }
    if g.kind == GenKind::Coroutine && g.state.get() == GenState::Created {
        warn_unawaited(vm, o);
        return Ok(());
    }
    match close(vm, o) {
        Ok(_) => {}
        Err(e)
            if g.kind == GenKind::AsyncGenerator
                && vm.is_error(&e, &vm.exc().stop_async_iteration) => {}
        Err(e) => {
            ignore(vm, e, "closing generator", o);
        }
    }
    Ok(())
}

/// Reports an error with the object's repr in the message.
fn ignore(vm: &VirtualMachine, e: PyErr, doing: &str, o: PyObject<'_>) {
    vm.unraisable_while(e, &format!("while {doing}"), o);
}

/// `coroutine 'f' was never awaited`, by the `warnings` module if it is there.
fn warn_unawaited(vm: &VirtualMachine, o: PyObject<'_>) {
    let g = o.any_generator().expect("called with a coroutine");
    let told = vm.warnings_function("_warn_unawaited_coroutine").and_then(|f| match f {
        Some(f) => vm.call_positional(f.as_object(), &[o]).map(|_| true),
        None => Ok(false),
    });
    let told = told.unwrap_or_else(|e| {
        let is_warning = vm.is_error(&e, &vm.exc().runtime_warning);
        ignore(vm, e, "finalizing coroutine", o);
        is_warning
    });
    if told {
        return;
    }
    let name = g.qualname.with(|q| q.to_string_lossy().into_owned());
    let text = format!("coroutine '{name}' was never awaited");
    if let Err(e) = vm.warn(&vm.exc().runtime_warning, &text, 1) {
        ignore(vm, e, "finalizing coroutine", o);
    }
}

/// `coroutine method 'asend' of 'agen' was never awaited`.
pub(crate) fn warn_unawaited_method(vm: &VirtualMachine, agen: PyObject<'_>, method: &str) {
    let Some(g) = agen.any_generator() else { return };
    let text = format!(
        "coroutine method '{method}' of '{}' was never awaited",
        g.qualname.with(|q| q.to_string_lossy().into_owned())
    );
    if let Err(e) = vm.warn(&vm.exc().runtime_warning, &text, 1) {
        vm.unraisable_while(e, "while finalizing async generator", agen);
    }
}
