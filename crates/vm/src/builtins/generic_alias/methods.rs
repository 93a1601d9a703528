//! The Python side of `types.GenericAlias`.

use super::{PyGenericAlias, PyGenericAliasIterator, parameters};
use crate::builtins::typing::union;
use crate::prelude::*;
use crate::protocol::attributes::generic_get_attr;
use crate::protocol::comparison::rich_compare_bool;

/// Attributes that are the alias's own; all others are the origin's.
const OWN: &[&[u8]] = &[
    b"__class__",
    b"__origin__",
    b"__args__",
    b"__unpacked__",
    b"__parameters__",
    b"__typing_unpacked_tuple_args__",
    b"__mro_entries__",
    b"__reduce_ex__",
    b"__reduce__",
    b"__copy__",
    b"__deepcopy__",
];

/// Dunders that the origin does not answer for.
const BLOCKED: &[&[u8]] = &[b"__bases__", b"__copy__", b"__deepcopy__"];

#[pymethods]
impl PyGenericAlias {
    #[slot(sig = "(origin, args, /)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        origin: PyObject<'_>,
        args: PyObject<'_>,
    ) -> PyRef<PyGenericAlias> {
        vm.alloc(cls, PyGenericAlias::payload(vm, origin, args))
    }

    #[slot]
    fn repr(zelf: &Py<PyGenericAlias>, vm: &VirtualMachine) -> PyResult {
        let _guard = vm.enter_native(" while getting the repr of an object")?;
        let mut out = Vec::new();
        if zelf.starred {
            out.push(b'*');
        }
        out.extend(parameters::type_repr(vm, zelf.origin())?);
        out.push(b'[');
        for (i, a) in zelf.args.as_slice().iter().enumerate() {
            if i > 0 {
                out.extend(b", ");
            }
            match a.as_object().downcast_exact::<PyList>(&vm.types().list) {
                // The parameter list of a callable shows its types as types.
                Some(l) => {
                    out.push(b'[');
                    for j in 0..l.len() {
                        if j > 0 {
                            out.extend(b", ");
                        }
                        // A repr may have shortened the list.
                        let Some(t) = l.items().get(j) else {
                            return Err(vm.index_error("list index out of range"));
                        };
                        out.extend(parameters::type_repr(vm, t.as_object())?);
                    }
                    out.push(b']');
                }
                None => out.extend(parameters::type_repr(vm, a.as_object())?),
            }
        }
        if zelf.args.is_empty() {
            out.extend(b"()");
        }
        out.push(b']');
        Ok(vm.new_str_bytes(&out).into())
    }

    #[slot]
    fn hash(&self, vm: &VirtualMachine) -> PyResult<i64> {
        let a = crate::protocol::hash::hash(vm, self.origin.as_object())?;
        let b = crate::protocol::hash::hash(vm, self.args.as_object())?;
        Ok(if a ^ b == -1 { -2 } else { a ^ b })
    }

    #[slot]
    fn call(zelf: &Py<PyGenericAlias>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let made = vm.call(zelf.origin(), args)?;
        // Instances that take attributes remember the alias.
        let name = &vm.names().__orig_class__;
        match vm.set_attr(made.as_object(), name, Some(zelf.as_object())) {
            Err(e)
                if !vm.is_error(&e, &vm.exc().attribute_error)
                    && !vm.is_error(&e, &vm.exc().type_error) =>
            {
                Err(e)
            }
            _ => Ok(made),
        }
    }

    #[slot]
    fn getattro(zelf: &Py<PyGenericAlias>, vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        let bytes = name.as_bytes();
        let own = OWN.contains(&bytes);
        if own && !BLOCKED.contains(&bytes) || BLOCKED.contains(&bytes) {
            return generic_get_attr(vm, zelf.as_object(), name);
        }
        vm.get_attr(zelf.origin(), name)
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyGenericAlias>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(o) = other.downcast::<PyGenericAlias>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        if !matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(PyObjectRef::not_implemented());
        }
        let equal = zelf.starred == o.starred
            && rich_compare_bool(vm, zelf.origin(), o.origin(), Comparison::Eq)?
            && rich_compare_bool(vm, zelf.args.as_object(), o.args.as_object(), Comparison::Eq)?;
        Ok(vm.new_bool(equal == (op == Comparison::Eq)))
    }

    #[slot]
    fn iter(zelf: &Py<PyGenericAlias>, vm: &VirtualMachine) -> PyRef<PyGenericAliasIterator> {
        zelf.unpacking(vm)
    }

    #[slot(name = "or")]
    fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        union::or(vm, a, b)
    }

    #[slot]
    fn subscript(zelf: &Py<PyGenericAlias>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        let p = zelf.parameters(vm)?;
        let args = parameters::substitute(vm, zelf.as_object(), &zelf.args, &p, key)?;
        let new = PyGenericAlias {
            origin: zelf.origin.clone(),
            args,
            parameters: PyCell::new(None),
            starred: zelf.starred,
        };
        Ok(vm.new_object(new).into())
    }
}

#[pymethods(name = methods)]
impl PyGenericAlias {
    #[method(sig = "(self, object, /)")]
    fn __mro_entries__(&self, object: PyObject<'_>) -> (PyObjectRef,) {
        let _ = object;
        (self.origin.clone(),)
    }

    #[method(sig = "(self, object, /)")]
    fn __instancecheck__(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        let _ = object;
        Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }

    #[method(sig = "(self, object, /)")]
    fn __subclasscheck__(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        let _ = object;
        Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }

    #[method(sig = "(self, /)")]
    fn __reduce__(zelf: &Py<PyGenericAlias>, vm: &VirtualMachine) -> PyResult {
        if zelf.starred {
            let plain = PyGenericAlias {
                origin: zelf.origin.clone(),
                args: zelf.args.clone(),
                parameters: PyCell::new(None),
                starred: false,
            };
            let plain = vm.new_object(plain);
            let it: PyObjectRef = plain.unpacking(vm).into();
            let next = vm.builtin("next")?;
            return Ok(vm.new_tuple(vec![next, vm.new_tuple(vec![it]).into()]).into());
        }
        let args = vec![zelf.origin.clone(), zelf.args.clone().into()];
        let cls: PyObjectRef = vm.type_of::<PyGenericAlias>().to_ref().into();
        Ok(vm.new_tuple(vec![cls, vm.new_tuple(args).into()]).into())
    }

    #[method(sig = "(self, /)")]
    fn __dir__(zelf: &Py<PyGenericAlias>, vm: &VirtualMachine) -> PyResult<PyRef<PyList>> {
        let names = vm.dir(zelf.origin())?;
        for own in OWN {
            let name = vm.new_str_bytes(own);
            if BLOCKED.contains(own) || vm.contains(names.as_object(), name.as_object())? {
                continue;
            }
            names.items().push(name.into());
        }
        Ok(names)
    }

    #[member]
    fn __origin__(&self) -> PyObjectRef {
        self.origin.clone()
    }

    #[member]
    fn __args__(&self) -> PyObjectRef {
        self.args.clone().into()
    }

    #[member]
    fn __unpacked__(&self) -> bool {
        self.starred
    }

    /// The type variables among the arguments.
    #[getter]
    fn __parameters__(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        self.parameters(vm)
    }

    #[getter]
    fn __typing_unpacked_tuple_args__(&self, vm: &VirtualMachine) -> Option<PyRef<PyTuple>> {
        parameters::unpacked_tuple_args(vm, self)
    }
}
