//! `typing.Generic`, whose rules are `typing`'s, and `typing.NoDefault`.

use crate::builtins::object::PyBaseObject;
use crate::prelude::*;

/// Calls `typing.<name>(cls, *args, **kwargs)`.
fn delegate(vm: &VirtualMachine, name: &str, args: Args<'_>) -> PyResult {
    let typing = crate::import::import_module(vm, &vm.intern("typing"))?;
    let f = vm.get_attr(typing.as_object(), &vm.intern(name))?;
    vm.call(f.as_object(), args)
}

fn class_getitem(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
    delegate(vm, "_generic_class_getitem", args)
}

fn init_subclass(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
    delegate(vm, "_generic_init_subclass", args)
}

const fn method(name: &'static str, func: crate::call::NativeFn, doc: &'static str) -> MethodDef {
    MethodDef { name, func, kind: MethodKind::Class, text_signature: None, doc: Some(doc) }
}

static METHODS: &[&[MethodDef]] = &[&[
    method("__class_getitem__", class_getitem, "Parameterizes a generic class."),
    method("__init_subclass__", init_subclass, "Takes in a new generic class."),
]];

/// Instances of generic classes are plain objects: this type has no payload of its own.
pub static GENERIC: TypeSpec = TypeSpec {
    doc: Some(
        "Abstract base class for generic types.\n\nClasses with type parameters inherit from \
         it (class Mapping[KT, VT]: ...); without that\nsyntax a class says so: class \
         Mapping(Generic[KT, VT]): ...",
    ),
    flags: TypeFlags::BASETYPE
        .union(TypeFlags::HAVE_GC)
        .union(TypeFlags::PLAIN)
        .union(TypeFlags::OBJECTS_NEW),
    methods: METHODS,
    ..TypeSpec::of::<PyBaseObject>("typing", "Generic")
};

/// What NoDefault is an instance of.
#[pyclass(name = "NoDefaultType", text = "()", no_refs)]
pub struct PyNoDefault;

#[pymethods]
impl PyNoDefault {
    #[slot]
    fn new(_cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        if !args.slots().is_empty() {
            return Err(vm.type_error("NoDefaultType takes no arguments"));
        }
        Ok(no_default(vm))
    }

    #[slot]
    fn repr(_zelf: &Py<PyNoDefault>) -> &'static str {
        "typing.NoDefault"
    }

    #[method(sig = "(self, /)")]
    fn __reduce__(&self) -> &'static str {
        "NoDefault"
    }
}

/// `typing.NoDefault`: there is no default.
pub(crate) fn no_default(vm: &VirtualMachine) -> PyObjectRef {
    let made = || vm.new_object(PyNoDefault).immortal();
    vm.interp.no_default.get_or_init(made).clone().into()
}
