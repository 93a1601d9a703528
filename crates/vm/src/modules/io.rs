//! `_io`: files, buffers and text streams.  CPython's counterpart: `Modules/_io/`.
//!
//! `base` has the abstract classes, `fileio` the raw file, `buffered` the three buffered
//! kinds over one core, `textio` the text layer with its native codecs, `open` the functions.

pub mod base;
pub mod buffered;
pub mod bytesio;
pub mod fileio;
pub mod newline;
pub mod open;
pub mod pair;
pub mod stringio;
pub mod textio;

use crate::builtins::module::PyModule;
use crate::prelude::*;

pub const DEFAULT_BUFFER_SIZE: usize = 131_072;

/// `io.UnsupportedOperation(text)`.
#[cold]
pub fn unsupported(vm: &VirtualMachine, text: &str) -> PyErr {
    match unsupported_type(vm) {
        Ok(t) => {
            let text = vm.new_str(text);
            vm.make_error(t.as_object(), &[text.as_object()])
        }
        Err(e) => e,
    }
}

/// The class, which derives from both `OSError` and `ValueError`.
pub fn unsupported_type(vm: &VirtualMachine) -> PyResult<PyRef<PyType>> {
    let cell = &vm.shared.native.unsupported_operation;
    if let Some(t) = cell.get() {
        return Ok(t.clone());
    }
    let name = vm.new_str("UnsupportedOperation");
    let exc = vm.exc();
    let bases = vm.new_tuple(vec![exc.os_error.clone().into(), exc.value_error.clone().into()]);
    let dict = vm.new_dict();
    dict.set_str(vm, &vm.names().__module__, vm.intern("io").into())?;
    let metatype = vm.types().type_.as_object();
    let made =
        vm.call_positional(metatype, &[name.as_object(), bases.as_object(), dict.as_object()])?;
    let typ = made.downcast::<PyType>().map_err(|_| vm.system_error("a class is no type"))?;
    Ok(cell.get_or_init(|| typ).clone())
}

/// `ValueError: I/O operation on closed file.`
#[cold]
pub fn closed_error(vm: &VirtualMachine) -> PyErr {
    vm.value_error("I/O operation on closed file.")
}

/// What is set in the place of a C flag.
pub fn flag_of(vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<bool> {
    let Some(value) = value else {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    };
    value.as_bool().ok_or_else(|| vm.type_error("attribute value type must be bool"))
}

/// What `__getstate__` of a stream over something else raises.
#[cold]
pub fn no_pickling(vm: &VirtualMachine, class: &Py<PyType>) -> PyErr {
    vm.type_error(format!("cannot pickle '{}' instances", class.name().to_string_lossy()))
}

/// A size argument: an index or `None`, which is -1.
pub struct Size(pub isize);

impl<'a> FromArg<'a> for Size {
    fn from_arg(
        vm: &VirtualMachine,
        obj: PyObject<'a>,
        _context: crate::call::ArgContext,
    ) -> PyResult<Self> {
        if obj.is_none() {
            return Ok(Size(-1));
        }
        if !vm.is_index(obj) {
            return Err(vm.type_error(format!(
                "argument should be integer or None, not '{}'",
                obj.class(vm).display_name()
            )));
        }
        vm.to_count(obj).map(Size)
    }
}

/// `obj.name(*args)` by a name that is not in the table.
pub fn call(vm: &VirtualMachine, obj: PyObject<'_>, name: &str, args: &[PyObject<'_>]) -> PyResult {
    vm.call_method(obj, &vm.intern(name), args)
}

/// The io module provides the Python interfaces to stream handling. The
/// builtin open function is defined in this module.
#[pymodule(
    name = "_io",
    types(
        base::PyIOBase,
        base::PyRawIOBase,
        base::PyBufferedIOBase,
        base::PyTextIOBase,
        fileio::PyFileIO,
        bytesio::PyBytesIO,
        bytesio::PyBytesIOBuffer,
        buffered::PyBufferedReader,
        buffered::PyBufferedWriter,
        buffered::PyBufferedRandom,
        pair::PyBufferedRWPair,
        newline::PyIncrementalNewlineDecoder,
        stringio::PyStringIO,
        textio::PyTextIOWrapper
    ),
    parts(super::open::part::PART)
)]
mod module {
    use super::*;

    #[attr]
    const DEFAULT_BUFFER_SIZE: usize = super::DEFAULT_BUFFER_SIZE;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        let dict = module.dict();
        dict.set_str(vm, &vm.intern("UnsupportedOperation"), unsupported_type(vm)?.into())?;
        let blocking = vm.exc().blocking_io_error.clone().into();
        dict.set_str(vm, &vm.intern("BlockingIOError"), blocking)
    }
}

pub use module::MODULE;
