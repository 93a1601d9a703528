//! `getset_descriptor` and `member_descriptor`: native attributes, and the `__slots__` of
//! Python classes.

use super::{check, qualified, reduce};
use crate::prelude::*;

#[pyclass(name = "getset_descriptor", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyGetSetDescriptor {
    #[pytraverse(skip)]
    pub def: &'static GetSetDef,
    pub objclass: PyRef<PyType>,
}

#[pymethods]
impl PyGetSetDescriptor {
    #[slot]
    fn descr_get(
        zelf: &Py<PyGetSetDescriptor>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        _typ: Option<PyObject<'_>>,
    ) -> PyResult {
        let Some(obj) = obj else { return Ok(zelf.to_ref().into()) };
        check(vm, &zelf.objclass, zelf.def.name, obj)?;
        match zelf.def.get {
            Some(get) => get(vm, obj),
            None => Err(zelf.refused(vm, "readable")),
        }
    }

    #[slot]
    fn descr_set(
        zelf: &Py<PyGetSetDescriptor>,
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        check(vm, &zelf.objclass, zelf.def.name, obj)?;
        match zelf.def.set {
            Some(set) => set(vm, obj, value),
            None => Err(zelf.refused(vm, "writable")),
        }
    }

    #[slot]
    fn repr(&self) -> String {
        format!("<attribute '{}' of '{}' objects>", self.def.name, self.objclass.display_name())
    }

    #[member]
    fn __objclass__(&self) -> PyRef<PyType> {
        self.objclass.clone()
    }

    #[member]
    fn __name__(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.intern(self.def.name)
    }

    #[getter]
    fn __qualname__(&self) -> String {
        qualified(&self.objclass, self.def.name)
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        self.def.doc
    }
}

impl PyGetSetDescriptor {
    #[cold]
    fn refused(&self, vm: &VirtualMachine, what: &str) -> PyErr {
        vm.attribute_error_msg(format!(
            "attribute '{}' of '{}' objects is not {what}",
            self.def.name,
            self.objclass.display_name()
        ))
    }
}

/// A `__slots__` member without a value; here the class's name is the full one.
#[cold]
fn unset(vm: &VirtualMachine, obj: PyObject<'_>, name: &Py<PyStr>) -> PyErr {
    let head = format!("'{}' object has no attribute '", obj.class(vm).full_name(vm));
    vm.attribute_error(obj, name, [head.as_bytes(), name.as_bytes(), b"'"].concat())
}

/// Where a member's value lies.
#[derive(Clone, Copy)]
pub enum Member {
    Native(&'static GetSetDef),
    /// A `__slots__` entry, at this byte of the instance.
    Slot(u32),
    /// A `__slots__` entry of a class with a payload of varying size (a subclass of `str`),
    /// which keeps its members in the dict word of the prefix.
    Hosted,
}

#[pyclass(name = "member_descriptor", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyMemberDescriptor {
    pub name: PyCell<Option<PyRef<PyStr>>>,
    pub objclass: PyRef<PyType>,
    #[pytraverse(skip)]
    pub member: Member,
}

impl PyMemberDescriptor {
    pub fn native(objclass: PyRef<PyType>, def: &'static GetSetDef) -> PyMemberDescriptor {
        PyMemberDescriptor { name: PyCell::new(None), objclass, member: Member::Native(def) }
    }

    /// A `__slots__` entry.
    pub fn slot(objclass: PyRef<PyType>, name: PyRef<PyStr>, at: u32) -> PyMemberDescriptor {
        PyMemberDescriptor { name: PyCell::new(Some(name)), objclass, member: Member::Slot(at) }
    }

    /// As `slot`, where instances have no room for members.
    pub fn hosted(objclass: PyRef<PyType>, name: PyRef<PyStr>) -> PyMemberDescriptor {
        PyMemberDescriptor { name: PyCell::new(Some(name)), objclass, member: Member::Hosted }
    }

    fn text(&self) -> String {
        match self.member {
            Member::Native(def) => def.name.to_owned(),
            Member::Slot(_) | Member::Hosted => self
                .name
                .with(|n| n.as_ref().map(|n| n.to_string_lossy().into_owned()))
                .unwrap_or_default(),
        }
    }
}

#[pymethods]
impl PyMemberDescriptor {
    #[slot]
    fn descr_get(
        zelf: &Py<PyMemberDescriptor>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        _typ: Option<PyObject<'_>>,
    ) -> PyResult {
        let Some(obj) = obj else { return Ok(zelf.to_ref().into()) };
        if !obj.is_type(&zelf.objclass) {
            check(vm, &zelf.objclass, &zelf.text(), obj)?;
        }
        match zelf.member {
            Member::Native(def) => match def.get {
                Some(get) => get(vm, obj),
                None => Err(vm.attribute_error_msg(def.name)),
            },
            Member::Slot(at) => match obj.instance().and_then(|i| i.member(at)) {
                Some(v) => Ok(v),
                None => {
                    let name = zelf.name.get().unwrap_or_else(|| vm.intern(""));
                    Err(unset(vm, obj, &name))
                }
            },
            Member::Hosted => {
                let name = zelf.name.get().unwrap_or_else(|| vm.intern(""));
                let dict = obj.instance().and_then(|i| i.ext_dict());
                match dict.map(|d| d.get_str(vm, &name)).transpose()?.flatten() {
                    Some(v) => Ok(v),
                    None => Err(unset(vm, obj, &name)),
                }
            }
        }
    }

    #[slot]
    fn descr_set(
        zelf: &Py<PyMemberDescriptor>,
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        if !obj.is_type(&zelf.objclass) {
            check(vm, &zelf.objclass, &zelf.text(), obj)?;
        }
        match zelf.member {
            Member::Native(def) => match def.set {
                Some(set) => set(vm, obj, value),
                None => Err(vm.attribute_error_msg("readonly attribute")),
            },
            Member::Slot(at) => {
                let deletes = value.is_none();
                let new = value.map(PyObject::to_owned);
                let old = obj.instance().and_then(|i| i.replace_member(at, new));
                if deletes && old.is_none() {
                    return Err(vm.attribute_error_msg(zelf.text()));
                }
                Ok(())
            }
            Member::Hosted => {
                let name = zelf.name.get().unwrap_or_else(|| vm.intern(""));
                let Some(inst) = obj.instance() else { return Ok(()) };
                let dict = inst.ext_dict().unwrap_or_else(|| {
                    let dict = vm.new_dict();
                    inst.replace_ext_dict(Some(dict.clone()));
                    dict
                });
                match value {
                    Some(v) => dict.set_str(vm, &name, v.to_owned()),
                    None => match dict.remove(vm, name.as_object())? {
                        Some(_) => Ok(()),
                        None => Err(vm.attribute_error_msg(zelf.text())),
                    },
                }
            }
        }
    }

    #[slot]
    fn repr(&self) -> String {
        format!("<member '{}' of '{}' objects>", self.text(), self.objclass.display_name())
    }

    #[member]
    fn __objclass__(&self) -> PyRef<PyType> {
        self.objclass.clone()
    }

    #[member]
    fn __name__(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        self.name.get().unwrap_or_else(|| vm.intern(&self.text()))
    }

    #[getter]
    fn __qualname__(&self) -> String {
        qualified(&self.objclass, &self.text())
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        match self.member {
            Member::Native(def) => def.doc,
            Member::Slot(_) | Member::Hosted => None,
        }
    }

    #[method(sig = "(self, /)", text = "")]
    fn __reduce__(&self, vm: &VirtualMachine) -> PyResult {
        reduce(vm, self.objclass.as_object(), &self.text())
    }
}
