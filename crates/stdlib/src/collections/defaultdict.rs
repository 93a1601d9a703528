//! `defaultdict`.

use vm::builtins::generic_alias::PyGenericAlias;
use vm::prelude::*;

/// A dict that makes up values for missing keys.
///
/// d[key] of an absent key calls default_factory without arguments, stores what
/// it gives and returns it.  Only subscription does so.  The other arguments go to dict().
#[pyclass(
    name = "defaultdict",
    module = "collections",
    base = PyDict,
    static = DEFAULT_DICT,
    flags(BASETYPE, HAVE_GC),
    text = ""
)]
#[repr(C)]
pub struct PyDefaultDict {
    dict: PyDict,
    factory: PyCell<Option<PyObjectRef>>,
}

impl Traverse for PyDefaultDict {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.dict.traverse(visit);
        self.factory.with(|f| f.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.dict.clear(out);
        out.extend(self.factory.take());
    }
}

fn as_dict(zelf: &Py<PyDefaultDict>) -> &Py<PyDict> {
    zelf.as_object().expect_payload::<PyDict>()
}

impl PyDefaultDict {
    fn factory_or_none(&self) -> PyObjectRef {
        self.factory.get().unwrap_or_else(PyObjectRef::none)
    }
}

#[pymethods]
impl PyDefaultDict {
    #[slot(text = "")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyDefaultDict> {
        vm.alloc(cls, PyDefaultDict { dict: PyDict::new(), factory: PyCell::new(None) })
    }

    #[slot(text = "")]
    fn init(zelf: &Py<PyDefaultDict>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        let mut rest = args;
        let mut factory = None;
        if let Some(f) = args.get(0) {
            if !f.is_none() && f.class(vm).slots.call.get().is_none() {
                return Err(vm.type_error("first argument must be callable or None"));
            }
            factory = Some(f.to_owned()).filter(|f| !f.is_none());
            rest = args.skip(1);
        }
        zelf.factory.set(factory);
        as_dict(zelf).update_with(vm, rest, "dict")
    }

    #[slot]
    fn repr(zelf: &Py<PyDefaultDict>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let inner = match vm.types().dict.slots.repr.get() {
            Some(f) => vm.str(f(vm, zelf.as_object())?.as_object())?,
            None => vm.new_str("{}"),
        };
        let factory = match zelf.factory.get() {
            None => vm.new_str("None"),
            Some(f) => match vm.repr_enter(f.as_object()) {
                Some(_guard) => vm.repr(f.as_object())?,
                None => vm.new_str("..."),
            },
        };
        let name = zelf.class().name();
        let parts = [name.as_bytes(), b"(", factory.as_bytes(), b", ", inner.as_bytes(), b")"];
        Ok(PyStr::from_parts(vm, &parts))
    }

    #[slot(name = "or")]
    fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        let (Some(x), Some(_)) = (a.downcast::<PyDict>(), b.downcast::<PyDict>()) else {
            return Ok(PyObjectRef::not_implemented());
        };
        let Some(own) = a.downcast::<PyDefaultDict>().or_else(|| b.downcast::<PyDefaultDict>())
        else {
            return Ok(PyObjectRef::not_implemented());
        };
        let factory = own.factory_or_none();
        let args = [factory.as_object(), x.as_object()];
        let made = vm.call_positional(own.class().as_object(), &args)?;
        if let Some(d) = made.as_object().downcast::<PyDict>() {
            d.update_arg(vm, b)?;
        }
        Ok(made)
    }

    /// What d[key] does for an absent key: stores and returns what the factory gives.
    ///
    /// Without a factory it raises KeyError.
    #[method(name = "__missing__", sig = "(self, object, /)")]
    fn missing(zelf: &Py<PyDefaultDict>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        let Some(factory) = zelf.factory.get() else { return Err(vm.key_error(key)) };
        let value = vm.call_positional(factory.as_object(), &[])?;
        // The factory may have set the key: its value stays.
        as_dict(zelf).set_default(vm, key, value)
    }

    /// A new defaultdict with the same factory and items.
    #[method(sig = "(self, /)")]
    fn copy(zelf: &Py<PyDefaultDict>, vm: &VirtualMachine) -> PyResult {
        let factory = zelf.factory_or_none();
        let args = [factory.as_object(), zelf.as_object()];
        vm.call_positional(zelf.class().as_object(), &args)
    }

    /// A new defaultdict with the same factory and items.
    #[method(name = "__copy__", sig = "(self, /)")]
    fn dunder_copy(zelf: &Py<PyDefaultDict>, vm: &VirtualMachine) -> PyResult {
        PyDefaultDict::copy(zelf, vm)
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyDefaultDict>, vm: &VirtualMachine) -> PyResult {
        let args = match zelf.factory.get() {
            Some(f) => vm.new_tuple(vec![f]),
            None => PyTuple::empty(vm),
        };
        let items = vm.call_method(zelf.as_object(), &vm.names().items, &[])?;
        let items = vm.get_iter(items.as_object())?;
        let none = PyObjectRef::none;
        (zelf.class(), args, none(), none(), items).into_py_result(vm)
    }

    /// defaultdict takes the types of keys and values in brackets, for annotations.
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    /// What makes the value of a missing key; None for nothing.
    #[member]
    fn default_factory(&self) -> Option<PyObjectRef> {
        self.factory.get()
    }

    #[setter]
    fn set_default_factory(&self, value: Option<PyObject<'_>>) {
        self.factory.set(value.map(PyObject::to_owned).filter(|f| !f.is_none()));
    }
}
