//! Functions about attributes, names and identity.

use crate::call::check_arity;
use crate::prelude::*;

#[pymodule_part(name = "builtins")]
pub mod part {
    use super::*;

    /// Whether the object can be called, as functions, classes and what has __call__ can.
    #[function(sig = "(obj, /)")]
    fn callable(vm: &VirtualMachine, obj: PyObject<'_>) -> bool {
        obj.class(vm).slots.call.get().is_some()
    }

    /// Reads an attribute: getattr(x, 'y') is x.y.
    ///
    /// A default stands in for an attribute that does not exist.
    #[function]
    fn getattr(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        args.no_keywords(vm, "getattr")?;
        check_arity(vm, "getattr", args.len(), 2, 3)?;
        let name = attribute_name(vm, args.at(1))?;
        match args.get(2) {
            None => vm.get_attr(args.at(0), name),
            Some(default) => {
                Ok(vm.get_attr_opt(args.at(0), name)?.unwrap_or_else(|| default.to_owned()))
            }
        }
    }

    /// Whether getattr(obj, name) finds an attribute.
    #[function(sig = "(obj, name, /)")]
    fn hasattr(vm: &VirtualMachine, obj: PyObject<'_>, name: PyObject<'_>) -> PyResult<bool> {
        let name = attribute_name(vm, name)?;
        Ok(vm.get_attr_opt(obj, name)?.is_some())
    }

    /// Sets an attribute: setattr(x, 'y', v) is x.y = v.
    #[function(sig = "(obj, name, value, /)")]
    fn setattr(
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        name: PyObject<'_>,
        value: PyObject<'_>,
    ) -> PyResult<()> {
        vm.set_attr(obj, attribute_name(vm, name)?, Some(value))
    }

    /// Deletes an attribute: delattr(x, 'y') is del x.y.
    #[function(sig = "(obj, name, /)")]
    fn delattr(vm: &VirtualMachine, obj: PyObject<'_>, name: PyObject<'_>) -> PyResult<()> {
        vm.set_attr(obj, attribute_name(vm, name)?, None)
    }

    /// A number that equal objects share; others may have it too.
    #[function(sig = "(obj, /)")]
    fn hash(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<i64> {
        crate::protocol::hash::hash(vm, obj)
    }

    /// A number that no other living object has.
    #[function(sig = "(obj, /)")]
    fn id(vm: &VirtualMachine, obj: PyObject<'_>) -> PyObjectRef {
        vm.new_usize(obj.bits() as usize)
    }

    /// Whether the class of obj is this class or derives from it.
    ///
    /// For a tuple of classes, whether one of them fits.
    #[function(sig = "(obj, class_or_tuple, /)")]
    fn isinstance(
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        class_or_tuple: PyObject<'_>,
    ) -> PyResult<bool> {
        vm.is_instance(obj, class_or_tuple)
    }

    /// Whether cls is this class or derives from it.
    ///
    /// For a tuple of classes, whether one of them fits.
    #[function(sig = "(cls, class_or_tuple, /)")]
    fn issubclass(
        vm: &VirtualMachine,
        cls: PyObject<'_>,
        class_or_tuple: PyObject<'_>,
    ) -> PyResult<bool> {
        vm.is_subclass(cls, class_or_tuple)
    }

    /// The names that an object has, sorted; without an object, those of this scope.
    ///
    /// An object's __dir__() says which.  By default they are the attributes of a
    /// module, those of a class and its bases, or those of an instance, its class and
    /// the class's bases.
    #[function]
    fn dir(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        args.no_keywords(vm, "dir")?;
        check_arity(vm, "dir", args.len(), 0, 1)?;
        match args.get(0) {
            Some(obj) => Ok(vm.dir(obj)?.into()),
            None => {
                let locals = super::super::frame_locals(vm)?
                    .ok_or_else(|| vm.system_error("frame does not exist"))?;
                let keys = vm.call_method(locals.as_object(), &vm.names().keys, &[])?;
                let names = vm.new_list(vm.collect(keys.as_object())?);
                vm.call_method(names.as_object(), &vm.names().sort, &[])?;
                Ok(names.into())
            }
        }
    }

    /// The __dict__ of an object; without an object, the local variables.
    #[function]
    fn vars(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        args.no_keywords(vm, "vars")?;
        check_arity(vm, "vars", args.len(), 0, 1)?;
        match args.get(0) {
            None => super::super::frame_locals(vm)?
                .ok_or_else(|| vm.system_error("frame does not exist")),
            Some(obj) => vm
                .get_attr_opt(obj, &vm.names().__dict__)?
                .ok_or_else(|| vm.type_error("vars() argument must have __dict__ attribute")),
        }
    }

    /// The dict of this module's global variables.
    #[function(sig = "()")]
    fn globals(vm: &VirtualMachine) -> PyResult {
        match vm.current_frame() {
            Some(f) => Ok(f.globals().into()),
            None => Err(vm.system_error("globals() without a frame")),
        }
    }

    /// The local variables by name.
    ///
    /// In a function this is a copy each time; in a class body or module, the variables
    /// themselves.
    #[function(sig = "()")]
    fn locals(vm: &VirtualMachine) -> PyResult {
        super::super::frame_locals(vm)?.ok_or_else(|| vm.system_error("frame does not exist"))
    }

    /// An object as text for programmers; for many types, text that eval() understands.
    #[function(sig = "(obj, /)")]
    fn repr(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        vm.repr(obj)
    }

    /// As repr(), with everything outside ASCII escaped by \\x, \\u or \\U.
    #[function(sig = "(obj, /)")]
    fn ascii(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        vm.ascii(obj)
    }

    /// A value as text, as a format specification says: type(value).__format__(value,
    /// format_spec).
    #[function(sig = "(value, format_spec='', /)")]
    fn format(
        vm: &VirtualMachine,
        value: PyObject<'_>,
        format_spec: Option<&Py<PyStr>>,
    ) -> PyResult<PyRef<PyStr>> {
        let spec = format_spec.unwrap_or(&vm.names().empty_str);
        vm.format(value, spec.as_object())
    }
}

/// The name argument of `getattr` and its kin.
fn attribute_name<'a>(vm: &VirtualMachine, name: PyObject<'a>) -> PyResult<&'a Py<PyStr>> {
    name.downcast::<PyStr>().ok_or_else(|| {
        vm.type_error(format!(
            "attribute name must be string, not '{}'",
            name.class(vm).display_name()
        ))
    })
}
