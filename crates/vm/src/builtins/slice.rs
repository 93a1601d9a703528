//! `slice`: three words; what they mean for a length is `vm.slice_indices`.

use crate::builtins::int::IntView;
use crate::builtins::tuple::TupleHash;
use crate::call::check_arity;
use crate::prelude::*;
use crate::protocol::hash::hash;
use num::BigInt;

/// slice(stop)
/// slice(start, stop[, step])
///
/// What a[start:stop:step] subscripts with.
#[pyclass(name = "slice", flags(HAVE_GC))]
#[derive(Traverse)]
pub struct PySlice {
    pub(crate) start: PyObjectRef,
    pub(crate) stop: PyObjectRef,
    pub(crate) step: PyObjectRef,
}

impl PySlice {
    pub fn create(vm: &VirtualMachine, [start, stop, step]: [PyObjectRef; 3]) -> PyRef<PySlice> {
        vm.new_object(PySlice { start, stop, step })
    }

    fn parts(&self) -> [&PyObjectRef; 3] {
        [&self.start, &self.stop, &self.step]
    }

    /// False when the bounds are plain ints or None, so that asking them runs no code.
    pub fn may_run_code(&self) -> bool {
        !self.parts().iter().all(|o| o.is_none() || o.as_object().small_int().is_some())
    }
}

#[pymethods]
impl PySlice {
    #[slot(text = "")]
    fn new(_cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PySlice>> {
        args.no_keywords(vm, "slice")?;
        check_arity(vm, "slice", args.len(), 1, 3)?;
        let none = PyObjectRef::none;
        let arg = |i: usize| args.get(i).map_or_else(none, PyObject::to_owned);
        let parts =
            if args.len() == 1 { [none(), arg(0), none()] } else { [arg(0), arg(1), arg(2)] };
        Ok(PySlice::create(vm, parts))
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let mut out = b"slice(".to_vec();
        for (i, p) in self.parts().into_iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(vm.repr(p.as_object())?.as_bytes());
        }
        out.push(b')');
        Ok(vm.new_str_bytes(&out))
    }

    #[slot]
    fn hash(zelf: &Py<PySlice>, vm: &VirtualMachine) -> PyResult<i64> {
        let mut h = TupleHash::new();
        for p in zelf.parts() {
            h.add(hash(vm, p.as_object())?);
        }
        Ok(h.finish_without_len())
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PySlice>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PySlice>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        if zelf.is(other) {
            let same = matches!(op, Comparison::Eq | Comparison::Le | Comparison::Ge);
            return Ok(vm.new_bool(same));
        }
        let part = |s: &PySlice, i: usize| s.parts().get(i).map(|p| (*p).clone());
        crate::builtins::sequences::compare(
            vm,
            |i| part(zelf, i),
            |i| part(other, i),
            || (3, 3),
            op,
        )
    }

    #[member]
    fn start(&self) -> PyObjectRef {
        self.start.clone()
    }

    #[member]
    fn stop(&self) -> PyObjectRef {
        self.stop.clone()
    }

    #[member]
    fn step(&self) -> PyObjectRef {
        self.step.clone()
    }

    /// The (start, stop, step) that the slice means for a sequence of length len.
    #[method(sig = "(self, object, /)", text = "")]
    fn indices(&self, vm: &VirtualMachine, len: PyObject<'_>) -> PyResult {
        let len = big(vm, vm.index(len)?.as_object())?;
        if len.is_negative() {
            return Err(vm.value_error("length should not be negative"));
        }
        let [start, stop, step] = long_indices(vm, self, &len)?;
        (start, stop, step).into_py_result(vm)
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(zelf: &Py<PySlice>, vm: &VirtualMachine) -> PyResult {
        let parts = (zelf.start.clone(), zelf.stop.clone(), zelf.step.clone());
        (zelf.class(), parts).into_py_result(vm)
    }
}

fn big(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<BigInt> {
    match o.int_view() {
        Some(IntView::Small(v)) => Ok(BigInt::from_i64(v)),
        Some(IntView::Big(b)) => Ok(b.clone()),
        None => Err(vm.type_error("an integer is required")),
    }
}

/// One part of a slice as an int; `None` for Python's None.
fn part(vm: &VirtualMachine, o: &PyObjectRef) -> PyResult<Option<BigInt>> {
    if o.is_none() {
        return Ok(None);
    }
    if !vm.is_index(o.as_object()) {
        return Err(
            vm.type_error("slice indices must be integers or None or have an __index__ method")
        );
    }
    big(vm, vm.index(o.as_object())?.as_object()).map(Some)
}

/// Start, stop and step of a slice cut to a length, all of any size.
pub fn long_indices(vm: &VirtualMachine, slice: &PySlice, len: &BigInt) -> PyResult<[BigInt; 3]> {
    let step = part(vm, &slice.step)?.unwrap_or_else(|| BigInt::from_i64(1));
    if step.is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let down = step.is_negative();
    let (lower, upper) = if down {
        (BigInt::from_i64(-1), len.sub_i64(1))
    } else {
        (BigInt::from_i64(0), len.clone())
    };
    let cut = |v: BigInt| {
        if v.is_negative() { v.add(len).max(lower.clone()) } else { v.min(upper.clone()) }
    };
    let start = match part(vm, &slice.start)? {
        None => {
            if down {
                upper.clone()
            } else {
                lower.clone()
            }
        }
        Some(v) => cut(v),
    };
    let stop = match part(vm, &slice.stop)? {
        None => {
            if down {
                lower.clone()
            } else {
                upper.clone()
            }
        }
        Some(v) => cut(v),
    };
    Ok([start, stop, step])
}
