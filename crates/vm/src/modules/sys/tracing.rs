//! Trace and profile functions, and where coroutines come from.

use crate::interp::monitor::{PROFILE, TRACE};
use crate::prelude::*;

#[pymodule_part(name = "sys")]
pub mod part {
    use super::*;

    /// Set the global debug tracing function.
    ///
    /// It hears of each call; what it returns hears of what happens in the frame.  See the
    /// library manual's chapter on the debugger.
    #[function(sig = "(function, /)")]
    fn settrace(vm: &VirtualMachine, function: PyObject<'_>) -> PyResult<()> {
        vm.set_legacy_function(TRACE, function, false)
    }

    /// Return the function that sys.settrace has set, or None.
    #[function(sig = "()")]
    fn gettrace(vm: &VirtualMachine) -> Option<PyObjectRef> {
        vm.hooks.trace.get()
    }

    /// Set the profiling function.
    ///
    /// It hears of each call and return.  See the library manual's chapter on the profilers.
    #[function(sig = "(function, /)")]
    fn setprofile(vm: &VirtualMachine, function: PyObject<'_>) -> PyResult<()> {
        vm.set_legacy_function(PROFILE, function, false)
    }

    /// Return the function that sys.setprofile has set, or None.
    #[function(sig = "()")]
    fn getprofile(vm: &VirtualMachine) -> Option<PyObjectRef> {
        vm.hooks.profile.get()
    }

    /// As sys.settrace, for all running threads of this interpreter.
    #[function(sig = "(function, /)")]
    fn _settraceallthreads(vm: &VirtualMachine, function: PyObject<'_>) -> PyResult<()> {
        vm.set_legacy_function(TRACE, function, true)
    }

    /// As sys.setprofile, for all running threads of this interpreter.
    #[function(sig = "(function, /)")]
    fn _setprofileallthreads(vm: &VirtualMachine, function: PyObject<'_>) -> PyResult<()> {
        vm.set_legacy_function(PROFILE, function, true)
    }

    /// Call func(*args), while tracing is enabled.
    ///
    /// For a debugger that stands at an event and wants to debug other code meanwhile: the
    /// state of tracing is put aside, and comes back afterwards.
    #[function(sig = "(func, args, /)")]
    fn call_tracing(vm: &VirtualMachine, func: PyObject<'_>, args: &Py<PyTuple>) -> PyResult {
        let words: Vec<PyObject<'_>> = args.as_slice().iter().map(PyObjectRef::as_object).collect();
        vm.while_traced(|| vm.call_positional(func, &words))
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    ///
    /// Coroutines made from now on keep up to 'depth' frames of where they were made, as
    /// cr_origin; 0 switches that off.
    #[function(sig = "(depth)")]
    fn set_coroutine_origin_tracking_depth(vm: &VirtualMachine, depth: i32) -> PyResult<()> {
        let Ok(depth) = usize::try_from(depth) else {
            return Err(vm.value_error("depth must be >= 0"));
        };
        vm.hooks.origin_depth.set(depth);
        Ok(())
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[function(sig = "()")]
    fn get_coroutine_origin_tracking_depth(vm: &VirtualMachine) -> usize {
        vm.hooks.origin_depth.get()
    }
}
