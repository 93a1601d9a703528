//! Bytes-like arguments of calls that may run Python code or let other threads run: bytes
//! that stay as they were when the call began, and memory to fill.

use crate::builtins::bytes::PyBytes;
use crate::prelude::*;
use crate::protocol::buffer::{self, Buffer};

/// The bytes that an object had when the call began.
pub struct BytesLike(PyRef<PyBytes>);

impl BytesLike {
    pub fn as_bytes(&self) -> &[u8] {
        self.0.payload_ref().as_bytes()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn into_bytes(self) -> PyRef<PyBytes> {
        self.0
    }

    pub fn from_object(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<BytesLike> {
        if let Some(b) = obj.downcast::<PyBytes>() {
            return Ok(BytesLike(b.to_ref()));
        }
        let buffer = buffer::get(vm, obj, buffer::SIMPLE)?;
        vm.check_room(buffer.len())?;
        Ok(BytesLike(buffer.with_bytes(|b| vm.new_bytes(b))))
    }
}

impl<'a> FromArg<'a> for BytesLike {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        BytesLike::from_object(vm, obj)
    }
}

/// Memory of an object that a call fills.
pub struct WritableBuffer(Buffer);

impl WritableBuffer {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes `data` to the start of the memory.
    pub fn fill(&self, data: &[u8]) {
        self.0.with_bytes_mut(|memory| {
            let n = data.len().min(memory.len());
            memory[..n].copy_from_slice(&data[..n]);
        });
    }

    pub fn from_object(vm: &VirtualMachine, obj: PyObject<'_>, describe: &str) -> PyResult<Self> {
        buffer::get(vm, obj, buffer::WRITABLE).map(WritableBuffer).map_err(|_| {
            vm.type_error(format!(
                "{describe} must be read-write bytes-like object, not {}",
                obj.class(vm).display_name()
            ))
        })
    }
}

impl<'a> FromArg<'a> for WritableBuffer {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        WritableBuffer::from_object(vm, obj, &context.describe())
    }
}
