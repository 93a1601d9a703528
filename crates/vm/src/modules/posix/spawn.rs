//! Programs: `execv`, `execve`, `posix_spawn`.

use super::machine::priority_of;
use crate::modules::path::{Path, PathOrFd, fs_name};
use crate::modules::signal::signal_set;
use crate::prelude::*;
use host::process::{self, FileAction, Spawn};
use std::ffi::CString;

fn arguments(vm: &VirtualMachine, function: &str, argv: PyObject<'_>) -> PyResult<Vec<CString>> {
    let list = argv.downcast::<PyList>().is_some();
    if !list && argv.downcast::<PyTuple>().is_none() {
        let n = if function == "execv" { "arg 2" } else { "argv" };
        let colon = if function == "execv" { "() " } else { ": " };
        return Err(vm.type_error(format!("{function}{colon}{n} must be a tuple or list")));
    }
    let items = vm.collect(argv)?;
    if items.is_empty() {
        let n = if function == "execv" { "() arg 2" } else { ": argv" };
        return Err(vm.value_error(format!("{function}{n} must not be empty")));
    }
    let all: Vec<CString> =
        items.iter().map(|a| fs_name(vm, a.as_object())).collect::<PyResult<_>>()?;
    if all[0].is_empty() {
        let n = if function == "execv" { "() arg 2" } else { ": argv" };
        return Err(vm.value_error(format!("{function}{n} first element cannot be empty")));
    }
    Ok(all)
}

/// The lines of an environment, which is a mapping.  Its keys and values are taken at once:
/// what conversion of one of them does to the mapping no longer counts.
fn variables(vm: &VirtualMachine, env: PyObject<'_>) -> PyResult<Vec<CString>> {
    let list = |name: &Py<PyStr>| {
        let found = vm.call_method(env, name, &[])?;
        let given = found.class(vm).display_name();
        vm.collect(found.as_object()).map_err(|e| {
            if !vm.is_error(&e, &vm.exc().type_error) {
                return e;
            }
            vm.type_error(format!(
                "{}.{}() returned a non-iterable (type {given})",
                env.class(vm).display_name(),
                name.to_string_lossy()
            ))
        })
    };
    let (keys, values) = (list(&vm.names().keys)?, list(&vm.names().values)?);
    let mut out = Vec::new();
    for (key, value) in keys.iter().zip(&values) {
        let (key, value) = (fs_name(vm, key.as_object())?, fs_name(vm, value.as_object())?);
        if key.is_empty() || key.as_bytes()[1..].contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        let line = [key.as_bytes(), b"=", value.as_bytes()].concat();
        out.push(host::c_string(&line).map_err(|_| vm.value_error("embedded null byte"))?);
    }
    Ok(out)
}

fn own_environment() -> Vec<CString> {
    process::environment()
        .iter()
        .filter_map(|(k, v)| host::c_string(&[k.as_slice(), b"=", v].concat()).ok())
        .collect()
}

fn file_action(vm: &VirtualMachine, action: PyObject<'_>) -> PyResult<FileAction> {
    let wrong = || vm.type_error("Each file_actions element must be a non-empty tuple");
    let t = action.downcast::<PyTuple>().ok_or_else(wrong)?;
    let items = t.as_slice();
    let tag = items.first().ok_or_else(wrong)?;
    let int = |i: usize| vm.to_i32(items[i].as_object());
    let arity = |n: usize, text: &str| {
        if items.len() == n {
            Ok(())
        } else {
            Err(vm.type_error(format!("A {text} file_action tuple must have {n} elements")))
        }
    };
    match vm.to_i64(tag.as_object())? {
        0 => {
            arity(5, "open")?;
            let path = fs_name(vm, items[2].as_object())?;
            Ok(FileAction::Open { fd: int(1)?, path, flags: int(3)?, mode: int(4)? as u32 })
        }
        1 => {
            arity(2, "close")?;
            Ok(FileAction::Close(int(1)?))
        }
        2 => {
            arity(3, "dup2")?;
            Ok(FileAction::Duplicate { from: int(1)?, to: int(2)? })
        }
        3 => {
            arity(2, "closefrom")?;
            Ok(FileAction::CloseFrom(int(1)?))
        }
        _ => Err(vm.type_error("Unknown file_actions identifier")),
    }
}

/// The arguments of `posix_spawn` that say how.
struct How<'a> {
    file_actions: Option<PyObject<'a>>,
    setpgroup: Option<PyObject<'a>>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<PyObject<'a>>,
    setsigdef: Option<PyObject<'a>>,
    scheduler: Option<PyObject<'a>>,
}

fn spawn(
    vm: &VirtualMachine,
    search: bool,
    path: &Path,
    argv: PyObject<'_>,
    env: PyObject<'_>,
    how: How<'_>,
) -> PyResult<i32> {
    let function = if search { "posix_spawnp" } else { "posix_spawn" };
    let argv = arguments(vm, function, argv)?;
    let env = if env.is_none() { own_environment() } else { variables(vm, env)? };
    let mut spawn =
        Spawn { search, reset_ids: how.resetids, new_session: how.setsid, ..Spawn::default() };
    if let Some(actions) = how.file_actions.filter(|a| !a.is_none()) {
        for a in vm.collect(actions)? {
            spawn.file_actions.push(file_action(vm, a.as_object())?);
        }
    }
    let some = |o: Option<PyObject<'_>>| o.filter(|o| !o.is_none()).map(PyObject::to_owned);
    if let Some(group) = some(how.setpgroup) {
        spawn.group = Some(vm.to_i32(group.as_object())?);
    }
    if let Some(mask) = some(how.setsigmask) {
        spawn.mask = Some(signal_set(vm, mask.as_object())?);
    }
    if let Some(signals) = some(how.setsigdef) {
        spawn.default_signals = Some(signal_set(vm, signals.as_object())?);
    }
    if let Some(scheduler) = some(how.scheduler) {
        let Some(t) = scheduler.as_object().downcast::<PyTuple>() else {
            let text = format!("{function}: scheduler must be a tuple or None");
            return Err(vm.type_error(text));
        };
        let [policy, param] = t.as_slice() else {
            return Err(vm.type_error("A scheduler tuple must have two elements"));
        };
        let policy = if policy.is_none() { None } else { Some(vm.to_i32(policy.as_object())?) };
        spawn.scheduler = Some((policy, priority_of(vm, param.as_object())?));
    }
    process::spawn(path.c_str(), &argv, &env, &spawn).map_err(|e| path.error(vm, e))
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    /// Runs another program in this process.
    ///
    /// path
    ///   Where the program is.
    /// argv
    ///   What it finds in its argv.
    #[function(sig = "(path, argv, /)")]
    fn execv(vm: &VirtualMachine, path: Path, argv: PyObject<'_>) -> PyResult<()> {
        let argv = arguments(vm, "execv", argv)?;
        let e = process::execute(path.c_str(), &argv, &own_environment());
        Err(path.error(vm, e))
    }

    /// Runs another program in this process.
    ///
    /// path
    ///   Where the program is.
    /// argv
    ///   What it finds in its argv.
    /// env
    ///   Its environment.
    #[function(sig = "(path, argv, env)")]
    fn execve(
        vm: &VirtualMachine,
        path: PathOrFd,
        argv: PyObject<'_>,
        env: PyObject<'_>,
    ) -> PyResult<()> {
        let argv = arguments(vm, "execve", argv)?;
        if env.class(vm).slots.subscript.get().is_none() {
            return Err(vm.type_error("execve: environment must be a mapping object"));
        }
        let env = variables(vm, env)?;
        let e = match path.fd {
            Some(fd) => process::execute_file(fd, &argv, &env),
            None => process::execute(path.c_str(), &argv, &env),
        };
        Err(path.error(vm, e))
    }

    /// Execute the program specified by path in a new process.
    #[function(
        sig = "(path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=<unrepresentable>, setsigdef=<unrepresentable>, scheduler=<unrepresentable>)"
    )]
    fn posix_spawn(
        vm: &VirtualMachine,
        path: Path,
        argv: PyObject<'_>,
        env: PyObject<'_>,
        file_actions: Option<PyObject<'_>>,
        setpgroup: Option<PyObject<'_>>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<PyObject<'_>>,
        setsigdef: Option<PyObject<'_>>,
        scheduler: Option<PyObject<'_>>,
    ) -> PyResult<i32> {
        let how =
            How { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
        spawn(vm, false, &path, argv, env, how)
    }

    /// Execute the program specified by path in a new process.
    #[function(
        sig = "(path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=<unrepresentable>, setsigdef=<unrepresentable>, scheduler=<unrepresentable>)"
    )]
    fn posix_spawnp(
        vm: &VirtualMachine,
        path: Path,
        argv: PyObject<'_>,
        env: PyObject<'_>,
        file_actions: Option<PyObject<'_>>,
        setpgroup: Option<PyObject<'_>>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<PyObject<'_>>,
        setsigdef: Option<PyObject<'_>>,
        scheduler: Option<PyObject<'_>>,
    ) -> PyResult<i32> {
        let how =
            How { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
        spawn(vm, true, &path, argv, env, how)
    }
}
