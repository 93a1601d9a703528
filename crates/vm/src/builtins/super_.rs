//! `super`: attributes from the MRO of an object's class, from behind a given class on.

use super::cell::PyCellObject;
use crate::interp::ops::attrs::Loaded;
use crate::prelude::*;
use bytecode::LocalKind;

struct Bound {
    /// The class behind which the search starts.
    start: PyRef<PyType>,
    /// The object, and the class whose MRO is searched; none for an unbound one.
    target: Option<(PyObjectRef, PyRef<PyType>)>,
}

impl Traverse for Bound {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.start.traverse(visit);
        self.target.traverse(visit);
    }
}

/// super(): in a method, what the classes behind its class in the MRO define.
/// super(type, obj): the same for any class, and an instance or a subclass of it.
/// super(type): the same, not yet bound to an object.
///
/// It reaches the methods that a class overrides.
#[pyclass(name = "super", static = SUPER, flags(BASETYPE, HAVE_GC), text = "")]
#[derive(Traverse)]
pub struct PySuper {
    bound: PyCell<Option<Bound>>,
}

impl PySuper {
    fn parts(&self) -> Option<(PyRef<PyType>, Option<(PyObjectRef, PyRef<PyType>)>)> {
        self.bound.with(|b| b.as_ref().map(|b| (b.start.clone(), b.target.clone())))
    }

    fn bind(
        vm: &VirtualMachine,
        start: PyRef<PyType>,
        obj: Option<PyObjectRef>,
    ) -> PyResult<Bound> {
        let target = match obj {
            Some(o) => {
                let typ = check(vm, &start, o.as_object())?;
                Some((o, typ))
            }
            None => None,
        };
        Ok(Bound { start, target })
    }
}

/// The class whose MRO `super(start, obj)` searches.
fn check(vm: &VirtualMachine, start: &Py<PyType>, obj: PyObject<'_>) -> PyResult<PyRef<PyType>> {
    let as_type = obj.downcast::<PyType>();
    if let Some(t) = as_type
        && t.is_subtype(start)
    {
        return Ok(t.to_ref());
    }
    let typ = obj.class(vm);
    if typ.is_subtype(start) {
        return Ok(typ.to_ref());
    }
    if let Some(c) = vm.get_attr_opt(obj, &vm.names().__class__)?
        && let Ok(c) = c.downcast::<PyType>()
        && c.is_subtype(start)
    {
        return Ok(c);
    }
    let what = match as_type {
        Some(t) => format!("type {}", t.display_name()),
        None => format!("instance of {}", typ.display_name()),
    };
    Err(vm.type_error(format!(
        "super(type, obj): obj ({what}) is not an instance or subtype of type ({}).",
        start.display_name()
    )))
}

/// What the types behind `start` in the MRO of `typ` have under `name`, and which of them.
pub fn lookup_after(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    start: &Py<PyType>,
    name: &Py<PyStr>,
) -> Option<(PyObjectRef, PyRef<PyType>)> {
    let mro = typ.mro();
    let items = mro.as_slice();
    let at = items.iter().position(|t| t.is(start))?;
    for t in &items[at + 1..] {
        let t = t.as_object().downcast::<PyType>().expect("an MRO holds types");
        if let Some(v) = t.dict(vm).get_name(name) {
            return Some((v, t.to_ref()));
        }
    }
    None
}

/// Binds what was found as `super` does: to the object, or to the class if that is it.
fn bind_found(
    vm: &VirtualMachine,
    found: PyObjectRef,
    obj: PyObject<'_>,
    typ: &Py<PyType>,
) -> PyResult {
    match found.class(vm).slots.descr_get.get() {
        Some(get) => {
            let instance = if typ.is(obj) { None } else { Some(obj) };
            get(vm, found.as_object(), instance, Some(typ.as_object()))
        }
        None => Ok(found),
    }
}

/// The builtin `super` itself, not a shadow of it.
pub fn is_super_type(vm: &VirtualMachine, o: PyObject<'_>) -> bool {
    vm.type_of::<PySuper>().is(o)
}

/// `super(cls, this).name` without the super object; with `method`, a plain function stays
/// unbound.
pub fn lookup(
    vm: &VirtualMachine,
    cls: &Py<PyType>,
    this: PyObject<'_>,
    name: &Py<PyStr>,
    method: bool,
) -> PyResult<Loaded> {
    let typ = check(vm, cls, this)?;
    if !name.is(&vm.names().__class__)
        && let Some((found, _)) = lookup_after(vm, &typ, cls, name)
    {
        if method && !typ.is(this) && found.class(vm).has_flags(TypeFlags::METHOD_DESCRIPTOR) {
            return Ok(Loaded::Method(found));
        }
        return bind_found(vm, found, this, &typ).map(Loaded::Value);
    }
    let target = Some((this.to_owned(), typ));
    let bound = PyCell::new(Some(Bound { start: cls.to_ref(), target }));
    let sup = vm.new_object(PySuper { bound });
    crate::protocol::attributes::generic_get_attr(vm, sup.as_object(), name).map(Loaded::Value)
}

#[pymethods]
impl PySuper {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PySuper> {
        vm.alloc(cls, PySuper { bound: PyCell::new(None) })
    }

    #[slot]
    fn init(zelf: &Py<PySuper>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(vm, "super")?;
        if args.len() > 2 {
            return Err(
                vm.type_error(format!("super() expected at most 2 arguments, got {}", args.len()))
            );
        }
        let (start, obj) = match args.get(0) {
            None => {
                let (start, obj) = from_frame(vm)?;
                (start, Some(obj))
            }
            Some(t) => {
                let Some(t) = t.downcast::<PyType>() else {
                    return Err(vm.type_error(format!(
                        "super() argument 1 must be a type, not {}",
                        t.class(vm).display_name()
                    )));
                };
                let obj = args.get(1).filter(|o| !o.is_none());
                (t.to_ref(), obj.map(PyObject::to_owned))
            }
        };
        let bound = PySuper::bind(vm, start, obj)?;
        drop(zelf.bound.replace(Some(bound)));
        Ok(())
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        let (start, target) = match self.parts() {
            Some((s, t)) => (s.display_name(), t),
            None => ("NULL".to_owned(), None),
        };
        match target {
            Some((_, typ)) => {
                vm.new_str(format!("<super: <class '{start}'>, <{} object>>", typ.display_name()))
            }
            None => vm.new_str(format!("<super: <class '{start}'>, NULL>")),
        }
    }

    #[slot]
    fn getattro(zelf: &Py<PySuper>, vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        if let Some((start, Some((obj, typ)))) = zelf.parts()
            && name.as_bytes() != b"__class__"
            && let Some((found, _)) = lookup_after(vm, &typ, &start, name)
        {
            return bind_found(vm, found, obj.as_object(), &typ);
        }
        crate::protocol::attributes::generic_get_attr(vm, zelf.as_object(), name)
    }

    #[slot]
    fn descr_get(
        zelf: &Py<PySuper>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        _typ: Option<PyObject<'_>>,
    ) -> PyResult {
        let (Some(obj), Some((start, None))) = (obj.filter(|o| !o.is_none()), zelf.parts()) else {
            return Ok(zelf.to_ref().into());
        };
        if !is_super_type(vm, zelf.class().as_object()) {
            return vm.call_positional(zelf.class().as_object(), &[start.as_object(), obj]);
        }
        let bound = PySuper::bind(vm, start, Some(obj.to_owned()))?;
        Ok(vm.new_object(PySuper { bound: PyCell::new(Some(bound)) }).into())
    }

    /// The class that invokes super().
    #[member]
    fn __thisclass__(&self) -> Option<PyRef<PyType>> {
        self.parts().map(|(s, _)| s)
    }

    /// The object that super() was made for; may be None.
    #[member]
    fn __self__(&self) -> Option<PyObjectRef> {
        self.parts().and_then(|(_, t)| t).map(|(o, _)| o)
    }

    /// The class of that object; may be None.
    #[member]
    fn __self_class__(&self) -> Option<PyRef<PyType>> {
        self.parts().and_then(|(_, t)| t).map(|(_, t)| t)
    }
}

/// `__class__` and the first argument of the running function.
fn from_frame(vm: &VirtualMachine) -> PyResult<(PyRef<PyType>, PyObjectRef)> {
    let Some(frame) = vm.current_frame() else {
        return Err(vm.runtime_error("super(): no current frame"));
    };
    let code = frame.code();
    if code.argcount == 0 {
        return Err(vm.runtime_error("super(): no arguments"));
    }
    let mut first = frame.local(0).map(PyObject::to_owned);
    if code.localspluskinds().first().is_some_and(|k| k.contains(LocalKind::CELL))
        && let Some(c) = &first
        && let Some(c) = c.as_object().downcast::<PyCellObject>()
    {
        first = c.get();
    }
    let Some(first) = first else {
        return Err(vm.runtime_error("super(): arg[0] deleted"));
    };
    for (i, name) in code.localsplusnames().iter().enumerate() {
        if !code.localspluskinds()[i].contains(LocalKind::FREE) || !name.is(&vm.names().__class__) {
            continue;
        }
        let cell = frame.local(i).and_then(|c| c.downcast::<PyCellObject>());
        let Some(cell) = cell else {
            return Err(vm.runtime_error("super(): bad __class__ cell"));
        };
        let Some(cls) = cell.get() else {
            return Err(vm.runtime_error("super(): empty __class__ cell"));
        };
        return match cls.downcast::<PyType>() {
            Ok(t) => Ok((t, first)),
            Err(o) => Err(vm.runtime_error(format!(
                "super(): __class__ is not a type ({})",
                o.class(vm).display_name()
            ))),
        };
    }
    Err(vm.runtime_error("super(): __class__ cell not found"))
}
