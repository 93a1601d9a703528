//! `BaseException` and the payloads of its native subclasses.
//!
//! Every exception's payload starts with [`PyBaseException`]; classes with attributes of
//! their own put them behind it (`families`, and one file per larger family).  Making an
//! exception runs no Python code.

mod args;
mod attributes;
pub mod families;
pub mod group;
pub mod os_error;
pub mod syntax_error;
pub mod unicode_error;

use crate::prelude::*;
use crate::types::spec::TypeSpec as Spec;
use args::ExceptionArgs;
use std::cell::Cell;

/// What every exception holds.
#[repr(C)]
pub struct PyBaseException {
    pub(crate) args: ExceptionArgs,
    pub(crate) traceback: PyCell<Option<PyObjectRef>>,
    pub(crate) context: PyCell<Option<PyErr>>,
    pub(crate) cause: PyCell<Option<PyErr>>,
    pub(crate) suppress_context: Cell<bool>,
}

/// Flags of every exception type.
pub const FLAGS: TypeFlags = TypeFlags::BASETYPE
    .union(TypeFlags::HAVE_GC)
    .union(TypeFlags::EXT)
    .union(TypeFlags::HAS_DICT)
    .union(TypeFlags::MANAGED_DICT)
    .union(TypeFlags::BASE_EXC_SUBCLASS);

pub static BASE_EXCEPTION: Spec = Spec {
    doc: Some("Root of the exception hierarchy"),
    flags: FLAGS,
    slots: PyBaseException::PY_IMPL.slots,
    methods: &[PyBaseException::PY_IMPL.methods],
    getset: &[PyBaseException::PY_IMPL.getset],
    ..Spec::of::<PyBaseException>("builtins", "BaseException")
};

impl PyPayload for PyBaseException {
    const SPEC: &'static Spec = &BASE_EXCEPTION;
    const MARKER: TypeFlags = TypeFlags::BASE_EXC_SUBCLASS;
}

/// A payload behind [`PyBaseException`].
pub(crate) trait Family: PyPayload {
    /// The payload before `__init__` has run.
    fn fresh(base: PyBaseException) -> Self;
}

/// Allocates the payload that `cls` needs.
type Make = fn(&VirtualMachine, &Py<PyType>, PyBaseException) -> PyErr;

fn make<T: Family>(vm: &VirtualMachine, cls: &Py<PyType>, base: PyBaseException) -> PyErr {
    vm.alloc(cls, T::fresh(base))
        .into_object()
        .downcast()
        .expect("an exception's payload starts with the base's")
}

/// Every payload but the base's own.
static FAMILIES: [(&Spec, Make); 11] = [
    (families::PyStopIteration::SPEC, make::<families::PyStopIteration>),
    (families::PyAttributeError::SPEC, make::<families::PyAttributeError>),
    (families::PyNameError::SPEC, make::<families::PyNameError>),
    (families::PyImportError::SPEC, make::<families::PyImportError>),
    (families::PySystemExit::SPEC, make::<families::PySystemExit>),
    (os_error::PyOSError::SPEC, make::<os_error::PyOSError>),
    (syntax_error::PySyntaxError::SPEC, make::<syntax_error::PySyntaxError>),
    (unicode_error::PyUnicodeDecodeError::SPEC, make::<unicode_error::PyUnicodeDecodeError>),
    (unicode_error::PyUnicodeEncodeError::SPEC, make::<unicode_error::PyUnicodeEncodeError>),
    (unicode_error::PyUnicodeTranslateError::SPEC, make::<unicode_error::PyUnicodeTranslateError>),
    (group::PyBaseExceptionGroup::SPEC, make::<group::PyBaseExceptionGroup>),
];

impl PyBaseException {
    #[inline(always)]
    pub(crate) fn with_args(args: ExceptionArgs) -> PyBaseException {
        PyBaseException {
            args,
            traceback: PyCell::new(None),
            context: PyCell::new(None),
            cause: PyCell::new(None),
            suppress_context: Cell::new(false),
        }
    }

    /// An object of `cls` that has its `args`, and whose `__init__` has not run.
    pub(crate) fn allocate(vm: &VirtualMachine, cls: &Py<PyType>, args: ExceptionArgs) -> PyErr {
        let spec = cls.spec();
        if spec.payload.size == BASE_EXCEPTION.payload.size {
            return vm.alloc_with(cls, || PyBaseException::with_args(args));
        }
        let base = PyBaseException::with_args(args);
        match FAMILIES.iter().find(|(family, _)| spec.derives_from(family)) {
            Some((_, make)) => make(vm, cls, base),
            None => vm.alloc(cls, base),
        }
    }

    /// A new exception with one argument, if the class has the base's own payload.
    pub(crate) fn with_one(
        vm: &VirtualMachine,
        cls: &Py<PyType>,
        arg: &PyObjectRef,
    ) -> Option<PyErr> {
        (cls.spec().payload.size == BASE_EXCEPTION.payload.size).then(|| {
            let args = ExceptionArgs::one(arg.clone());
            vm.alloc_with(cls, || PyBaseException::with_args(args))
        })
    }

    /// What a call of an exception class gives, if it has no keywords and the class leaves
    /// everything to `BaseException`.
    #[inline]
    pub(crate) fn plain(vm: &VirtualMachine, cls: &Py<PyType>, args: Args<'_>) -> Option<PyErr> {
        let slots = cls.slots.new.get().zip(cls.slots.init.get());
        let plain = cls.spec().payload.size == BASE_EXCEPTION.payload.size
            && args.keyword_count() == 0
            && slots.is_some_and(|(new, init)| is_made_by_new(new, init));
        if !plain {
            return None;
        }
        let args = ExceptionArgs::of(vm, args);
        Some(vm.alloc_with(cls, || PyBaseException::with_args(args)))
    }

    /// A new exception, made by the native constructor and initialiser of its class: no
    /// Python code runs.  An initialiser that refuses its arguments leaves its error in
    /// place of the exception.
    pub fn create(vm: &VirtualMachine, typ: &Py<PyType>, args: Vec<PyObjectRef>) -> PyErr {
        let spec = typ.spec();
        if spec.payload.size == BASE_EXCEPTION.payload.size {
            let args = ExceptionArgs::all(vm.new_tuple(args));
            return vm.alloc_with(typ, || PyBaseException::with_args(args));
        }
        let words: Vec<PyObject<'_>> = args.iter().map(|a| a.as_object()).collect();
        let args = Args::positional_only(&words);
        let (new, init) = (native_new(spec), native_init(spec));
        let made = new(vm, typ, args).and_then(|made| {
            init(vm, made.as_object(), args)?;
            Ok(made)
        });
        match made.map(PyObjectRef::downcast) {
            Ok(Ok(e)) => e,
            Ok(Err(_)) => vm.system_error("an exception's constructor gave something else"),
            Err(e) => e,
        }
    }

    pub(crate) fn set_cause(&self, cause: Option<PyErr>) {
        self.suppress_context.set(true);
        drop(self.cause.replace(cause));
    }
}

fn native_new(spec: &'static Spec) -> crate::types::slots::NewFn {
    let mut at = Some(spec);
    while let Some(s) = at {
        if let Some(f) = s.slots.new {
            return f;
        }
        at = s.base;
    }
    new_exception
}

fn native_init(spec: &'static Spec) -> crate::types::slots::InitFn {
    let mut at = Some(spec);
    while let Some(s) = at {
        if let Some(f) = s.slots.init {
            return f;
        }
        at = s.base;
    }
    init_exception
}

/// `BaseException.__new__`, for every class that has no constructor of its own.
pub(crate) fn new_exception(vm: &VirtualMachine, cls: &Py<PyType>, args: Args<'_>) -> PyResult {
    let args = ExceptionArgs::of(vm, args);
    Ok(PyBaseException::allocate(vm, cls, args).into())
}

/// Calling the class would have `BaseException.__init__` set what its `__new__` has just set.
fn is_made_by_new(new: crate::types::slots::NewFn, init: crate::types::slots::InitFn) -> bool {
    let base = &BASE_EXCEPTION.slots;
    // The classes of the hierarchy have this constructor, the root one around it.
    let made = new as usize == new_exception as crate::types::slots::NewFn as usize
        || base.new.is_some_and(|f| f as usize == new as usize);
    made && base.init.is_some_and(|f| f as usize == init as usize)
}

/// `BaseException.__init__`.
pub(crate) fn init_exception(
    vm: &VirtualMachine,
    zelf: PyObject<'_>,
    args: Args<'_>,
) -> PyResult<()> {
    args.no_class_keywords(vm, zelf.class(vm))?;
    init_args(vm, zelf.expect_payload(), args);
    Ok(())
}

/// Sets `args`; `__new__` has mostly done it, with the same values.
pub(crate) fn init_args(vm: &VirtualMachine, e: &Py<PyBaseException>, args: Args<'_>) {
    if !e.args.are(args) {
        let args = args.positional().map(PyObject::to_owned).collect();
        e.args.set(vm.new_tuple(args));
    }
}

/// `value` of a `StopIteration`.
pub fn stop_iteration_value(e: &Py<PyBaseException>) -> PyObjectRef {
    e.as_object()
        .downcast::<families::PyStopIteration>()
        .and_then(|e| e.value.get())
        .unwrap_or_else(PyObjectRef::none)
}

impl Traverse for PyBaseException {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.args.traverse(visit);
        self.traceback.with(|x| x.traverse(visit));
        self.context.with(|x| x.traverse(visit));
        self.cause.with(|x| x.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.args.clear(out);
        out.extend(self.traceback.take());
        out.extend(self.context.take().map(Into::into));
        out.extend(self.cause.take().map(Into::into));
    }
}
