//! `_local`: an object whose attributes are each thread's own.

use super::{ident, threads};
use crate::prelude::*;
use std::rc::Rc;

/// Each thread's dict, by the thread's identifier.
pub struct Dicts(PyCell<Vec<(u64, PyRef<PyDict>)>>);

/// Thread-local data
#[pyclass(name = "_local", module = "_thread", flags(BASETYPE, HAVE_GC, EXT))]
pub struct PyLocal {
    dicts: Rc<Dicts>,
    /// The constructor's arguments, for `__init__` in other threads.
    args: PyCell<Vec<PyObjectRef>>,
    names: PyCell<Option<PyRef<PyTuple>>>,
}

impl Traverse for PyLocal {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.dicts.0.with(|d| d.iter().for_each(|(_, d)| d.traverse(visit)));
        self.args.traverse(visit);
        self.names.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.dicts.0.take().into_iter().map(|(_, d)| d.into()));
        out.append(&mut self.args.take());
    }
}

/// A thread has ended: nobody will ask for its attributes again.
pub(super) fn forget_thread(vm: &VirtualMachine, thread: u64) {
    let all = threads(vm).locals.get();
    let mut gone = Vec::new();
    for dicts in all.iter().filter_map(std::rc::Weak::upgrade) {
        dicts.0.with_mut(|d| {
            if let Some(i) = d.iter().position(|(t, _)| *t == thread) {
                gone.push(d.swap_remove(i).1);
            }
        });
    }
    threads(vm).locals.with_mut(|l| l.retain(|w| w.strong_count() > 0));
    drop(gone);
}

/// True if the class has an `__init__` of its own.
fn has_init(vm: &VirtualMachine, cls: &Py<PyType>) -> bool {
    let own = cls.slots.init.get().map(|f| f as usize);
    own.is_some() && own != vm.types().object.slots.init.get().map(|f| f as usize)
}

impl PyLocal {
    fn find(&self) -> Option<PyRef<PyDict>> {
        let me = ident();
        self.dicts.0.with(|d| d.iter().find(|(t, _)| *t == me).map(|(_, d)| d.clone()))
    }
}

/// This thread's dict; a new thread's is filled by `__init__`.
fn dict(zelf: &Py<PyLocal>, vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
    if let Some(d) = zelf.find() {
        return Ok(d);
    }
    let d = vm.new_dict();
    zelf.dicts.0.with_mut(|all| all.push((ident(), d.clone())));
    let cls = zelf.class();
    if has_init(vm, cls)
        && let Some(init) = cls.slots.init.get()
    {
        let (args, names) = (zelf.args.get(), zelf.names.get());
        let words: Vec<PyObject<'_>> = args.iter().map(|a| a.as_object()).collect();
        if let Err(e) = init(vm, zelf.as_object(), ArgList::of(&words, names.as_deref()).args()) {
            // The next access tries again.
            let me = ident();
            let gone = zelf
                .dicts
                .0
                .with_mut(|all| all.iter().position(|(t, _)| *t == me).map(|i| all.swap_remove(i)));
            drop(gone);
            return Err(e);
        }
    }
    Ok(d)
}

#[pymethods]
impl PyLocal {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        if (args.len() > 0 || args.keyword_count() > 0) && !has_init(vm, cls) {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        let dicts = Rc::new(Dicts(PyCell::new(vec![(ident(), vm.new_dict())])));
        threads(vm).locals.with_mut(|l| l.push(Rc::downgrade(&dicts)));
        let values = args.slots().iter().map(|s| s.object().to_owned()).collect();
        let names = PyCell::new(args.kwnames().map(Py::to_ref));
        Ok(vm.alloc(cls, PyLocal { dicts, args: PyCell::new(values), names }).into())
    }

    #[slot]
    fn getattro(zelf: &Py<PyLocal>, vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        let own = dict(zelf, vm)?;
        if name.as_bytes() == b"__dict__" {
            return Ok(own.into());
        }
        let cls = zelf.class();
        let on_type = cls.lookup(vm, name);
        let mut get = None;
        if let Some(d) = &on_type {
            let slots = &d.class(vm).slots;
            get = slots.descr_get.get();
            if let Some(g) = get
                && slots.descr_set.get().is_some()
            {
                return g(vm, d.as_object(), Some(zelf.as_object()), Some(cls.as_object()));
            }
        }
        if let Some(v) = own.get_str(vm, name)? {
            return Ok(v);
        }
        match (on_type, get) {
            (Some(d), Some(g)) => {
                g(vm, d.as_object(), Some(zelf.as_object()), Some(cls.as_object()))
            }
            (Some(d), None) => Ok(d),
            (None, _) => Err(vm.no_attribute(zelf.as_object(), name)),
        }
    }

    #[slot]
    fn setattro(
        zelf: &Py<PyLocal>,
        vm: &VirtualMachine,
        name: &Py<PyStr>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let own = dict(zelf, vm)?;
        if name.as_bytes() == b"__dict__" {
            let msg = format!(
                "'{}' object attribute '__dict__' is read-only",
                zelf.class().display_name()
            );
            return Err(vm.attribute_error(zelf.as_object(), name, &msg));
        }
        if let Some(d) = zelf.class().lookup(vm, name)
            && let Some(set) = d.class(vm).slots.descr_set.get()
        {
            return set(vm, d.as_object(), zelf.as_object(), value);
        }
        match value {
            Some(v) => own.set_str(vm, name, v.to_owned()),
            None => match own.remove(vm, name.as_object())? {
                Some(_) => Ok(()),
                None => Err(vm.no_attribute(zelf.as_object(), name)),
            },
        }
    }
}
