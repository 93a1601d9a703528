//! Calling any object.

use crate::prelude::*;

impl VirtualMachine {
    /// `callee(*args, **kwargs)`.
    #[inline]
    pub fn call(&self, callee: PyObject<'_>, args: Args<'_>) -> PyResult {
        match callee.class(self).slots.call.get() {
            Some(f) => {
                let _guard = self.enter_native(" while calling a Python object")?;
                f(self, callee, args)
            }
            None => Err(self.not_callable(callee)),
        }
    }

    /// `callee(*args)`.
    #[inline]
    pub fn call_positional(&self, callee: PyObject<'_>, args: &[PyObject<'_>]) -> PyResult {
        self.call(callee, Args::positional_only(args))
    }

    #[cold]
    fn not_callable(&self, callee: PyObject<'_>) -> PyErr {
        self.type_error(format!("'{}' object is not callable", callee.class(self).display_name()))
    }

    /// Calls the special method `name`, looked up on the type of `args[0]`; `None` if the
    /// type has none.
    pub fn call_special(
        &self,
        name: &Py<PyStr>,
        args: &[PyObject<'_>],
    ) -> PyResult<Option<PyObjectRef>> {
        let obj = args[0];
        let typ = obj.class(self);
        let Some(method) = typ.lookup(self, name) else { return Ok(None) };
        let mtype = method.class(self);
        if mtype.has_flags(TypeFlags::METHOD_DESCRIPTOR) {
            return self.call_positional(method.as_object(), args).map(Some);
        }
        let bound = match mtype.slots.descr_get.get() {
            Some(get) => get(self, method.as_object(), Some(obj), Some(typ.as_object()))?,
            None => method,
        };
        self.call_positional(bound.as_object(), &args[1..]).map(Some)
    }

    /// As `call_special`, where a missing method is an `AttributeError` that says no more
    /// than its name.
    pub fn call_special_required(&self, name: &Py<PyStr>, args: &[PyObject<'_>]) -> PyResult {
        match self.call_special(name, args)? {
            Some(r) => Ok(r),
            None => {
                let name = name.to_ref().into();
                Err(self.new_exception(&self.exc().attribute_error, vec![name]))
            }
        }
    }

    /// The special method `name` of the type of `obj`, bound; `None` if there is none.
    pub fn look_up_special(
        &self,
        obj: PyObject<'_>,
        name: &Py<PyStr>,
    ) -> PyResult<Option<PyObjectRef>> {
        let typ = obj.class(self);
        let Some(found) = typ.lookup(self, name) else { return Ok(None) };
        match found.class(self).slots.descr_get.get() {
            Some(get) => get(self, found.as_object(), Some(obj), Some(typ.as_object())).map(Some),
            None => Ok(Some(found)),
        }
    }

    /// `obj.name(*args)`.
    pub fn call_method(
        &self,
        obj: PyObject<'_>,
        name: &Py<PyStr>,
        args: &[PyObject<'_>],
    ) -> PyResult {
        let (method, unbound) = self.get_method(obj, name)?;
        if !unbound {
            return self.call_positional(method.as_object(), args);
        }
        self.call_prepended(method.as_object(), obj, Args::positional_only(args))
    }
}

impl VirtualMachine {
    /// `callee(first, *args, **kwargs)`.
    pub fn call_prepended(
        &self,
        callee: PyObject<'_>,
        first: PyObject<'_>,
        args: Args<'_>,
    ) -> PyResult {
        args.prepended(first, |args| self.call(callee, args))
    }
}
