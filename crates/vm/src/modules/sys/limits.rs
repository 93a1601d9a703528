//! Limits and switches: recursion, digits, the switch interval, encodings.

use crate::prelude::*;

/// Empties the caches of attribute lookups.
fn forget_lookups(vm: &VirtualMachine) {
    vm.interp.method_cache.clear();
    vm.interp.attr_cache.clear();
}

#[pymodule_part(name = "sys")]
pub mod part {
    use super::*;

    /// How deep calls may nest.
    #[function(sig = "()")]
    fn getrecursionlimit(vm: &VirtualMachine) -> isize {
        vm.interp.recursion_limit.get()
    }

    /// Sets how deep calls may nest before RecursionError.
    #[function(sig = "(limit, /)")]
    fn setrecursionlimit(vm: &VirtualMachine, limit: i32) -> PyResult<()> {
        if limit < 1 {
            return Err(vm.value_error("recursion limit must be greater or equal than 1"));
        }
        let depth = vm.interp.recursion_limit.get() - vm.py_depth_left.get();
        let limit = limit as isize;
        if depth >= limit {
            return Err(vm.recursion_error(format!(
                "cannot set the recursion limit to {limit} at the recursion depth {depth}: the \
                 limit is too low"
            )));
        }
        vm.interp.recursion_limit.set(limit);
        vm.follow_recursion_limit();
        Ok(())
    }

    /// The longest text that an int is read from or written as, outside binary bases.
    #[function(sig = "()")]
    fn get_int_max_str_digits(vm: &VirtualMachine) -> usize {
        vm.interp.int_max_str_digits.get()
    }

    /// Sets the longest text that an int is read from or written as, outside binary bases.
    #[function(sig = "(maxdigits)")]
    fn set_int_max_str_digits(vm: &VirtualMachine, maxdigits: i32) -> PyResult<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(vm.value_error("maxdigits must be >= 640 or 0 for unlimited"));
        }
        vm.interp.int_max_str_digits.set(maxdigits as usize);
        Ok(())
    }

    /// How long a thread may run while others wait, in seconds.
    #[function(sig = "()")]
    fn getswitchinterval(vm: &VirtualMachine) -> f64 {
        (vm.shared.gil.interval() / 1000) as f64 / 1e6
    }

    /// Sets how long a thread may run while others wait, in seconds.
    ///
    /// Native code is not interrupted, so it may take longer.
    #[function(sig = "(interval, /)")]
    fn setswitchinterval(vm: &VirtualMachine, interval: f64) -> PyResult<()> {
        if interval <= 0.0 {
            return Err(vm.value_error("switch interval must be strictly positive"));
        }
        let micros = (interval * 1e6) as i64;
        vm.shared.gil.set_interval(micros.clamp(1, i64::MAX / 1000) * 1000);
        Ok(())
    }

    /// The encoding that str and bytes use when none is given.
    #[function(sig = "()")]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// The encoding of file names.
    #[function(sig = "()")]
    fn getfilesystemencoding(vm: &VirtualMachine) -> &'static str {
        if vm.interp.settings.ascii_names { "ascii" } else { "utf-8" }
    }

    /// How file names that cannot be encoded are met.
    #[function(sig = "()")]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// The flags with which shared libraries are opened; os has their names.
    #[function(sig = "()")]
    fn getdlopenflags(vm: &VirtualMachine) -> i32 {
        vm.interp.import.dlopen_flags.get()
    }

    /// Set the flags used by the interpreter for dlopen calls.
    #[function(sig = "(flags, /)")]
    fn setdlopenflags(vm: &VirtualMachine, flags: i32) {
        vm.interp.import.dlopen_flags.set(flags);
    }

    /// Whether the interpreter is ending.
    #[function(sig = "()")]
    fn is_finalizing(vm: &VirtualMachine) -> bool {
        vm.interp.import.finalizing.get()
    }

    /// Whether only one thread runs Python code at a time.
    #[function(sig = "()")]
    fn _is_gil_enabled() -> bool {
        true
    }

    /// How many CPUs -X cpu_count or PYTHON_CPU_COUNT says there are.
    #[function(sig = "()")]
    fn _get_cpu_count_config(vm: &VirtualMachine) -> i32 {
        vm.interp.settings.cpu_count.unwrap_or(-1)
    }

    /// Forgets the attributes that types have looked up.
    #[function(sig = "()")]
    fn _clear_type_cache(vm: &VirtualMachine) -> PyResult<()> {
        vm.warn(
            &vm.exc().deprecation_warning,
            "sys._clear_type_cache() is deprecated and scheduled for removal in a future version. \
             Use sys._clear_internal_caches() instead.",
            1,
        )?;
        forget_lookups(vm);
        Ok(())
    }

    /// Takes the descriptors of __dict__ and __weakref__ out of a class that is about to be
    /// made anew (dataclasses with slots).
    #[function(sig = "(type, /)")]
    fn _clear_type_descriptors(vm: &VirtualMachine, typ: &Py<PyType>) -> PyResult<()> {
        if typ.has_flags(TypeFlags::IMMUTABLE) {
            return Err(vm.type_error("argument is immutable"));
        }
        let names = vm.names();
        for name in [&names.__dict__, &names.__weakref__] {
            crate::types::attributes::store(vm, typ, name, None)?;
        }
        Ok(())
    }

    /// Forgets everything that was kept only for speed.
    #[function(sig = "()")]
    fn _clear_internal_caches(vm: &VirtualMachine) {
        forget_lookups(vm);
    }

    /// How many blocks of memory are in use.
    #[function(sig = "()")]
    fn getallocatedblocks() -> usize {
        host::blocks::in_use()
    }

    /// How many strings are interned
    #[function(sig = "(*, _only_immortal=False)")]
    fn getunicodeinternedsize(vm: &VirtualMachine, _only_immortal: bool) -> usize {
        vm.interp.interned_count()
    }

    // There is one stack for all Python frames, so perf has nothing to name: these do what
    // they do where CPython has no trampoline.

    /// Ends the naming of stack frames for a profiler.
    #[function(sig = "()")]
    fn deactivate_stack_trampoline() {}

    /// Whether stack frames are named for a profiler.
    #[function(sig = "()")]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    /// Has stack frames named for a profiler called backend.
    #[function(sig = "(backend, /)")]
    fn activate_stack_trampoline(vm: &VirtualMachine, _backend: &str) -> PyResult<()> {
        Err(vm.value_error("perf trampoline not available"))
    }

    /// Whether a debugger from outside may attach.
    #[function(sig = "()")]
    fn is_remote_debug_enabled() -> bool {
        false
    }
}
