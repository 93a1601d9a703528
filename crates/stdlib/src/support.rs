//! What several native modules need of the interpreter: bytes-like arguments, attributes of
//! other modules.

use vm::builtins::bytes::PyBytes;
use vm::prelude::*;

/// The contents of a bytes-like object; `None` if it has no buffer.
pub fn buffer_contents(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<Option<PyRef<PyBytes>>> {
    if let Some(b) = obj.downcast::<PyBytes>() {
        return Ok(Some(b.to_ref()));
    }
    if obj.class(vm).slots.get_buffer.get().is_none() {
        return Ok(None);
    }
    let view = vm.call_positional(vm.builtin("memoryview")?.as_object(), &[obj])?;
    let bytes = vm.call_method(view.as_object(), &vm.intern("tobytes"), &[])?;
    vm.call_method(view.as_object(), &vm.names().release, &[])?;
    Ok(bytes.downcast::<PyBytes>().ok())
}

/// The contents of a bytes-like argument at the time of the call.
pub struct BytesLike(pub PyRef<PyBytes>);

impl BytesLike {
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'a> FromArg<'a> for BytesLike {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        match buffer_contents(vm, obj)? {
            Some(b) => Ok(BytesLike(b)),
            None => Err(vm.type_error(format!(
                "a bytes-like object is required, not '{}'",
                obj.class(vm).display_name()
            ))),
        }
    }
}

/// `from module import name`.
pub fn import_attribute(vm: &VirtualMachine, module: &str, name: &str) -> PyResult {
    let key = vm.intern(module);
    let found = match vm.sys_modules().get_str(vm, &key)? {
        Some(m) => m,
        None => {
            let import = vm.builtin("__import__")?;
            let fromlist = vm.new_tuple(vec![vm.intern(name).into()]);
            let none = PyObject::none();
            let args = [key.as_object(), none, none, fromlist.as_object()];
            vm.call_positional(import.as_object(), &args)?
        }
    };
    vm.get_attr(found.as_object(), &vm.intern(name))
}
