//! Functions over iterables.

use crate::builtins::call_iter::PyCallIter;
use crate::call::check_arity;
use crate::prelude::*;
use crate::protocol::comparison::rich_compare_bool;

#[pymodule_part(name = "builtins")]
pub mod part {
    use super::*;

    /// How many items a container has.
    #[function(sig = "(obj, /)")]
    fn len(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<usize> {
        vm.length(obj)
    }

    /// Whether all items are true; so it is for no items.
    #[function(sig = "(iterable, /)")]
    fn all(vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<bool> {
        let it = vm.get_iter(iterable)?;
        let mut all = true;
        vm.iterate(it.as_object(), |item| {
            all = vm.is_true(item.as_object())?;
            Ok(all)
        })?;
        Ok(all)
    }

    /// Whether any item is true; so it is not for no items.
    #[function(sig = "(iterable, /)")]
    fn any(vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<bool> {
        let it = vm.get_iter(iterable)?;
        let mut any = false;
        vm.iterate(it.as_object(), |item| {
            any = vm.is_true(item.as_object())?;
            Ok(!any)
        })?;
        Ok(any)
    }

    /// An iterator over an object; or, with two arguments, one that calls until the sentinel
    /// comes.
    #[function]
    fn iter(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        args.no_keywords(vm, "iter")?;
        check_arity(vm, "iter", args.len(), 1, 2)?;
        match args.get(1) {
            None => vm.get_iter(args.at(0)),
            Some(sentinel) => {
                let f = args.at(0);
                if f.class(vm).slots.call.get().is_none() {
                    return Err(vm.type_error("iter(v, w): v must be callable"));
                }
                Ok(vm.new_object(PyCallIter::new(f.to_owned(), sentinel.to_owned())).into())
            }
        }
    }

    /// The next item of an iterator.  At its end, default if that is given, else StopIteration.
    #[function]
    fn next(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        args.no_keywords(vm, "next")?;
        check_arity(vm, "next", args.len(), 1, 2)?;
        let it = args.at(0);
        let Some(f) = it.class(vm).slots.iternext.get() else {
            return Err(vm.type_error(format!(
                "'{}' object is not an iterator",
                it.class(vm).display_name()
            )));
        };
        match (f(vm, it), args.get(1)) {
            (Ok(Some(v)), _) => Ok(v),
            (Ok(None), Some(default)) => Ok(default.to_owned()),
            (Ok(None), None) => Err(vm.stop_iteration(None)),
            (Err(e), Some(default)) if vm.is_error(&e, &vm.exc().stop_iteration) => {
                Ok(default.to_owned())
            }
            (Err(e), _) => Err(e),
        }
    }

    /// The asynchronous iterator of an object.
    #[function(sig = "(async_iterable, /)")]
    fn aiter(vm: &VirtualMachine, async_iterable: PyObject<'_>) -> PyResult {
        let typ = async_iterable.class(vm);
        let Some(f) = typ.slots.aiter.get() else {
            return Err(
                vm.type_error(format!("'{}' object is not an async iterable", typ.display_name()))
            );
        };
        let it = f(vm, async_iterable)?;
        if it.class(vm).slots.anext.get().is_none() {
            return Err(vm.type_error(format!(
                "aiter() returned not an async iterator of type '{}'",
                it.class(vm).display_name()
            )));
        }
        Ok(it)
    }

    /// An awaitable for the next item of an asynchronous iterator.
    ///
    /// At the end default is the item, if it is given.
    #[function(sig = "(async_iterator, default=<unrepresentable>, /)", text = "")]
    fn anext(
        vm: &VirtualMachine,
        async_iterator: PyObject<'_>,
        default: Option<PyObject<'_>>,
    ) -> PyResult {
        let typ = async_iterator.class(vm);
        let Some(f) = typ.slots.anext.get() else {
            return Err(
                vm.type_error(format!("'{}' object is not an async iterator", typ.display_name()))
            );
        };
        let awaitable = f(vm, async_iterator)?;
        match default {
            None => Ok(awaitable),
            Some(d) => {
                Ok(super::super::anext::PyAnextAwaitable::create(vm, awaitable, d.to_owned())
                    .into())
            }
        }
    }

    /// max(iterable, *, default=..., key=None)
    /// max(first, second, *others, key=None)
    ///
    /// The greatest item of an iterable, or of two or more arguments.
    ///
    /// key gives what to compare; default is for an iterable without items.
    #[function]
    fn max(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        extreme(vm, args, "max", Comparison::Gt)
    }

    /// min(iterable, *, default=..., key=None)
    /// min(first, second, *others, key=None)
    ///
    /// The least item of an iterable, or of two or more arguments.
    ///
    /// key gives what to compare; default is for an iterable without items.
    #[function]
    fn min(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        extreme(vm, args, "min", Comparison::Lt)
    }

    /// A list of the items of an iterable, in ascending order.
    ///
    /// key gives what to compare; reverse puts the greatest first.
    #[function(text = "($module, iterable, /, *, key=None, reverse=False)")]
    fn sorted(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        check_arity(vm, "sorted", args.len(), 1, 1)?;
        let list = vm.new_list(vm.collect(args.at(0))?);
        let sort = vm.get_attr(list.as_object(), &vm.names().sort)?;
        vm.call(sort.as_object(), args.skip(1))?;
        Ok(list.into())
    }
}

fn extreme(vm: &VirtualMachine, args: Args<'_>, name: &str, op: Comparison) -> PyResult {
    if args.len() == 0 {
        return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let (mut key, mut default) = (None, None);
    for (k, v) in args.keywords() {
        match k.as_bytes() {
            b"key" if v.is_none() => {}
            b"key" => key = Some(v),
            b"default" => default = Some(v),
            _ => {
                return Err(vm.type_error(format!(
                    "{name}() got an unexpected keyword argument '{}'",
                    k.to_string_lossy()
                )));
            }
        }
    }
    let mut best = Best { vm, key, op, item: None };
    if args.len() > 1 {
        if default.is_some() {
            return Err(vm.type_error(format!(
                "Cannot specify a default for {name}() with multiple positional arguments"
            )));
        }
        for item in args.positional() {
            best.see(item.to_owned())?;
        }
    } else {
        vm.for_each(args.at(0), |item| best.see(item))?;
    }
    match (best.item, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(d)) => Ok(d.to_owned()),
        (None, None) => Err(vm.value_error(format!("{name}() iterable argument is empty"))),
    }
}

/// The best item so far, with its key if there is a key function.
struct Best<'a> {
    vm: &'a VirtualMachine,
    key: Option<PyObject<'a>>,
    op: Comparison,
    item: Option<(PyObjectRef, Option<PyObjectRef>)>,
}

impl Best<'_> {
    fn see(&mut self, item: PyObjectRef) -> PyResult<()> {
        let key = match self.key {
            Some(f) => Some(self.vm.call_positional(f, &[item.as_object()])?),
            None => None,
        };
        let better = match &self.item {
            None => true,
            Some((best, best_key)) => {
                let (a, b) = (key.as_ref().unwrap_or(&item), best_key.as_ref().unwrap_or(best));
                rich_compare_bool(self.vm, a.as_object(), b.as_object(), self.op)?
            }
        };
        if better {
            self.item = Some((item, key));
        }
        Ok(())
    }
}
