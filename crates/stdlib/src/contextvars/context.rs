//! `Context`: the values of context variables, and running code with them.

use super::iter::{PyContextItems, PyContextKeys, PyContextValues};
use super::map::Map;
use super::variable::PyContextVar;
use std::cell::Cell;
use vm::prelude::*;
use vm::protocol::comparison;

#[pyclass(name = "Context", module = "_contextvars", doc = None, flags(HAVE_GC, EXT))]
pub struct PyContext {
    map: PyCell<Map>,
    /// The context that was current when this one was entered.
    previous: PyCell<Option<PyObjectRef>>,
    entered: Cell<bool>,
}

impl Traverse for PyContext {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.map.traverse(visit);
        self.previous.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.map.replace(Map::default()).into_root());
        out.extend(self.previous.take());
    }
}

/// The context of the running thread: it is made when first asked for.
pub fn current(vm: &VirtualMachine) -> PyRef<PyContext> {
    if let Some(Ok(context)) = vm.context.get().map(PyObjectRef::downcast::<PyContext>) {
        return context;
    }
    let context = vm.new_object(PyContext::holding(Map::default()));
    vm.context.set(Some(context.clone().into()));
    context
}

impl PyContext {
    fn holding(map: Map) -> PyContext {
        PyContext { map: PyCell::new(map), previous: PyCell::new(None), entered: Cell::new(false) }
    }

    /// Another context with the same values.
    pub fn duplicate(&self, vm: &VirtualMachine) -> PyRef<PyContext> {
        vm.new_object(PyContext::holding(self.map.get()))
    }

    pub fn value(&self, variable: PyObject<'_>) -> Option<PyObjectRef> {
        self.map.with(|m| m.get(variable))
    }

    pub fn set(&self, vm: &VirtualMachine, variable: PyObject<'_>, value: PyObjectRef) {
        drop(self.map.replace(self.map.get().with(vm, variable, value)));
    }

    pub fn remove(&self, vm: &VirtualMachine, variable: PyObject<'_>) {
        drop(self.map.replace(self.map.get().without(vm, variable)));
    }

    fn lookup(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        if key.downcast::<PyContextVar>().is_some() {
            return Ok(self.value(key));
        }
        let shown = vm.repr(key)?;
        let shown = shown.to_string_lossy();
        Err(vm.type_error(format!("a ContextVar key was expected, got {shown}")))
    }
}

fn complain(vm: &VirtualMachine, context: &Py<PyContext>, before: &str, after: &str) -> PyErr {
    match vm.repr(context.as_object()) {
        Ok(shown) => vm.runtime_error(format!("{before}{}{after}", shown.to_string_lossy())),
        Err(e) => e,
    }
}

fn enter(vm: &VirtualMachine, context: &Py<PyContext>) -> PyResult<()> {
    if context.entered.get() {
        return Err(complain(vm, context, "cannot enter context: ", " is already entered"));
    }
    context.previous.set(vm.context.replace(Some(context.to_ref().into())));
    context.entered.set(true);
    Ok(())
}

fn leave(vm: &VirtualMachine, context: &Py<PyContext>) -> PyResult<()> {
    if !context.entered.get() {
        return Err(complain(vm, context, "cannot exit context: ", " has not been entered"));
    }
    if !vm.context.with(|now| now.as_ref().is_some_and(|now| now.is(context))) {
        return Err(vm.runtime_error(
            "cannot exit context: thread state references a different context object",
        ));
    }
    drop(vm.context.replace(context.previous.take()));
    context.entered.set(false);
    Ok(())
}

#[pymethods]
impl PyContext {
    #[slot(text = "")]
    fn new(_cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyContext>> {
        if !args.slots().is_empty() {
            return Err(vm.type_error("Context() does not accept any arguments"));
        }
        Ok(vm.new_object(PyContext::holding(Map::default())))
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyContext>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyContext>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        let wanted = match op {
            Comparison::Eq => true,
            Comparison::Ne => false,
            _ => return Ok(PyObjectRef::not_implemented()),
        };
        let (a, b) = (zelf.map.get(), other.map.get());
        let mut same = a.len() == b.len();
        for (variable, x) in a.entries() {
            if !same {
                break;
            }
            same = match b.get(variable.as_object()) {
                Some(y) => {
                    comparison::rich_compare_bool(vm, x.as_object(), y.as_object(), Comparison::Eq)?
                }
                None => false,
            };
        }
        Ok(vm.new_bool(same == wanted))
    }

    #[slot]
    fn iter(&self, vm: &VirtualMachine) -> PyRef<PyContextKeys> {
        vm.new_object(PyContextKeys::over(&self.map.get()))
    }

    #[slot]
    fn mp_length(&self) -> usize {
        self.map.with(Map::len)
    }

    #[slot]
    fn subscript(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        self.lookup(vm, key)?.ok_or_else(|| vm.key_error(key))
    }

    #[slot]
    fn contains(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<bool> {
        Ok(self.lookup(vm, key)?.is_some())
    }

    /// The value of a variable in this context, or else the default.
    #[method(sig = "(self, key, default=None, /)")]
    fn get(&self, vm: &VirtualMachine, key: PyObject<'_>, default: PyObject<'_>) -> PyResult {
        Ok(self.lookup(vm, key)?.unwrap_or_else(|| default.to_owned()))
    }

    /// The variables that have values here, with those.
    #[method(sig = "(self, /)")]
    fn items(&self, vm: &VirtualMachine) -> PyRef<PyContextItems> {
        vm.new_object(PyContextItems::over(&self.map.get()))
    }

    /// The variables that have values here.
    #[method(sig = "(self, /)")]
    fn keys(&self, vm: &VirtualMachine) -> PyRef<PyContextKeys> {
        vm.new_object(PyContextKeys::over(&self.map.get()))
    }

    /// The values that variables have here.
    #[method(sig = "(self, /)")]
    fn values(&self, vm: &VirtualMachine) -> PyRef<PyContextValues> {
        vm.new_object(PyContextValues::over(&self.map.get()))
    }

    /// A new context with the same values.
    #[method(sig = "(self, /)")]
    fn copy(&self, vm: &VirtualMachine) -> PyRef<PyContext> {
        self.duplicate(vm)
    }

    #[method(text = "")]
    fn run(zelf: &Py<PyContext>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let Some(callable) = args.get(0) else {
            return Err(vm.type_error("run() missing 1 required positional argument"));
        };
        enter(vm, zelf)?;
        let result = vm.call(callable, args.skip(1));
        leave(vm, zelf)?;
        result
    }
}
