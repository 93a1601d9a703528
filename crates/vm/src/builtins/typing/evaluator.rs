//! Values that are computed when somebody asks: bounds, constraints, defaults, aliases.

use crate::builtins::generic_alias::parameters::type_repr;
use crate::prelude::*;

/// A value, or the function that computes it, or neither.
#[derive(Default)]
pub struct Lazy {
    value: PyCell<Option<PyObjectRef>>,
    evaluator: PyCell<Option<PyObjectRef>>,
}

impl Lazy {
    pub fn known(value: Option<PyObjectRef>) -> Lazy {
        Lazy { value: PyCell::new(value), evaluator: PyCell::new(None) }
    }

    pub fn set_evaluator(&self, f: PyObjectRef) {
        drop(self.evaluator.replace(Some(f)));
    }

    pub fn is_set(&self) -> bool {
        self.value.with(Option::is_some) || self.evaluator.with(Option::is_some)
    }

    /// The value, computed once.
    pub fn get(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        if let Some(v) = self.value.get() {
            return Ok(Some(v));
        }
        let Some(f) = self.evaluator.get() else { return Ok(None) };
        const VALUE: i64 = 1;
        let format = vm.new_int(VALUE);
        let v = vm.call_positional(f.as_object(), &[format.as_object()])?;
        drop(self.value.replace(Some(v.clone())));
        Ok(Some(v))
    }

    /// What `evaluate_...` attributes show: the function, or one that gives the value.
    pub fn evaluator(&self, vm: &VirtualMachine) -> Option<PyObjectRef> {
        if let Some(f) = self.evaluator.get() {
            return Some(f);
        }
        let value = self.value.get()?;
        Some(vm.new_object(PyConstEvaluator { value }).into())
    }
}

impl Traverse for Lazy {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.value.with(|v| v.traverse(visit));
        self.evaluator.with(|v| v.traverse(visit));
    }
}

impl Lazy {
    pub fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.value.take());
        out.extend(self.evaluator.take());
    }
}

/// Gives a value in any of the annotation formats.
#[pyclass(name = "_ConstEvaluator", module = "_typing", flags(HAVE_GC), doc = None)]
#[derive(Traverse)]
pub struct PyConstEvaluator {
    value: PyObjectRef,
}

#[pymethods]
impl PyConstEvaluator {
    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult {
        let shown = vm.repr(self.value.as_object())?;
        let text = [b"<constevaluator ", shown.as_bytes(), b">"].concat();
        Ok(vm.new_str_bytes(&text).into())
    }

    #[slot(sig = "(format)")]
    fn call(zelf: &Py<PyConstEvaluator>, vm: &VirtualMachine, format: i32) -> PyResult {
        const STRING: i32 = 4;
        let value = zelf.value.as_object();
        if format != STRING {
            return Ok(zelf.value.clone());
        }
        let text = match value.downcast::<PyTuple>() {
            Some(t) => {
                let mut out = b"(".to_vec();
                for (i, v) in t.as_slice().iter().enumerate() {
                    if i > 0 {
                        out.extend(b", ");
                    }
                    out.extend(type_repr(vm, v.as_object())?);
                }
                out.push(b')');
                out
            }
            None => type_repr(vm, value)?,
        };
        Ok(vm.new_str_bytes(&text).into())
    }
}
