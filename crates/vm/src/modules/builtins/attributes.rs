//! Functions about attributes, names and identity.

use crate::call::check_arity;
use crate::prelude::*;

#[pymodule_part(name = "builtins")]
pub mod part {
    use super::*;

    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[function(sig = "(obj, /)")]
    fn callable(vm: &VirtualMachine, obj: PyObject<'_>) -> bool {
        obj.class(vm).slots.call.get().is_some()
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
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

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[function(sig = "(obj, name, /)")]
    fn hasattr(vm: &VirtualMachine, obj: PyObject<'_>, name: PyObject<'_>) -> PyResult<bool> {
        let name = attribute_name(vm, name)?;
        Ok(vm.get_attr_opt(obj, name)?.is_some())
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[function(sig = "(obj, name, value, /)")]
    fn setattr(
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        name: PyObject<'_>,
        value: PyObject<'_>,
    ) -> PyResult<()> {
        vm.set_attr(obj, attribute_name(vm, name)?, Some(value))
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[function(sig = "(obj, name, /)")]
    fn delattr(vm: &VirtualMachine, obj: PyObject<'_>, name: PyObject<'_>) -> PyResult<()> {
        vm.set_attr(obj, attribute_name(vm, name)?, None)
    }

    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[function(sig = "(obj, /)")]
    fn hash(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<i64> {
        crate::protocol::hash::hash(vm, obj)
    }

    /// Return the identity of an object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    /// (CPython uses the object's memory address.)
    #[function(sig = "(obj, /)")]
    fn id(vm: &VirtualMachine, obj: PyObject<'_>) -> PyObjectRef {
        vm.new_usize(obj.bits() as usize)
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[function(sig = "(obj, class_or_tuple, /)")]
    fn isinstance(
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        class_or_tuple: PyObject<'_>,
    ) -> PyResult<bool> {
        vm.is_instance(obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[function(sig = "(cls, class_or_tuple, /)")]
    fn issubclass(
        vm: &VirtualMachine,
        cls: PyObject<'_>,
        class_or_tuple: PyObject<'_>,
    ) -> PyResult<bool> {
        vm.is_subclass(cls, class_or_tuple)
    }

    /// dir([object]) -> list of strings
    ///
    /// If called without an argument, return the names in the current scope.
    /// Else, return an alphabetized list of names comprising (some of) the attributes
    /// of the given object, and of attributes reachable from it.
    /// If the object supplies a method named __dir__, it will be used; otherwise
    /// the default dir() logic is used and returns:
    ///   for a module object: the module's attributes.
    ///   for a class object:  its attributes, and recursively the attributes
    ///     of its bases.
    ///   for any other object: its attributes, its class's attributes, and
    ///     recursively the attributes of its class's base classes.
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

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
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

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[function(sig = "()")]
    fn globals(vm: &VirtualMachine) -> PyResult {
        match vm.current_frame() {
            Some(f) => Ok(f.globals().into()),
            None => Err(vm.system_error("globals() without a frame")),
        }
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[function(sig = "()")]
    fn locals(vm: &VirtualMachine) -> PyResult {
        super::super::frame_locals(vm)?.ok_or_else(|| vm.system_error("frame does not exist"))
    }

    /// Return the canonical string representation of the object.
    ///
    /// For many object types, including most builtins, eval() will return
    /// the same type of object when passed the result.
    #[function(sig = "(obj, /)")]
    fn repr(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        vm.repr(obj)
    }

    /// Return an ASCII-only representation of an object.
    ///
    /// As repr(), return a string containing a printable representation of an
    /// object, but escape the non-ASCII characters in the string returned by
    /// repr() using \\x, \\u or \\U escapes. This generates a string similar
    /// to that returned by repr() in Python 2.
    #[function(sig = "(obj, /)")]
    fn ascii(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        vm.ascii(obj)
    }

    /// Return type(value).__format__(value, format_spec).
    ///
    /// Many built-in types implement format_spec according to the
    /// Format Specification Mini-language. See help('FORMATTING') for
    /// details.
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
