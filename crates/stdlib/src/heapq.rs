//! `_heapq`: lists as heaps, smallest or largest item first.
//!
//! Items are moved by index, and the list is asked for its length after every comparison:
//! a comparison that changes it is an error, not a crash.

pub use module::MODULE;

use vm::prelude::*;
use vm::protocol::comparison::rich_compare;

/// Priority queues in lists.
///
/// A list is a heap when no item is greater than those at 2*k+1 and 2*k+2, which
/// makes heap[0] the smallest.  heapify() makes one, heappush() and heappop() keep it.
#[pymodule(name = "_heapq")]
pub mod module {
    use super::*;

    /// Puts an item into a heap.
    #[function(sig = "(heap, item, /)")]
    fn heappush(vm: &VirtualMachine, heap: &Py<PyList>, item: PyObjectRef) -> PyResult<()> {
        super::push(vm, heap, item, Order::Min)
    }

    /// Puts an item into a heap, then takes the smallest out: one step, faster than two.
    #[function(sig = "(heap, item, /)")]
    fn heappushpop(vm: &VirtualMachine, heap: &Py<PyList>, item: PyObjectRef) -> PyResult {
        super::push_pop(vm, heap, item, Order::Min)
    }

    /// Takes the smallest item out of a heap.
    #[function(sig = "(heap, /)")]
    fn heappop(vm: &VirtualMachine, heap: &Py<PyList>) -> PyResult {
        super::pop(vm, heap, Order::Min)
    }

    /// Takes the smallest item out of a heap, then puts item in.
    ///
    /// The size stays the same.  What comes back may be greater than item.
    #[function(sig = "(heap, item, /)")]
    fn heapreplace(vm: &VirtualMachine, heap: &Py<PyList>, item: PyObjectRef) -> PyResult {
        super::replace(vm, heap, item, Order::Min)
    }

    /// Orders the items of a list so that it is a heap, in linear time.
    #[function(sig = "(heap, /)")]
    fn heapify(vm: &VirtualMachine, heap: &Py<PyList>) -> PyResult<()> {
        super::make_heap(vm, heap, Order::Min)
    }

    /// Puts an item into a heap that has the largest item first.
    #[function(sig = "(heap, item, /)")]
    fn heappush_max(vm: &VirtualMachine, heap: &Py<PyList>, item: PyObjectRef) -> PyResult<()> {
        super::push(vm, heap, item, Order::Max)
    }

    /// Puts an item into a heap, then takes the largest out: one step, faster than two.
    #[function(sig = "(heap, item, /)")]
    fn heappushpop_max(vm: &VirtualMachine, heap: &Py<PyList>, item: PyObjectRef) -> PyResult {
        super::push_pop(vm, heap, item, Order::Max)
    }

    /// Takes the largest item out of a heap of that kind.
    #[function(sig = "(heap, /)")]
    fn heappop_max(vm: &VirtualMachine, heap: &Py<PyList>) -> PyResult {
        super::pop(vm, heap, Order::Max)
    }

    /// Takes the largest item out of a heap of that kind, then puts item in.
    #[function(sig = "(heap, item, /)")]
    fn heapreplace_max(vm: &VirtualMachine, heap: &Py<PyList>, item: PyObjectRef) -> PyResult {
        super::replace(vm, heap, item, Order::Max)
    }

    /// Orders the items of a list so that it is a heap with the largest item first.
    #[function(sig = "(heap, /)")]
    fn heapify_max(vm: &VirtualMachine, heap: &Py<PyList>) -> PyResult<()> {
        super::make_heap(vm, heap, Order::Max)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Min,
    Max,
}

/// True when `a` belongs above `b`.
#[inline]
fn above(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>, order: Order) -> PyResult<bool> {
    let (a, b) = if order == Order::Min { (a, b) } else { (b, a) };
    if let (Some(x), Some(y)) = (a.small_int(), b.small_int()) {
        return Ok(x < y);
    }
    if let (Some(x), Some(y)) = (a.small_float(), b.small_float()) {
        return Ok(x < y);
    }
    let r = rich_compare(vm, a, b, Comparison::Lt)?;
    vm.is_true(r.as_object())
}

fn item(vm: &VirtualMachine, heap: &PyList, i: usize) -> PyResult {
    heap.items().get(i).ok_or_else(|| vm.index_error("index out of range"))
}

/// `above` of two items of the heap, whose size must stay what it was.
fn items_above(
    vm: &VirtualMachine,
    heap: &PyList,
    a: usize,
    b: usize,
    order: Order,
) -> PyResult<bool> {
    let len = heap.len();
    let (x, y) = (item(vm, heap, a)?, item(vm, heap, b)?);
    let r = above(vm, x.as_object(), y.as_object(), order)?;
    if heap.len() != len {
        return Err(vm.runtime_error("list changed size during iteration"));
    }
    Ok(r)
}

/// Moves the item at `pos` up to its place, not above `start`.
fn sift_down(
    vm: &VirtualMachine,
    heap: &PyList,
    start: usize,
    mut pos: usize,
    order: Order,
) -> PyResult<()> {
    item(vm, heap, pos)?;
    while pos > start {
        let parent = (pos - 1) >> 1;
        if !items_above(vm, heap, pos, parent, order)? {
            break;
        }
        heap.items().swap(pos, parent);
        pos = parent;
    }
    Ok(())
}

/// Moves the item at `pos` down to a leaf, then up to its place.
fn sift_up(vm: &VirtualMachine, heap: &PyList, mut pos: usize, order: Order) -> PyResult<()> {
    let (start, end) = (pos, heap.len());
    item(vm, heap, pos)?;
    let limit = end >> 1;
    while pos < limit {
        let mut child = 2 * pos + 1;
        if child + 1 < end && !items_above(vm, heap, child, child + 1, order)? {
            child += 1;
        }
        heap.items().swap(pos, child);
        pos = child;
    }
    sift_down(vm, heap, start, pos, order)
}

fn push(vm: &VirtualMachine, heap: &PyList, new: PyObjectRef, order: Order) -> PyResult<()> {
    heap.items().push(new);
    sift_down(vm, heap, 0, heap.len() - 1, order)
}

fn pop(vm: &VirtualMachine, heap: &PyList, order: Order) -> PyResult {
    let Some(last) = heap.items().pop() else {
        return Err(vm.index_error("index out of range"));
    };
    let Some(top) = heap.items().replace(0, last.clone()) else { return Ok(last) };
    sift_up(vm, heap, 0, order)?;
    Ok(top)
}

fn replace(vm: &VirtualMachine, heap: &PyList, new: PyObjectRef, order: Order) -> PyResult {
    let Some(top) = heap.items().replace(0, new) else {
        return Err(vm.index_error("index out of range"));
    };
    sift_up(vm, heap, 0, order)?;
    Ok(top)
}

fn push_pop(vm: &VirtualMachine, heap: &PyList, new: PyObjectRef, order: Order) -> PyResult {
    let Some(top) = heap.items().get(0) else { return Ok(new) };
    if !above(vm, top.as_object(), new.as_object(), order)? {
        return Ok(new);
    }
    replace(vm, heap, new, order)
}

fn make_heap(vm: &VirtualMachine, heap: &PyList, order: Order) -> PyResult<()> {
    (0..heap.len() / 2).rev().try_for_each(|i| sift_up(vm, heap, i, order))
}
