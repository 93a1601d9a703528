//! The machine and the process's share of it: names, limits, processors, times.

use crate::builtins::structseq;
use crate::modules::path::{Fd, PathOrFd, fs_decode};
use crate::prelude::*;
use host::process;

structseq::struct_sequence!(
    UNAME_RESULT,
    UNAME_FIELDS = "posix",
    "uname_result",
    Some("What uname() gives: text in a tuple whose items have names."),
    5,
    [
        ("sysname", "which system"),
        ("nodename", "what the network calls it"),
        ("release", "which release of the system"),
        ("version", "which build of the release"),
        ("machine", "the kind of machine")
    ],
    []
);

structseq::struct_sequence!(
    TIMES_RESULT,
    TIMES_FIELDS = "posix",
    "times_result",
    Some("What times() gives: seconds in a tuple whose items have names."),
    5,
    [
        ("user", "user time"),
        ("system", "system time"),
        ("children_user", "what ended children did"),
        ("children_system", "what the system did for ended children"),
        ("elapsed", "what a clock on the wall says, from some start")
    ],
    []
);

structseq::struct_sequence!(
    SCHED_PARAM,
    SCHED_FIELDS = "posix",
    "sched_param",
    Some("What a scheduling policy needs to know.\n\n  sched_priority\n    The priority."),
    1,
    [("sched_priority", "the priority")],
    [],
    new = new_sched_param,
    reduce = reduce_sched_param
);

/// `sched_param(sched_priority)`: unlike other types of its kind it takes its only field.
fn new_sched_param(vm: &VirtualMachine, cls: &Py<PyType>, args: Args<'_>) -> PyResult {
    let mut priority = None;
    if args.slots().len() == 1 {
        priority = args.positional().next();
        for (name, value) in args.keywords() {
            priority = Some(value).filter(|_| name.as_bytes() == b"sched_priority");
        }
    }
    match (priority, args.slots().len()) {
        (Some(priority), _) => {
            Ok(structseq::make(vm, cls, &SCHED_FIELDS, vec![priority.to_owned()]))
        }
        (None, 0 | 1) => {
            Err(vm.type_error("sched_param() missing required argument 'sched_priority' (pos 1)"))
        }
        (None, n) => {
            Err(vm.type_error(format!("sched_param() takes at most 1 argument ({n} given)")))
        }
    }
}

/// It is made again from its field.
fn reduce_sched_param(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
    let Some(param) = args.positional().next() else {
        return Err(vm.type_error("unbound method sched_param.__reduce__() needs an argument"));
    };
    let class = PyObjectRef::from(param.class(vm).to_ref());
    let fields = vm.new_tuple(vm.collect(param)?);
    Ok(vm.new_tuple(vec![class, fields.into()]).into())
}

/// The priority in a `sched_param`.
pub(super) fn priority_of(vm: &VirtualMachine, param: PyObject<'_>) -> PyResult<i32> {
    let typ = vm.type_for(&SCHED_PARAM);
    match param.downcast::<PyTuple>() {
        Some(t) if param.is_type(typ) && t.len() == 1 => {
            let priority = vm.index_i64(t.as_slice()[0].as_object())?;
            priority
                .and_then(|p| i32::try_from(p).ok())
                .ok_or_else(|| vm.overflow_error("sched_priority out of range"))
        }
        _ => Err(vm.type_error("must have a sched_param object")),
    }
}

/// A name from one of the tables, or its number.
fn configuration(vm: &VirtualMachine, name: PyObject<'_>, table: &[(&str, i32)]) -> PyResult<i32> {
    if let Some(s) = name.downcast::<PyStr>() {
        let found = table.iter().find(|(n, _)| n.as_bytes() == s.as_bytes());
        return found
            .map(|(_, v)| *v)
            .ok_or_else(|| vm.value_error("unrecognized configuration name"));
    }
    if !vm.is_index(name) {
        return Err(vm.type_error("configuration names must be strings or integers"));
    }
    vm.to_i32(name)
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    /// What system this is.
    ///
    /// A tuple with names: sysname, nodename, release, version, machine.
    #[function(sig = "(/)")]
    fn uname(vm: &VirtualMachine) -> PyResult {
        let names = process::uname().map_err(|e| vm.errno_error(e))?;
        let values = names.iter().map(|n| fs_decode(vm, n).into()).collect();
        Ok(structseq::create(vm, &UNAME_RESULT, &UNAME_FIELDS, values))
    }

    /// How much time the process has taken.
    ///
    /// A tuple with names: user, system, children_user, children_system, elapsed, in seconds.
    #[function(sig = "(/)")]
    fn times(vm: &VirtualMachine) -> PyResult {
        let ticks = process::times().map_err(|e| vm.errno_error(e))?;
        let number = process::SYSCONF.iter().find(|(n, _)| *n == "SC_CLK_TCK");
        let rate = number.and_then(|(_, n)| process::sysconf(*n).ok()).unwrap_or(100).max(1);
        let values = ticks.iter().map(|t| vm.new_float(*t as f64 / rate as f64)).collect();
        Ok(structseq::create(vm, &TIMES_RESULT, &TIMES_FIELDS, values))
    }

    /// How many CPUs the system has, or None if it does not say; -X cpu_count has the last
    /// word.
    #[function(sig = "(/)")]
    fn cpu_count(vm: &VirtualMachine) -> PyObjectRef {
        if let Some(n) = vm.interp.settings.cpu_count {
            return vm.new_int(i64::from(n));
        }
        process::processors().map_or_else(|| vm.none(), |n| vm.new_usize(n))
    }

    /// Return average recent system load information.
    #[function(sig = "(/)")]
    fn getloadavg(vm: &VirtualMachine) -> PyResult<(f64, f64, f64)> {
        process::load_average()
            .map(|[a, b, c]| (a, b, c))
            .ok_or_else(|| vm.os_error_message("Load averages are unobtainable"))
    }

    /// A setting of the system that is a number, by name or number.
    #[function(sig = "(name, /)")]
    fn sysconf(vm: &VirtualMachine, name: PyObject<'_>) -> PyResult<i64> {
        let name = configuration(vm, name, process::SYSCONF)?;
        process::sysconf(name).map_err(|e| vm.errno_error(e))
    }

    /// A setting of the system that is text, by name or number.
    #[function(sig = "(name, /)")]
    fn confstr(vm: &VirtualMachine, name: PyObject<'_>) -> PyResult {
        let name = configuration(vm, name, process::CONFSTR)?;
        let value = process::confstr(name).map_err(|e| vm.errno_error(e))?;
        Ok(value.map_or_else(|| vm.none(), |v| fs_decode(vm, &v).into()))
    }

    /// Return the configuration limit name for the file or directory path.
    #[function(sig = "(path, name)")]
    fn pathconf(vm: &VirtualMachine, path: PathOrFd, name: PyObject<'_>) -> PyResult<i64> {
        let name = configuration(vm, name, process::PATHCONF)?;
        match path.fd {
            Some(fd) => process::pathconf_of(fd, name),
            None => process::pathconf(path.c_str(), name),
        }
        .map_err(|e| path.error(vm, e))
    }

    /// A limit that holds for an open file, by name or number.
    #[function(sig = "(fd, name, /)")]
    fn fpathconf(vm: &VirtualMachine, fd: Fd, name: PyObject<'_>) -> PyResult<i64> {
        let name = configuration(vm, name, process::PATHCONF)?;
        process::pathconf_of(fd.0, name).map_err(|e| vm.errno_error(e))
    }

    /// Makes the process nicer by increment; returns how nice it is.
    #[function(sig = "(increment, /)")]
    fn nice(vm: &VirtualMachine, increment: i32) -> PyResult<i32> {
        process::nice(increment).map_err(|e| vm.errno_error(e))
    }

    /// How nice a process, group or user is.
    #[function(sig = "(which, who)")]
    fn getpriority(vm: &VirtualMachine, which: i32, who: i32) -> PyResult<i32> {
        process::priority(which, who as u32).map_err(|e| vm.errno_error(e))
    }

    /// Sets how nice a process, group or user is.
    #[function(sig = "(which, who, priority)")]
    fn setpriority(vm: &VirtualMachine, which: i32, who: i32, priority: i32) -> PyResult<()> {
        process::set_priority(which, who as u32, priority).map_err(|e| vm.errno_error(e))
    }

    /// Lets other processes run.
    #[function(sig = "(/)")]
    fn sched_yield(vm: &VirtualMachine) -> PyResult<()> {
        vm.allow_threads(process::sched_yield).map_err(|e| vm.errno_error(e))
    }

    /// The CPUs that a process may run on, this one for 0.
    #[function(sig = "(pid, /)")]
    fn sched_getaffinity(vm: &VirtualMachine, pid: i32) -> PyResult {
        let all = process::affinity(pid).map_err(|e| vm.errno_error(e))?;
        let all = vm.new_list(all.into_iter().map(|n| vm.new_usize(n)).collect());
        crate::modules::support::call_builtin(vm, "set", &[all.as_object()])
    }

    /// Sets which CPUs a process may run on.
    #[function(sig = "(pid, mask, /)")]
    fn sched_setaffinity(vm: &VirtualMachine, pid: i32, mask: PyObject<'_>) -> PyResult<()> {
        let mut cpus = Vec::new();
        vm.for_each(mask, |c| {
            let n = vm.to_i64(c.as_object())?;
            if n < 0 {
                return Err(vm.value_error("negative CPU number"));
            }
            if n > i64::from(i32::MAX) - 1 {
                return Err(vm.overflow_error("CPU number too large"));
            }
            cpus.push(n as usize);
            Ok(())
        })?;
        process::set_affinity(pid, &cpus).map_err(|e| vm.errno_error(e))
    }

    /// The highest priority of a policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_max(vm: &VirtualMachine, policy: i32) -> PyResult<i32> {
        process::scheduling_range(policy).map(|r| r.1).map_err(|e| vm.errno_error(e))
    }

    /// The lowest priority of a policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_min(vm: &VirtualMachine, policy: i32) -> PyResult<i32> {
        process::scheduling_range(policy).map(|r| r.0).map_err(|e| vm.errno_error(e))
    }

    /// The scheduling policy of a process.
    #[function(sig = "(pid, /)")]
    fn sched_getscheduler(vm: &VirtualMachine, pid: i32) -> PyResult<i32> {
        process::scheduler(pid).map_err(|e| vm.errno_error(e))
    }

    /// Sets the scheduling policy of a process, with its parameters.
    #[function(sig = "(pid, policy, param, /)")]
    fn sched_setscheduler(
        vm: &VirtualMachine,
        pid: i32,
        policy: i32,
        param: PyObject<'_>,
    ) -> PyResult<()> {
        let priority = priority_of(vm, param)?;
        process::set_scheduler(pid, policy, priority).map_err(|e| vm.errno_error(e))
    }

    /// The scheduling parameters of a process.
    #[function(sig = "(pid, /)")]
    fn sched_getparam(vm: &VirtualMachine, pid: i32) -> PyResult {
        let p = process::scheduling_priority(pid).map_err(|e| vm.errno_error(e))?;
        let values = vec![vm.new_int(i64::from(p))];
        Ok(structseq::create(vm, &SCHED_PARAM, &SCHED_FIELDS, values))
    }

    /// Sets the scheduling parameters of a process.
    #[function(sig = "(pid, param, /)")]
    fn sched_setparam(vm: &VirtualMachine, pid: i32, param: PyObject<'_>) -> PyResult<()> {
        let priority = priority_of(vm, param)?;
        process::set_scheduling_priority(pid, priority).map_err(|e| vm.errno_error(e))
    }

    /// How long a process runs before the next has its turn, in seconds.
    #[function(sig = "(pid, /)")]
    fn sched_rr_get_interval(vm: &VirtualMachine, pid: i32) -> PyResult<f64> {
        process::scheduling_interval(pid).map(|n| n as f64 / 1e9).map_err(|e| vm.errno_error(e))
    }

    /// Gives the process its own copy of what it shared with others.
    #[function(sig = "(flags)")]
    fn unshare(vm: &VirtualMachine, flags: i32) -> PyResult<()> {
        process::unshare(flags).map_err(|e| vm.errno_error(e))
    }

    /// Moves the thread into a namespace.
    #[function(sig = "(fd, nstype=0)")]
    fn setns(vm: &VirtualMachine, fd: crate::modules::path::Fd, nstype: i32) -> PyResult<()> {
        process::join_namespace(fd.0, nstype).map_err(|e| vm.errno_error(e))
    }
}
