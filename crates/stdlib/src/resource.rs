//! `resource`: what a process may use, and what it has used.

use host::errno::Errno;
use host::{memory, process};
use vm::builtins::structseq;
use vm::modules::posix::process::usage_values;
use vm::modules::sys;
use vm::prelude::*;

structseq::struct_sequence!(
    STRUCT_RUSAGE,
    RUSAGE_FIELDS = "resource",
    "struct_rusage",
    Some("What getrusage() finds out.\n\nA tuple whose items have names, too; times are seconds."),
    16,
    [
        ("ru_utime", "seconds in the program"),
        ("ru_stime", "seconds in the kernel"),
        ("ru_maxrss", "largest resident size, in kilobytes"),
        ("ru_ixrss", "shared memory"),
        ("ru_idrss", "data of its own"),
        ("ru_isrss", "stack of its own"),
        ("ru_minflt", "page faults without input"),
        ("ru_majflt", "page faults with input"),
        ("ru_nswap", "times swapped out"),
        ("ru_inblock", "blocks read"),
        ("ru_oublock", "blocks written"),
        ("ru_msgsnd", "messages sent"),
        ("ru_msgrcv", "messages received"),
        ("ru_nsignals", "signals received"),
        ("ru_nvcsw", "times it gave up the processor"),
        ("ru_nivcsw", "times it lost the processor")
    ],
    []
);

/// Linux numbers its resources from 0 up to this.
const RESOURCES: i32 = 16;

type Limits = (Option<u64>, Option<u64>);

fn check_resource(vm: &VirtualMachine, resource: i32) -> PyResult<()> {
    if (0..RESOURCES).contains(&resource) {
        return Ok(());
    }
    Err(vm.value_error("invalid resource specified"))
}

/// A limit as Python gives it; -1 is infinite.
fn to_limit(vm: &VirtualMachine, limit: PyObject<'_>) -> PyResult<Option<u64>> {
    let limit = vm.index(limit)?;
    let value = limit.as_object().bigint().expect("an index is an int");
    if *value == (-1_i64).into() {
        return Ok(None);
    }
    if value.is_negative() {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    match value.to_u64() {
        Some(u64::MAX) => Ok(None),
        Some(n) => Ok(Some(n)),
        None => Err(vm.overflow_error("Python int too large to convert to C rlim_t")),
    }
}

fn to_limits(vm: &VirtualMachine, limits: PyObject<'_>) -> PyResult<Limits> {
    let limits = vm.collect(limits)?;
    let [soft, hard] = limits.as_slice() else {
        return Err(vm.value_error("expected a tuple of 2 integers"));
    };
    Ok((to_limit(vm, soft.as_object())?, to_limit(vm, hard.as_object())?))
}

fn from_limits(vm: &VirtualMachine, (soft, hard): Limits) -> PyObjectRef {
    let int = |n: Option<u64>| n.map_or(vm.new_int(-1), |n| vm.new_bigint(n.into()));
    vm.new_tuple(vec![int(soft), int(hard)]).into()
}

/// What a process may use, and what it has used.
///
/// A resource has a soft limit, at which the system steps in, and a hard one, up to
/// which the process may raise the soft one.
#[pymodule(name = "resource", specs(super::STRUCT_RUSAGE))]
pub mod module {
    use super::*;
    use vm::builtins::module::PyModule;

    /// The soft and the hard limit of a resource; RLIM_INFINITY for none.
    #[function(sig = "(resource, /)")]
    fn getrlimit(vm: &VirtualMachine, resource: i32) -> PyResult {
        check_resource(vm, resource)?;
        let limits = process::get_limit(resource).map_err(|e| vm.errno_error(e))?;
        Ok(from_limits(vm, limits))
    }

    /// Sets the limits of a resource, a pair of the soft and the hard one.
    ///
    /// ValueError if the soft limit is above the hard one, or if the process is not
    /// allowed to raise the hard one.
    #[function(sig = "(resource, limits, /)")]
    fn setrlimit(vm: &VirtualMachine, resource: i32, limits: PyObject<'_>) -> PyResult<()> {
        let number = vm.new_int(i64::from(resource));
        sys::audit(vm, "resource.setrlimit", &[number.as_object(), limits])?;
        check_resource(vm, resource)?;
        let (soft, hard) = to_limits(vm, limits)?;
        process::set_limit(resource, soft, hard).map_err(|e| match e {
            Errno::EINVAL => vm.value_error("current limit exceeds maximum limit"),
            Errno::EPERM => vm.value_error("not allowed to raise maximum limit"),
            _ => vm.errno_error(e),
        })
    }

    /// The limits of a process (0: this one), which are changed as well if new ones are given.
    #[function(sig = "(pid, resource, limits=None, /)")]
    fn prlimit(
        vm: &VirtualMachine,
        pid: i32,
        resource: i32,
        limits: Option<PyObject<'_>>,
    ) -> PyResult {
        let limits = limits.unwrap_or(PyObject::none());
        let (number, process) = (vm.new_int(i64::from(resource)), vm.new_int(i64::from(pid)));
        let seen = [process.as_object(), number.as_object(), limits];
        sys::audit(vm, "resource.prlimit", &seen)?;
        check_resource(vm, resource)?;
        let new = if limits.is_none() { None } else { Some(to_limits(vm, limits)?) };
        let old = process::change_limit(pid, resource, new).map_err(|e| match e {
            Errno::EINVAL => vm.value_error("current limit exceeds maximum limit"),
            _ => vm.errno_error(e),
        })?;
        Ok(from_limits(vm, old))
    }

    /// What this process (RUSAGE_SELF), its children that have ended (RUSAGE_CHILDREN) or
    /// this thread (RUSAGE_THREAD) has used.
    #[function(sig = "(who, /)")]
    fn getrusage(vm: &VirtualMachine, who: i32) -> PyResult {
        let usage = process::usage(who).map_err(|e| match e {
            Errno::EINVAL => vm.value_error("invalid who parameter"),
            _ => vm.errno_error(e),
        })?;
        Ok(structseq::create(vm, &STRUCT_RUSAGE, &RUSAGE_FIELDS, usage_values(vm, &usage)))
    }

    /// How many bytes a page of memory has.
    #[function(sig = "(/)")]
    fn getpagesize() -> usize {
        memory::page_size()
    }

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        for (name, value) in host::constants::RESOURCE {
            module.set(vm, name, vm.new_int(*value))?;
        }
        module.set(vm, "error", vm.exc().os_error.to_ref())
    }
}

pub use module::MODULE;
