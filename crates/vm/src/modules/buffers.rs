//! Bytes-like arguments: the bytes of a `bytes` without a copy, those of any other
//! exporter through a memoryview.

use crate::builtins::bytes::PyBytes;
use crate::call::ArgContext;
use crate::prelude::*;

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
        let view = memoryview(vm, obj, "a bytes-like object is required, not '")?;
        let bytes = vm.call_method(view.as_object(), &vm.intern("tobytes"), &[])?;
        let r = bytes.downcast::<PyBytes>();
        release(vm, &view)?;
        r.map(BytesLike).map_err(|_| vm.type_error("tobytes() returned no bytes"))
    }
}

fn memoryview(vm: &VirtualMachine, obj: PyObject<'_>, message: &str) -> PyResult {
    if obj.class(vm).slots.get_buffer.get().is_none() {
        return Err(vm.type_error(format!("{message}{}'", obj.class(vm).display_name())));
    }
    crate::modules::support::call_builtin(vm, "memoryview", &[obj])
}

fn release(vm: &VirtualMachine, view: &PyObjectRef) -> PyResult<()> {
    vm.call_method(view.as_object(), &vm.names().release, &[]).map(drop)
}

impl<'a> FromArg<'a> for BytesLike {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        BytesLike::from_object(vm, obj)
    }
}

/// Memory of an object that a call fills.
pub struct WritableBuffer {
    view: PyObjectRef,
    len: usize,
}

impl WritableBuffer {
    pub fn len(&self) -> usize {
        self.len
    }

    /// Writes `data` to the start of the memory.
    pub fn fill(&self, vm: &VirtualMachine, data: &[u8]) -> PyResult<()> {
        let n = data.len().min(self.len);
        if n == 0 {
            return Ok(());
        }
        let end = vm.new_usize(n);
        let start = vm.new_int(0);
        let bytes = vm.new_bytes(&data[..n]);
        let slice = vm.new_slice(start.as_object(), end.as_object(), PyObject::none());
        vm.set_item(self.view.as_object(), slice.as_object(), bytes.as_object())
    }

    /// Lets go of the memory before the object is looked at again.
    pub fn release(self, vm: &VirtualMachine) -> PyResult<()> {
        release(vm, &self.view)
    }

    pub fn from_object(vm: &VirtualMachine, obj: PyObject<'_>, describe: &str) -> PyResult<Self> {
        let wrong = || {
            vm.type_error(format!(
                "{describe} must be read-write bytes-like object, not {}",
                obj.class(vm).display_name()
            ))
        };
        if obj.downcast::<PyBytes>().is_some() || obj.class(vm).slots.get_buffer.get().is_none() {
            return Err(wrong());
        }
        let whole = memoryview(vm, obj, "")?;
        let readonly = vm.get_attr(whole.as_object(), &vm.intern("readonly"))?;
        if vm.is_true(readonly.as_object())? {
            return Err(wrong());
        }
        let format = vm.new_str("B");
        let view = vm.call_method(whole.as_object(), &vm.intern("cast"), &[format.as_object()])?;
        let len = vm.length(view.as_object())?;
        Ok(WritableBuffer { view, len })
    }
}

impl<'a> FromArg<'a> for WritableBuffer {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        WritableBuffer::from_object(vm, obj, &context.describe())
    }
}
