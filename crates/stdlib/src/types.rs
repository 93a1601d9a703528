//! `_types`: the types of the interpreter's own objects, by the names that `types` gives them.

use vm::builtins::async_generator::PyAsyncGenerator;
use vm::builtins::cell::PyCellObject;
use vm::builtins::code::PyCode;
use vm::builtins::descriptors::{
    PyClassMethodDescriptor, PyGetSetDescriptor, PyMemberDescriptor, PyMethodDescriptor,
    PyMethodWrapper, PyWrapperDescriptor,
};
use vm::builtins::frame::PyFrame;
use vm::builtins::function::PyFunction;
use vm::builtins::generator::{PyCoroutine, PyGenerator};
use vm::builtins::generic_alias::PyGenericAlias;
use vm::builtins::mappingproxy::PyMappingProxy;
use vm::builtins::method::PyMethod;
use vm::builtins::module::PyModule;
use vm::builtins::namespace::PyNamespace;
use vm::builtins::native_function::PyNativeFunction;
use vm::builtins::singletons::{PyEllipsis, PyNone, PyNotImplemented};
use vm::builtins::traceback::PyTraceback;
use vm::builtins::typing::union::PyUnion;
use vm::prelude::*;

/// A pointer that one C extension hands to another.
///
/// There are no C extensions here, so there are no capsules: only their type.
#[pyclass(name = "PyCapsule", flags(HAVE_GC, DISALLOW_INSTANTIATION), no_refs)]
pub struct PyCapsule;

/// Names for types that have no other.
#[pymodule(name = "_types")]
pub mod module {
    use super::*;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        let types = [
            ("AsyncGeneratorType", vm.type_of::<PyAsyncGenerator>()),
            ("BuiltinFunctionType", vm.type_of::<PyNativeFunction>()),
            ("BuiltinMethodType", vm.type_of::<PyNativeFunction>()),
            ("CapsuleType", vm.type_of::<PyCapsule>()),
            ("CellType", vm.type_of::<PyCellObject>()),
            ("ClassMethodDescriptorType", vm.type_of::<PyClassMethodDescriptor>()),
            ("CodeType", vm.type_of::<PyCode>()),
            ("CoroutineType", vm.type_of::<PyCoroutine>()),
            ("EllipsisType", vm.type_of::<PyEllipsis>()),
            ("FrameType", vm.type_of::<PyFrame>()),
            ("FunctionType", vm.type_of::<PyFunction>()),
            ("GeneratorType", vm.type_of::<PyGenerator>()),
            ("GenericAlias", vm.type_of::<PyGenericAlias>()),
            ("GetSetDescriptorType", vm.type_of::<PyGetSetDescriptor>()),
            ("LambdaType", vm.type_of::<PyFunction>()),
            ("MappingProxyType", vm.type_of::<PyMappingProxy>()),
            ("MemberDescriptorType", vm.type_of::<PyMemberDescriptor>()),
            ("MethodDescriptorType", vm.type_of::<PyMethodDescriptor>()),
            ("MethodType", vm.type_of::<PyMethod>()),
            ("MethodWrapperType", vm.type_of::<PyMethodWrapper>()),
            ("ModuleType", vm.type_of::<PyModule>()),
            ("NoneType", vm.type_of::<PyNone>()),
            ("NotImplementedType", vm.type_of::<PyNotImplemented>()),
            ("SimpleNamespace", vm.type_of::<PyNamespace>()),
            ("TracebackType", vm.type_of::<PyTraceback>()),
            ("UnionType", vm.type_of::<PyUnion>()),
            ("WrapperDescriptorType", vm.type_of::<PyWrapperDescriptor>()),
        ];
        for (name, typ) in types {
            module.set(vm, name, typ.to_ref())?;
        }
        Ok(())
    }
}

pub use module::MODULE;
