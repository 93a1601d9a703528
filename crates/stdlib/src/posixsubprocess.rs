//! `_posixsubprocess`: the fork and exec under `subprocess.Popen`.

use host::process::{Child, Pipes, start_child};
use std::ffi::CString;
use vm::builtins::bytes::PyBytes;
use vm::modules::path::fs_name;
use vm::modules::posix::{after_fork, before_fork};
use vm::prelude::*;

/// A sequence of bytes objects as C strings.
fn byte_strings(vm: &VirtualMachine, sequence: PyObject<'_>) -> PyResult<Vec<CString>> {
    let mut out = Vec::new();
    for item in vm.collect(sequence)? {
        let Some(bytes) = item.as_object().downcast::<PyBytes>() else {
            return Err(
                vm.type_error(format!("expected bytes, {} found", item.class(vm).display_name()))
            );
        };
        let text = host::c_string(bytes.as_bytes());
        out.push(text.map_err(|_| vm.value_error("embedded null byte"))?);
    }
    Ok(out)
}

/// Descriptors above none other than the one before.
fn kept_descriptors(vm: &VirtualMachine, tuple: &Py<PyTuple>) -> PyResult<Vec<i32>> {
    let mut out: Vec<i32> = Vec::with_capacity(tuple.len());
    for item in tuple.payload_ref().as_slice() {
        let fd = match item.as_object().small_int() {
            Some(fd) if fd >= 0 => i32::try_from(fd).ok(),
            _ => None,
        };
        match fd {
            Some(fd) if out.last().is_none_or(|last| *last < fd) => out.push(fd),
            _ => return Err(vm.value_error("bad value(s) in fds_to_keep")),
        }
    }
    Ok(out)
}

/// A user or group number; `None` stays as it is.
fn identity(vm: &VirtualMachine, id: PyObject<'_>, what: &str) -> PyResult<Option<u32>> {
    if id.is_none() {
        return Ok(None);
    }
    if !vm.is_index(id) {
        return Err(
            vm.type_error(format!("{what} should be integer, not {}", id.class(vm).display_name()))
        );
    }
    match vm.index_i64(id)? {
        Some(-1) => Ok(Some(u32::MAX)),
        Some(n) if n < 0 => Err(vm.overflow_error(format!("{what} is less than minimum"))),
        Some(n) if n < i64::from(u32::MAX) => Ok(Some(n as u32)),
        _ => Err(vm.overflow_error(format!("{what} is greater than maximum"))),
    }
}

fn extra_groups(vm: &VirtualMachine, groups: PyObject<'_>) -> PyResult<Option<Vec<u32>>> {
    if groups.is_none() {
        return Ok(None);
    }
    if groups.downcast::<PyList>().is_none() && groups.downcast::<PyTuple>().is_none() {
        return Err(vm.type_error("setgroups argument must be a list"));
    }
    let items = vm.collect(groups)?;
    if items.len() > 65536 {
        return Err(vm.value_error("too many extra_groups"));
    }
    let ids = items.iter().map(|g| {
        if g.as_object().int_view().is_none() {
            return Err(vm.type_error("extra_groups must be integers"));
        }
        identity(vm, g.as_object(), "gid")?.ok_or_else(|| vm.value_error("invalid group id"))
    });
    ids.collect::<PyResult<_>>().map(Some)
}

/// A POSIX helper for the subprocess module.
#[pymodule(name = "_posixsubprocess")]
pub mod module {
    use super::*;

    /// Starts a new process.
    ///
    /// The child leaves a message on the errpipe_write descriptor if it cannot run one of
    /// the programs listed. A preexec_fn is not safe in a process with several threads.
    #[function(
        sig = "(args, executable_list, close_fds, pass_fds, cwd,\n          env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n          errpipe_read, errpipe_write, restore_signals, call_setsid,\n          pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn,\n          /)"
    )]
    fn fork_exec(
        vm: &VirtualMachine,
        args: PyObject<'_>,
        executable_list: PyObject<'_>,
        close_fds: bool,
        pass_fds: &Py<PyTuple>,
        cwd: PyObject<'_>,
        env: PyObject<'_>,
        p2cread: i32,
        p2cwrite: i32,
        c2pread: i32,
        c2pwrite: i32,
        errread: i32,
        errwrite: i32,
        errpipe_read: i32,
        errpipe_write: i32,
        restore_signals: bool,
        call_setsid: bool,
        pgid_to_set: i32,
        gid: PyObject<'_>,
        extra_groups: PyObject<'_>,
        uid: PyObject<'_>,
        child_umask: i32,
        preexec_fn: PyObject<'_>,
    ) -> PyResult<i32> {
        if close_fds && errpipe_write < 3 {
            return Err(vm.value_error("errpipe_write must be >= 3"));
        }
        let keep = kept_descriptors(vm, pass_fds)?;
        let programs = byte_strings(vm, executable_list)?;
        if args.downcast::<PyList>().is_none() && args.downcast::<PyTuple>().is_none() {
            return Err(vm.type_error("argv must be a tuple"));
        }
        let arguments: Vec<CString> = vm
            .collect(args)?
            .iter()
            .map(|a| fs_name(vm, a.as_object()))
            .collect::<PyResult<_>>()?;
        let environment = if env.is_none() { None } else { Some(byte_strings(vm, env)?) };
        let directory = if cwd.is_none() { None } else { Some(fs_name(vm, cwd)?) };
        let other_groups = super::extra_groups(vm, extra_groups)?;
        let child = Child {
            programs: &programs,
            arguments: &arguments,
            environment: environment.as_deref(),
            directory: directory.as_deref(),
            pipes: Pipes {
                stdin: (p2cread, p2cwrite),
                stdout: (c2pread, c2pwrite),
                stderr: (errread, errwrite),
                error: (errpipe_read, errpipe_write),
            },
            close_others: close_fds,
            keep: &keep,
            restore_signals,
            new_session: call_setsid,
            group: (pgid_to_set >= 0).then_some(pgid_to_set),
            user: identity(vm, uid, "uid")?,
            user_group: identity(vm, gid, "gid")?,
            other_groups: other_groups.as_deref(),
            umask: u32::try_from(child_umask).ok(),
        };
        if !preexec_fn.is_none() {
            vm.check_not_finalizing("preexec_fn not supported")?;
        }
        if preexec_fn.is_none() {
            return start_child(&child, None).map_err(|e| vm.errno_error(e));
        }
        before_fork(vm);
        let mut call = || {
            after_fork(vm, true);
            vm.call_positional(preexec_fn, &[]).is_ok()
        };
        let started = start_child(&child, Some(&mut call));
        after_fork(vm, false);
        started.map_err(|e| vm.errno_error(e))
    }
}

pub use module::MODULE;
