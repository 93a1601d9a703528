//! `builtins`: the functions by topic, the builtin types, the exceptions.

mod anext;
mod attributes;
mod classes;
mod evaluate;
mod input;
mod iteration;
mod numbers;
mod output;

pub use classes::build_class;
pub use evaluate::{frame_locals, locals_of, source_bytes};

use crate::builtins as types;
use crate::builtins::module::PyModule;
use crate::prelude::*;

/// Every builtin type, in the order of the reference's table.
static TYPES: &[fn(&VirtualMachine) -> &Py<PyType>] = &[
    |vm| vm.type_of::<types::bool::PyBool>(),
    |vm| vm.type_of::<types::memoryview::PyMemoryView>(),
    |vm| vm.type_of::<types::bytearray::PyByteArray>(),
    |vm| vm.type_of::<types::bytes::PyBytes>(),
    |vm| vm.type_of::<types::staticmethod::PyClassMethod>(),
    |vm| vm.type_of::<types::complex::PyComplex>(),
    |vm| vm.type_of::<PyDict>(),
    |vm| vm.type_of::<types::enumerate::PyEnumerate>(),
    |vm| vm.type_of::<types::filter::PyFilter>(),
    |vm| vm.type_of::<types::float::PyFloat>(),
    |vm| vm.type_of::<types::set::PyFrozenSet>(),
    |vm| vm.type_of::<types::property::PyProperty>(),
    |vm| vm.type_of::<types::int::PyInt>(),
    |vm| vm.type_of::<PyList>(),
    |vm| vm.type_of::<types::map::PyMap>(),
    |vm| vm.type_of::<types::object::PyBaseObject>(),
    |vm| vm.type_of::<types::property::PyProperty>(),
    |vm| vm.type_of::<types::range::PyRange>(),
    |vm| vm.type_of::<types::reversed::PyReversed>(),
    |vm| vm.type_of::<types::set::PySet>(),
    |vm| vm.type_of::<types::slice::PySlice>(),
    |vm| vm.type_of::<types::staticmethod::PyStaticMethod>(),
    |vm| vm.type_of::<PyStr>(),
    |vm| vm.type_of::<types::super_::PySuper>(),
    |vm| vm.type_of::<PyTuple>(),
    |vm| vm.type_of::<PyType>(),
    |vm| vm.type_of::<types::zip::PyZip>(),
];

/// What names mean that no scope defines: functions, types, exceptions.
#[pymodule(
    name = "builtins",
    parts(
        super::attributes::part::PART,
        super::classes::part::PART,
        super::evaluate::part::PART,
        super::input::part::PART,
        super::iteration::part::PART,
        super::numbers::part::PART,
        super::output::part::PART
    )
)]
mod module {
    use super::*;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        for get in TYPES {
            let typ = get(vm);
            module.dict().set_str(vm, &typ.name(), typ.to_ref().into())?;
        }
        for exc in vm.exc().all() {
            let name = exc.name();
            module.dict().set_str(vm, &name, exc.into())?;
        }
        let os_error = &vm.exc().os_error;
        for alias in ["EnvironmentError", "IOError"] {
            module.set(vm, alias, os_error.clone())?;
        }
        module.set(vm, "None", vm.none())?;
        module.set(vm, "True", vm.new_bool(true))?;
        module.set(vm, "False", vm.new_bool(false))?;
        module.set(vm, "Ellipsis", PyObjectRef::ellipsis())?;
        module.set(vm, "NotImplemented", PyObjectRef::not_implemented())?;
        module.set(vm, "__debug__", vm.new_bool(vm.interp.settings.optimize == 0))?;
        vm.interp.remember_callables(vm, module.dict());
        Ok(())
    }
}

pub use module::MODULE;
