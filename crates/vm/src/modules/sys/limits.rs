//! Limits and switches: recursion, digits, the switch interval, encodings.

use crate::prelude::*;

#[pymodule_part(name = "sys")]
pub mod part {
    use super::*;

    /// Return the current value of the recursion limit.
    ///
    /// The recursion limit is the maximum depth of the Python interpreter
    /// stack.  This limit prevents infinite recursion from causing an overflow
    /// of the C stack and crashing Python.
    #[function(sig = "()")]
    fn getrecursionlimit(vm: &VirtualMachine) -> usize {
        vm.recursion_limit.get()
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    ///
    /// This limit prevents infinite recursion from causing an overflow of the C
    /// stack and crashing Python.  The highest possible limit is platform-
    /// dependent.
    #[function(sig = "(limit, /)")]
    fn setrecursionlimit(vm: &VirtualMachine, limit: i32) -> PyResult<()> {
        if limit < 1 {
            return Err(vm.value_error("recursion limit must be greater or equal than 1"));
        }
        let (limit, before) = (limit as isize, vm.recursion_limit.get() as isize);
        let left = vm.py_depth_left.get();
        let depth = before - left;
        if depth >= limit {
            return Err(vm.recursion_error(format!(
                "cannot set the recursion limit to {limit} at the recursion depth {depth}: the \
                 limit is too low"
            )));
        }
        vm.recursion_limit.set(limit as usize);
        vm.py_depth_left.set(left + (limit - before));
        Ok(())
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[function(sig = "()")]
    fn get_int_max_str_digits(vm: &VirtualMachine) -> usize {
        vm.interp.int_max_str_digits.get()
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[function(sig = "(maxdigits)")]
    fn set_int_max_str_digits(vm: &VirtualMachine, maxdigits: i32) -> PyResult<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(vm.value_error("maxdigits must be >= 640 or 0 for unlimited"));
        }
        vm.interp.int_max_str_digits.set(maxdigits as usize);
        Ok(())
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[function(sig = "()")]
    fn getswitchinterval(vm: &VirtualMachine) -> f64 {
        vm.interp.import.switch_interval.get() as f64 / 1e6
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    ///
    /// The actual frequency of switching threads can be lower if the
    /// interpreter executes long sequences of uninterruptible code
    /// (this is implementation-specific and workload-dependent).
    ///
    /// The parameter must represent the desired switching delay in seconds
    /// A typical value is 0.005 (5 milliseconds).
    #[function(sig = "(interval, /)")]
    fn setswitchinterval(vm: &VirtualMachine, interval: f64) -> PyResult<()> {
        if interval <= 0.0 {
            return Err(vm.value_error("switch interval must be strictly positive"));
        }
        vm.interp.import.switch_interval.set((interval * 1e6) as u64);
        Ok(())
    }

    /// Return the current default encoding used by the Unicode implementation.
    #[function(sig = "()")]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[function(sig = "()")]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error mode used for Unicode to OS filename conversion.
    #[function(sig = "()")]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// Return the current value of the flags that are used for dlopen calls.
    ///
    /// The flag constants are defined in the os module.
    #[function(sig = "()")]
    fn getdlopenflags(vm: &VirtualMachine) -> i32 {
        vm.interp.import.dlopen_flags.get()
    }

    /// Set the flags used by the interpreter for dlopen calls.
    #[function(sig = "(flags, /)")]
    fn setdlopenflags(vm: &VirtualMachine, flags: i32) {
        vm.interp.import.dlopen_flags.set(flags);
    }

    /// Return True if Python is exiting.
    #[function(sig = "()")]
    fn is_finalizing(vm: &VirtualMachine) -> bool {
        vm.interp.import.finalizing.get()
    }

    /// Return True if the GIL is currently enabled and False if the GIL is disabled.
    #[function(sig = "()")]
    fn _is_gil_enabled() -> bool {
        true
    }

    /// Private function for getting PyConfig.cpu_count
    #[function(sig = "()")]
    fn _get_cpu_count_config(vm: &VirtualMachine) -> i32 {
        vm.interp.settings.cpu_count.unwrap_or(-1)
    }

    /// Clear the internal type lookup cache.
    #[function(sig = "()")]
    fn _clear_type_cache() {}

    /// Clear all internal performance-related caches.
    #[function(sig = "()")]
    fn _clear_internal_caches() {}

    /// Return the number of memory blocks currently allocated.
    #[function(sig = "()")]
    fn getallocatedblocks() -> i32 {
        0
    }

    /// Return the number of elements of the unicode interned dictionary
    #[function(sig = "(*, _only_immortal=False)")]
    fn getunicodeinternedsize(vm: &VirtualMachine, _only_immortal: bool) -> usize {
        vm.interp.interned_count()
    }

    /// Deactivate the current stack profiler trampoline backend.
    #[function(sig = "()")]
    fn deactivate_stack_trampoline() {}

    /// Return *True* if a stack profiler trampoline is active.
    #[function(sig = "()")]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    /// Activate stack profiler trampoline *backend*.
    #[function(sig = "(backend, /)")]
    fn activate_stack_trampoline(vm: &VirtualMachine, backend: &str) -> PyResult<()> {
        let _ = backend;
        Err(vm.value_error("perf trampoline not available"))
    }

    /// Return True if remote debugging is enabled, False otherwise.
    #[function(sig = "()")]
    fn is_remote_debug_enabled() -> bool {
        false
    }
}
