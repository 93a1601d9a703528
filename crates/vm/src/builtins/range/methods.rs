//! The methods and slots of `range`.

use super::{PyLongRangeIter, PyRange, PyRangeIter, big, product};
use crate::builtins::int::IntView;
use crate::builtins::sequences::equal;
use crate::builtins::slice::{PySlice, long_indices};
use crate::builtins::tuple::TupleHash;
use crate::call::check_arity;
use crate::prelude::*;
use crate::protocol::hash::hash;
use num::BigInt;

#[pymethods]
impl PyRange {
    #[slot(text = "")]
    fn new(_cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyRange>> {
        args.no_keywords(vm, "range")?;
        check_arity(vm, "range", args.len(), 1, 3)?;
        let int = |o: PyObject<'_>| -> PyResult {
            if o.small_int().is_some() {
                return Ok(o.to_owned());
            }
            let n = vm.index(o)?;
            vm.exact_int(n.as_object()).ok_or_else(|| vm.type_error("an integer is required"))
        };
        if args.len() == 1 {
            return PyRange::create(vm, vm.new_int(0), int(args.at(0))?, vm.new_int(1));
        }
        let (start, stop) = (int(args.at(0))?, int(args.at(1))?);
        let step = match args.get(2) {
            Some(s) => int(s)?,
            None => vm.new_int(1),
        };
        if step.as_object().small_int() == Some(0) {
            return Err(vm.value_error("range() arg 3 must not be zero"));
        }
        PyRange::create(vm, start, stop, step)
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<String> {
        let text = |o: &PyObjectRef| -> PyResult<String> {
            Ok(vm.repr(o.as_object())?.to_string_lossy().into_owned())
        };
        let (start, stop) = (text(&self.start)?, text(&self.stop)?);
        Ok(if self.step.as_object().small_int() == Some(1) {
            format!("range({start}, {stop})")
        } else {
            format!("range({start}, {stop}, {})", text(&self.step)?)
        })
    }

    #[slot]
    fn hash(&self, vm: &VirtualMachine) -> PyResult<i64> {
        let none = PyObjectRef::none();
        let len = self.length.as_object().small_int();
        let start = if len == Some(0) { &none } else { &self.start };
        let step = if matches!(len, Some(0 | 1)) { &none } else { &self.step };
        let mut h = TupleHash::new();
        for part in [&self.length, start, step] {
            h.add(hash(vm, part.as_object())?);
        }
        Ok(h.finish(3))
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyRange>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyRange>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        if !matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(PyObjectRef::not_implemented());
        }
        let same = |a: &PyObjectRef, b: &PyObjectRef| equal(vm, a.as_object(), b.as_object());
        let len = zelf.length.as_object().small_int();
        let eq = same(&zelf.length, &other.length)?
            && (len == Some(0)
                || same(&zelf.start, &other.start)?
                    && (len == Some(1) || same(&zelf.step, &other.step)?));
        Ok(vm.new_bool(eq == (op == Comparison::Eq)))
    }

    #[slot]
    fn iter(zelf: &Py<PyRange>, vm: &VirtualMachine) -> PyObjectRef {
        match zelf.small {
            Some(r) => vm.new_object(PyRangeIter::new(r)).into(),
            None => {
                let part = |o: &PyObjectRef| big(o.as_object());
                let it =
                    PyLongRangeIter::new(part(&zelf.start), part(&zelf.step), part(&zelf.length));
                vm.new_object(it).into()
            }
        }
    }

    #[slot]
    fn bool(&self) -> bool {
        self.length.as_object().small_int() != Some(0)
    }

    #[slot]
    fn mp_length(&self, vm: &VirtualMachine) -> PyResult<usize> {
        match self.small {
            Some(r) => Ok(r.len),
            None => vm.to_isize(self.length.as_object()).map(|n| n as usize),
        }
    }

    #[slot]
    fn contains(zelf: &Py<PyRange>, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        match zelf.position(vm, item)? {
            Some(found) => Ok(found.is_some()),
            None => vm.contains_by_iteration(zelf.as_object(), item),
        }
    }

    #[slot]
    fn sq_item(zelf: &Py<PyRange>, vm: &VirtualMachine, i: isize) -> PyResult {
        if let Some(r) = zelf.small
            && let Ok(i) = usize::try_from(i)
            && i < r.len
        {
            return Ok(vm.new_int(r.start + i as i64 * r.step));
        }
        zelf.get_big(vm, BigInt::from_i64(i as i64))
    }

    #[slot]
    fn subscript(zelf: &Py<PyRange>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        if let (Some(r), Some(i)) = (zelf.small, key.small_int())
            && let Some(i) = crate::builtins::sequences::normalize(i as isize, r.len)
        {
            return Ok(vm.new_int(r.start + i as i64 * r.step));
        }
        if let Some(slice) = key.downcast::<PySlice>() {
            if let Some(part) = zelf.slice_small(vm, slice)? {
                return Ok(part.into());
            }
            let [start, stop, step] = long_indices(vm, slice, &big(zelf.length.as_object()))?;
            let own_step = big(zelf.step.as_object());
            let (start, stop) = (zelf.item(vm, &start)?, zelf.item(vm, &stop)?);
            let step = product(vm, &own_step, &step)?;
            let part = |v| vm.new_bigint(v);
            return Ok(PyRange::create(vm, part(start), part(stop), part(step))?.into());
        }
        if !vm.is_index(key) {
            return Err(vm.type_error(format!(
                "range indices must be integers or slices, not {}",
                key.class(vm).display_name()
            )));
        }
        zelf.get_big(vm, big(vm.index(key)?.as_object()))
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

    /// An iterator over the numbers, last one first.
    #[method(name = "__reversed__", sig = "(self, /)", text = "")]
    fn reversed(&self, vm: &VirtualMachine) -> PyResult {
        use super::SmallRange;
        if let Some(r) = self.small
            && let Some(step) = r.step.checked_neg()
            && r.start.checked_sub(r.step).is_some()
        {
            let start = r.start.wrapping_add((r.len as i64 - 1).wrapping_mul(r.step));
            let back = SmallRange { start, step, len: r.len };
            return Ok(vm.new_object(PyRangeIter::new(back)).into());
        }
        let length = big(self.length.as_object());
        let last = self.item(vm, &length.sub_i64(1))?;
        let step = big(self.step.as_object()).neg();
        Ok(vm.new_object(PyLongRangeIter::new(last, step, length)).into())
    }

    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(zelf: &Py<PyRange>, vm: &VirtualMachine) -> PyResult {
        let parts = (zelf.start.clone(), zelf.stop.clone(), zelf.step.clone());
        (zelf.class(), parts).into_py_result(vm)
    }

    /// How many of the numbers equal value.
    #[method(sig = "(self, object, /)", text = "")]
    fn count(zelf: &Py<PyRange>, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<usize> {
        if let Some(found) = zelf.position(vm, value)? {
            return Ok(found.is_some() as usize);
        }
        let mut n = 0;
        vm.for_each(zelf.as_object(), |v| {
            n += equal(vm, v.as_object(), value)? as usize;
            Ok(())
        })?;
        Ok(n)
    }

    /// The place of value in the range; ValueError if it is not there.
    #[method(sig = "(self, object, /)", text = "")]
    fn index(zelf: &Py<PyRange>, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult {
        if let Some(found) = zelf.position(vm, value)? {
            return match found {
                Some(i) => Ok(vm.new_bigint(i)),
                None => Err(vm.value_error("range.index(x): x not in range")),
            };
        }
        let it = vm.get_iter(zelf.as_object())?;
        let mut i = 0;
        while let Some(v) = vm.iter_next(it.as_object())? {
            if equal(vm, v.as_object(), value)? {
                return Ok(vm.new_usize(i));
            }
            i += 1;
        }
        Err(vm.value_error("sequence.index(x): x not in sequence"))
    }
}

impl PyRange {
    /// The item at an index of any size, which may count from the end.
    fn get_big(&self, vm: &VirtualMachine, i: BigInt) -> PyResult {
        let len = big(self.length.as_object());
        let i = if i.is_negative() { i.add(&len) } else { i };
        if i.is_negative() || i >= len {
            return Err(vm.index_error("range object index out of range"));
        }
        self.item(vm, &i).map(|v| vm.new_bigint(v))
    }

    /// Where an int is in the range; `None` for what is no exact int or bool, which only
    /// comparisons can find.
    fn position(&self, vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Option<Option<BigInt>>> {
        let exact = o.small_int().is_some() || o.as_bool().is_some() || o.is_type(&vm.types().int);
        let Some(view) = o.int_view().filter(|_| exact) else { return Ok(None) };
        if let (Some(r), IntView::Small(v)) = (self.small, &view) {
            let offset = i128::from(*v) - i128::from(r.start);
            let step = i128::from(r.step);
            let at = offset / step;
            let there = offset % step == 0 && at >= 0 && at < r.len as i128;
            return Ok(Some(there.then(|| BigInt::from_i128(at))));
        }
        let offset = big(o).sub(&big(self.start.as_object()));
        let step = big(self.step.as_object());
        let (at, rest) =
            offset.divmod_floor(&step, &mut num::never).map_err(|_| vm.memory_error())?;
        let there = rest.is_zero() && !at.is_negative() && at < big(self.length.as_object());
        Ok(Some(there.then_some(at)))
    }
}
