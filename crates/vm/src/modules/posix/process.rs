//! Processes: the environment, forking, waiting, signals to others, the end.

use crate::builtins::structseq;
use crate::modules::path::FsName;
use crate::prelude::*;
use host::{process, signals};

structseq::struct_sequence!(
    WAITID_RESULT,
    WAITID_FIELDS = "posix",
    "waitid_result",
    Some(
        "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information."
    ),
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
            vm.unraisable(e, Some("Exception ignored while calling fork hook"), f.as_object());
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

fn waited_usage(vm: &VirtualMachine, (pid, status, u): (i32, i32, process::Usage)) -> PyResult {
    let module = crate::modules::support::import(vm, "resource")?;
    let class = vm.get_attr(module.as_object(), &vm.intern("struct_rusage"))?;
    let f = |n: i64| vm.new_float(n as f64 / 1e9);
    let mut values = vec![f(u.user_time), f(u.system_time)];
    let rest = [
        u.max_resident,
        u.shared,
        u.unshared_data,
        u.unshared_stack,
        u.minor_faults,
        u.major_faults,
        u.swaps,
        u.blocks_in,
        u.blocks_out,
        u.messages_sent,
        u.messages_received,
        u.signals,
        u.voluntary_switches,
        u.involuntary_switches,
    ];
    values.extend(rest.iter().map(|v| vm.new_int(*v)));
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

    /// Change or add an environment variable.
    #[function(sig = "(name, value, /)")]
    fn putenv(vm: &VirtualMachine, name: FsName, value: FsName) -> PyResult<()> {
        if name.0.as_bytes().contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        process::set_variable(&name.0, &value.0).map_err(|e| vm.errno_error(e))
    }

    /// Delete an environment variable.
    #[function(sig = "(name, /)")]
    fn unsetenv(vm: &VirtualMachine, name: FsName) -> PyResult<()> {
        process::unset_variable(&name.0).map_err(|e| vm.errno_error(e))
    }

    /// Exit to the system with specified status, without normal exit processing.
    #[function(name = "_exit", sig = "(status)")]
    fn exit(status: i32) {
        process::exit_now(status)
    }

    /// Abort the interpreter immediately.
    ///
    /// This function 'dumps core' or otherwise fails in the hardest way possible
    /// on the hosting operating system.  This function never returns.
    #[function(sig = "(/)")]
    fn abort() {
        process::abort()
    }

    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[function(sig = "(/)")]
    fn fork(vm: &VirtualMachine) -> PyResult<i32> {
        before_fork(vm);
        let r = process::fork();
        after_fork(vm, r == Ok(0));
        if r.is_ok_and(|pid| pid > 0) {
            warn_threads(vm, "fork");
        }
        r.map_err(|e| vm.errno_error(e))
    }

    /// Fork a new process with a new pseudo-terminal as controlling tty.
    ///
    /// Returns a tuple of (pid, master_fd).
    #[function(sig = "(/)")]
    fn forkpty(vm: &VirtualMachine) -> PyResult {
        before_fork(vm);
        let r = process::fork_with_terminal();
        after_fork(vm, r.is_ok_and(|r| r.0 == 0));
        if r.is_ok_and(|r| r.0 > 0) {
            warn_threads(vm, "forkpty");
        }
        r.map(|r| waited(vm, r)).map_err(|e| vm.errno_error(e))
    }

    /// Register callables to be called when forking a new process.
    ///
    ///   before
    ///     A callable to be called in the parent before the fork() syscall.
    ///   after_in_child
    ///     A callable to be called in the child after fork().
    ///   after_in_parent
    ///     A callable to be called in the parent after fork().
    ///
    /// 'before' callbacks are called in reverse order.
    /// 'after_in_child' and 'after_in_parent' callbacks are called in order.
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

    /// Kill a process with a signal.
    #[function(sig = "(pid, signal, /)")]
    fn kill(vm: &VirtualMachine, pid: i32, signal: isize) -> PyResult<()> {
        let signal = i32::try_from(signal).unwrap_or(-1);
        signals::kill(pid, signal).map_err(|e| vm.errno_error(e))?;
        vm.check_signals()
    }

    /// Kill a process group with a signal.
    #[function(sig = "(pgid, signal, /)")]
    fn killpg(vm: &VirtualMachine, pgid: i32, signal: i32) -> PyResult<()> {
        signals::kill_group(pgid, signal).map_err(|e| vm.errno_error(e))?;
        vm.check_signals()
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///     (pid, status)
    #[function(sig = "(/)")]
    fn wait(vm: &VirtualMachine) -> PyResult {
        vm.retry_os(|| process::wait(-1, 0)).map(|r| waited(vm, r))
    }

    /// Wait for completion of a given child process.
    ///
    /// Returns a tuple of information regarding the child process:
    ///     (pid, status)
    #[function(sig = "(pid, options, /)")]
    fn waitpid(vm: &VirtualMachine, pid: i32, options: i32) -> PyResult {
        vm.retry_os(|| process::wait(pid, options)).map(|r| waited(vm, r))
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function(sig = "(options)")]
    fn wait3(vm: &VirtualMachine, options: i32) -> PyResult {
        let r = vm.retry_os(|| process::wait_usage(-1, options))?;
        waited_usage(vm, r)
    }

    /// Wait for completion of a specific child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
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

    /// Return a file descriptor referring to the process *pid*.
    #[function(sig = "(pid, flags=0)")]
    fn pidfd_open(vm: &VirtualMachine, pid: i32, flags: u32) -> PyResult<i32> {
        process::open_pidfd(pid, flags).map_err(|e| vm.errno_error(e))
    }

    /// Convert a wait status to an exit code.
    ///
    /// On Unix:
    ///
    /// * If WIFEXITED(status) is true, return WEXITSTATUS(status).
    /// * If WIFSIGNALED(status) is true, return -WTERMSIG(status).
    /// * Otherwise, raise a ValueError.
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

    /// Return True if the process returning status was dumped to a core file.
    #[function(name = "WCOREDUMP", sig = "(status, /)")]
    fn wcoredump(status: i32) -> bool {
        process::dumped_core(status)
    }

    /// Return True if a particular process was continued from a job control stop.
    #[function(name = "WIFCONTINUED", sig = "(status)")]
    fn wifcontinued(status: i32) -> bool {
        process::has_continued(status)
    }

    /// Return True if the process returning status was stopped.
    #[function(name = "WIFSTOPPED", sig = "(status)")]
    fn wifstopped(status: i32) -> bool {
        process::is_stopped(status)
    }

    /// Return True if the process returning status was terminated by a signal.
    #[function(name = "WIFSIGNALED", sig = "(status)")]
    fn wifsignaled(status: i32) -> bool {
        process::was_signaled(status)
    }

    /// Return True if the process returning status exited via the exit() system call.
    #[function(name = "WIFEXITED", sig = "(status)")]
    fn wifexited(status: i32) -> bool {
        process::has_exited(status)
    }

    /// Return the process return code from status.
    #[function(name = "WEXITSTATUS", sig = "(status)")]
    fn wexitstatus(status: i32) -> i32 {
        process::exit_status(status)
    }

    /// Return the signal that terminated the process that provided the status value.
    #[function(name = "WTERMSIG", sig = "(status)")]
    fn wtermsig(status: i32) -> i32 {
        process::ending_signal(status)
    }

    /// Return the signal that stopped the process that provided the status value.
    #[function(name = "WSTOPSIG", sig = "(status)")]
    fn wstopsig(status: i32) -> i32 {
        process::stopping_signal(status)
    }

    /// Execute the command in a subshell.
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
