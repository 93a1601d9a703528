//! The buffer protocol (D7): a view of an exporter's memory with shape and strides.

use crate::prelude::*;

/// What an exporter hands out; the exporter counts it until it is released.
pub struct Buffer {
    /// The exporting object, whose bytes are reached through `BufferAccess`.
    pub owner: PyObjectRef,
    pub readonly: bool,
    /// `struct` syntax; "B" for plain bytes.
    pub format: Box<str>,
    pub item_size: usize,
    pub shape: Box<[usize]>,
    pub strides: Box<[isize]>,
    /// Byte offset of the first item in the exporter's storage.
    pub offset: isize,
}

/// The buffer that a class's `__buffer__` gives.
pub fn from_python(vm: &VirtualMachine, o: PyObject<'_>, flags: u32) -> PyResult<Buffer> {
    let flags = vm.new_int(i64::from(flags));
    let view = vm.call_special_required(&vm.names().__buffer__, &[o, flags.as_object()])?;
    Err(vm.type_error(format!(
        "__buffer__ returned non-memoryview object of type '{}'",
        view.class(vm).display_name()
    )))
}
