//! Exception groups: `except*` and what re-raises its rest.

use crate::prelude::*;

/// Splits the exception for `except* typ`: (matched, rest).
pub fn match_star(
    vm: &VirtualMachine,
    exc: PyObject<'_>,
    typ: PyObject<'_>,
) -> PyResult<(Option<PyObjectRef>, Option<PyObjectRef>)> {
    let _ = (exc, typ);
    Err(vm.system_error("exception groups"))
}

/// What is raised after all `except*` clauses of a statement have run.
pub fn prepare_reraise(
    vm: &VirtualMachine,
    original: PyObject<'_>,
    raised: PyObject<'_>,
) -> PyResult {
    let _ = (original, raised);
    Err(vm.system_error("exception groups"))
}
