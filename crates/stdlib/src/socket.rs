//! `_socket`: sockets and the names of hosts and services.

mod address;
mod lookup;
mod object;

pub use object::PySocket;

use std::cell::Cell;
use vm::builtins::exception::os_error::PyOSError;
use vm::exceptions::OS_ERROR;
use vm::prelude::*;

const EXCEPTION_FLAGS: TypeFlags = TypeFlags::BASETYPE
    .union(TypeFlags::HAVE_GC)
    .union(TypeFlags::EXT)
    .union(TypeFlags::HAS_DICT)
    .union(TypeFlags::BASE_EXC_SUBCLASS);

/// `socket.gaierror`.
pub static GAI_ERROR: TypeSpec = TypeSpec {
    base: Some(&OS_ERROR),
    flags: EXCEPTION_FLAGS,
    ..TypeSpec::of::<PyOSError>("socket", "gaierror")
};

/// `socket.herror`.
pub static H_ERROR: TypeSpec = TypeSpec {
    base: Some(&OS_ERROR),
    flags: EXCEPTION_FLAGS,
    ..TypeSpec::of::<PyOSError>("socket", "herror")
};

/// An error of two arguments: a number and what it means.
#[cold]
fn lookup_error(vm: &VirtualMachine, spec: &'static TypeSpec, number: i32, text: &str) -> PyErr {
    let (number, text) = (vm.new_int(i64::from(number)), vm.new_str(text));
    vm.make_error(vm.type_for(spec).as_object(), &[number.as_object(), text.as_object()])
}

/// The time-out of new sockets in nanoseconds; negative: none.  The module keeps it.
#[pyclass(
    name = "_default_timeout",
    module = "_socket",
    doc = None,
    flags(DISALLOW_INSTANTIATION),
    no_refs
)]
pub struct PyDefaultTimeout {
    nanoseconds: Cell<i64>,
}

fn default_timeout(vm: &VirtualMachine) -> PyResult<PyRef<PyDefaultTimeout>> {
    let module = vm::import::import_module(vm, &vm.intern("_socket"))?;
    vm.get_attr(module.as_object(), &vm.intern("_default_timeout"))?
        .downcast()
        .map_err(|_| vm.system_error("_socket._default_timeout is not what it was"))
}

/// A time-out as Python gives it: `None` or seconds.
fn timeout_of(vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<i64> {
    if value.is_none() {
        return Ok(-1);
    }
    if value.int_view().is_none() && value.float_view().is_none() && !vm.is_index(value) {
        return Err(vm.type_error(format!(
            "'{}' object cannot be interpreted as an integer or float",
            value.class(vm).display_name()
        )));
    }
    let time = vm::modules::time::duration(vm, value, vm::modules::time::Round::Up)?;
    if time < 0 {
        return Err(vm.value_error("Timeout value out of range"));
    }
    Ok(time)
}

fn shown_timeout(vm: &VirtualMachine, nanoseconds: i64) -> PyObjectRef {
    if nanoseconds < 0 { vm.none() } else { vm.new_float(nanoseconds as f64 / 1e9) }
}

/// An unsigned number of the network's, with its size in messages.
struct Unsigned<const BITS: u32>(u32);

impl<'a, const BITS: u32> FromArg<'a> for Unsigned<BITS> {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        let n = vm.index(obj)?;
        match n.as_object().bigint() {
            Some(n) if n.is_negative() => Err(vm.value_error("Cannot convert negative int")),
            Some(n) => match n.to_u64() {
                Some(v) if v >> BITS == 0 => Ok(Unsigned(v as u32)),
                _ => {
                    let message = format!("Python int too large for C uint{BITS}_t");
                    Err(vm.overflow_error(message))
                }
            },
            None => Ok(Unsigned(0)),
        }
    }
}

/// Implementation module for socket operations.
///
/// The socket module is built on it.
#[pymodule(
    name = "_socket",
    types(PySocket),
    specs(GAI_ERROR, H_ERROR),
    parts(super::lookup::part::PART)
)]
pub mod module {
    use super::*;
    use host::sockets::{self, names};
    use vm::builtins::module::PyModule;

    #[attr(name = "SocketType")]
    fn socket_type(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PySocket>().to_ref()
    }

    #[attr]
    fn _default_timeout(vm: &VirtualMachine) -> PyRef<PyDefaultTimeout> {
        vm.new_object(PyDefaultTimeout { nanoseconds: Cell::new(-1) })
    }

    /// The timeout in seconds (a float) of new sockets; None if they have none.
    #[function(sig = "($module, /)", text = "($self, /)")]
    fn getdefaulttimeout(vm: &VirtualMachine) -> PyResult {
        Ok(shown_timeout(vm, super::default_timeout(vm)?.nanoseconds.get()))
    }

    /// Sets the timeout in seconds of new sockets; None for no timeout.
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn setdefaulttimeout(vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        let time = timeout_of(vm, object)?;
        super::default_timeout(vm)?.nanoseconds.set(time);
        Ok(())
    }

    /// Closes the descriptor of a socket, which need not be one of Python's.
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn close(vm: &VirtualMachine, object: i32) -> PyResult<()> {
        match host::files::close(object) {
            Ok(()) | Err(host::Errno::ECONNRESET) => Ok(()),
            Err(e) => Err(vm.errno_error(e)),
        }
    }

    /// A duplicate of a socket's descriptor.
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn dup(vm: &VirtualMachine, object: i32) -> PyResult<i32> {
        names::duplicate(object).map_err(|e| vm.errno_error(e))
    }

    /// A pair of sockets that are connected with each other.
    #[function(sig = "(family=1, type=1, proto=0, /)", text = "")]
    fn socketpair(vm: &VirtualMachine, family: i32, r#type: i32, proto: i32) -> PyResult {
        let (a, b) = sockets::pair(family, r#type, proto).map_err(|e| vm.errno_error(e))?;
        let first = PySocket::over(vm, a, family, r#type, proto)?;
        let second = PySocket::over(vm, b, family, r#type, proto)?;
        (first, second).into_py_result(vm)
    }

    /// A 16-bit number from network to host byte order.
    #[function(sig = "(integer, /)")]
    fn ntohs(integer: Unsigned<16>) -> u16 {
        u16::from_be(integer.0 as u16)
    }

    /// A 16-bit number from host to network byte order.
    #[function(sig = "(integer, /)")]
    fn htons(integer: Unsigned<16>) -> u16 {
        (integer.0 as u16).to_be()
    }

    /// A 32-bit number from network to host byte order.
    #[function(sig = "(integer, /)")]
    fn ntohl(integer: Unsigned<32>) -> u32 {
        u32::from_be(integer.0)
    }

    /// A 32-bit number from host to network byte order.
    #[function(sig = "(integer, /)")]
    fn htonl(integer: Unsigned<32>) -> u32 {
        integer.0.to_be()
    }

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        module.set(vm, "error", vm.exc().os_error.clone())?;
        module.set(vm, "timeout", vm.exc().timeout_error.clone())?;
        module.set(vm, "has_ipv6", vm.new_bool(true))?;
        for (name, value) in sockets::constants::CONSTANTS {
            module.set(vm, name, vm.new_int(*value))?;
        }
        Ok(())
    }
}

pub use module::MODULE;
