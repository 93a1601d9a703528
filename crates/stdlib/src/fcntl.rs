//! `fcntl`: control of descriptors, and locks on files.

use host::files::{self, CONTROL_BYTES};
use vm::modules::path::Fd;
use vm::prelude::*;
use vm::protocol::buffer::{self, BytesLike, has_buffer};

/// The third argument of `fcntl` and `ioctl`.
enum Argument<'a> {
    Number(PyObject<'a>),
    Text(Vec<u8>),
    Buffer(PyObject<'a>),
}

impl<'a> Argument<'a> {
    fn of(
        vm: &VirtualMachine,
        function: &str,
        arg: Option<PyObject<'a>>,
    ) -> PyResult<Argument<'a>> {
        let Some(arg) = arg else { return Ok(Argument::Number(PyObject::from_bool(false))) };
        if vm.is_index(arg) {
            Ok(Argument::Number(arg))
        } else if let Some(s) = arg.downcast::<PyStr>() {
            match s.to_str() {
                Some(text) => Ok(Argument::Text(text.as_bytes().to_vec())),
                None => Err(vm::call::from_args::surrogate_error(vm, s)),
            }
        } else if has_buffer(vm, arg) {
            Ok(Argument::Buffer(arg))
        } else {
            Err(vm.type_error(format!(
                "{function}() argument 3 must be an integer, a bytes-like object, or a string, \
                 not {}",
                arg.class(vm).display_name()
            )))
        }
    }
}

// The same on every Linux.
const LOCK_SH: i32 = 1;
const LOCK_EX: i32 = 2;
const LOCK_NB: i32 = 4;
const LOCK_UN: i32 = 8;

/// `F_RDLCK`, `F_WRLCK` and `F_UNLCK`.
#[derive(Clone, Copy)]
enum Lock {
    Shared = 0,
    Exclusive = 1,
    None = 2,
}

/// An int as C's conversion to `int` leaves it.
fn low_half(vm: &VirtualMachine, n: PyObject<'_>) -> PyResult<i32> {
    let n = vm.index(n)?;
    Ok(n.as_object().bigint().map_or(0, |n| n.low_u64() as i32))
}

#[cold]
fn too_long(vm: &VirtualMachine, function: &str) -> PyErr {
    vm.value_error(format!("{function} argument 3 is too long"))
}

/// The request of an `ioctl`: the low 64 bits of an int.
struct Request(u64);

impl<'a> FromArg<'a> for Request {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        if obj.int_view().is_none() && !vm.is_index(obj) {
            return Err(vm.type_error(format!(
                "ioctl() argument 2 must be int, not {}",
                obj.class(vm).display_name()
            )));
        }
        let n = vm.index(obj)?;
        Ok(Request(n.as_object().bigint().map_or(0, |n| n.low_u64())))
    }
}

/// This module performs file control and I/O control on file descriptors.
///
/// Descriptors come from the fileno() method of files and sockets.
#[pymodule(name = "fcntl")]
pub mod module {
    use super::*;
    use vm::builtins::module::PyModule;

    /// Performs the operation cmd on a file descriptor.
    ///
    /// An int as argument is passed on, and the answer is the C function's. A
    /// bytes-like object or a string stands for a structure, and what the operation
    /// leaves in it is the answer, as bytes.
    #[function(sig = "(fd, cmd, arg=0, /)")]
    fn fcntl(vm: &VirtualMachine, fd: Fd, cmd: i32, arg: Option<PyObject<'_>>) -> PyResult {
        let mut bytes = match Argument::of(vm, "fcntl", arg)? {
            Argument::Number(n) => {
                let n = low_half(vm, n)?;
                let r = vm.retry_os(|| files::fcntl(fd.0, cmd, n))?;
                return Ok(vm.new_int(i64::from(r)));
            }
            Argument::Text(text) => text,
            Argument::Buffer(o) => BytesLike::get(vm, o)?.to_vec(),
        };
        if bytes.len() > CONTROL_BYTES {
            return Err(too_long(vm, "fcntl"));
        }
        vm.retry_os(|| files::fcntl_bytes(fd.0, cmd, &mut bytes))?;
        Ok(vm.new_bytes(&bytes).into())
    }

    /// Performs the operation request on a file descriptor.
    ///
    /// The argument is as for fcntl(), but a writable buffer is changed in place if
    /// mutate_flag is true, which it is by default: the answer is then the C function's.
    #[function(sig = "(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(
        vm: &VirtualMachine,
        fd: Fd,
        request: Request,
        arg: Option<PyObject<'_>>,
        mutate_flag: bool,
    ) -> PyResult {
        let mut bytes = match Argument::of(vm, "ioctl", arg)? {
            Argument::Number(n) => {
                let n = i64::from(low_half(vm, n)?);
                let r = vm.retry_os(|| files::ioctl(fd.0, request.0, n))?;
                return Ok(vm.new_int(i64::from(r)));
            }
            Argument::Text(text) => text,
            Argument::Buffer(o) => {
                if mutate_flag && let Ok(target) = buffer::get(vm, o, buffer::WRITABLE) {
                    let mut bytes = target.to_vec(vm)?;
                    let r = vm.retry_os(|| files::ioctl_bytes(fd.0, request.0, &mut bytes))?;
                    target.with_bytes_mut(|b| b.copy_from_slice(&bytes));
                    return Ok(vm.new_int(i64::from(r)));
                }
                BytesLike::get(vm, o)?.to_vec()
            }
        };
        if bytes.len() > CONTROL_BYTES {
            return Err(too_long(vm, "ioctl"));
        }
        vm.retry_os(|| files::ioctl_bytes(fd.0, request.0, &mut bytes))?;
        Ok(vm.new_bytes(&bytes).into())
    }

    /// Performs the lock operation on a file descriptor, as flock(2) does.
    #[function(sig = "(fd, operation, /)")]
    fn flock(vm: &VirtualMachine, fd: Fd, operation: i32) -> PyResult<()> {
        vm.retry_os(|| files::flock(fd.0, operation))
    }

    /// Locks or unlocks a range of a file, by way of fcntl(2).
    ///
    /// cmd is LOCK_UN, LOCK_SH or LOCK_EX, the last two perhaps with LOCK_NB; len,
    /// start and whence say where the range lies. A len of 0 reaches to the end.
    #[function(sig = "(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        vm: &VirtualMachine,
        fd: Fd,
        cmd: i32,
        len: Option<PyObject<'_>>,
        start: Option<PyObject<'_>>,
        whence: i32,
    ) -> PyResult<()> {
        let kind = match cmd {
            LOCK_UN => Lock::None,
            _ if cmd & LOCK_SH != 0 => Lock::Shared,
            _ if cmd & LOCK_EX != 0 => Lock::Exclusive,
            _ => return Err(vm.value_error("unrecognized lockf argument")),
        };
        let start = start.map_or(Ok(0), |n| vm.to_i64(n))?;
        let len = len.map_or(Ok(0), |n| vm.to_i64(n))?;
        let wait = cmd & LOCK_NB == 0;
        vm.retry_os(|| files::record_lock(fd.0, kind as i32, wait, whence, start, len))
    }

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        for (name, value) in host::constants::FCNTL {
            module.set(vm, name, vm.new_int(*value))?;
        }
        Ok(())
    }
}

pub use module::MODULE;
