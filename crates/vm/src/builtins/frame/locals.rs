//! `FrameLocalsProxy` (PEP 667): a function's variables as a mapping that writes through.

use super::PyFrame;
use crate::builtins::cell::PyCellObject;
use crate::call::check_arity;
use crate::frame::FrameRef;
use crate::prelude::*;
use crate::protocol::comparison;
use bytecode::{CodeFlags, LocalKind};

#[pyclass(name = "FrameLocalsProxy", flags(HAVE_GC, MAPPING), doc = None, with(methods))]
#[derive(Traverse)]
pub struct PyFrameLocalsProxy {
    frame: PyRef<PyFrame>,
}

/// The value of variable `i`: what its cell holds, if it has one.
fn value_of(f: FrameRef<'_>, i: usize, kind: LocalKind) -> Option<PyObjectRef> {
    let value = f.local(i)?;
    match value.downcast::<PyCellObject>() {
        Some(cell) if kind.intersects(LocalKind::CELL | LocalKind::FREE) => cell.get(),
        _ => Some(value.to_owned()),
    }
}

/// The variables that have values now, in the order of the code.
fn variables(f: FrameRef<'_>) -> Vec<(PyObjectRef, PyObjectRef)> {
    let code = f.code();
    let slots = code.localsplusnames().iter().zip(code.localspluskinds()).enumerate();
    slots
        .filter_map(|(i, (name, kind))| Some((name.clone().into(), value_of(f, i, *kind)?)))
        .collect()
}

/// Frames whose variables are seen through a proxy: functions, and other bodies while a
/// comprehension's variables live in them.
fn wants_proxy(f: FrameRef<'_>) -> bool {
    let code = f.code();
    code.has_code_flag(CodeFlags::OPTIMIZED)
        || f.names().is_none()
        || code
            .localspluskinds()
            .iter()
            .enumerate()
            .any(|(i, k)| k.contains(LocalKind::HIDDEN) && value_of(f, i, *k).is_some())
}

/// `frame.f_locals`.
pub(crate) fn of_frame(vm: &VirtualMachine, frame: &Py<PyFrame>) -> PyResult {
    let f = frame.record();
    match f.names() {
        Some(names) if !wants_proxy(f) => Ok(names),
        _ => Ok(vm.new_object(PyFrameLocalsProxy { frame: frame.to_ref() }).into()),
    }
}

/// `locals()`: the frame's namespace, or a new dict with its variables as they are now.
pub(crate) fn snapshot(vm: &VirtualMachine, f: FrameRef<'_>) -> PyResult {
    match f.names() {
        Some(names) if !wants_proxy(f) => return Ok(names),
        _ => {}
    }
    let out = vm.new_dict();
    for (k, v) in variables(f) {
        out.set(vm, k.as_object(), v)?;
    }
    if let Some(extra) = f.frame_object().and_then(|o| o.extra_locals.get()) {
        out.update_from(vm, extra.as_object())?;
    }
    Ok(out.into())
}

impl PyFrameLocalsProxy {
    fn extra(&self) -> Option<PyRef<PyDict>> {
        self.frame.extra_locals.get()
    }

    fn entries(&self) -> Vec<(PyObjectRef, PyObjectRef)> {
        let mut all = variables(self.frame.record());
        if let Some(extra) = self.extra() {
            all.extend(extra.items());
        }
        all
    }

    fn dict(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
        let out = vm.new_dict();
        for (k, v) in self.entries() {
            out.set(vm, k.as_object(), v)?;
        }
        Ok(out)
    }

    /// The slot of a name: among those with a value, or among those that can get one.
    fn slot(&self, vm: &VirtualMachine, key: PyObject<'_>, read: bool) -> PyResult<Option<usize>> {
        let f = self.frame.record();
        let code = f.code();
        // What cannot be a key is no name either.
        let hash = crate::protocol::hash::hash(vm, key)?;
        for (i, (name, kind)) in
            code.localsplusnames().iter().zip(code.localspluskinds()).enumerate()
        {
            let same = name.as_object().is(key)
                || (name.hash() == hash && comparison::equal(vm, name.as_object(), key)?);
            let usable = || match read {
                true => value_of(f, i, *kind).is_some(),
                false => !kind.contains(LocalKind::HIDDEN),
            };
            if same && usable() {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }

    fn find(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        if let Some(i) = self.slot(vm, key, true)? {
            let f = self.frame.record();
            return Ok(value_of(f, i, f.code().localspluskinds()[i]));
        }
        match self.extra() {
            Some(extra) => extra.get(vm, key),
            None => Ok(None),
        }
    }

    fn store(&self, vm: &VirtualMachine, key: PyObject<'_>, value: PyObject<'_>) -> PyResult<()> {
        let Some(i) = self.slot(vm, key, false)? else {
            let extra = match self.extra() {
                Some(e) => e,
                None => {
                    let e = vm.new_dict();
                    self.frame.extra_locals.set(Some(e.clone()));
                    e
                }
            };
            return extra.set(vm, key, value.to_owned());
        };
        let f = self.frame.record();
        let kind = f.code().localspluskinds()[i];
        let cell = f.local(i).and_then(|v| v.downcast::<PyCellObject>());
        match cell {
            Some(cell) if kind.intersects(LocalKind::CELL | LocalKind::FREE) => {
                drop(cell.replace(Some(value.to_owned())));
            }
            _ => f.set_local(i, Some(value.to_owned())),
        }
        Ok(())
    }

    /// Takes out an extra variable; those of the code cannot go.
    fn remove(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        if self.slot(vm, key, false)?.is_some() {
            return Err(vm.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        match self.extra() {
            Some(extra) => extra.remove(vm, key),
            None => Ok(None),
        }
    }

    fn merge(&self, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult<bool> {
        let entries = if let Some(p) = other.downcast::<PyFrameLocalsProxy>() {
            p.entries()
        } else if let Some(d) = other.downcast::<PyDict>() {
            d.items()
        } else {
            return Ok(false);
        };
        for (k, v) in entries {
            self.store(vm, k.as_object(), v.as_object())?;
        }
        Ok(true)
    }
}

#[pymethods]
impl PyFrameLocalsProxy {
    #[slot(text = "")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        args: Args<'_>,
    ) -> PyResult<PyRef<PyFrameLocalsProxy>> {
        let given: Vec<_> = args.positional().collect();
        let [frame] = given[..] else {
            return Err(
                vm.type_error(format!("FrameLocalsProxy expected 1 argument, got {}", args.len()))
            );
        };
        let Some(frame) = frame.downcast::<PyFrame>() else {
            return Err(
                vm.type_error(format!("expect frame, not {}", frame.class(vm).display_name()))
            );
        };
        if args.keywords().next().is_some() {
            return Err(vm.type_error("FrameLocalsProxy takes no keyword arguments"));
        }
        Ok(vm.alloc(cls, PyFrameLocalsProxy { frame: frame.to_ref() }))
    }

    #[slot]
    fn repr(zelf: &Py<PyFrameLocalsProxy>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            return Ok(vm.new_str("{...}"));
        };
        vm.repr(zelf.dict(vm)?.as_object())
    }

    #[slot]
    fn mp_length(&self) -> usize {
        self.entries().len()
    }

    #[slot]
    fn subscript(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        match self.find(vm, key)? {
            Some(v) => Ok(v),
            None => {
                let shown = vm.repr(key)?;
                let text = vm.new_str(format!(
                    "local variable '{}' is not defined",
                    shown.to_string_lossy()
                ));
                Err(vm.key_error(text.as_object()))
            }
        }
    }

    #[slot]
    fn ass_subscript(
        &self,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        match value {
            Some(v) => self.store(vm, key, v),
            None => match self.remove(vm, key)? {
                Some(_) => Ok(()),
                None => Err(vm.key_error(key)),
            },
        }
    }

    #[slot]
    fn contains(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<bool> {
        Ok(self.find(vm, key)?.is_some())
    }

    #[slot]
    fn iter(&self, vm: &VirtualMachine) -> PyResult {
        vm.get_iter(self.keys(vm).as_object())
    }

    #[slot]
    fn richcompare(&self, vm: &VirtualMachine, other: PyObject<'_>, op: Comparison) -> PyResult {
        if let Some(p) = other.downcast::<PyFrameLocalsProxy>() {
            let same = self.frame.is(&p.frame);
            return Ok(match op {
                Comparison::Eq => PyObjectRef::from_bool(same),
                Comparison::Ne => PyObjectRef::from_bool(!same),
                _ => PyObjectRef::not_implemented(),
            });
        }
        if other.downcast::<PyDict>().is_some() {
            return comparison::rich_compare(vm, self.dict(vm)?.as_object(), other, op);
        }
        Ok(PyObjectRef::not_implemented())
    }

    #[slot(name = "or")]
    fn union(left: PyObject<'_>, vm: &VirtualMachine, right: PyObject<'_>) -> PyResult {
        if right.downcast::<PyDict>().is_none() && right.downcast::<PyFrameLocalsProxy>().is_none()
        {
            return Ok(PyObjectRef::not_implemented());
        }
        let out = vm.new_dict();
        out.update_from(vm, left)?;
        out.update_from(vm, right)?;
        Ok(out.into())
    }

    #[slot]
    fn inplace_or(
        zelf: &Py<PyFrameLocalsProxy>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
    ) -> PyResult {
        Ok(if zelf.merge(vm, other)? {
            zelf.to_ref().into()
        } else {
            PyObjectRef::not_implemented()
        })
    }
}

#[pymethods(name = methods)]
impl PyFrameLocalsProxy {
    #[method(name = "__contains__", sig = "(self, object, /)")]
    fn contains_method(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<bool> {
        Ok(self.find(vm, object)?.is_some())
    }

    #[method(name = "__getitem__", sig = "(self, object, /)")]
    fn getitem_method(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        self.subscript(vm, object)
    }

    #[method(sig = "(self, object, /)")]
    fn update(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        if self.merge(vm, object)? {
            return Ok(());
        }
        Err(vm.type_error("update() argument must be dict or another FrameLocalsProxy"))
    }

    #[method(sig = "(self, /)")]
    fn __reversed__(&self, vm: &VirtualMachine) -> PyRef<PyList> {
        vm.new_list(self.entries().into_iter().rev().map(|(k, _)| k).collect())
    }

    #[method(sig = "(self, /)")]
    fn copy(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
        self.dict(vm)
    }

    #[method(sig = "(self, /)")]
    fn keys(&self, vm: &VirtualMachine) -> PyRef<PyList> {
        vm.new_list(self.entries().into_iter().map(|(k, _)| k).collect())
    }

    #[method(sig = "(self, /)")]
    fn values(&self, vm: &VirtualMachine) -> PyRef<PyList> {
        vm.new_list(self.entries().into_iter().map(|(_, v)| v).collect())
    }

    #[method(sig = "(self, /)")]
    fn items(&self, vm: &VirtualMachine) -> PyRef<PyList> {
        let pair = |(k, v)| vm.new_tuple(vec![k, v]).into();
        vm.new_list(self.entries().into_iter().map(pair).collect())
    }

    #[method(text = "")]
    fn get(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let (key, default) = match args.positional().collect::<Vec<_>>()[..] {
            [key] => (key, None),
            [key, default] => (key, Some(default)),
            _ => return Err(vm.type_error("get expected 1 or 2 arguments")),
        };
        let found = self.find(vm, key)?;
        Ok(found.or_else(|| default.map(PyObject::to_owned)).unwrap_or_else(PyObjectRef::none))
    }

    #[method(text = "")]
    fn setdefault(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let (key, default) = match args.positional().collect::<Vec<_>>()[..] {
            [key] => (key, PyObject::none()),
            [key, default] => (key, default),
            _ => return Err(vm.type_error("setdefault expected 1 or 2 arguments")),
        };
        if let Some(v) = self.find(vm, key)? {
            return Ok(v);
        }
        self.store(vm, key, default)?;
        Ok(default.to_owned())
    }

    #[method(text = "")]
    fn pop(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        check_arity(vm, "pop", args.len(), 1, 2)?;
        let key = args.get(0).unwrap_or(PyObject::none());
        match (self.remove(vm, key)?, args.get(1)) {
            (Some(v), _) => Ok(v),
            (None, Some(default)) => Ok(default.to_owned()),
            (None, None) => Err(vm.key_error(key)),
        }
    }
}
