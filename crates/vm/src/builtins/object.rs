//! `object`: what every type inherits.

pub mod class;
pub mod directory;
pub mod reduce;

use crate::prelude::*;
use crate::protocol::{attributes, hash};

/// The base of all classes.
///
/// Its instances have no attributes of their own and take none.
#[pyclass(name = "object", static = OBJECT, flags(BASETYPE), text = "()", no_refs, with(pickling, classes))]
pub struct PyBaseObject;

#[pymethods]
impl PyBaseObject {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        check_arguments(vm, cls, &args)?;
        if cls.has_flags(TypeFlags::IS_ABSTRACT) {
            return Err(abstract_error(vm, cls)?);
        }
        if !std::ptr::eq(cls.spec(), &OBJECT) {
            if let Some(new) = cls.spec().slots.new
                && cls.spec().flags.contains(TypeFlags::OBJECTS_NEW)
            {
                return new(vm, cls, args);
            }
            let name = cls.display_name();
            return Err(
                vm.type_error(format!("object.__new__({name}) is not safe, use {name}.__new__()"))
            );
        }
        Ok(vm.alloc(cls, PyBaseObject).into())
    }

    #[slot]
    fn init(zelf: PyObject<'_>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        if args.slots().is_empty() {
            return Ok(());
        }
        let typ = zelf.class(vm);
        if !has_objects_init(typ) {
            return Err(vm.type_error(
                "object.__init__() takes exactly one argument (the instance to initialize)",
            ));
        }
        if has_objects_new(typ) {
            return Err(vm.type_error(format!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                typ.display_name()
            )));
        }
        Ok(())
    }

    #[slot]
    fn repr(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.default_repr(zelf)
    }

    #[slot]
    fn str(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        vm.repr(zelf)
    }

    #[slot]
    fn hash(zelf: PyObject<'_>) -> i64 {
        hash::identity_hash(zelf)
    }

    #[slot]
    fn getattro(zelf: PyObject<'_>, vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        attributes::generic_get_attr(vm, zelf, name)
    }

    #[slot]
    fn setattro(
        zelf: PyObject<'_>,
        vm: &VirtualMachine,
        name: &Py<PyStr>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        attributes::generic_set_attr(vm, zelf, name, value)
    }

    #[slot]
    fn richcompare(
        zelf: PyObject<'_>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        match op {
            Comparison::Eq if zelf.is(other) => Ok(vm.new_bool(true)),
            Comparison::Ne => {
                let equal = match zelf.class(vm).slots.richcompare.get() {
                    Some(compare) => compare(vm, zelf, other, Comparison::Eq)?,
                    // Singletons leave comparing to this type.
                    None if zelf.is(other) => vm.new_bool(true),
                    None => PyObjectRef::not_implemented(),
                };
                if equal.is_not_implemented() {
                    return Ok(equal);
                }
                Ok(vm.new_bool(!vm.is_true(equal.as_object())?))
            }
            _ => Ok(PyObjectRef::not_implemented()),
        }
    }

    /// The text of the object under a format specification, which must be empty.
    #[method(sig = "(self, format_spec, /)")]
    fn __format__(
        zelf: PyObject<'_>,
        vm: &VirtualMachine,
        format_spec: &Py<PyStr>,
    ) -> PyResult<PyRef<PyStr>> {
        if format_spec.byte_len() > 0 {
            return Err(vm.type_error(format!(
                "unsupported format string passed to {}.__format__",
                zelf.class(vm).display_name()
            )));
        }
        vm.str(zelf)
    }

    /// The memory that the object takes, in bytes.
    #[method(sig = "(self, /)")]
    fn __sizeof__(zelf: PyObject<'_>, vm: &VirtualMachine) -> usize {
        zelf.class(vm).layout.size as usize
    }

    /// The names of the object's attributes, its class's and their bases'.
    #[method(sig = "(self, /)")]
    fn __dir__(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<PyRef<PyList>> {
        directory::of_object(vm, zelf)
    }

    /// Called when a class is derived from this one; the default does nothing.
    #[classmethod(text = "")]
    fn __init_subclass__(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        let name = || format!("{}.__init_subclass__", cls.qualname().to_string_lossy());
        if args.keyword_count() > 0 {
            return Err(vm.type_error(format!("{}() takes no keyword arguments", name())));
        }
        match args.len() {
            0 => Ok(()),
            n => Err(vm.type_error(format!("{}() takes no arguments ({n} given)", name()))),
        }
    }

    /// Asked by abstract base classes whether a class counts as a subclass; NotImplemented
    /// leaves the answer to the usual rules.
    #[classmethod(sig = "(cls, object, /)", text = "")]
    fn __subclasshook__(_cls: &Py<PyType>, _object: PyObject<'_>) -> PyObjectRef {
        PyObjectRef::not_implemented()
    }
}

/// Refuses arguments that neither `__new__` nor `__init__` would look at.
pub fn check_arguments(vm: &VirtualMachine, cls: &Py<PyType>, args: &Args<'_>) -> PyResult<()> {
    if args.slots().is_empty() {
        return Ok(());
    }
    if !has_objects_new(cls) {
        return Err(
            vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
        );
    }
    if has_objects_init(cls) {
        return Err(vm.type_error(format!("{}() takes no arguments", cls.display_name())));
    }
    Ok(())
}

/// The class makes its instances with `object.__new__`.
pub fn has_objects_new(cls: &PyType) -> bool {
    let new = cls.slots.new.get().map(|f| f as usize);
    let spec = cls.spec();
    new == OBJECT.slots.new.map(|f| f as usize)
        || (spec.flags.contains(TypeFlags::OBJECTS_NEW)
            && new == spec.slots.new.map(|f| f as usize))
}

/// The class initialises its instances with `object.__init__`.
pub fn has_objects_init(cls: &PyType) -> bool {
    cls.slots.init.get().map(|f| f as usize) == OBJECT.slots.init.map(|f| f as usize)
}

/// What instantiating an abstract class raises.
#[cold]
fn abstract_error(vm: &VirtualMachine, cls: &Py<PyType>) -> PyResult<PyErr> {
    let names = vm.get_attr(cls.as_object(), &vm.names().__abstractmethods__)?;
    let mut methods = Vec::new();
    for name in vm.collect(names.as_object())? {
        let Some(s) = name.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "sequence item 0: expected str instance, {} found",
                name.class(vm).display_name()
            )));
        };
        methods.push(s.to_string_lossy().into_owned());
    }
    methods.sort();
    Ok(vm.type_error(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{} '{}'",
        cls.display_name(),
        if methods.len() > 1 { "s" } else { "" },
        methods.join("', '")
    )))
}

/// True for `object.__getattribute__` itself.
pub fn is_object_getattribute(vm: &VirtualMachine, f: PyObject<'_>) -> bool {
    vm.types().object.dict(vm).get_name(&vm.names().__getattribute__).is_some_and(|g| g.is(f))
}
