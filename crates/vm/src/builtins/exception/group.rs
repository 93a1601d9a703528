//! `BaseExceptionGroup` and `ExceptionGroup`: several exceptions as one, and taking such a
//! tree apart by what its leaves are.

use super::args::ExceptionArgs;
use super::attributes::join;
use super::families::base_of;
use super::{Family, PyBaseException, init_args};
use crate::builtins::function::PyFunction;
use crate::builtins::generic_alias::PyGenericAlias;
use crate::interp::ops::exceptions::exception_matches;
use crate::prelude::*;
use std::collections::HashSet;

/// A group of exceptions.
#[repr(C)]
pub struct PyBaseExceptionGroup {
    pub(crate) base: PyBaseException,
    message: PyCell<Option<PyRef<PyStr>>>,
    exceptions: PyCell<Option<PyRef<PyTuple>>>,
    /// The repr of the sequence given, where that was neither list nor tuple.
    given: PyCell<Option<PyRef<PyStr>>>,
}

impl Family for PyBaseExceptionGroup {
    fn fresh(base: PyBaseException) -> PyBaseExceptionGroup {
        PyBaseExceptionGroup {
            base,
            message: PyCell::new(None),
            exceptions: PyCell::new(None),
            given: PyCell::new(None),
        }
    }
}

impl Traverse for PyBaseExceptionGroup {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.base.traverse(visit);
        self.exceptions.with(|x| x.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.base.clear(out);
        out.extend(self.exceptions.take().map(Into::into));
    }
}

impl PyPayload for PyBaseExceptionGroup {
    const SPEC: &'static TypeSpec = &crate::exceptions::BASE_EXCEPTION_GROUP;
}

impl PyBaseExceptionGroup {
    pub(crate) const MEMBERS: &'static [GetSetDef] = &[];
}

/// By which leaves a group is split.
pub(crate) enum Matcher<'a> {
    /// A class, or a tuple of classes.
    Types(PyObject<'a>),
    Predicate(PyObject<'a>),
    /// Addresses of exceptions.
    Identities(&'a HashSet<u64>),
}

/// The halves of a split; `None` for an empty one.
#[derive(Default)]
pub(crate) struct Split {
    pub matched: Option<PyObjectRef>,
    pub rest: Option<PyObjectRef>,
}

fn is_exception_class(vm: &VirtualMachine, o: PyObject<'_>) -> bool {
    o.downcast::<PyType>().is_some_and(|t| t.is_subtype(&vm.exc().base_exception))
}

impl<'a> Matcher<'a> {
    fn from_argument(vm: &VirtualMachine, o: PyObject<'a>) -> PyResult<Matcher<'a>> {
        if o.downcast::<PyFunction>().is_some() {
            return Ok(Matcher::Predicate(o));
        }
        let classes = o
            .downcast_exact::<PyTuple>(&vm.types().tuple)
            .is_some_and(|t| t.as_slice().iter().all(|t| is_exception_class(vm, t.as_object())));
        if classes || is_exception_class(vm, o) {
            return Ok(Matcher::Types(o));
        }
        if o.downcast::<PyType>().is_none() && o.class(vm).slots.call.get().is_some() {
            return Ok(Matcher::Predicate(o));
        }
        Err(vm.type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ))
    }

    fn matches(&self, vm: &VirtualMachine, exc: PyObject<'_>) -> PyResult<bool> {
        match self {
            Matcher::Types(t) => Ok(exception_matches(vm, exc, *t)),
            Matcher::Predicate(f) => {
                let r = vm.call_positional(*f, &[exc])?;
                vm.is_true(r.as_object())
            }
            Matcher::Identities(ids) => Ok(ids.contains(&exc.bits())),
        }
    }
}

/// Takes a tree of exceptions apart.  Groups are made anew with `derive`, and keep
/// traceback, context, cause and notes.
pub(crate) fn split(
    vm: &VirtualMachine,
    exc: PyObject<'_>,
    matcher: &Matcher<'_>,
    want_rest: bool,
) -> PyResult<Split> {
    if matcher.matches(vm, exc)? {
        return Ok(Split { matched: Some(exc.to_owned()), rest: None });
    }
    let Some(group) = exc.downcast::<PyBaseExceptionGroup>() else {
        return Ok(Split { matched: None, rest: want_rest.then(|| exc.to_owned()) });
    };
    let _guard = vm.enter_native(" in exceptiongroup_split_recursive")?;
    let (mut matched, mut rest) = (Vec::new(), Vec::new());
    for e in group.leaves(vm).as_slice() {
        let halves = split(vm, e.as_object(), matcher, want_rest)?;
        matched.extend(halves.matched);
        rest.extend(halves.rest);
    }
    let matched = group.subset(vm, matched)?;
    let rest = if want_rest { group.subset(vm, rest)? } else { None };
    Ok(Split { matched, rest })
}

impl PyBaseExceptionGroup {
    /// The exceptions directly in the group.
    pub(crate) fn leaves(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        self.exceptions.get().unwrap_or_else(|| vm.new_tuple(Vec::new()))
    }

    fn message_text(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        self.message.get().unwrap_or_else(|| vm.names().empty_str.clone())
    }

    /// The class an instance gets: groups of plain exceptions are `ExceptionGroup`s.
    fn class_for<'a>(
        vm: &'a VirtualMachine,
        cls: &'a Py<PyType>,
        only_exceptions: bool,
    ) -> PyResult<&'a Py<PyType>> {
        let exc = vm.exc();
        if cls.is(&exc.base_exception_group) {
            return Ok(if only_exceptions { &exc.exception_group } else { cls });
        }
        if only_exceptions {
            return Ok(cls);
        }
        if cls.is(&exc.exception_group) {
            return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
        if cls.is_subtype(&exc.exception) {
            return Err(
                vm.type_error(format!("Cannot nest BaseExceptions in '{}'", cls.display_name()))
            );
        }
        Ok(cls)
    }
}

impl Py<PyBaseExceptionGroup> {
    /// A group like this one, of some of its exceptions; `None` of no exceptions.
    fn subset(&self, vm: &VirtualMachine, excs: Vec<PyObjectRef>) -> PyResult<Option<PyObjectRef>> {
        if excs.is_empty() {
            return Ok(None);
        }
        let excs = vm.new_list(excs);
        let derived =
            vm.call_method(self.as_object(), &vm.intern("derive"), &[excs.as_object()])?;
        let Some(made) = derived.as_object().downcast::<PyBaseExceptionGroup>() else {
            return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
        };
        let (from, to) = (base_of(self), base_of(made));
        if let Some(tb) = from.traceback.get() {
            drop(to.traceback.replace(Some(tb)));
        }
        drop(to.context.replace(from.context.get()));
        to.set_cause(from.cause.get());
        let name = &vm.names().__notes__;
        if let Some(notes) = vm.get_attr_opt(self.as_object(), name)?
            && notes.class(vm).slots.sq_item.get().is_some()
        {
            let copy = vm.new_list(vm.collect(notes.as_object())?);
            vm.set_attr(made.as_object(), name, Some(copy.as_object()))?;
        }
        Ok(Some(derived))
    }
}

#[pymethods]
impl PyBaseExceptionGroup {
    #[slot(name = "new")]
    fn make(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        if args.len() != 2 {
            return Err(vm.type_error(format!(
                "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
                args.len()
            )));
        }
        let (message, given) = (args.at(0), args.at(1));
        let Some(message) = message.downcast::<PyStr>() else {
            let name = if message.is_none() {
                "None".to_owned()
            } else {
                message.class(vm).display_name()
            };
            return Err(vm.type_error(format!(
                "BaseExceptionGroup.__new__() argument 1 must be str, not {name}"
            )));
        };
        let (is_list, is_tuple) =
            (given.downcast::<PyList>().is_some(), given.downcast::<PyTuple>().is_some());
        if !is_list && !is_tuple {
            let slots = &given.class(vm).slots;
            let sequence = slots.sq_item.get().is_some() && given.downcast::<PyDict>().is_none();
            if !sequence {
                return Err(vm.type_error("second argument (exceptions) must be a sequence"));
            }
        }
        let shown = if is_list || is_tuple { None } else { Some(vm.repr(given)?) };
        let items = match given.downcast_exact::<PyTuple>(&vm.types().tuple) {
            Some(t) => t.to_ref(),
            None => vm.new_tuple(vm.collect(given)?),
        };
        if items.is_empty() {
            return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
        }
        let mut only_exceptions = true;
        for (i, item) in items.as_slice().iter().enumerate() {
            if item.as_object().downcast::<PyBaseException>().is_none() {
                return Err(vm.value_error(format!(
                    "Item {i} of second argument (exceptions) is not an exception"
                )));
            }
            only_exceptions &= vm.is_instance(item.as_object(), vm.exc().exception.as_object())?;
        }
        let cls = PyBaseExceptionGroup::class_for(vm, cls, only_exceptions)?;
        let own = vm.new_tuple(vec![message.to_ref().into(), given.to_owned()]);
        let made = PyBaseException::allocate(vm, cls, ExceptionArgs::all(own));
        let group = made.as_object().expect_payload::<PyBaseExceptionGroup>();
        group.message.set(Some(message.to_ref()));
        group.exceptions.set(Some(items));
        group.given.set(shown);
        Ok(made.into())
    }

    #[slot(name = "init")]
    fn initialize(
        zelf: &Py<PyBaseExceptionGroup>,
        vm: &VirtualMachine,
        args: Args<'_>,
    ) -> PyResult<()> {
        args.no_class_keywords(vm, zelf.class())?;
        init_args(vm, base_of(zelf), args);
        Ok(())
    }

    #[slot(name = "str")]
    fn text(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        let n = self.leaves(vm).len();
        let count = format!(" ({n} sub-exception{})", if n == 1 { "" } else { "s" });
        PyStr::from_parts(vm, &[self.message_text(vm).as_bytes(), count.as_bytes()])
    }

    #[slot]
    fn repr(zelf: &Py<PyBaseExceptionGroup>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let items = zelf.leaves(vm);
        let shown = match zelf.given.get() {
            Some(shown) => shown,
            None => {
                let args = zelf.base.args.get(vm);
                let was_list = args.len() == 2
                    && args.as_slice()[1].as_object().downcast::<PyList>().is_some();
                if was_list {
                    vm.repr(vm.new_list(items.as_slice().to_vec()).as_object())?
                } else {
                    vm.repr(items.as_object())?
                }
            }
        };
        let message = vm.repr(zelf.message_text(vm).as_object())?;
        let name = zelf.class().name();
        let (open, comma, close) = (vm.new_str("("), vm.new_str(", "), vm.new_str(")"));
        Ok(join(vm, &[&name, &open, &message, &comma, &shown, &close]))
    }

    /// Exception groups can be subscripted by the type of what they contain.
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    #[method(sig = "(self, excs, /)")]
    fn derive(&self, vm: &VirtualMachine, excs: PyObject<'_>) -> PyResult {
        let class = &vm.exc().base_exception_group;
        vm.call_positional(class.as_object(), &[self.message_text(vm).as_object(), excs])
    }

    #[method(name = "split", sig = "(self, matcher_value, /)")]
    fn split_by(
        zelf: &Py<PyBaseExceptionGroup>,
        vm: &VirtualMachine,
        matcher_value: PyObject<'_>,
    ) -> PyResult<(Option<PyObjectRef>, Option<PyObjectRef>)> {
        let matcher = Matcher::from_argument(vm, matcher_value)?;
        let halves = split(vm, zelf.as_object(), &matcher, true)?;
        Ok((halves.matched, halves.rest))
    }

    #[method(sig = "(self, matcher_value, /)")]
    fn subgroup(
        zelf: &Py<PyBaseExceptionGroup>,
        vm: &VirtualMachine,
        matcher_value: PyObject<'_>,
    ) -> PyResult<Option<PyObjectRef>> {
        let matcher = Matcher::from_argument(vm, matcher_value)?;
        Ok(split(vm, zelf.as_object(), &matcher, false)?.matched)
    }

    /// what the group is about
    #[member]
    fn message(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        self.message_text(vm)
    }

    /// the exceptions in the group
    #[member]
    fn exceptions(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        self.leaves(vm)
    }
}

impl VirtualMachine {
    /// A group of exceptions; the class follows from what they are.
    pub fn exception_group(&self, message: &str, exceptions: PyObject<'_>) -> PyResult<PyErr> {
        let message = self.new_str(message);
        let class = &self.exc().base_exception_group;
        let made = self.call_positional(class.as_object(), &[message.as_object(), exceptions])?;
        made.downcast::<PyBaseException>()
            .map_err(|_| self.system_error("an exception group is no exception"))
    }
}
