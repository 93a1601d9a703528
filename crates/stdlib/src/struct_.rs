//! `_struct`: values to and from packed bytes.
//!
//! A format string is compiled once into a list of items with their offsets; the formats
//! used last are kept per thread.

mod format;
mod pack;
mod types;

use format::{Format, format_argument};
use std::rc::Rc;
use vm::builtins::bytes::PyBytes;
use vm::builtins::exception::PyBaseException;
use vm::exceptions::EXCEPTION;
use vm::prelude::*;
use vm::protocol::buffer::BytesLike;

pub use types::{PyStruct, PyUnpackIterator};

/// `struct.error`.
pub static ERROR: TypeSpec = TypeSpec {
    base: Some(&EXCEPTION),
    flags: TypeFlags::BASETYPE
        .union(TypeFlags::HAVE_GC)
        .union(TypeFlags::EXT)
        .union(TypeFlags::HAS_DICT)
        .union(TypeFlags::BASE_EXC_SUBCLASS),
    ..TypeSpec::of::<PyBaseException>("struct", "error")
};

/// A `struct.error`.
#[cold]
fn error(vm: &VirtualMachine, message: impl AsRef<str>) -> PyErr {
    vm.new_exception_msg(vm.type_for(&ERROR), message.as_ref())
}

/// The first argument as a compiled format, and the rest.
fn leading_format<'a>(
    vm: &VirtualMachine,
    args: Args<'a>,
    name: &str,
) -> PyResult<(Rc<Format>, Args<'a>)> {
    args.no_keywords(vm, name)?;
    match args.get(0) {
        Some(f) => Ok((Format::cached(vm, &format_argument(vm, f)?)?, args.skip(1))),
        None => Err(vm.type_error("missing format argument")),
    }
}

/// Packs and unpacks values as bytes, by format strings.
#[pymodule(name = "_struct", types(PyStruct), specs(ERROR))]
pub mod module {
    use super::*;

    /// Forgets compiled formats.
    #[function(name = "_clearcache", sig = "()")]
    fn clear_cache() {
        Format::clear_cache();
    }

    /// Bytes that a format describes.
    #[function(sig = "(format, /)")]
    fn calcsize(vm: &VirtualMachine, format: PyObject<'_>) -> PyResult<usize> {
        Ok(Format::cached(vm, &format_argument(vm, format)?)?.size)
    }

    /// The values as bytes.
    #[function(text = "")]
    fn pack(vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyBytes>> {
        let (format, values) = leading_format(vm, args, "pack")?;
        pack::pack(vm, &format, values)
    }

    /// Writes the values into a buffer at an offset.
    #[function(text = "")]
    fn pack_into(vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        let (format, rest) = leading_format(vm, args, "pack_into")?;
        pack::pack_into(vm, &format, rest)
    }

    /// The values that bytes hold.
    #[function(sig = "(format, buffer, /)")]
    fn unpack(
        vm: &VirtualMachine,
        format: PyObject<'_>,
        buffer: BytesLike<'_>,
    ) -> PyResult<PyRef<PyTuple>> {
        let format = Format::cached(vm, &format_argument(vm, format)?)?;
        pack::unpack(vm, &format, &buffer)
    }

    /// The values that a buffer holds from an offset on.
    #[function(sig = "(format, /, buffer, offset=0)")]
    fn unpack_from(
        vm: &VirtualMachine,
        format: PyObject<'_>,
        buffer: BytesLike<'_>,
        offset: isize,
    ) -> PyResult<PyRef<PyTuple>> {
        let format = Format::cached(vm, &format_argument(vm, format)?)?;
        pack::unpack_from(vm, &format, &buffer, offset)
    }

    /// Iterates over a buffer of repeated structures.
    #[function(sig = "(format, buffer, /)")]
    fn iter_unpack(
        vm: &VirtualMachine,
        format: PyObject<'_>,
        buffer: PyObject<'_>,
    ) -> PyResult<PyRef<PyUnpackIterator>> {
        let format = Format::cached(vm, &format_argument(vm, format)?)?;
        PyUnpackIterator::create(vm, format, buffer)
    }
}

pub use module::MODULE;
