//! `throw` and `close`: exceptions that enter a suspended frame, through those it
//! delegates to.

use super::{GenKind, GenState, Resumed};
use crate::builtins::exception::PyBaseException;
use crate::builtins::traceback::PyTraceback;
use crate::call::check_arity;
use crate::prelude::*;

/// The arguments of `throw(value)` or `throw(type, value, traceback)`.
#[derive(Clone, Copy)]
pub(crate) struct Throw<'a> {
    typ: PyObject<'a>,
    value: Option<PyObject<'a>>,
    traceback: Option<PyObject<'a>>,
}

impl<'a> Throw<'a> {
    pub fn of(exc: PyObject<'a>) -> Throw<'a> {
        Throw { typ: exc, value: None, traceback: None }
    }

    /// From the arguments of a `throw` method.
    pub fn parse(vm: &VirtualMachine, args: Args<'a>) -> PyResult<Throw<'a>> {
        args.no_keywords(vm, "throw")?;
        check_arity(vm, "throw", args.len(), 1, 3)?;
        if args.len() > 1 {
            vm.deprecation_warning(
                "the (type, exc, tb) signature of throw() is deprecated, use the single-arg \
                 signature instead.",
            )?;
        }
        Ok(Throw { typ: args.at(0), value: args.get(1), traceback: args.get(2) })
    }

    pub fn from_slice(args: &'a [PyObjectRef]) -> Throw<'a> {
        fn at(args: &[PyObjectRef], i: usize) -> Option<PyObject<'_>> {
            args.get(i).map(PyObjectRef::as_object)
        }
        let typ = at(args, 0).unwrap_or(PyObject::none());
        Throw { typ, value: at(args, 1), traceback: at(args, 2) }
    }

    pub fn to_vec(self) -> Vec<PyObject<'a>> {
        let mut out = vec![self.typ];
        out.extend(self.value);
        out.extend(self.traceback);
        out
    }

    fn is_generator_exit(self, vm: &VirtualMachine) -> bool {
        let exit = &vm.exc().generator_exit;
        match self.typ.downcast::<PyType>() {
            Some(t) => t.is_subtype(exit),
            None => self.typ.is_instance_of(vm, exit),
        }
    }

    /// The exception itself, made if only its class is given, or what making it raised; the
    /// outer error is about the arguments.
    fn exception(self, vm: &VirtualMachine) -> PyResult<Result<PyErr, PyErr>> {
        let tb = self.traceback.filter(|t| !t.is_none());
        if tb.is_some_and(|t| t.downcast::<PyTraceback>().is_none()) {
            return Err(vm.type_error("throw() third argument must be a traceback object"));
        }
        let value = self.value.filter(|v| !v.is_none());
        let e = if let Some(t) = self.typ.downcast::<PyType>()
            && t.is_subtype(&vm.exc().base_exception)
        {
            match instance_of(vm, t, value) {
                Ok(e) => e,
                Err(e) => return Ok(Err(e)),
            }
        } else if let Some(e) = self.typ.downcast::<PyBaseException>() {
            if value.is_some() {
                return Err(vm.type_error("instance exception may not have a separate value"));
            }
            e.to_ref()
        } else {
            return Err(vm.type_error(format!(
                "exceptions must be classes or instances deriving from BaseException, not {}",
                self.typ.class(vm).display_name()
            )));
        };
        if let Some(tb) = tb {
            e.traceback.set(Some(tb.to_owned()));
        }
        Ok(Ok(e))
    }
}

/// An exception of the class: `value` if it is one already, or made from it.
fn instance_of(
    vm: &VirtualMachine,
    t: &Py<PyType>,
    value: Option<PyObject<'_>>,
) -> PyResult<PyErr> {
    let made = match value {
        Some(v) if v.is_instance_of(vm, t) => v.to_owned(),
        Some(v) => match v.downcast::<PyTuple>() {
            Some(args) => {
                let args: Vec<_> = args.as_slice().iter().map(|a| a.as_object()).collect();
                vm.call_positional(t.as_object(), &args)?
            }
            None => vm.call_positional(t.as_object(), &[v])?,
        },
        None => vm.call_positional(t.as_object(), &[])?,
    };
    made.downcast::<PyBaseException>().map_err(|made| {
        vm.type_error(format!(
            "calling {} should have returned an instance of BaseException, not {}",
            vm.repr(t.as_object()).map_or_else(|_| String::new(), |r| r.to_string_lossy().into()),
            made.class(vm).display_name()
        ))
    })
}

/// Raises in the innermost frame that `o` delegates to.  With `exit_closes`, GeneratorExit
/// closes what is delegated to instead of being thrown into it.
pub(crate) fn throw_into(
    vm: &VirtualMachine,
    o: PyObject<'_>,
    t: Throw<'_>,
    exit_closes: bool,
) -> PyResult<Resumed> {
    let g = o.any_generator().expect("called with a generator");
    if let Some(inner) = g.delegate() {
        let _guard = vm.enter_native("")?;
        let inner = inner.as_object();
        let thrown = if exit_closes && t.is_generator_exit(vm) {
            match g.while_linked(vm, || close_iterator(vm, inner)) {
                Err(e) => return vm.resume_generator(o, Err(e)),
                Ok(()) => None,
            }
        } else if let Some(i) = inner.any_generator()
            && i.kind != GenKind::AsyncGenerator
        {
            let kind = i.kind;
            Some(
                g.while_linked(vm, || throw_into(vm, inner, t, exit_closes))
                    .and_then(|r| r.into_sent(vm, kind)),
            )
        } else {
            vm.get_attr_opt(inner, &vm.names().throw)?.map(|method| {
                g.while_linked(vm, || vm.call_positional(method.as_object(), &t.to_vec()))
            })
        };
        match thrown {
            Some(Ok(v)) => return Ok(Resumed::Yielded(v)),
            Some(Err(e)) => return vm.resume_generator(o, Err(e)),
            None => {}
        }
    }
    let e = match t.exception(vm)? {
        Ok(e) => e,
        // What its construction raised is raised there instead.
        Err(e) => e,
    };
    vm.resume_generator(o, Err(e))
}

/// Closes what a frame delegates to: a generator, or anything with a `close` method.
fn close_iterator(vm: &VirtualMachine, inner: PyObject<'_>) -> PyResult<()> {
    if inner.any_generator().is_some_and(|g| g.kind != GenKind::AsyncGenerator) {
        return close(vm, inner).map(drop);
    }
    match vm.get_attr_opt(inner, &vm.names().close) {
        Ok(Some(method)) => vm.call_positional(method.as_object(), &[]).map(drop),
        Ok(None) => Ok(()),
        Err(e) => {
            vm.unraisable_while(e, "while closing generator", inner);
            Ok(())
        }
    }
}

/// `generator.close()`: raises GeneratorExit where it stands, and gives what it returns.
pub(crate) fn close(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
    let g = o.any_generator().expect("called with a generator");
    match g.state.get() {
        GenState::Created => {
            g.discard(vm);
            return Ok(vm.none());
        }
        GenState::Finished => return Ok(vm.none()),
        _ => {}
    }
    let mut error = None;
    if let Some(inner) = g.delegate() {
        let _guard = vm.enter_native("")?;
        error = g.while_linked(vm, || close_iterator(vm, inner.as_object())).err();
    }
    if error.is_none()
        && g.state.get() != GenState::Running
        && g.stands_unhandled()
        && !vm.monitors(crate::interp::monitor::event::PY_UNWIND)
    {
        g.discard(vm);
        return Ok(vm.none());
    }
    let e = error.unwrap_or_else(|| vm.new_exception(&vm.exc().generator_exit, Vec::new()));
    match vm.resume_or_close(o, Err(e), true) {
        Ok(Resumed::Yielded(_)) => {
            Err(vm.runtime_error(format!("{} ignored GeneratorExit", g.kind.noun())))
        }
        Ok(Resumed::Returned(v)) => Ok(v),
        Err(e) if vm.is_error(&e, &vm.exc().generator_exit) => Ok(vm.none()),
        Err(e) if vm.is_error(&e, &vm.exc().stop_iteration) => Ok(vm.stop_iteration_value(&e)),
        Err(e) => Err(e),
    }
}
