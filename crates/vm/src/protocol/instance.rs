//! `isinstance` and `issubclass`, with the hooks of metaclasses and of classes that are no
//! types but have `__bases__`.

use crate::prelude::*;

const INSTANCE_ARG: &str = "isinstance() arg 2 must be a type, a tuple of types, or a union";
const SUBCLASS_ARG_1: &str = "issubclass() arg 1 must be a class";
const SUBCLASS_ARG_2: &str = "issubclass() arg 2 must be a class, a tuple of classes, or a union";

impl VirtualMachine {
    /// `o.__class__`, which may lie.
    pub fn class_of(&self, o: PyObject<'_>) -> PyResult {
        self.get_attr(o, &self.names().__class__)
    }

    /// `isinstance(o, cls)`.
    pub fn is_instance(&self, o: PyObject<'_>, cls: PyObject<'_>) -> PyResult<bool> {
        if o.class(self).is(cls) {
            return Ok(true);
        }
        if cls.is_type(&self.types().type_) {
            return self.real_is_instance(o, cls);
        }
        if let Some(items) = self.alternatives(cls)? {
            let _guard = self.enter_native(" in __instancecheck__")?;
            for item in items.as_slice() {
                if self.is_instance(o, item.as_object())? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        let _guard = self.enter_native(" in __instancecheck__")?;
        match self.call_special(&self.names().__instancecheck__, &[cls, o])? {
            Some(r) => self.is_true(r.as_object()),
            None => self.real_is_instance(o, cls),
        }
    }

    /// `type.__instancecheck__`.
    pub fn real_is_instance(&self, o: PyObject<'_>, cls: PyObject<'_>) -> PyResult<bool> {
        let typ = o.class(self);
        if let Some(cls) = cls.downcast::<PyType>() {
            if typ.is_subtype(cls) {
                return Ok(true);
            }
            // Most objects cannot claim another class, and need not be asked.
            let name = &self.names().__class__;
            if typ.has_flags(TypeFlags::GENERIC_GETATTR)
                && let (Some(a), Some(b)) =
                    (typ.lookup(self, name), self.types().object.lookup(self, name))
                && a.is(&b)
            {
                return Ok(false);
            }
            let claimed = self.get_attr_opt(o, &self.names().__class__)?;
            return Ok(claimed.is_some_and(|c| {
                !c.is(typ) && c.as_object().downcast::<PyType>().is_some_and(|c| c.is_subtype(cls))
            }));
        }
        self.check_class(cls, INSTANCE_ARG)?;
        match self.get_attr_opt(o, &self.names().__class__)? {
            Some(c) => self.abstract_is_subclass(c, cls),
            None => Ok(false),
        }
    }

    /// `issubclass(derived, cls)`.
    pub fn is_subclass(&self, derived: PyObject<'_>, cls: PyObject<'_>) -> PyResult<bool> {
        if cls.is_type(&self.types().type_) {
            return if derived.is(cls) { Ok(true) } else { self.real_is_subclass(derived, cls) };
        }
        if let Some(items) = self.alternatives(cls)? {
            let _guard = self.enter_native(" in __subclasscheck__")?;
            for item in items.as_slice() {
                if self.is_subclass(derived, item.as_object())? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        let _guard = self.enter_native(" in __subclasscheck__")?;
        match self.call_special(&self.names().__subclasscheck__, &[cls, derived])? {
            Some(r) => self.is_true(r.as_object()),
            None => self.real_is_subclass(derived, cls),
        }
    }

    /// `type.__subclasscheck__`.
    pub fn real_is_subclass(&self, derived: PyObject<'_>, cls: PyObject<'_>) -> PyResult<bool> {
        if let (Some(d), Some(c)) = (derived.downcast::<PyType>(), cls.downcast::<PyType>()) {
            return Ok(d.is_subtype(c));
        }
        self.check_class(derived, SUBCLASS_ARG_1)?;
        self.check_class(cls, SUBCLASS_ARG_2)?;
        self.abstract_is_subclass(derived.to_owned(), cls)
    }

    /// The members of a tuple of classes or of a union.
    fn alternatives(&self, cls: PyObject<'_>) -> PyResult<Option<PyRef<PyTuple>>> {
        if let Some(t) = cls.downcast::<PyTuple>() {
            return Ok(Some(t.to_ref()));
        }
        let is_union =
            cls.class(self).own_spec().is_some_and(|s| s.name == "Union" && s.module == "typing");
        if !is_union {
            return Ok(None);
        }
        let args = self.get_attr(cls, &self.names().__args__)?;
        Ok(args.downcast::<PyTuple>().ok())
    }

    /// `__bases__`, if it is a tuple.
    fn abstract_bases(&self, cls: PyObject<'_>) -> PyResult<Option<PyRef<PyTuple>>> {
        let bases = self.get_attr_opt(cls, &self.names().__bases__)?;
        Ok(bases.and_then(|b| b.downcast::<PyTuple>().ok()))
    }

    fn check_class(&self, cls: PyObject<'_>, msg: &str) -> PyResult<()> {
        match self.abstract_bases(cls)? {
            Some(_) => Ok(()),
            None => Err(self.type_error(msg)),
        }
    }

    /// Walks `__bases__` in search of `cls` itself.
    fn abstract_is_subclass(&self, derived: PyObjectRef, cls: PyObject<'_>) -> PyResult<bool> {
        let mut derived = derived;
        loop {
            if derived.is(cls) {
                return Ok(true);
            }
            let Some(bases) = self.abstract_bases(derived.as_object())? else { return Ok(false) };
            match bases.as_slice() {
                [] => return Ok(false),
                [only] => derived = only.clone(),
                many => {
                    let _guard = self.enter_native(" in __issubclass__")?;
                    for b in many {
                        if self.abstract_is_subclass(b.clone(), cls)? {
                            return Ok(true);
                        }
                    }
                    return Ok(false);
                }
            }
        }
    }
}
