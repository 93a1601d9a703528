//! Processes: the environment, forking, waiting, signals to others, the end.

use crate::builtins::structseq;
use crate::modules::path::FsName;
use crate::prelude::*;
use host::{process, signals};

structseq::struct_sequence!(
    WAITID_RESULT,
    WAITID_FIELDS = "posix",
    "waitid_result",
    Some("What waitid() finds out about a child.\n\nA tuple whose items have names."),
    5,
    [("si_pid", ""), ("si_uid", ""), ("si_signo", ""), ("si_status", ""), ("si_code", "")],
    []
);

/// Functions registered with `register_at_fork`.
#[derive(Default)]
pub struct AtFork {
    before: PyCell<Vec<PyObjectRef>>,
    child: PyCell<Vec<PyObjectRef>>,
    parent: PyCell<Vec<PyObjectRef>>,
}

/// The environment as `bytes`.
pub fn environment(vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
    let dict = vm.new_dict();
    for (name, value) in process::environment() {
        let name = vm.new_bytes(&name);
        // Of variables given twice the first counts.
        if dict.get(vm, name.as_object())?.is_none() {
            dict.set(vm, name.as_object(), vm.new_bytes(&value).into())?;
        }
    }
    Ok(dict)
}

fn run_hooks(vm: &VirtualMachine, hooks: &PyCell<Vec<PyObjectRef>>, newest_first: bool) {
    let mut all = hooks.get();
    if newest_first {
        all.reverse();
    }
    for f in all {
        if let Err(e) = vm.call_positional(f.as_object(), &[]) {
            vm.unraisable_while(e, "in atfork callback", f.as_object());
        }
    }
}

/// What comes before a fork.
pub fn before_fork(vm: &VirtualMachine) {
    run_hooks(vm, &vm.shared.native.at_fork.before, true);
}

/// What comes after it, in the child or in the parent.
pub fn after_fork(vm: &VirtualMachine, child: bool) {
    let hooks = &vm.shared.native.at_fork;
    if child {
        vm.shared.gil.after_fork(vm.breaker);
        vm.forget_threads(|h| std::rc::Rc::ptr_eq(h, &vm.hooks));
        vm.hooks.ident.set(host::threads::current().as_u64());
        signals::clear_pending();
        crate::modules::thread::after_fork(vm);
        run_hooks(vm, &hooks.child, false);
    } else {
        run_hooks(vm, &hooks.parent, false);
    }
}

/// `DeprecationWarning` for a fork of a process with more threads than this.
fn warn_threads(vm: &VirtualMachine, name: &str) {
    if crate::modules::thread::count(vm) > 1 {
        let pid = process::pid();
        let text = format!(
            "This process (pid={pid}) is multi-threaded, use of {name}() may lead to deadlocks in \
             the child."
        );
        let category = vm.exc().deprecation_warning.as_object();
        if let Err(e) = crate::modules::support::warn(vm, category, &text, 1) {
            vm.unraisable(e, None, PyObject::none());
        }
    }
}

fn waited(vm: &VirtualMachine, r: (i32, i32)) -> PyObjectRef {
    let ints = vec![vm.new_int(i64::from(r.0)), vm.new_int(i64::from(r.1))];
    vm.new_tuple(ints).into()
}

/// The items of a `resource.struct_rusage`; times are seconds.
pub fn usage_values(vm: &VirtualMachine, usage: &process::Usage) -> Vec<PyObjectRef> {
    let seconds = |ns: i64| vm.new_float(ns as f64 / 1e9);
    let mut values = vec![seconds(usage.user_time), seconds(usage.system_time)];
    values.extend(usage.counts().iter().map(|n| vm.new_int(*n)));
    values
}

fn waited_usage(vm: &VirtualMachine, (pid, status, u): (i32, i32, process::Usage)) -> PyResult {
    let module = crate::modules::support::import(vm, "resource")?;
    let class = vm.get_attr(module.as_object(), &vm.intern("struct_rusage"))?;
    let values = usage_values(vm, &u);
    let values = vm.new_tuple(values);
    let usage = vm.call_positional(class.as_object(), &[values.as_object()])?;
    let (pid, status) = (vm.new_int(i64::from(pid)), vm.new_int(i64::from(status)));
    Ok(vm.new_tuple(vec![pid, status, usage]).into())
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    #[function(name = "_create_environ", sig = "(/)")]
    fn create_environ(vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
        environment(vm)
    }

    /// Sets a variable of the environment that programs get.
    #[function(sig = "(name, value, /)")]
    fn putenv(vm: &VirtualMachine, name: FsName, value: FsName) -> PyResult<()> {
        if name.0.as_bytes().contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        process::set_variable(&name.0, &value.0).map_err(|e| vm.errno_error(e))
    }

    /// Takes a variable out of the environment that programs get.
    #[function(sig = "(name, /)")]
    fn unsetenv(vm: &VirtualMachine, name: FsName) -> PyResult<()> {
        process::unset_variable(&name.0).map_err(|e| vm.errno_error(e))
    }

    /// Ends the process at once with this status; nothing is flushed or called.
    #[function(name = "_exit", sig = "(status)")]
    fn exit(status: i32) {
        process::exit_now(status)
    }

    /// Ends the process by SIGABRT, with a core file if the system makes one.
    #[function(sig = "(/)")]
    fn abort() {
        process::abort()
    }

    /// Makes a copy of this process.  Gives 0 in the copy, and the copy's id here.
    #[function(sig = "(/)")]
    fn fork(vm: &VirtualMachine) -> PyResult<i32> {
        vm.check_not_finalizing("can't fork")?;
        before_fork(vm);
        let r = process::fork();
        after_fork(vm, r == Ok(0));
        if r.is_ok_and(|pid| pid > 0) {
            warn_threads(vm, "fork");
        }
        r.map_err(|e| vm.errno_error(e))
    }

    /// Makes a copy of this process that has a new terminal.
    ///
    /// Returns the copy's number, 0 in the copy, and a descriptor of the program's end.
    #[function(sig = "(/)")]
    fn forkpty(vm: &VirtualMachine) -> PyResult {
        vm.check_not_finalizing("can't fork")?;
        before_fork(vm);
        let r = process::fork_with_terminal();
        after_fork(vm, r.is_ok_and(|r| r.0 == 0));
        if r.is_ok_and(|r| r.0 > 0) {
            warn_threads(vm, "forkpty");
        }
        r.map(|r| waited(vm, r)).map_err(|e| vm.errno_error(e))
    }

    /// Has functions called around fork().
    ///
    ///   before
    ///     In the parent, first; the latest one begins.
    ///   after_in_child
    ///     In the child.
    ///   after_in_parent
    ///     In the parent, when the child is there.
    #[function(
        sig = "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(
        vm: &VirtualMachine,
        before: Option<PyObject<'_>>,
        after_in_child: Option<PyObject<'_>>,
        after_in_parent: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        if before.is_none() && after_in_child.is_none() && after_in_parent.is_none() {
            return Err(vm.type_error("At least one argument is required."));
        }
        let all = [
            (before, "before"),
            (after_in_child, "after_in_child"),
            (after_in_parent, "after_in_parent"),
        ];
        for (f, name) in all {
            if let Some(f) = f
                && f.class(vm).slots.call.get().is_none()
            {
                return Err(vm.type_error(format!(
                    "'{name}' must be callable, not {}",
                    f.class(vm).display_name()
                )));
            }
        }
        let hooks = &vm.shared.native.at_fork;
        let add = |to: &PyCell<Vec<PyObjectRef>>, f: Option<PyObject<'_>>| {
            to.with_mut(|v| v.extend(f.map(PyObject::to_owned)));
        };
        add(&hooks.before, before);
        add(&hooks.child, after_in_child);
        add(&hooks.parent, after_in_parent);
        Ok(())
    }

    /// Sends a signal to a process.
    #[function(sig = "(pid, signal, /)")]
    fn kill(vm: &VirtualMachine, pid: i32, signal: isize) -> PyResult<()> {
        let signal = i32::try_from(signal).unwrap_or(-1);
        signals::kill(pid, signal).map_err(|e| vm.errno_error(e))?;
        vm.check_signals()
    }

    /// Sends a signal to all processes of a group.
    #[function(sig = "(pgid, signal, /)")]
    fn killpg(vm: &VirtualMachine, pgid: i32, signal: i32) -> PyResult<()> {
        signals::kill_group(pgid, signal).map_err(|e| vm.errno_error(e))?;
        vm.check_signals()
    }

    /// Waits until a child ends: its number and status.
    #[function(sig = "(/)")]
    fn wait(vm: &VirtualMachine) -> PyResult {
        vm.retry_os(|| process::wait(-1, 0)).map(|r| waited(vm, r))
    }

    /// Waits until this child ends: its number and status.
    #[function(sig = "(pid, options, /)")]
    fn waitpid(vm: &VirtualMachine, pid: i32, options: i32) -> PyResult {
        vm.retry_os(|| process::wait(pid, options)).map(|r| waited(vm, r))
    }

    /// Waits until a child ends: its number, status and use of resources.
    #[function(sig = "(options)")]
    fn wait3(vm: &VirtualMachine, options: i32) -> PyResult {
        let r = vm.retry_os(|| process::wait_usage(-1, options))?;
        waited_usage(vm, r)
    }

    /// Waits until this child ends: its number, status and use of resources.
    #[function(sig = "(pid, options)")]
    fn wait4(vm: &VirtualMachine, pid: i32, options: i32) -> PyResult {
        let r = vm.retry_os(|| process::wait_usage(pid, options))?;
        waited_usage(vm, r)
    }

    /// Returns the result of waiting for a process or processes.
    #[function(sig = "(idtype, id, options, /)")]
    fn waitid(vm: &VirtualMachine, idtype: i32, id: i32, options: i32) -> PyResult {
        let Some(i) = vm.retry_os(|| process::wait_info(idtype as u32, id as u32, options))? else {
            return Ok(vm.none());
        };
        let values = [
            i64::from(i.pid),
            i64::from(i.uid),
            i64::from(i.signal),
            i64::from(i.status),
            i64::from(i.code),
        ];
        let values = values.iter().map(|v| vm.new_int(*v)).collect();
        Ok(structseq::create(vm, &WAITID_RESULT, &WAITID_FIELDS, values))
    }

    /// A descriptor of a process.
    #[function(sig = "(pid, flags=0)")]
    fn pidfd_open(vm: &VirtualMachine, pid: i32, flags: u32) -> PyResult<i32> {
        process::open_pidfd(pid, flags).map_err(|e| vm.errno_error(e))
    }

    /// The exit status in a wait status, or the negative number of the signal that killed.
    ///
    /// ValueError if the process has not ended.
    #[function(sig = "(status)")]
    fn waitstatus_to_exitcode(vm: &VirtualMachine, status: i32) -> PyResult<i32> {
        if process::has_exited(status) {
            Ok(process::exit_status(status))
        } else if process::was_signaled(status) {
            Ok(-process::ending_signal(status))
        } else if process::is_stopped(status) {
            let n = process::stopping_signal(status);
            Err(vm.value_error(format!("process stopped by delivery of signal {n}")))
        } else {
            Err(vm.value_error(format!("invalid wait status: {status}")))
        }
    }

    /// Whether a core file was written when the process died.
    #[function(name = "WCOREDUMP", sig = "(status, /)")]
    fn wcoredump(status: i32) -> bool {
        process::dumped_core(status)
    }

    /// Whether the process was continued after a stop.
    #[function(name = "WIFCONTINUED", sig = "(status)")]
    fn wifcontinued(status: i32) -> bool {
        process::has_continued(status)
    }

    /// Whether the process is stopped.
    #[function(name = "WIFSTOPPED", sig = "(status)")]
    fn wifstopped(status: i32) -> bool {
        process::is_stopped(status)
    }

    /// Whether a signal killed the process.
    #[function(name = "WIFSIGNALED", sig = "(status)")]
    fn wifsignaled(status: i32) -> bool {
        process::was_signaled(status)
    }

    /// Whether the process ended by itself.
    #[function(name = "WIFEXITED", sig = "(status)")]
    fn wifexited(status: i32) -> bool {
        process::has_exited(status)
    }

    /// The number that the process gave to exit().
    #[function(name = "WEXITSTATUS", sig = "(status)")]
    fn wexitstatus(status: i32) -> i32 {
        process::exit_status(status)
    }

    /// The signal that killed the process.
    #[function(name = "WTERMSIG", sig = "(status)")]
    fn wtermsig(status: i32) -> i32 {
        process::ending_signal(status)
    }

    /// The signal that stopped the process.
    #[function(name = "WSTOPSIG", sig = "(status)")]
    fn wstopsig(status: i32) -> i32 {
        process::stopping_signal(status)
    }

    /// Runs a command in a shell and returns its wait status.
    #[function(sig = "(command)")]
    fn system(vm: &VirtualMachine, command: FsName) -> PyResult<i32> {
        let command = &command.0;
        vm.allow_threads(|| process::system(command)).map_err(|e| vm.errno_error(e))
    }

    #[function(name = "_inputhook", sig = "(/)")]
    fn inputhook() {}

    #[function(name = "_is_inputhook_installed", sig = "(/)")]
    fn is_inputhook_installed() -> bool {
        false
    }
}
