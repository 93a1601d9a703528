//! `attrgetter`, `itemgetter` and `methodcaller`.

use vm::builtins::sequences;
use vm::call::check_arity;
use vm::prelude::*;

/// The one argument of a getter's call.
fn only_argument<'a>(vm: &VirtualMachine, name: &str, args: Args<'a>) -> PyResult<PyObject<'a>> {
    args.no_keywords(vm, name)?;
    check_arity(vm, name, args.len(), 1, 1)?;
    Ok(args.at(0))
}

fn repr_call(
    vm: &VirtualMachine,
    o: PyObject<'_>,
    name: &str,
    items: &[PyObjectRef],
) -> PyResult<PyRef<PyStr>> {
    let Some(_guard) = vm.repr_enter(o) else { return Ok(vm.new_str(format!("{name}(...)"))) };
    sequences::repr_items(vm, &format!("{name}("), ")", |i| items.get(i).cloned())
}

/// How every getter is called.
const CALL_SIGNATURE: &str = "(obj, /)";

/// A callable that reads attributes of its argument.
///
/// attrgetter('a')(x) is x.a, and attrgetter('a', 'b.c')(x) is (x.a, x.b.c).
#[pyclass(
    name = "attrgetter",
    module = "operator",
    static = ATTR_GETTER,
    flags(HAVE_GC),
    text = "(attr, /, *attrs)"
)]
#[derive(Traverse)]
pub struct PyAttrGetter {
    names: PyRef<PyTuple>,
    /// The names, cut at their dots.
    paths: Vec<Vec<PyRef<PyStr>>>,
}

impl PyAttrGetter {
    fn follow(vm: &VirtualMachine, o: PyObject<'_>, path: &[PyRef<PyStr>]) -> PyResult {
        let mut value = o.to_owned();
        for name in path {
            value = vm.get_attr(value.as_object(), name)?;
        }
        Ok(value)
    }
}

#[pymethods]
impl PyAttrGetter {
    #[slot(text = "")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyAttrGetter>> {
        args.no_keywords(vm, "attrgetter")?;
        check_arity(vm, "attrgetter", args.len().min(1), 1, 1)?;
        let mut paths = Vec::new();
        for name in args.positional() {
            let Some(name) = name.downcast::<PyStr>() else {
                return Err(vm.type_error("attribute name must be a string"));
            };
            let parts = name.as_bytes().split(|b| *b == b'.');
            // Interned names are found faster.
            let part = |p: &[u8]| match std::str::from_utf8(p) {
                Ok(s) => vm.intern(s),
                Err(_) => vm.new_str_bytes(p),
            };
            paths.push(parts.map(part).collect());
        }
        let names = vm.new_tuple(args.positional().map(PyObject::to_owned).collect());
        Ok(vm.alloc(cls, PyAttrGetter { names, paths }))
    }

    #[slot]
    fn repr(zelf: &Py<PyAttrGetter>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        repr_call(vm, zelf.as_object(), "operator.attrgetter", zelf.names.as_slice())
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        CALL_SIGNATURE
    }

    #[slot]
    fn call(zelf: &Py<PyAttrGetter>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let o = only_argument(vm, "attrgetter", args)?;
        if let [path] = &zelf.paths[..] {
            return PyAttrGetter::follow(vm, o, path);
        }
        let values: PyResult<Vec<_>> =
            zelf.paths.iter().map(|p| PyAttrGetter::follow(vm, o, p)).collect();
        Ok(vm.new_tuple(values?).into())
    }

    /// How to rebuild the dictionary: its class, items and attributes.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyAttrGetter>, vm: &VirtualMachine) -> PyResult {
        (zelf.class(), zelf.names.clone()).into_py_result(vm)
    }
}

/// A callable that subscripts its argument.
///
/// itemgetter(2)(x) is x[2], and itemgetter(2, 5)(x) is (x[2], x[5]).
#[pyclass(
    name = "itemgetter",
    module = "operator",
    static = ITEM_GETTER,
    flags(HAVE_GC),
    text = "(item, /, *items)"
)]
#[derive(Traverse)]
pub struct PyItemGetter {
    items: PyRef<PyTuple>,
}

#[pymethods]
impl PyItemGetter {
    #[slot(text = "")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyItemGetter>> {
        args.no_keywords(vm, "itemgetter")?;
        check_arity(vm, "itemgetter", args.len().min(1), 1, 1)?;
        let items = vm.new_tuple(args.positional().map(PyObject::to_owned).collect());
        Ok(vm.alloc(cls, PyItemGetter { items }))
    }

    #[slot]
    fn repr(zelf: &Py<PyItemGetter>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        repr_call(vm, zelf.as_object(), "operator.itemgetter", zelf.items.as_slice())
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        CALL_SIGNATURE
    }

    #[slot]
    fn call(zelf: &Py<PyItemGetter>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let o = only_argument(vm, "itemgetter", args)?;
        if let [item] = zelf.items.as_slice() {
            return vm.get_item(o, item.as_object());
        }
        let items = zelf.items.as_slice();
        let values: PyResult<Vec<_>> =
            items.iter().map(|i| vm.get_item(o, i.as_object())).collect();
        Ok(vm.new_tuple(values?).into())
    }

    /// How to rebuild the dictionary: its class, items and attributes.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyItemGetter>, vm: &VirtualMachine) -> PyResult {
        (zelf.class(), zelf.items.clone()).into_py_result(vm)
    }
}

/// A callable that calls a method of its argument.
///
/// methodcaller('f', 1, k=2)(x) is x.f(1, k=2).
#[pyclass(
    name = "methodcaller",
    module = "operator",
    static = METHOD_CALLER,
    flags(HAVE_GC),
    text = "(name, /, *args, **kwargs)"
)]
#[derive(Traverse)]
pub struct PyMethodCaller {
    name: PyRef<PyStr>,
    /// Positional arguments, then the values of `kwnames`.
    args: Vec<PyObjectRef>,
    kwnames: Option<PyRef<PyTuple>>,
}

impl PyMethodCaller {
    fn positional(&self) -> &[PyObjectRef] {
        &self.args[..self.args.len() - self.kwnames.as_ref().map_or(0, |k| k.len())]
    }

    fn keywords(&self) -> impl Iterator<Item = (&PyObjectRef, &PyObjectRef)> {
        let names = self.kwnames.as_ref().map_or(&[][..], |k| k.as_slice());
        names.iter().zip(&self.args[self.positional().len()..])
    }
}

#[pymethods]
impl PyMethodCaller {
    #[slot(text = "")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        args: Args<'_>,
    ) -> PyResult<PyRef<PyMethodCaller>> {
        let Some(name) = args.get(0) else {
            return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
        };
        let Some(name) = name.downcast::<PyStr>() else {
            return Err(vm.type_error("method name must be a string"));
        };
        let name = match name.to_str() {
            Some(s) if name.is_exact() => vm.intern(s),
            _ => name.to_ref(),
        };
        let kwnames = args.kwnames().map(Py::to_ref);
        let args = args.skip(1).slots().iter().map(|s| s.object().to_owned()).collect();
        Ok(vm.alloc(cls, PyMethodCaller { name, args, kwnames }))
    }

    #[slot]
    fn repr(zelf: &Py<PyMethodCaller>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            return Ok(vm.new_str("operator.methodcaller(...)"));
        };
        let mut out = b"operator.methodcaller(".to_vec();
        out.extend_from_slice(vm.repr(zelf.name.as_object())?.as_bytes());
        for a in zelf.positional() {
            out.extend_from_slice(b", ");
            out.extend_from_slice(vm.repr(a.as_object())?.as_bytes());
        }
        for (k, v) in zelf.keywords() {
            out.extend_from_slice(b", ");
            out.extend_from_slice(vm.str(k.as_object())?.as_bytes());
            out.push(b'=');
            out.extend_from_slice(vm.repr(v.as_object())?.as_bytes());
        }
        out.push(b')');
        Ok(vm.new_str_bytes(&out))
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        CALL_SIGNATURE
    }

    #[slot]
    fn call(zelf: &Py<PyMethodCaller>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let o = only_argument(vm, "methodcaller", args)?;
        let words: Vec<PyObject<'_>> = zelf.args.iter().map(|a| a.as_object()).collect();
        let list = ArgList::of(&words, zelf.kwnames.as_deref());
        let args = list.args();
        let (method, unbound) = vm.get_method(o, &zelf.name)?;
        if unbound {
            vm.call_prepended(method.as_object(), o, args)
        } else {
            vm.call(method.as_object(), args)
        }
    }

    /// How to rebuild the dictionary: its class, items and attributes.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyMethodCaller>, vm: &VirtualMachine) -> PyResult {
        let name: PyObjectRef = zelf.name.clone().into();
        if zelf.kwnames.is_none() {
            let mut args = vec![name];
            args.extend_from_slice(zelf.positional());
            return (zelf.class(), vm.new_tuple(args)).into_py_result(vm);
        }
        let mut words = vec![zelf.class().as_object(), name.as_object()];
        words.extend(zelf.keywords().map(|(_, v)| v.as_object()));
        let partial = vm.type_of::<crate::functools::PyPartial>();
        let constructor =
            vm.call(partial.as_object(), ArgList::of(&words, zelf.kwnames.as_deref()).args())?;
        (constructor, vm.new_tuple(zelf.positional().to_vec())).into_py_result(vm)
    }
}
