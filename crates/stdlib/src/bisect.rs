//! `_bisect`: binary search in sorted sequences.

pub use module::MODULE;

use vm::prelude::*;
use vm::protocol::comparison::rich_compare;

/// Binary search in sorted lists, and insertion that keeps them sorted.
#[pymodule(name = "_bisect")]
pub mod module {
    use super::*;

    /// The last place in the sorted list a where x can stand.
    ///
    /// Nothing before it is greater than x.  Only a[lo:hi] is searched; with key, the
    /// keys of the items are compared with x.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        vm: &VirtualMachine,
        a: PyObject<'_>,
        x: PyObject<'_>,
        lo: isize,
        hi: NoneOr<Bound>,
        key: NoneOr<PyObject<'_>>,
    ) -> PyResult<usize> {
        super::search(vm, a, x, lo, hi.0, key.0, Side::Right)
    }

    /// Puts x into the sorted list a, after items that are equal to it.
    ///
    /// The place is searched in a[lo:hi]; key gives what to compare.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        vm: &VirtualMachine,
        a: PyObject<'_>,
        x: PyObject<'_>,
        lo: isize,
        hi: NoneOr<Bound>,
        key: NoneOr<PyObject<'_>>,
    ) -> PyResult<()> {
        super::insort(vm, a, x, lo, hi.0, key.0, Side::Right)
    }

    /// The first place in the sorted list a where x can stand.
    ///
    /// Everything before it is less than x.  Only a[lo:hi] is searched; with key, the
    /// keys of the items are compared with x.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        vm: &VirtualMachine,
        a: PyObject<'_>,
        x: PyObject<'_>,
        lo: isize,
        hi: NoneOr<Bound>,
        key: NoneOr<PyObject<'_>>,
    ) -> PyResult<usize> {
        super::search(vm, a, x, lo, hi.0, key.0, Side::Left)
    }

    /// Puts x into the sorted list a, before items that are equal to it.
    ///
    /// The place is searched in a[lo:hi]; key gives what to compare.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        vm: &VirtualMachine,
        a: PyObject<'_>,
        x: PyObject<'_>,
        lo: isize,
        hi: NoneOr<Bound>,
        key: NoneOr<PyObject<'_>>,
    ) -> PyResult<()> {
        super::insort(vm, a, x, lo, hi.0, key.0, Side::Left)
    }
}

/// The end of the range to search.
#[derive(Clone, Copy)]
pub struct Bound(isize);

impl<'a> FromArg<'a> for Bound {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        if !vm.is_index(obj) {
            return Err(vm.type_error(format!(
                "argument should be integer or None, not '{}'",
                obj.class(vm).display_name()
            )));
        }
        vm.to_isize(obj).map(Bound)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// `a < b`.
fn less(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<bool> {
    if let (Some(x), Some(y)) = (a.small_int(), b.small_int()) {
        return Ok(x < y);
    }
    let r = rich_compare(vm, a, b, Comparison::Lt)?;
    vm.is_true(r.as_object())
}

fn search(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    x: PyObject<'_>,
    lo: isize,
    hi: Option<Bound>,
    key: Option<PyObject<'_>>,
    side: Side,
) -> PyResult<usize> {
    if lo < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    let mut low = lo as usize;
    let mut high = match hi {
        Some(Bound(h)) if h >= 0 => h as usize,
        Some(Bound(h)) if h != -1 => 0,
        _ => vm.length(a)?,
    };
    while low < high {
        let mid = low + (high - low) / 2;
        let item = match a.downcast_exact::<PyList>(&vm.types().list) {
            Some(l) => {
                l.items().get(mid).ok_or_else(|| vm.index_error("list index out of range"))?
            }
            None => vm.sequence_item(a, mid as isize)?,
        };
        let item = match key {
            Some(f) => vm.call_positional(f, &[item.as_object()])?,
            None => item,
        };
        let right = match side {
            Side::Left => less(vm, item.as_object(), x)?,
            Side::Right => !less(vm, x, item.as_object())?,
        };
        if right {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    Ok(low)
}

fn insort(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    x: PyObject<'_>,
    lo: isize,
    hi: Option<Bound>,
    key: Option<PyObject<'_>>,
    side: Side,
) -> PyResult<()> {
    let at = match key {
        Some(f) => {
            let sought = vm.call_positional(f, &[x])?;
            search(vm, a, sought.as_object(), lo, hi, key, side)?
        }
        None => search(vm, a, x, lo, hi, None, side)?,
    };
    if let Some(l) = a.downcast_exact::<PyList>(&vm.types().list) {
        return l.insert_at(vm, at.min(l.len()), x.to_owned());
    }
    let at = vm.new_usize(at);
    vm.call_method(a, &vm.intern("insert"), &[at.as_object(), x]).map(drop)
}
