//! `type`: making classes and calling them; its attributes lie in `type_/attributes.rs`.

pub mod attributes;

use crate::builtins::exception::PyBaseException;
use crate::prelude::*;
use crate::types::{attributes as access, heap};

fn is_type_itself(vm: &VirtualMachine, typ: &Py<PyType>) -> bool {
    typ.is(&vm.types().type_)
}

/// `cls(*args, **keywords)` where the metaclass is `type`: `__new__`, then `__init__`.
#[inline]
pub(crate) fn instantiate(vm: &VirtualMachine, cls: &Py<PyType>, args: Args<'_>) -> PyResult {
    if cls.has_flags(TypeFlags::BASE_EXC_SUBCLASS)
        && let Some(e) = PyBaseException::plain(vm, cls, args)
    {
        return Ok(e.into());
    }
    let Some(new) =
        cls.slots.new.get().filter(|_| !cls.has_flags(TypeFlags::DISALLOW_INSTANTIATION))
    else {
        return Err(vm.type_error(format!("cannot create '{}' instances", cls.display_name())));
    };
    let obj = new(vm, cls, args)?;
    let typ = obj.class(vm);
    if typ.is_subtype(cls)
        && let Some(init) = typ.slots.init.get()
    {
        init(vm, obj.as_object(), args)?;
    }
    Ok(obj)
}

#[pymethods]
impl PyType {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        heap::type_new(vm, cls, args)
    }

    #[slot(name = "or")]
    fn or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        crate::builtins::typing::union::or(vm, a, b)
    }

    #[slot]
    fn init(_zelf: PyObject<'_>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        if args.len() == 1 && args.keyword_count() > 0 {
            return Err(vm.type_error("type.__init__() takes no keyword arguments"));
        }
        if args.len() != 1 && args.len() != 3 {
            return Err(vm.type_error("type.__init__() takes 1 or 3 arguments"));
        }
        Ok(())
    }

    #[slot]
    fn call(zelf: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        if is_type_itself(vm, zelf) {
            if args.len() == 1 && args.keyword_count() == 0 {
                return Ok(args.at(0).class(vm).to_ref().into());
            }
            if args.len() != 3 {
                return Err(vm.type_error("type() takes 1 or 3 arguments"));
            }
        }
        instantiate(vm, zelf, args)
    }

    #[slot]
    fn repr(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyRef<PyStr> {
        PyStr::from_parts(vm, &[b"<class '", &vm.qualified_type_name(zelf), b"'>"])
    }

    #[slot]
    fn getattro(zelf: &Py<PyType>, vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        access::type_get_attr(vm, zelf.as_object(), name)
    }

    #[slot]
    fn setattro(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        name: &Py<PyStr>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        access::type_set_attr(vm, zelf.as_object(), name, value)
    }

    /// The order in which the bases of this class are searched, as a new list.
    #[method(name = "mro", sig = "(self, /)")]
    fn linearized(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyResult {
        let bases = crate::types::bases::types_in(zelf.bases().as_slice());
        let order = crate::types::mro::linearize(vm, zelf, &bases)?;
        Ok(vm.new_list(order.into_iter().map(Into::into).collect()).into())
    }

    /// The classes that derive directly from this one and are still alive.
    #[method(sig = "(self, /)")]
    fn __subclasses__(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyRef<PyList> {
        vm.new_list(zelf.subclasses.all().into_iter().map(Into::into).collect())
    }

    /// The namespace that a class statement's body runs in: an empty dict.
    #[classmethod(sig = "(cls, name, bases, /, **kwds)", text = "")]
    fn __prepare__(_cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyDict> {
        vm.new_dict()
    }

    /// Whether an object is an instance of this class.
    #[method(sig = "(self, instance, /)")]
    fn __instancecheck__(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        instance: PyObject<'_>,
    ) -> PyResult<bool> {
        vm.real_is_instance(instance, zelf.as_object())
    }

    /// Whether a class derives from this one.
    #[method(sig = "(self, subclass, /)")]
    fn __subclasscheck__(
        zelf: &Py<PyType>,
        vm: &VirtualMachine,
        subclass: PyObject<'_>,
    ) -> PyResult<bool> {
        vm.real_is_subclass(subclass, zelf.as_object())
    }

    /// The names of the attributes of this class and of its bases.
    #[method(sig = "(self, /)")]
    fn __dir__(zelf: &Py<PyType>, vm: &VirtualMachine) -> PyResult<PyRef<PyList>> {
        let names = vm.new_dict();
        super::object::directory::merge_class(vm, &names, zelf.as_object())?;
        Ok(vm.new_list(names.items().into_iter().map(|(k, _)| k).collect()))
    }

    /// The memory that the type object takes, in bytes.
    #[method(sig = "(self, /)")]
    fn __sizeof__(zelf: &Py<PyType>) -> usize {
        zelf.class().layout.size as usize + zelf.raw_dict().table().memory()
    }
}
