//! What `list`, `tuple` and their like share: quick equality, comparison item by item,
//! search bounds, and the text of a display.
//!
//! Nothing here holds a borrow of a container's storage while Python code may run: items
//! are fetched one at a time, as owned words.

use crate::interp::ops::names::namespace_get;
use crate::prelude::*;
use crate::protocol::comparison;

/// Equality that needs no Python: the same word, two small ints, two exact strings.
#[inline(always)]
pub fn quick_equal(a: PyObject<'_>, b: PyObject<'_>) -> Option<bool> {
    if a.is(b) {
        return Some(true);
    }
    if a.small_int().is_some() && b.small_int().is_some() {
        return Some(false);
    }
    if let (Some(s), Some(t)) = (a.downcast::<PyStr>(), b.downcast::<PyStr>())
        && s.is_exact()
        && t.is_exact()
    {
        return Some(s.as_bytes() == t.as_bytes());
    }
    None
}

/// `a is b or a == b`, with the common cases inline.
#[inline]
pub fn equal(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<bool> {
    match quick_equal(a, b) {
        Some(r) => Ok(r),
        None => comparison::equal(vm, a, b),
    }
}

/// Compares two sequences item by item; the fetchers see changes that a comparison makes.
pub fn compare(
    vm: &VirtualMachine,
    first: impl Fn(usize) -> Option<PyObjectRef>,
    second: impl Fn(usize) -> Option<PyObjectRef>,
    lengths: impl Fn() -> (usize, usize),
    op: Comparison,
) -> PyResult {
    let mut i = 0;
    while let (Some(a), Some(b)) = (first(i), second(i)) {
        if equal(vm, a.as_object(), b.as_object())? {
            i += 1;
            continue;
        }
        let (m, n) = lengths();
        if i >= m || i >= n {
            // The comparison has taken away what was compared.
            break;
        }
        return match op {
            Comparison::Eq => Ok(vm.new_bool(false)),
            Comparison::Ne => Ok(vm.new_bool(true)),
            _ => {
                let _guard = vm.enter_native(" in comparison")?;
                comparison::rich_compare(vm, a.as_object(), b.as_object(), op)
            }
        };
    }
    let (m, n) = lengths();
    Ok(vm.new_bool(ordered(m.cmp(&n), op)))
}

/// What `op` says of two values in this order.
#[inline]
pub fn ordered(order: std::cmp::Ordering, op: Comparison) -> bool {
    match op {
        Comparison::Lt => order.is_lt(),
        Comparison::Le => order.is_le(),
        Comparison::Eq => order.is_eq(),
        Comparison::Ne => order.is_ne(),
        Comparison::Gt => order.is_gt(),
        Comparison::Ge => order.is_ge(),
    }
}

/// `open`, the reprs of the items with commas, `close`.
pub fn repr_items(
    vm: &VirtualMachine,
    open: &str,
    close: &str,
    item: impl Fn(usize) -> Option<PyObjectRef>,
) -> PyResult<PyRef<PyStr>> {
    let mut out = open.as_bytes().to_vec();
    let mut i = 0;
    while let Some(o) = item(i) {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(vm.repr(o.as_object())?.as_bytes());
        i += 1;
    }
    out.extend_from_slice(close.as_bytes());
    Ok(vm.new_str_bytes(&out))
}

/// A bound of `index(value, start, stop)`: an int, saturated.
#[derive(Clone, Copy)]
pub struct SearchBound(pub isize);

impl<'a> FromArg<'a> for SearchBound {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        if !vm.is_index(obj) {
            return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
        }
        vm.index_clamped(obj).map(|v| SearchBound(v as isize))
    }
}

/// Cuts search bounds to a length; a negative bound counts from the end.
pub fn search_range(
    start: Option<SearchBound>,
    stop: Option<SearchBound>,
    len: usize,
) -> (usize, usize) {
    let cut = |b: SearchBound| if b.0 < 0 { (b.0 + len as isize).max(0) } else { b.0 } as usize;
    (start.map_or(0, cut), stop.map_or(usize::MAX, cut))
}

/// An index that counts from the end when it is negative; `None` outside the sequence.
#[inline(always)]
pub fn normalize(i: isize, len: usize) -> Option<usize> {
    let i = if i < 0 { i + len as isize } else { i };
    if i >= 0 && (i as usize) < len { Some(i as usize) } else { None }
}

/// `len * count` items, `MemoryError` when no memory could hold them.
pub fn repeated_len(vm: &VirtualMachine, len: usize, count: isize) -> PyResult<usize> {
    let count = count.max(0) as usize;
    match len.checked_mul(count) {
        Some(n) if n <= isize::MAX as usize / size_of::<PyObjectRef>() => Ok(n),
        _ => Err(vm.memory_error()),
    }
}

/// An empty vector with room for `n` items, or `MemoryError`.
pub fn vec_with_room(vm: &VirtualMachine, n: usize) -> PyResult<Vec<PyObjectRef>> {
    let mut v = Vec::new();
    v.try_reserve_exact(n).map_err(|_| vm.memory_error())?;
    Ok(v)
}

/// The items of an exact builtin container, which no Python code is needed for.
#[inline]
pub fn items_of(vm: &VirtualMachine, o: PyObject<'_>) -> Option<Vec<PyObjectRef>> {
    let types = vm.types();
    if let Some(l) = o.downcast_exact::<PyList>(&types.list) {
        return Some(l.items().to_vec());
    }
    if let Some(t) = o.downcast_exact::<PyTuple>(&types.tuple) {
        return Some(t.as_slice().to_vec());
    }
    if let Some(d) = o.downcast_exact::<PyDict>(&types.dict) {
        return Some(d.keys());
    }
    if let Some(s) = o.any_set()
        && (o.is_type(vm.type_of::<super::set::PySet>())
            || o.is_type(vm.type_of::<super::set::PyFrozenSet>()))
    {
        return Some(s.items());
    }
    None
}

/// All items of an iterable, as `list(o)` collects them.
pub fn collect(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Vec<PyObjectRef>> {
    match items_of(vm, o) {
        Some(v) => Ok(v),
        None => vm.collect(o),
    }
}

/// A name among the builtins of the running code, for `__reduce__`.  Looking may run Python
/// code: ask before the object's own state.
pub fn builtin(vm: &VirtualMachine, name: &str) -> PyResult {
    let name = vm.intern(name);
    match namespace_get(vm, vm.current_builtins().as_object(), &name)? {
        Some(f) => Ok(f),
        None => Err(vm.attribute_error_msg(name.as_bytes())),
    }
}

/// The position that `__setstate__` gives to an iterator over `len` items.
pub fn state_position(vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<isize> {
    if state.int_view().is_none() {
        return Err(vm.type_error("an integer is required"));
    }
    vm.to_isize(state)
}
