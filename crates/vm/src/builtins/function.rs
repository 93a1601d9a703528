//! `function`: code with its globals, defaults and closure.
//!
//! Invariant: whatever changes how calls behave (code, defaults) resets the version that
//! call sites cache.  The attributes Python sees lie in `function/attributes.rs`.

mod attributes;

use super::code::PyCode;
use crate::prelude::*;
use std::cell::Cell;

/// Create a function object.
///
///   code
///     a code object
///   globals
///     the globals dictionary
///   name
///     a string that overrides the name from the code object
///   argdefs
///     a tuple that specifies the default argument values
///   closure
///     a tuple that supplies the bindings for free variables
///   kwdefaults
///     a dictionary that specifies the default keyword argument values
#[pyclass(
    name = "function",
    static = FUNCTION,
    flags(HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, METHOD_DESCRIPTOR)
)]
pub struct PyFunction {
    code: PyCell<PyRef<PyCode>>,
    /// Codes this function had before: frames in execution name them without counting.
    former_codes: PyCell<Vec<PyRef<PyCode>>>,
    globals: PyRef<PyDict>,
    builtins: PyRef<PyDict>,
    pub(crate) name: PyCell<PyRef<PyStr>>,
    pub(crate) qualname: PyCell<PyRef<PyStr>>,
    pub(crate) defaults: PyCell<Option<PyRef<PyTuple>>>,
    pub(crate) kwdefaults: PyCell<Option<PyRef<PyDict>>>,
    pub(crate) closure: PyCell<Option<PyRef<PyTuple>>>,
    pub(crate) doc: PyCell<PyObjectRef>,
    pub(crate) module: PyCell<PyObjectRef>,
    pub(crate) annotations: PyCell<Option<PyRef<PyDict>>>,
    pub(crate) annotate: PyCell<Option<PyObjectRef>>,
    pub(crate) type_params: PyCell<Option<PyRef<PyTuple>>>,
    /// What call sites have cached this function under; 0 once anything they rely on has
    /// changed.
    pub(crate) version: Cell<u32>,
}

impl PyFunction {
    /// What MAKE_FUNCTION makes; the rest is set afterwards.
    pub fn create(
        vm: &VirtualMachine,
        code: PyRef<PyCode>,
        globals: PyRef<PyDict>,
        closure: Option<PyRef<PyTuple>>,
    ) -> PyResult<PyRef<PyFunction>> {
        let builtins = vm.builtins_of(&globals)?;
        let module = globals.get_str(vm, &vm.names().__name__)?.unwrap_or_else(PyObjectRef::none);
        let doc = if code.has_code_flag(bytecode::CodeFlags::HAS_DOCSTRING) {
            code.consts().first().cloned().unwrap_or_else(PyObjectRef::none)
        } else {
            PyObjectRef::none()
        };
        Ok(vm.new_object(PyFunction {
            name: PyCell::new(code.name.clone()),
            qualname: PyCell::new(code.qualname.clone()),
            version: Cell::new(code.version),
            code: PyCell::new(code),
            former_codes: PyCell::new(Vec::new()),
            globals,
            builtins,
            defaults: PyCell::new(None),
            kwdefaults: PyCell::new(None),
            closure: PyCell::new(closure),
            doc: PyCell::new(doc),
            module: PyCell::new(module),
            annotations: PyCell::new(None),
            annotate: PyCell::new(None),
            type_params: PyCell::new(None),
        }))
    }

    pub fn code(&self) -> PyRef<PyCode> {
        self.code.get()
    }

    /// The code, for frames that hold the function.
    #[inline(always)]
    pub(crate) fn code_ref(&self) -> &Py<PyCode> {
        crate::object::refs::borrow_cell(&self.code)
    }

    /// Calls of this function push a frame; nothing else stands between.
    #[inline(always)]
    pub fn is_plain(&self, _vm: &VirtualMachine) -> bool {
        true
    }

    /// SET_FUNCTION_ATTRIBUTE; the function is fresh, and the closure makes a new one.
    ///
    /// False when the part cannot be of the value's type.
    pub fn set_part(&self, which: bytecode::oparg::FunctionAttribute, value: PyObjectRef) -> bool {
        use bytecode::oparg::FunctionAttribute as F;
        fn put<T: PyPayload>(part: &PyCell<Option<PyRef<T>>>, value: PyObjectRef) -> bool {
            let value = value.downcast().ok();
            let fits = value.is_some();
            if fits {
                part.set(value);
            }
            fits
        }
        if which == F::DEFAULTS {
            put(&self.defaults, value)
        } else if which == F::KWDEFAULTS {
            put(&self.kwdefaults, value)
        } else if which == F::ANNOTATIONS {
            put(&self.annotations, value)
        } else if which == F::CLOSURE {
            put(&self.closure, value)
        } else {
            self.annotate.set(Some(value));
            true
        }
    }

    /// Names the annotate function after this one: its code only knows the scope around both.
    pub(crate) fn name_annotate(&self, vm: &VirtualMachine) {
        let annotate = self.annotate.get();
        if let Some(f) = annotate.as_ref().and_then(|f| f.as_object().downcast::<PyFunction>()) {
            let own = self.qualname.get();
            f.qualname.set(PyStr::from_parts(vm, &[own.as_bytes(), b".__annotate__"]));
        }
    }

    pub fn globals(&self) -> &PyRef<PyDict> {
        &self.globals
    }

    pub fn builtins(&self) -> &PyRef<PyDict> {
        &self.builtins
    }

    #[inline(always)]
    pub(crate) fn globals_ptr(&self) -> *const Py<PyDict> {
        self.globals.as_ptr()
    }

    #[inline(always)]
    pub(crate) fn builtins_ptr(&self) -> *const Py<PyDict> {
        self.builtins.as_ptr()
    }

    /// `f.__code__ = code`.
    pub fn set_code(&self, code: PyRef<PyCode>) {
        let old = self.code.replace(code);
        self.former_codes.with_mut(|c| c.push(old));
        self.modified();
    }

    /// Call sites must look again.
    pub fn modified(&self) {
        self.version.set(0);
    }
}

impl Traverse for PyFunction {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.code.with(|x| x.traverse(visit));
        self.globals.traverse(visit);
        self.builtins.traverse(visit);
        self.defaults.with(|x| x.traverse(visit));
        self.kwdefaults.with(|x| x.traverse(visit));
        self.closure.with(|x| x.traverse(visit));
        self.doc.with(|x| x.traverse(visit));
        self.module.with(|x| x.traverse(visit));
        self.annotations.with(|x| x.traverse(visit));
        self.annotate.with(|x| x.traverse(visit));
        self.type_params.with(|x| x.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.version.set(0);
        out.extend(self.defaults.take().map(PyObjectRef::from));
        out.extend(self.kwdefaults.take().map(PyObjectRef::from));
        out.extend(self.annotations.take().map(PyObjectRef::from));
        out.extend(self.annotate.take());
        out.push(self.doc.replace(PyObjectRef::none()));
        out.push(self.module.replace(PyObjectRef::none()));
    }
}
