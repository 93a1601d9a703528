//! `builtin_function_or_method`: a native function of a module, or a native method bound
//! to its object or class; and the `__new__` of native types.

use crate::prelude::*;
use crate::types::slot_functions;
use crate::types::slots::NewFn;

/// A native function with what it belongs to.
#[pyclass(
    name = "builtin_function_or_method",
    static = NATIVE_FUNCTION,
    flags(HAVE_GC, EXT, HAVE_VECTORCALL, DISALLOW_INSTANTIATION),
    doc = None
)]
#[derive(Traverse)]
pub struct PyNativeFunction {
    #[pytraverse(skip)]
    pub(crate) def: &'static MethodDef,
    /// The module, class or instance; passed on as argument 0 to methods only.
    pub(crate) zelf: Option<PyObjectRef>,
    /// `__module__`.
    module: Option<PyObjectRef>,
}

/// The `__new__` of every native type: argument 0 is the type that defines it.
static NEW: MethodDef = MethodDef {
    name: "__new__",
    func: call_new,
    kind: MethodKind::Class,
    text_signature: Some("($type, *args, **kwargs)"),
    doc: Some("Makes a new object; help(type) shows the signature that applies."),
};

impl PyNativeFunction {
    /// A function of a module.
    pub fn of_module(
        vm: &VirtualMachine,
        def: &'static MethodDef,
        module: PyObjectRef,
        name: PyObjectRef,
    ) -> PyRef<PyNativeFunction> {
        vm.new_object(PyNativeFunction { def, zelf: Some(module), module: Some(name) })
    }

    /// A method bound to its object or class.
    pub fn bound(
        vm: &VirtualMachine,
        def: &'static MethodDef,
        zelf: PyObjectRef,
    ) -> PyRef<PyNativeFunction> {
        vm.new_object(PyNativeFunction { def, zelf: Some(zelf), module: None })
    }

    /// A static method.
    pub fn of_type(
        vm: &VirtualMachine,
        def: &'static MethodDef,
        typ: &Py<PyType>,
    ) -> PyRef<PyNativeFunction> {
        PyNativeFunction::bound(vm, def, typ.to_ref().into())
    }

    /// The `__new__` of a native type.
    pub fn constructor(vm: &VirtualMachine, typ: &Py<PyType>) -> PyRef<PyNativeFunction> {
        PyNativeFunction::bound(vm, &NEW, typ.to_ref().into())
    }

    /// The definition, for callers that call it themselves.
    pub fn def(&self) -> &'static MethodDef {
        self.def
    }

    /// What the function takes as argument 0, if it takes one.
    #[inline]
    pub fn receiver(&self) -> Option<PyObject<'_>> {
        match self.def.kind {
            MethodKind::Instance | MethodKind::Class => {
                self.zelf.as_ref().map(PyObjectRef::as_object)
            }
            MethodKind::Static | MethodKind::Module => None,
        }
    }

    /// True for the `__new__` of the native type `typ`.
    pub fn is_constructor_of(&self, typ: &Py<PyType>) -> bool {
        std::ptr::eq(self.def, &NEW) && self.zelf.as_ref().is_some_and(|z| z.is(typ))
    }

    /// The type or instance that `__qualname__` and `repr` name.
    fn holder(&self) -> Option<PyObject<'_>> {
        let z = self.zelf.as_ref()?.as_object();
        (self.def.kind != MethodKind::Module).then_some(z)
    }
}

#[pymethods]
impl PyNativeFunction {
    #[slot]
    fn call(zelf: &Py<PyNativeFunction>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        match zelf.receiver() {
            None => (zelf.def.func)(vm, args),
            Some(first) => args.prepended(first, |args| (zelf.def.func)(vm, args)),
        }
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> String {
        match self.holder() {
            None => format!("<built-in function {}>", self.def.name),
            Some(z) => format!(
                "<built-in method {} of {} object at {:#x}>",
                self.def.name,
                z.class(vm).display_name(),
                z.bits()
            ),
        }
    }

    #[slot]
    fn hash(&self) -> i64 {
        let zelf = self.zelf.as_ref().map_or(0, |z| z.bits() >> 4);
        let h = zelf ^ ((self.def.func as usize as u64) >> 4);
        if h as i64 == -1 { -2 } else { h as i64 }
    }

    #[slot]
    fn richcompare(&self, vm: &VirtualMachine, other: PyObject<'_>, op: Comparison) -> PyObjectRef {
        let (Some(other), true) =
            (other.downcast::<PyNativeFunction>(), matches!(op, Comparison::Eq | Comparison::Ne))
        else {
            return PyObjectRef::not_implemented();
        };
        let bits = |f: &PyNativeFunction| f.zelf.as_ref().map(PyObjectRef::bits);
        let equal = bits(self) == bits(other) && std::ptr::eq(self.def, other.def);
        vm.new_bool(equal == (op == Comparison::Eq))
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        self.def.doc
    }

    #[getter]
    fn __name__(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.intern(self.def.name)
    }

    #[getter]
    fn __qualname__(&self, vm: &VirtualMachine) -> PyResult<String> {
        let Some(z) = self.holder() else { return Ok(self.def.name.to_owned()) };
        let typ = z.downcast::<PyType>().unwrap_or_else(|| z.class(vm));
        Ok(format!("{}.{}", typ.qualname().to_string_lossy(), self.def.name))
    }

    #[getter]
    fn __self__(&self) -> Option<PyObjectRef> {
        if self.def.kind == MethodKind::Static { None } else { self.zelf.clone() }
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        self.def.text_signature
    }

    #[member]
    fn __module__(&self) -> Option<PyObjectRef> {
        self.module.clone()
    }

    #[method(sig = "(self, /)")]
    fn __reduce__(&self, vm: &VirtualMachine) -> PyResult {
        let name = vm.new_str(self.def.name);
        match self.holder() {
            None => Ok(name.into()),
            Some(z) => {
                (crate::builtins::sequences::builtin(vm, "getattr")?, (z, name)).into_py_result(vm)
            }
        }
    }
}

/// `T.__new__(S, ...)` of a native type `T`: `S` must be a subtype whose instances `T` can
/// make.
fn call_new(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
    let owner = args
        .get(0)
        .and_then(|o| o.downcast::<PyType>())
        .ok_or_else(|| vm.system_error("__new__() called with non-type 'self'"))?;
    let args = args.skip(1);
    let of = owner.display_name();
    let Some(first) = args.get(0) else {
        return Err(vm.type_error(format!("{of}.__new__(): not enough arguments")));
    };
    let Some(cls) = first.downcast::<PyType>() else {
        return Err(vm.type_error(format!(
            "{of}.__new__(X): X is not a type object ({})",
            first.class(vm).display_name()
        )));
    };
    if !cls.is_subtype(owner) {
        let what = cls.display_name();
        return Err(vm.type_error(format!("{of}.__new__({what}): {what} is not a subtype of {of}")));
    }
    // The constructor must be that of the nearest type with a native one: another would
    // leave what that type adds unmade.
    let looks_up = |t: &Py<PyType>| {
        t.slots.new.get().is_some_and(|f| std::ptr::fn_addr_eq(f, slot_functions::new as NewFn))
    };
    let mut native = cls.to_ref();
    while looks_up(&native) {
        match native.base() {
            Some(b) => native = b,
            None => break,
        }
    }
    let same = match (native.slots.new.get(), owner.slots.new.get()) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    // `object.__new__` knows the types that leave it to it.
    let left_to_object = native.spec().flags.contains(TypeFlags::OBJECTS_NEW)
        && std::ptr::eq(owner.spec(), &crate::builtins::object::OBJECT);
    if !same && !left_to_object {
        return Err(vm.type_error(format!(
            "{of}.__new__({}) is not safe, use {}.__new__()",
            cls.display_name(),
            native.display_name()
        )));
    }
    match owner.slots.new.get() {
        Some(f) => f(vm, cls, args.skip(1)),
        None => Err(vm.type_error(format!("cannot create '{of}' instances"))),
    }
}

impl VirtualMachine {
    /// An attribute of the `builtins` module.
    pub fn builtin(&self, name: &str) -> PyResult {
        match self.builtins_dict().get_name(&self.intern(name)) {
            Some(v) => Ok(v),
            None => {
                Err(self
                    .attribute_error_msg(format!("module 'builtins' has no attribute '{name}'")))
            }
        }
    }
}
